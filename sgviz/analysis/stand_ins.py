"""What goes through untrained twins where circles are only known in W.

Of circles of a file that holds no z, or no network, twins are made of the width of
their W, and random great circles of Z with as many points go through them: to a twin no
direction of Z is another than any other (its first layer is a matrix of independent
normal numbers), so the circles of a file are as good as any, and their spread is that
of random ones. Small circles are not: their radius is not known, and they are compared
with great ones.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.analysis.null_figures import Circles
from sgviz.curves import CurveSet
from sgviz.geometry.circle import random_circles
from sgviz.models.mapping import MappingConfig

# The depth of NVIDIA's mapping, where a file of circles does not say.
DEPTH = 8
# One circle alone knows its own spread from as many random ones of every twin.
RANDOM = 6
# So many circles go through every twin: a mean of more is compared with that of these,
# which scatters a little more.
MOST = 32
NARROWEST, WIDEST, FEWEST = 2, 4096, 3

RANDOM_WORDS = (
    "Where circles come without z, random great circles of as many points go through "
    "the twins."
)
DEPTH_WORDS = "Circles come without a network: the twins are of depth {depth}."


@dataclass(frozen=True, eq=False)
class Compared:
    """What a null is made of: the twins' configuration, circles, sentences on both."""

    config: MappingConfig
    circles: Circles
    note: str = ""


def why_none(curves: CurveSet) -> str:
    """Why no twin can be made for such circles, one sentence; else nothing."""
    w_dim, points = curves.w.shape[2], curves.w.shape[1]
    if points < FEWEST:
        return f"A circle of {points} points has no shape to compare."
    if not NARROWEST <= w_dim <= WIDEST:
        return f"Untrained twins are {NARROWEST} to {WIDEST:,} wide, and w is {w_dim}."
    return ""


def compared_with(
    curves: CurveSet,
    config: MappingConfig | None,
    together: int,
    depth: int | None = None,
    label: int = 0,
    seed: int = 0,
) -> Compared:
    """What the twins of ``together`` of some circles are given.

    ``config``: that of the network that made them, None where it is not known: then
    twins are as wide as W (and take z as wide as the file's, where it has z) and of
    ``depth``. Random circles come from the stream of ``seed``.

    Raises
    ------
    ValueError
        No twin can be made for such circles: :func:`why_none`.
    """
    if why := why_none(curves):
        raise ValueError(why)
    w_dim, z, notes = curves.w.shape[2], curves.z, []
    if config is None:
        z_dim = w_dim if z is None else z.shape[2]
        config = MappingConfig(z_dim, w_dim, depth or DEPTH)
        notes.append(DEPTH_WORDS.format(depth=config.depth))
    together = min(together, MOST)
    if z is None or len(z) < min(together, RANDOM):
        z = random_z(config.z_dim, curves.angle, max(together, RANDOM), seed)
        notes.append(RANDOM_WORDS)
    circles = Circles(z[:MOST], curves.angle, curves.psi, label, together)
    return Compared(config, circles, " ".join(notes))


def random_z(z_dim: int, angle: Tensor, count: int, seed: int = 0) -> Tensor:
    """Great circles [count, N, z_dim] of the stream of ``seed``, at ``angle`` [N]."""
    found = random_circles(z_dim, seed, range(1, count + 1))
    return torch.stack([circle.at(angle) for circle in found])

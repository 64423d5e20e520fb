"""How far images move while a latent moves: along a circle, and on the average.

Perceptual path length, Karras et al. 2019, arXiv 1812.04948, section 4.1 (equations 2
and 3): E[d(G(p(t)), G(p(t + eps))) / eps^2] of paths p between two random latents,
slerp in Z or lerp in W, t uniform in [0, 1] (full) or 0 (end), eps 1e-4, no
truncation, the same noise in both images; then the mean of what lies between the 1st
and the 99th percentile, as the authors' program takes it.

Along a circle the same quotient has a point of its own each: its root is the speed of
the image, and speed of the image / speed of w is what the synthesis alone stretches.
"""

import copy
import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.analysis.perceptual import Ruler, prepared, squared
from sgviz.analysis.sampling import FixedNoise, images_steps, mapped
from sgviz.geometry.sphere import normalised, slerp
from sgviz.models.generator import Generator as Network
from sgviz.models.generator import truncate
from sgviz.models.mapping import Label, MappingNetwork

EPSILON = 1e-4
ANGLE = 1e-3  # radians: the step along a circle
PAIRS = 4  # eight images a batch
LOW, HIGH = 1.0, 99.0
# Points that are off the circle by more of its radius are on none.
OFF_CIRCLE = 1e-3

Numbers = NDArray[np.float64]
Space = Literal["z", "w"]
Sampling = Literal["full", "end"]


@dataclass(frozen=True)
class Paths:
    """Which paths: ``space`` "z" (slerp) or "w" (lerp), ``sampling`` "full" or "end".

    ``crop`` takes the face out of an aligned portrait (see :func:`prepared`).
    """

    space: Space = "w"
    sampling: Sampling = "end"
    crop: bool = False
    epsilon: float = EPSILON

    @property
    def name(self) -> str:
        """As the field calls it: "zfull", "wend"."""
        return f"{self.space}{self.sampling}"


@torch.no_grad()
def path_ends(
    mapping: MappingNetwork, paths: Paths, count: int, seed: int, label: Label = 0
) -> tuple[Tensor, Tensor]:
    """W at t and at t + eps of ``count`` random paths, [count, w_dim] each.

    A stream of its own for each ``seed``: the same pairs and t whatever the space.
    ``mapping`` is in float64 on the CPU, and so are its w. Of a step of 1e-4 float32
    rounds z and w by a thousandth, which one path length in sixteen would show.
    """
    generator = torch.Generator().manual_seed(seed)
    z_dim = mapping.config.z_dim
    z = torch.randn(2, count, z_dim, generator=generator, dtype=torch.float64)
    t = torch.rand(count, 1, generator=generator, dtype=torch.float64)
    t = torch.zeros_like(t) if paths.sampling == "end" else t
    if paths.space == "z":
        a, b = normalised(z)
        radius = math.sqrt(z_dim)
        first, second = (slerp(a, b, at) * radius for at in (t, t + paths.epsilon))
        return mapping(first, label), mapping(second, label)
    a, b = (mapping(end, label) for end in z)
    return a.lerp(b, t), a.lerp(b, t + paths.epsilon)


def lengths_steps(
    network: Network,
    ruler: Ruler,
    paths: Paths,
    count: int,
    seed: int = 0,
    label: Label = 0,
    noise: FixedNoise = "const",
) -> Generator[Numbers | None, None, Numbers]:
    """The d / eps^2 of ``count`` paths, float64 [count]; yields what there is so far.

    In batches of four pairs, each from its own stream, so that more paths never change
    the first ones.
    """
    found: list[Numbers] = []
    exact = copy.deepcopy(network.mapping).cpu().double()
    yield None
    for batch in range(-(-count // PAIRS)):
        first, second = path_ends(exact, paths, PAIRS, _stream(seed, batch), label)
        both = torch.cat([first, second]).float()
        images = yield from images_steps(network, both, noise)
        embedded = yield from ruler.embed_steps(prepared(images, paths.crop))
        a, b = embedded.chunk(2)
        found.append((squared(a, b) / paths.epsilon**2).cpu().numpy())
        yield np.concatenate(found)[:count]
    return np.concatenate(found)[:count]


def trimmed(lengths: Numbers) -> Numbers:
    """Those between the 1st percentile (rounded down) and the 99th (rounded up)."""
    low = np.percentile(lengths, LOW, method="lower")
    high = np.percentile(lengths, HIGH, method="higher")
    kept: Numbers = lengths[(lengths >= low) & (lengths <= high)]
    return kept


def mean_and_error(lengths: Numbers) -> tuple[float, float]:
    """The path length: the mean of the trimmed ones, and its standard error."""
    kept = trimmed(lengths)
    spread = float(kept.std(ddof=1)) if len(kept) > 1 else math.nan
    return float(kept.mean()), spread / math.sqrt(len(kept))


@dataclass(frozen=True, eq=False)
class CircleSpeeds:
    """One circle of N points: of each, how fast w and the image move (a radian).

    ``image`` = sqrt(d(t, t + eps)) / eps and ``w`` = |w(t + eps) - w(t)| / eps;
    ``chords`` [N] are sqrt(d) from a point to the next, the last one closing.
    """

    image: Numbers
    w: Numbers
    chords: Numbers

    @property
    def stretch(self) -> Numbers:
        """Speed of the image / speed of w: the synthesis alone."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.w > 0, self.image / self.w, np.nan)


def circle_steps(
    network: Network,
    ruler: Ruler,
    z: Tensor,
    psi: float = 1.0,
    label: Label = 0,
    noise: FixedNoise = "const",
) -> Generator[CircleSpeeds | None, None, CircleSpeeds]:
    """Speeds along a circle through z [N, z_dim] at equal angles; yields what is done.

    What is not done yet is NaN. w is truncated by ``psi``, as the drawn curve is.

    Raises
    ------
    ValueError
        The points are on no circle, or the network makes no images.
    """
    count = len(z)
    w_avg = network.mapping.w_avg
    nothing = np.full(count, np.nan)
    image, speed, chords = nothing.copy(), nothing.copy(), nothing.copy()
    moved = ahead(z, ANGLE)
    first = last = None
    for start in range(0, count, PAIRS):
        rows = slice(start, min(count, start + PAIRS))
        w = mapped(network, torch.cat([z[rows], moved[rows]]), label)
        images = yield from images_steps(network, w, noise, psi)
        embedded = yield from ruler.embed_steps(prepared(images))
        here, there = embedded.chunk(2)
        image[rows] = squared(here, there).sqrt().cpu().numpy() / ANGLE
        w_here, w_there = truncate(w.double(), w_avg.double(), psi).chunk(2)
        speed[rows] = (w_there - w_here).norm(dim=1).cpu().numpy() / ANGLE
        first = here[:1] if first is None else first
        line = here if last is None else torch.cat([last, here])
        steps = squared(line[:-1], line[1:]).sqrt().cpu().numpy()
        chords[rows.stop - 1 - len(steps) : rows.stop - 1] = steps
        last = here[-1:]
        if rows.stop == count:
            chords[-1] = float(squared(last, first).sqrt())
        yield CircleSpeeds(image.copy(), speed.copy(), chords.copy())
    return CircleSpeeds(image, speed, chords)


def ahead(z: Tensor, angle: float) -> Tensor:
    """The points [N, z_dim] of a circle at equal angles, each moved on by ``angle``.

    Raises as :func:`circle_points`.
    """
    t = torch.arange(len(z), dtype=torch.float64) * (math.tau / len(z))
    return circle_points(z, t + angle)


def circle_points(z: Tensor, angles: Tensor) -> Tensor:
    """Points [M, z_dim] at ``angles`` [M] of the circle through z [N, z_dim], float32.

    z are its points at N equal angles from 0 on. A circle, great or small, is c +
    a cos t + b sin t: its first harmonic alone.

    Raises
    ------
    ValueError
        z are no points of a circle at equal angles.
    """
    count = len(z)
    if count < 3:
        raise ValueError("a circle needs three points at least")
    points = z.double()
    t = torch.arange(count, dtype=torch.float64)[:, None] * (math.tau / count)
    c = points.mean(dim=0)
    a = (points * t.cos()).mean(dim=0) * 2.0
    b = (points * t.sin()).mean(dim=0) * 2.0
    off = (c + a * t.cos() + b * t.sin() - points).abs().amax()
    if not float(off) <= OFF_CIRCLE * float(a.norm()):
        raise ValueError("these points do not lie on a circle of Z at equal angles")
    wanted = angles.double()[:, None]
    return (c + a * wanted.cos() + b * wanted.sin()).float()


def _stream(seed: int, batch: int) -> int:
    """A seed for each batch: batches of different seeds never meet."""
    return (seed << 32) + batch

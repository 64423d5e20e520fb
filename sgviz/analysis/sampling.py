"""Images and latents of a network, a few at a time, resting every few milliseconds.

Grad mode belongs to the thread: it is never off across a yield.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Literal

import torch
from torch import Tensor

from sgviz.curves import Clock
from sgviz.geometry.sphere import random_rows
from sgviz.models.generator import Generator as Network
from sgviz.models.mapping import Label
from sgviz.models.synthesis import Entering

FixedNoise = Literal["const", "none"]


def seeds_z(z_dim: int, seeds: Sequence[int]) -> Tensor:
    """The z of seeds by the field's convention, float32 [N, z_dim]."""
    rows = [random_rows(z_dim, seed, 0) for seed in seeds]
    return torch.cat(rows).float() if rows else torch.empty(0, z_dim)


@torch.no_grad()
def mapped(network: Network, z: Tensor, label: Label = 0) -> Tensor:
    """W [N, w_dim] of z [N, z_dim] before truncation, on the network's device."""
    w: Tensor = network.mapping(z.to(network.mapping.w_avg.device), label)
    return w


def images_steps(
    network: Network, w: Tensor, noise: FixedNoise = "const", psi: float = 1.0
) -> Generator[None, None, Tensor]:
    """Raw images float32 [N, 3, R, R] on the CPU of w [N, w_dim], truncated by psi.

    It rests at its end too: who reads them has a piece of his own. The noise is the
    same for all: the stored maps, or none.

    Raises
    ------
    ValueError
        The network makes no images.
    """
    if network.config.family == "geometry":
        raise ValueError("this network is a mapping alone: it makes no images")
    clock = Clock()
    with torch.no_grad():
        ws = network.broadcast(w.to(network.mapping.w_avg.device), psi)
    rows = network.synthesis.walk(ws, noise)
    image: Tensor | None = None
    while (at := _next_row(rows)) is not None:
        image = at.rgb
        if clock.is_over():
            yield
            clock.restart()
    assert image is not None  # the last row always makes colours
    yield
    return image.cpu()


@torch.no_grad()
def _next_row(rows: Iterator[Entering]) -> Entering | None:
    return next(rows, None)

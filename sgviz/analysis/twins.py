"""Circles through networks that nobody trained: see :mod:`sgviz.models.untrained`."""

from collections.abc import Callable, Generator, Iterator

import torch
from torch import Tensor

from sgviz.models.layers import own_stream
from sgviz.models.mapping import Label, MappingConfig, MappingNetwork
from sgviz.models.untrained import untrained_steps

# No network is compared with its own start: a run of seed n begins as the twin of n.
FIRST_SEED = 1_000_000
# The w_avg of a twin is the mean of so many random z, in so many pieces.
MEAN_OF, MEANS = 128, 4
# Rows of one piece: a layer of 512 takes some milliseconds.
PIECE = 192
Cancelled = Callable[[], bool]


def never() -> bool:
    """Nobody cancels."""
    return False


def twin_steps(
    config: MappingConfig, number: int, centred: bool = True
) -> Generator[None, None, MappingNetwork]:
    """Twin ``number``, from 0 on, of all statistics; resting after each layer.

    Unless ``centred``, w_avg stays zero.
    """
    seed = FIRST_SEED + number
    mapping = yield from untrained_steps(config, seed)
    if centred:
        yield from centre_steps(mapping, seed)
    return mapping


def centre_steps(mapping: MappingNetwork, seed: int) -> Iterator[None]:
    """Give a new mapping its w_avg: the mean of random z."""
    stream = own_stream(seed, "w_avg")
    mapping.w_avg.zero_()
    for _ in range(MEANS):
        with torch.no_grad():
            mapping.w_avg += mapping.estimate_w_avg(stream, MEAN_OF) / MEANS
        yield


@torch.no_grad()
def mapped(
    network: MappingNetwork,
    z: Tensor,
    label: Label = 0,
    cancelled: Cancelled = never,
) -> Tensor | None:
    """The w [..., w_dim] of z [..., z_dim], without truncation.

    None where cancelled, which is asked before each layer.
    """
    w = flat = z.reshape(-1, z.shape[-1])
    for following in network.activations(flat, label):
        if cancelled():
            return None
        w = following
    return w.reshape(*z.shape[:-1], -1)


def mapped_steps(
    network: MappingNetwork, z: Tensor, label: Label = 0
) -> Generator[None, None, Tensor]:
    """:func:`mapped` on the network's device, a layer of some rows between yields.

    The w are on the CPU.
    """
    pieces = []
    device = network.w_avg.device
    flat = z.to(device).reshape(-1, z.shape[-1])
    for rows in torch.split(flat, PIECE):
        layers, w = network.activations(rows, label), rows
        while (following := _next_layer(layers)) is not None:
            w = following
            yield
        pieces.append(w.cpu())
    return torch.cat(pieces).reshape(*z.shape[:-1], -1)


@torch.no_grad()
def _next_layer(layers: Iterator[Tensor]) -> Tensor | None:
    """Grad mode belongs to a thread: it is never off across a yield."""
    return next(layers, None)

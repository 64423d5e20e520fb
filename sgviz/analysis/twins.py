"""Circles through networks that nobody trained: see :mod:`sgviz.models.untrained`."""

from collections.abc import Callable, Generator, Iterator

import torch
from torch import Tensor

from sgviz.models.mapping import Label, MappingNetwork

# Rows of one piece: a layer of 512 takes some milliseconds.
PIECE = 192
Cancelled = Callable[[], bool]


def never() -> bool:
    """Nobody cancels."""
    return False


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

"""Circles through networks that nobody trained: see :mod:`sgviz.models.untrained`."""

from collections.abc import Callable

import torch
from torch import Tensor

from sgviz.models.mapping import Label, MappingNetwork

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

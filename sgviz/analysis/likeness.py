"""How alike the same circles are in two networks: distances and likenesses of shape."""

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from sgviz.geometry.alignment import aligned, apart, cka, procrustes
from sgviz.measured.compare import Alike, Numbers


def alike_steps(a: Tensor, b: Tensor) -> Generator[None, None, Alike]:
    """Circles a [C, N, D] and b [C, N, E] of the same z, a circle between two yields.

    All circles as one set come last; of many points every k-th is taken there.
    """
    rows, shapes, kernels = [], [], []
    for one, other in zip(a, b, strict=True):
        rows.append(_numbers(apart(aligned(one, other), other)))
        shapes.append(float(procrustes(one, other)))
        kernels.append(float(cka(one, other)))
        yield
    same = a.shape[-1] == b.shape[-1]
    distances = _numbers(apart(a, b)) if same else np.zeros((0, 0))
    return Alike(
        apart=distances,
        aligned=np.stack(rows),
        procrustes=np.array(shapes),
        cka=np.array(kernels),
        values=whole(a, b),
    )


# Points of all circles that are compared as one set.
MOST_POINTS = 192


def whole(a: Tensor, b: Tensor) -> dict[str, float]:
    """The figures of :data:`~sgviz.measured.compare.LIKENESS`, of all points."""
    one, other = a.flatten(0, 1), b.flatten(0, 1)
    step = -(-len(one) // MOST_POINTS)
    one, other = one[::step], other[::step]
    shape = float(procrustes(one, other))
    found = {"left": 1.0 - shape * shape, "procrustes": shape}
    found["cka"] = float(cka(one, other))
    if one.shape[-1] == other.shape[-1]:
        size = one.double().square().sum()
        moved = apart(one, other).square().sum()
        found["apart"] = float((moved / size).sqrt())
    return found


def _numbers(x: Tensor) -> Numbers:
    found: Numbers = np.asarray(torch.as_tensor(x).detach().cpu().double())
    return found

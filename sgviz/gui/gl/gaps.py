"""Curves around points that are no numbers: such points are left out."""

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float32]


def bridged(positions: Positions) -> Positions:
    """Positions [S, C, N, 3], each point that is not finite where the one before is.

    Before the first of a row comes its last; a row without any lies on the first
    point of all, or in the middle of the world.
    """
    good = np.isfinite(positions).all(axis=3)
    if good.all() or not good.any():
        return np.nan_to_num(positions, nan=0.0, posinf=0.0, neginf=0.0)
    places = np.where(good, np.arange(positions.shape[2]), -1)
    before = np.maximum.accumulate(places, axis=2)
    before = np.where(before < 0, before[:, :, -1:], before)
    found = np.take_along_axis(positions, before.clip(min=0)[..., None], axis=2)
    found[before < 0] = positions[good][0]
    return found

"""The blog's circles: rows of 512 little-endian float32, with no header.

"StyleGAN Mapping Network Geometry Visualization" (k-l-lambda, 2020). Row 0 is w_avg;
rows 1 to N are one circle of W at psi 1, the first point one step after the start
and the last point the start. In a CurveSet the start comes first, so the rows are
turned by one.
"""

from typing import BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.npy import MAX_NUMBERS
from sgviz.checkpoints.source import read_exactly
from sgviz.curves import CurveSet
from sgviz.geometry.circle import sample_angles

W_DIM = 512
ROW = 4 * W_DIM
MIN_ROWS = 4

# W of real networks is within some tens; text or other data read as float32 is
# 1e20, 1e-40 or not finite somewhere within the first rows.
LARGEST, SMALLEST, TINIEST = 1e4, 1e-4, 1e-20


def fits(size: int, lenient: bool = False) -> bool:
    """Whether a file of ``size`` bytes can be such rows; ``lenient``: two at least."""
    rows = 2 if lenient else MIN_ROWS
    return size % ROW == 0 and rows * ROW <= size <= 4 * MAX_NUMBERS


def read(file: BinaryIO, size: int, name: str, lenient: bool = False) -> CurveSet:
    """The circle in an open file that :func:`fits`.

    ``lenient``: some rows may be not finite; see circles_file.read_circles.

    Raises
    ------
    FileError
        The numbers are not those of W: zeros, not finite, absurdly large or small.
    """
    first = min(MIN_ROWS, size // ROW)
    head = _rows(file, first, name)
    if not lenient:
        _check_plausible(head, name)
    rest = _rows(file, size // ROW - first, name)
    rows = np.concatenate([head, rest])
    finite = np.isfinite(rows).all(axis=1) if lenient else np.full(len(rows), True)
    if not finite[0] or not finite[1:].any():
        raise FileError(f"{name} holds no finite w_avg, or no finite point")
    _check_plausible(rows[finite], name)
    w = torch.from_numpy(np.roll(rows[1:], 1, axis=0))
    return CurveSet(
        names=(name.removesuffix(".dat"),),
        z=None,
        w=w[None],
        centre=torch.from_numpy(rows[0].copy()),
        angle=sample_angles(len(w)),
    )


def write(curves: CurveSet, file: BinaryIO) -> None:
    """Write one circle at psi 1.

    Raises
    ------
    ValueError
        More circles, another psi, or another width: the format cannot say that.
    """
    count, points, w_dim = curves.w.shape
    if count != 1:
        raise ValueError(f"a .dat file holds one circle, not {count}")
    if curves.form != "curves":
        raise ValueError("a .dat file holds one circle, not a surface or a cloud")
    if curves.psi != 1.0:
        raise ValueError(f"a .dat file holds a circle at psi 1, not {curves.psi:g}")
    if w_dim != W_DIM:
        raise ValueError(f"a .dat file holds {W_DIM} numbers a point, not {w_dim}")
    if points < MIN_ROWS - 1:
        raise ValueError(f"a .dat file holds at least 3 points, not {points}")
    rows = torch.cat([curves.centre[None], curves.w[0].roll(-1, 0)])
    file.write(rows.numpy().astype("<f4").tobytes())


def _rows(file: BinaryIO, count: int, name: str) -> NDArray[np.float32]:
    data = read_exactly(file, count * ROW, name)
    return np.frombuffer(data, "<f4").astype(np.float32).reshape(count, W_DIM)


def _check_plausible(rows: NDArray[np.float32], name: str) -> None:
    with np.errstate(invalid="ignore"):
        size = np.abs(rows)
        largest = float(size.max())
    # Row 0 may be zeros: the w_avg of an untrained network.
    if largest <= LARGEST and not rows[1:].any():
        raise FileError(f"{name} holds nothing but zeros: that is no circle of W")
    # NaN compares as False.
    if not SMALLEST <= largest <= LARGEST:
        raise FileError(f"{name} does not hold numbers such as a circle of W has")
    if float(((size > 0) & (size < TINIEST)).mean()) > 0.01:
        raise FileError(f"{name} does not hold numbers such as a circle of W has")

"""Circles as a table: circle, index, angle, w0, w1, ... (comma-separated).

The format has no place for w_avg, psi and names; whoever reads it is told.
"""

import io
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO, cast

import numpy as np
import torch
from numpy.typing import NDArray

from sgviz.checkpoints.circles_npz import (
    MAX_WIDTH,
    Meta,
    assemble,
    check_angle,
    check_w,
)
from sgviz.checkpoints.errors import FileError
from sgviz.curves import CurveSet

KEYS = ("circle", "index", "angle")
START = b"circle,index,angle,w0"
SIZE_LIMIT = 256 * 1024**2
LINE_LIMIT = 64 * MAX_WIDTH


def read(file: BinaryIO, size: int, name: str, lenient: bool = False) -> CurveSet:
    """The circles in an open table; ``lenient`` as in circles_file.read_circles.

    Raises
    ------
    FileError
        One sentence: too large, no such header, a row that is not numbers, rows
        that are not circles of equal length.
    """
    if size > SIZE_LIMIT:
        raise FileError(
            f"{name} has {size:,} bytes; of a table at most {SIZE_LIMIT:,} are read"
        )
    text = io.TextIOWrapper(io.BufferedReader(cast("io.FileIO", file)), "utf-8-sig")
    try:
        return _circles(_table(text, name, lenient), name, lenient)
    finally:
        # Whoever opened the file closes it.
        text.detach().detach()


def write(curves: CurveSet, file: BinaryIO) -> None:
    """Write one row a point; numbers have all the digits that float32 needs."""
    columns = [*KEYS, *(f"w{i}" for i in range(curves.w.shape[2]))]
    file.write((",".join(columns) + "\n").encode("ascii"))
    # From 0 on, as of a circle: the format has no place to say what a row is.
    angles = (curves.angle - curves.angle[0]).tolist()
    for c, circle in enumerate(curves.w):
        for i, (angle, point) in enumerate(zip(angles, circle, strict=True)):
            numbers = ",".join(f"{value:.9g}" for value in point.tolist())
            file.write(f"{c},{i},{angle!r},{numbers}\n".encode("ascii"))


def _table(text: io.TextIOWrapper, name: str, lenient: bool) -> NDArray[np.float64]:
    """The numbers below the header, float64 [rows, 3 + w_dim]."""
    try:
        width = _width(_line(text, name), name)
        lines = _lines(text, name)
        first = next(lines, None)
        if first is None:
            raise FileError(f"{name} has no rows below its header")
        rows = chain([first], lines)
        table = np.loadtxt(rows, delimiter=",", comments=None, ndmin=2)
    except FileError:
        raise
    except ValueError as error:
        raise FileError(f"{name} is not made of equal rows of numbers") from error
    known = table[:, : len(KEYS)] if lenient else table
    if table.shape[1] != width or not np.isfinite(known).all():
        raise FileError(f"{name} is not made of rows of {width} finite numbers")
    return table


def _width(header: str, name: str) -> int:
    """The number of columns; FileError unless they are those of circles."""
    columns = header.rstrip("\r\n").split(",")
    w_dim = len(columns) - len(KEYS)
    expected = [*KEYS, *(f"w{i}" for i in range(w_dim))]
    if columns != expected or not 1 < w_dim <= MAX_WIDTH:
        raise FileError(f"{name} has not the columns circle, index, angle, w0 ...")
    return len(columns)


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    while line := _line(text, name):
        if line.strip():
            yield line


def _line(text: io.TextIOWrapper, name: str) -> str:
    line = text.readline(LINE_LIMIT)
    if len(line) >= LINE_LIMIT:
        raise FileError(f"{name} has a line that is too long for a table of circles")
    return line


def _circles(table: NDArray[np.float64], name: str, lenient: bool) -> CurveSet:
    circle, index, angle = table[:, 0], table[:, 1], table[:, 2]
    count = int(np.count_nonzero(index == 0))
    points = len(table) // max(count, 1)
    if count * points != len(table):
        raise FileError(f"{name} does not hold circles of equally many points")
    blocks = np.arange(len(table)) // points
    same = np.array_equal(angle, np.tile(angle[:points], count))
    if (
        not np.array_equal(circle, blocks)
        or not np.array_equal(index, np.arange(len(table)) % points)
        or not same
    ):
        raise FileError(f"{name} does not list its circles point by point, in order")
    with np.errstate(over="ignore"):
        w = torch.from_numpy(table[:, 3:].astype(np.float32))
    w = w.reshape(count, points, -1)
    check_w(w, name, lenient)
    if not lenient and not bool(torch.isfinite(w).all()):
        raise FileError(f"{name} holds numbers that are too large")
    angles = check_angle(torch.from_numpy(angle[:points].copy()), name)
    return assemble(name, w, Meta(), angle=angles)

"""Circles as PLY points: x y z of the first triplet, and all of w as w0, w1, ...

Format: Turk 1994, "The PLY Polygon File Format". Written as binary_little_endian
with closed curves as edges and surfaces as faces, so that any viewer of meshes draws
them; comments keep what a PLY has no place for (circles, psi, the model's sha256,
w_avg).
"""

import io
import json
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO, cast

import numpy as np
import torch
from numpy.typing import NDArray

from sgviz.checkpoints.circles_npz import (
    MAX_WIDTH,
    assemble,
    check_w,
    meta_of,
    parse_table,
)
from sgviz.checkpoints.errors import FileError, printable
from sgviz.checkpoints.npy import MAX_NUMBERS
from sgviz.checkpoints.source import read_exactly
from sgviz.curves import CurveSet

START = b"ply"
HEADER_LIMIT = 1 << 20
ASCII_LIMIT = 256 * 1024**2
W_AVG_A_LINE = 6

TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1",
    "short": "i2", "int16": "i2", "ushort": "u2", "uint16": "u2",
    "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4",
    "float": "f4", "float32": "f4", "double": "f8", "float64": "f8",
}  # fmt: skip
ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">", "ascii": ""}
ASCII = ""


@dataclass
class _Header:
    """What the lines above the numbers said; ``properties`` are those of a vertex."""

    order: str | None = None
    vertices: int = -1
    properties: dict[str, str] = field(default_factory=dict)
    elements: int = 0
    meta: dict[str, object] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    w_avg: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def w_dim(self) -> int:
        """How many of w0, w1, ... are there without a gap."""
        return next(i for i in range(MAX_WIDTH + 2) if f"w{i}" not in self.properties)


def read(file: BinaryIO, size: int, name: str, lenient: bool = False) -> CurveSet:
    """The circles in an open PLY file; without our comments it is one circle.

    ``lenient`` as in circles_file.read_circles.

    Raises
    ------
    FileError
        One sentence: cut off, no w0 w1 ..., points that are no circles.
    """
    header = _read_header(file, size, name)
    if header.vertices * len(header.properties) > 2 * MAX_NUMBERS:
        raise FileError(f"{name} holds {header.vertices:,} points, which is too many")
    read_table = _ascii_table if header.order == ASCII else _binary_table
    flat = torch.from_numpy(read_table(file, size, header, name))
    if not lenient and not bool(torch.isfinite(flat).all()):
        raise FileError(f"{name} holds numbers that are not finite")
    circles = header.meta.get("circles", 1)
    if type(circles) is not int or circles < 1 or len(flat) % circles:
        raise FileError(f"{name} does not hold circles of equally many points")
    w = flat.reshape(circles, -1, header.w_dim)
    check_w(w, name, lenient)
    centre = torch.tensor(header.w_avg) if header.w_avg else None
    meta = replace(parse_table(header.meta, name), names=tuple(header.names))
    return assemble(name, w, meta, centre=centre)


def write(curves: CurveSet, file: BinaryIO) -> None:
    """Write points and edges; ValueError where W has no first triplet."""
    count, points, w_dim = curves.w.shape
    if w_dim < 3:
        raise ValueError(f"W has {w_dim} coordinates: a .ply file needs three")
    total = count * points
    flat = curves.w.reshape(total, w_dim).numpy()
    file.write("\n".join(_header_lines(curves, total)).encode("utf-8") + b"\n")
    file.write(np.concatenate([flat[:, :3], flat], axis=1).astype("<f4").tobytes())
    file.write(_elements(curves)[1])


def _elements(curves: CurveSet) -> tuple[list[str], bytes]:
    """What joins the points, and its lines of the header.

    The edges of curves, the faces of a surface (four corners each); nothing of a heap.
    """
    index = np.arange(curves.w.shape[0] * curves.w.shape[1], dtype="<i4")
    index = index.reshape(curves.w.shape[:2])
    after = np.roll(index, -1, axis=1)
    if curves.form == "points":
        return [], b""
    if curves.form == "curves":
        edges = np.stack([index, after], axis=-1)
        ends = ["property int vertex1", "property int vertex2"]
        return [f"element edge {index.size}", *ends], edges.tobytes()
    if not curves.closed:
        index, after = index[:, :-1], after[:, :-1]
    corners = np.stack([index[:-1], after[:-1], after[1:], index[1:]], axis=-1)
    faces = np.empty(corners.shape[:2], dtype=[("count", "u1"), ("at", "<i4", 4)])
    faces["count"], faces["at"] = 4, corners
    lines = [f"element face {faces.size}", "property list uchar int vertex_indices"]
    return lines, faces.tobytes()


def _header_lines(curves: CurveSet, total: int) -> list[str]:
    meta = meta_of(curves) | {"circles": len(curves.w)}
    w_avg = [f"{value:.9g}" for value in curves.centre.tolist()]
    lines = ["ply", "format binary_little_endian 1.0"]
    lines.append(f"comment sgviz {json.dumps(meta)}")
    lines += [f"comment circle {printable(circle, 60)}" for circle in curves.names]
    lines += [
        f"comment w_avg {' '.join(w_avg[i : i + W_AVG_A_LINE])}"
        for i in range(0, len(w_avg), W_AVG_A_LINE)
    ]
    columns = ["x", "y", "z", *(f"w{i}" for i in range(len(w_avg)))]
    lines += [f"element vertex {total}", *(f"property float {c}" for c in columns)]
    return [*lines, *_elements(curves)[0], "end_header"]


def _read_header(file: BinaryIO, size: int, name: str) -> _Header:
    start = bytes(read_exactly(file, min(size, HEADER_LIMIT), name))
    end = start.find(b"end_header")
    line_end = start.find(b"\n", end)
    if end < 0 or line_end < 0:
        raise FileError(f"{name} is a PLY file without the end of its header")
    header = _Header(size=line_end + 1)
    for line in start[:end].decode("utf-8", "replace").splitlines()[1:]:
        _take_line(header, line.split(), line, name)
    if header.order is None or header.vertices < 1:
        raise FileError(f"{name} is a PLY file without a format or without points")
    if not 1 < header.w_dim <= MAX_WIDTH:
        raise FileError(f"{name} is a PLY file without the properties w0, w1, ...")
    return header


def _take_line(header: _Header, words: list[str], line: str, name: str) -> None:
    match words:
        case ["format", order, "1.0"] if order in ORDERS:
            header.order = ORDERS[order]
        case ["comment", *_]:
            _take_comment(header, words[1:], line, name)
        case ["element", kind, count]:
            header.elements += 1
            if header.elements == 1:
                if kind != "vertex" or not count.isdecimal() or len(count) > 12:
                    raise FileError(f"{name} is a PLY file that begins with no points")
                header.vertices = int(count)
        case ["property", kind, key] if header.elements == 1:
            if kind not in TYPES or key in header.properties:
                raise FileError(f"{name} has the unusable property {printable(key)}")
            header.properties[key] = TYPES[kind]
        case ["property", *_] if header.elements > 1:
            pass
        case ["obj_info", *_] | []:
            pass
        case _:
            raise FileError(f"{name} has the unreadable line {printable(line, 60)!r}")


def _take_comment(header: _Header, words: list[str], line: str, name: str) -> None:
    """Our own comments; anybody else's are theirs."""
    try:
        match words:
            case ["sgviz", *_]:
                meta = json.loads(line.partition("sgviz")[2])
                header.meta = meta if isinstance(meta, dict) else {}
            case ["circle", *_]:
                header.names.append(printable(line.partition("circle")[2], 60))
            case ["w_avg", *numbers]:
                header.w_avg += [float(number) for number in numbers]
    except (ValueError, RecursionError) as error:
        raise FileError(f"{name} has an unreadable comment of sgviz") from error


def _binary_table(
    file: BinaryIO, size: int, header: _Header, name: str
) -> NDArray[np.float32]:
    """W float32 [vertices, w_dim] of a binary file."""
    dtype = np.dtype(
        [(key, f"{header.order}{kind}") for key, kind in header.properties.items()]
    )
    wanted = header.vertices * dtype.itemsize
    if wanted > size - header.size:
        raise FileError(f"{name} is cut off: it should hold {header.vertices:,} points")
    if header.elements == 1 and wanted < size - header.size:
        raise FileError(f"{name} goes on after its last point")
    file.seek(header.size)
    points = np.frombuffer(read_exactly(file, wanted, name), dtype)
    table = np.empty((len(points), header.w_dim), np.float32)
    with np.errstate(over="ignore"):
        for i in range(header.w_dim):
            table[:, i] = points[f"w{i}"]
    return table


def _ascii_table(
    file: BinaryIO, size: int, header: _Header, name: str
) -> NDArray[np.float32]:
    """W float32 [vertices, w_dim] of a file of text."""
    width = len(header.properties)
    if size > ASCII_LIMIT or header.vertices * width * 2 > size:
        raise FileError(f"{name} is cut off, or too large for a PLY file of text")
    file.seek(header.size)
    text = io.TextIOWrapper(io.BufferedReader(cast("io.FileIO", file)), "ascii")
    try:
        lines = islice(text, header.vertices)
        table = np.loadtxt(lines, dtype=np.float64, comments=None, ndmin=2)
    except ValueError as error:
        raise FileError(f"{name} is not made of rows of {width} numbers") from error
    finally:
        # Whoever opened the file closes it.
        text.detach().detach()
    if table.shape != (header.vertices, width):
        raise FileError(f"{name} is not made of rows of {width} numbers")
    first = list(header.properties)
    columns = [first.index(f"w{i}") for i in range(header.w_dim)]
    with np.errstate(over="ignore"):
        return table[:, columns].astype(np.float32)

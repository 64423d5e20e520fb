"""Arrays in numpy's own format, read without numpy's reader of headers.

The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
numpy evaluates the header as Python and will unpickle objects; here the header is
matched against the three things it may say, and only plain numbers and text pass.
"""

import math
import re
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from sgviz.checkpoints.errors import FileError, printable

MAGIC = b"\x93NUMPY"
HEADER_LIMIT = 64 * 1024
MAX_DIMS = 8
MAX_NUMBERS = 2**27
TEXT_LIMIT = 1024 * 1024
CHUNK = 1 << 20

NUMBER_TYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1")

_DESCR = re.compile(r"'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d{0,9})'")
_ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)\b")
_SHAPE = re.compile(r"'shape'\s*:\s*\(((?:\s*\d{1,19}\s*,?)*)\)")


@dataclass(frozen=True)
class Header:
    """What an array is: order of bytes, type such as "f4", shape, place of data."""

    order: str
    kind: str
    shape: tuple[int, ...]
    fortran: bool
    start: int

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)


def read_numbers(
    file: BinaryIO,
    size: int,
    what: str,
    limit: int = MAX_NUMBERS,
    lenient: bool = False,
) -> NDArray[np.float32]:
    """The array in the next ``size`` bytes, as float32.

    All of it must be finite, unless ``lenient``. ``what`` names it in sentences; at
    most ``limit`` numbers are read.

    Raises
    ------
    FileError
        One sentence: damaged, objects or other than numbers, too many, not finite.
    """
    header = _header(file, what)
    if header.kind not in NUMBER_TYPES:
        raise FileError(f"{what} holds {_kind_name(header.kind)}, not numbers")
    if header.size > limit:
        raise FileError(
            f"{what} holds {header.size:,} numbers; at most {limit:,} are read"
        )
    dtype = np.dtype(header.order.replace("|", "") + header.kind)
    data = _exactly(file, _data_bytes(header, dtype.itemsize, size, what), what)
    with np.errstate(over="ignore"):
        numbers = np.frombuffer(data, dtype).astype(np.float32, copy=False)
    if not lenient and not np.isfinite(numbers).all():
        raise FileError(f"{what} holds numbers that are not finite")
    return numbers.reshape(header.shape, order="F" if header.fortran else "C")


def read_text(file: BinaryIO, size: int, what: str) -> str:
    """The single text in the next ``size`` bytes (numpy's types U and S); FileError."""
    header = _header(file, what)
    if header.size != 1 or header.kind[0] not in "US" or size > TEXT_LIMIT:
        raise FileError(f"{what} is not one text")
    wide = header.kind[0] == "U"
    itemsize = int(header.kind[1:] or 0) * (4 if wide else 1)
    data = bytes(_exactly(file, _data_bytes(header, itemsize, size, what), what))
    encoding = "utf-8"
    if wide:
        encoding = "utf-32-be" if header.order == ">" else "utf-32-le"
    try:
        return data.decode(encoding).rstrip("\0")
    except UnicodeDecodeError as error:
        raise FileError(f"{what} is not readable text") from error


def _header(file: BinaryIO, what: str) -> Header:
    start = bytes(_exactly(file, 8, what))
    if not start.startswith(MAGIC) or start[6] not in (1, 2, 3):
        raise FileError(f"{what} is not a numpy array")
    width = 2 if start[6] == 1 else 4
    length = int.from_bytes(_exactly(file, width, what), "little")
    if length > HEADER_LIMIT:
        raise FileError(f"{what} has a header of {length:,} bytes, which is too long")
    text = _exactly(file, length, what).decode("latin-1")
    descr, order = _DESCR.search(text), _ORDER.search(text)
    shape = _SHAPE.search(text)
    if descr is None or order is None or shape is None:
        raise FileError(f"{what} is an array of another kind than plain numbers")
    sides = tuple(int(side) for side in shape[1].replace(",", " ").split())
    if len(sides) > MAX_DIMS:
        raise FileError(f"{what} has {len(sides)} dimensions, which is too many")
    return Header(
        descr[1], descr[2], sides, order[1] == "True", len(start) + width + length
    )


def _data_bytes(header: Header, itemsize: int, size: int, what: str) -> int:
    """The bytes of the data; FileError unless they end exactly where the file does."""
    wanted, there = header.size * itemsize, size - header.start
    if wanted > there:
        raise FileError(f"{what} is cut off: {wanted - there:,} bytes are missing")
    if wanted < there:
        raise FileError(f"{what} has {there - wanted:,} bytes after its end")
    return wanted


def _exactly(file: BinaryIO, count: int, what: str) -> bytearray:
    """The next ``count`` bytes, whatever pieces they come in."""
    data = bytearray()
    while len(data) < count:
        piece = file.read(min(CHUNK, count - len(data)))
        if not piece:
            raise FileError(f"{what} is cut off")
        data += piece
    return data


def _kind_name(kind: str) -> str:
    names = {"O": "Python objects, which are never read", "c": "complex numbers"}
    text = {"U": "text", "S": "text", "M": "dates", "m": "times", "V": "records"}
    return (names | text).get(kind[0], f"the type {printable(kind, 12)}")

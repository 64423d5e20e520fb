"""A State inside a PNG: written with every picture, read from any.

The State is JSON in an iTXt chunk "sgviz-state", with names and hashes of files
but no folders. Reading walks over the chunks and never decodes the image, so no
size that a picture claims can cost anything. Format: PNG specification (W3C 2003),
sections 5.3 and 11.3.4.5. This module knows no torch.
"""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sgviz.checkpoints.atomic import write_atomically
from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.source import open_source, read_exactly
from sgviz.state import State
from sgviz.state_json import JSON_LIMIT, StateError, from_json, to_json

KEYWORD = b"sgviz-state"
MAGIC = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 100_000
MAX_SIDE = 2**31 - 1

Pixels = NDArray[np.uint8]


def png_bytes(picture: Pixels | bytes, state: State | None) -> bytes:
    """A PNG that carries a State, of pixels u8 [H, W, 3] or of a PNG's bytes.

    A State that the bytes carried before is replaced; None leaves them without one.

    Raises
    ------
    FileError
        The bytes are no PNG.
    """
    if isinstance(picture, bytes):
        plain = picture
    else:
        buffer = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(picture)).save(buffer, "PNG")
        plain = buffer.getvalue()
    chunks = [
        chunk
        for kind, chunk in _whole_chunks(plain)
        if not (kind == b"iTXt" and chunk[8:].startswith(KEYWORD + b"\0"))
    ]
    # Right behind the header: found at once, and there before the image is.
    carried = [] if state is None else [_state_chunk(state)]
    return b"".join([MAGIC, chunks[0], *carried, *chunks[1:]])


def write_png(
    target: Path | BinaryIO, picture: Pixels | bytes, state: State | None
) -> None:
    """Write :func:`png_bytes` to an open file, or atomically to a path.

    Raises
    ------
    WriteError
        One sentence; a file that was there before is as it was.
    """
    data = png_bytes(picture, state)

    def write(file: BinaryIO) -> None:
        file.write(data)

    if isinstance(target, Path):
        write_atomically(target, write)
    else:
        write(target)


def read_state(source: Path | bytes) -> State | None:
    """The State in a PNG file, or in a PNG's bytes; None where it carries none.

    Raises
    ------
    FileError
        One sentence: no PNG, cut off, or a State that cannot be read.
    """
    if isinstance(source, bytes):
        return read_open(io.BytesIO(source), len(source), "the picture")
    with open_source(source) as (file, size):
        return read_open(file, size, shown_name(source))


def read_open(file: BinaryIO, size: int, name: str) -> State | None:
    """:func:`read_state` of an open file of ``size`` bytes."""
    found: bytes | None = None
    for kind, length in _walk(file, size, name):
        if kind != b"iTXt" or length < len(KEYWORD) + 5:
            continue
        head = bytes(read_exactly(file, len(KEYWORD) + 1, name))
        if head != KEYWORD + b"\0":
            continue
        if found is not None:
            raise FileError(f"{name} carries two states of sgviz")
        if length > 4 * JSON_LIMIT:
            raise FileError(f"{name} carries a state that is too large to be one")
        found = head + bytes(read_exactly(file, length - len(head), name))
        crc = int.from_bytes(read_exactly(file, 4, name), "big")
        if crc != zlib.crc32(b"iTXt" + found):
            raise FileError(f"{name} carries a state that is damaged")
    return None if found is None else _state(found, name)


def picture_size(file: BinaryIO, size: int, name: str) -> tuple[int, int]:
    """Width and height that an open PNG claims; FileError."""
    kind, length = next(_walk(file, size, name))
    if kind != b"IHDR" or length != 13:
        raise FileError(f"{name} is a damaged PNG picture")
    head = bytes(read_exactly(file, 8, name))
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")


def _state(data: bytes, name: str) -> State:
    """The State in an iTXt chunk's data: keyword, two flags, language, title, text."""
    packed, method = data[len(KEYWORD) + 1 : len(KEYWORD) + 3]
    _language, _, rest = data[len(KEYWORD) + 3 :].partition(b"\0")
    _title, _, text = rest.partition(b"\0")
    try:
        if packed:
            unpacker = zlib.decompressobj()
            text = unpacker.decompress(text, JSON_LIMIT + 1)
        if method or len(text) > JSON_LIMIT:
            raise FileError(f"{name} carries a state that is too large to be one")
        return from_json(text.decode("utf-8"))
    except StateError as error:
        why = printable(str(error), 200)
        raise FileError(f"{name} carries no usable state: {why}") from error
    except (zlib.error, UnicodeDecodeError) as error:
        raise FileError(f"{name} carries a state that is damaged") from error


def _state_chunk(state: State) -> bytes:
    text = to_json(state, portable=True).encode("utf-8")
    data = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + text
    crc = zlib.crc32(b"iTXt" + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + b"iTXt" + data + crc


def _walk(file: BinaryIO, size: int, name: str) -> Iterator[tuple[bytes, int]]:
    """Type and length of each chunk, the file standing at its data; FileError.

    The file must begin as a PNG and end where its last chunk does.
    """
    file.seek(0)
    if size < len(MAGIC) or bytes(read_exactly(file, len(MAGIC), name)) != MAGIC:
        raise FileError(f"{name} is not a PNG picture")
    place = len(MAGIC)
    for _ in range(MAX_CHUNKS):
        if place + 12 > size:
            raise FileError(f"{name} is a PNG picture that is cut off")
        file.seek(place)
        head = bytes(read_exactly(file, 8, name))
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        place += 12 + length
        if place > size:
            raise FileError(f"{name} is a PNG picture that is cut off")
        yield kind, length
        if kind == b"IEND":
            if place != size:
                raise FileError(f"{name} goes on after the end of its picture")
            return
    raise FileError(f"{name} is a PNG picture of too many pieces")


def _whole_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and all bytes of each chunk of a PNG in memory; FileError."""
    file = io.BytesIO(data)
    for kind, length in _walk(file, len(data), "the picture"):
        start = file.tell() - 8
        yield kind, data[start : start + length + 12]

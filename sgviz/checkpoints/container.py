"""The safetensors container: 8 bytes of length, a JSON header, the numbers.

Reading checks everything about the header before a number is read, and refuses
what the safetensors library lets pass (a key twice) or reports in its own words.
Writing gives the same bytes for the same tensors, which the library does not (it
shuffles the metadata), so that equal runs make equal files.
Format: https://huggingface.co/docs/safetensors (header at most 100 MB there, 8 MiB
here; offsets without holes).
"""

import json
import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from sgviz.checkpoints.atomic import write_atomically
from sgviz.checkpoints.errors import FileError, WriteError, printable, shown_name
from sgviz.checkpoints.source import (
    HEADER_LIMIT,
    SNIFF,
    looks_like,
    open_source,
    read_exactly,
    read_numbers,
)

MAX_TENSORS = 20_000
MAX_DIMS = 8
PREFIX = 8

DTYPES: dict[str, torch.dtype] = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
_CODES = {dtype: code for code, dtype in DTYPES.items()}


@dataclass(frozen=True)
class Entry:
    """A tensor of a file: type, shape, and its bytes counted from the data."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Header:
    """A checked header: text by name, entries by name, where the data begins."""

    metadata: dict[str, str]
    entries: dict[str, Entry]
    data_start: int


def read_header(file: BinaryIO, size: int, name: str) -> Header:
    """The header of an open file of ``size`` bytes, checked to the last byte.

    Raises
    ------
    FileError
        One sentence that calls the file ``name``.
    """
    start = bytes(read_exactly(file, min(size, SNIFF), name))
    length = int.from_bytes(start[:PREFIX], "little")
    if size <= PREFIX or length > size - PREFIX or start[PREFIX : PREFIX + 1] != b"{":
        raise FileError(_not_safetensors(file, start, size, name))
    if length > HEADER_LIMIT:
        raise FileError(f"{name} has a header of {length:,} bytes, which is too long")
    file.seek(PREFIX)
    raw = read_exactly(file, length, name)
    head = _parse_json(bytes(raw), name)
    metadata = _metadata(head.pop("__metadata__", {}), name)
    if len(head) > MAX_TENSORS:
        raise FileError(f"{name} lists {len(head):,} tensors, which is too many")
    entries = {key: _entry(key, value, name) for key, value in head.items()}
    _check_layout(entries, size - PREFIX - length, name)
    return Header(metadata, entries, PREFIX + length)


def read_tensors(
    file: BinaryIO, header: Header, names: Iterable[str], file_name: str
) -> dict[str, Tensor]:
    """The tensors of these names as they are stored (own memory each, on the CPU).

    Raises
    ------
    FileError
        The file became shorter since its header was read.
    """
    tensors = {}
    for name in names:
        entry = header.entries[name]
        file.seek(header.data_start + entry.start)
        data = read_numbers(file, entry.end - entry.start, file_name)
        flat = torch.frombuffer(data, dtype=entry.dtype) if data else torch.empty(0)
        tensors[name] = flat.to(entry.dtype).reshape(entry.shape)
    return tensors


def write_tensors(
    path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
) -> None:
    """Write a container atomically and read it again before it gets its name.

    Raises
    ------
    WriteError
        One sentence; the old file is as it was.
    """
    order = sorted(tensors)
    checksum = 0

    def write(file: BinaryIO) -> None:
        nonlocal checksum
        file.write(_header_bytes(order, tensors, metadata))
        for name in order:
            data = _bytes_of(tensors[name])
            checksum = zlib.crc32(data, checksum)
            file.write(data)

    def verify(partial: Path) -> None:
        try:
            kept = data_checksum(partial) == checksum
        except FileError:
            kept = False
        if not kept:
            name = shown_name(path)
            raise WriteError(f"{name} was not saved: the disk changed its bytes")

    write_atomically(path, write, verify)


def data_checksum(path: Path) -> int:
    """CRC-32 of the numbers of a container, its header checked; FileError."""
    checksum = 0
    with open_source(path) as (file, size):
        file.seek(read_header(file, size, path.name).data_start)
        while chunk := file.read(1 << 20):
            checksum = zlib.crc32(chunk, checksum)
    return checksum


def _header_bytes(
    order: list[str], tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
) -> bytes:
    head: dict[str, object] = {"__metadata__": dict(sorted(metadata.items()))}
    start = 0
    for name in order:
        tensor = tensors[name]
        end = start + tensor.numel() * tensor.element_size()
        head[name] = {
            "dtype": _CODES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [start, end],
        }
        start = end
    text = json.dumps(head, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % PREFIX)
    return len(text).to_bytes(PREFIX, "little") + text


def _bytes_of(tensor: Tensor) -> memoryview:
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().data


def _not_safetensors(file: BinaryIO, start: bytes, size: int, name: str) -> str:
    from sgviz.checkpoints.circles_file import holds

    if (what := holds(file, start, size, name)) is not None:
        return f"{name} holds {what}, not a network"
    if (what := looks_like(start)) is not None:
        return f"{name} is {what}" + ("" if "not" in what else ", not a network")
    length = int.from_bytes(start[:PREFIX], "little")
    if start[PREFIX : PREFIX + 2] == b'{"' and length > size - PREFIX:
        return f"{name} is cut off: its header is longer than the file"
    return f"{name} is not a file that sgviz knows"


def _parse_json(raw: bytes, name: str) -> dict[str, object]:
    try:
        head = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_no_twice,
            parse_constant=_no_constant,
        )
    except FileError as error:
        raise FileError(f"{name} {error}") from error
    except UnicodeDecodeError as error:
        raise FileError(f"the header of {name} is not text") from error
    except RecursionError as error:
        raise FileError(f"the header of {name} is nested too deeply") from error
    except ValueError as error:
        raise FileError(f"the header of {name} is not JSON") from error
    if not isinstance(head, dict):
        raise FileError(f"the header of {name} is not a table of tensors")
    return head


def _no_twice(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise FileError(f"names {printable(twice, 60)} twice")
    return table


def _no_constant(text: str) -> float:
    raise FileError(f"has {text} in its header")


def _metadata(value: object, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        isinstance(text, str) for text in value.values()
    ):
        raise FileError(f"the metadata of {name} is not a table of texts")
    return value


def _entry(key: str, value: object, name: str) -> Entry:
    shown = printable(key, 60)
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        raise FileError(f"{name} does not describe tensor {shown} as it should")
    dtype = DTYPES.get(value["dtype"]) if isinstance(value["dtype"], str) else None
    if dtype is None:
        kind = printable(str(value["dtype"]), 30)
        raise FileError(f"tensor {shown} of {name} has the unknown type {kind}")
    shape, offsets = _sizes(value["shape"]), _sizes(value["data_offsets"])
    if shape is None or offsets is None or len(shape) > MAX_DIMS or len(offsets) != 2:
        raise FileError(f"tensor {shown} of {name} has an impossible shape or place")
    start, end = offsets
    if end - start != math.prod(shape) * dtype.itemsize:
        raise FileError(f"tensor {shown} of {name} has not as many bytes as its shape")
    return Entry(dtype, tuple(shape), start, end)


def _sizes(value: object) -> list[int] | None:
    if not isinstance(value, list):
        return None
    good = all(type(size) is int and 0 <= size < 2**63 for size in value)
    return value if good else None


def _check_layout(entries: dict[str, Entry], size: int, name: str) -> None:
    place = 0
    in_order = sorted(entries.items(), key=lambda item: (item[1].start, item[1].end))
    for key, entry in in_order:
        if entry.start != place:
            what = "overlaps another" if entry.start < place else "leaves a hole"
            raise FileError(f"tensor {printable(key, 60)} of {name} {what}")
        place = entry.end
    if place > size:
        raise FileError(f"{name} is cut off: {place - size:,} bytes are missing")
    if place < size:
        raise FileError(f"{name} has {size - place:,} bytes after its last tensor")

"""Named tensors out of a file of anybody's: safetensors, or torch's state_dict.

For weights that are not a generator's. Nothing in the file is executed, and only the
tensors that are asked for are read: of a VGG16 of 528 MB its convolutions alone.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from sgviz.checkpoints.arrays import read_array
from sgviz.checkpoints.container import read_header, read_tensors
from sgviz.checkpoints.errors import FileError, ModelFileError, printable, shown_name
from sgviz.checkpoints.source import (
    SNIFF,
    Container,
    foreign_container,
    open_source,
    read_exactly,
)
from sgviz.checkpoints.state_dict import state_of
from sgviz.checkpoints.torch_files import read_legacy, read_zip
from sgviz.checkpoints.window import Budget

LIMIT = 1024**3
# Under which key a state_dict lies where it is not the whole file.
INSIDE = ("state_dict", "model", "net")

Reader = Callable[[BinaryIO, int], object]
_READERS: dict[Container, Reader] = {"legacy": read_legacy, "zip": read_zip}


def read_weights(path: Path, wanted: Callable[[str], bool]) -> dict[str, Tensor]:
    """The tensors of a file whose names are ``wanted``, float32 on the CPU.

    Raises
    ------
    FileError
        One sentence: unreadable, damaged, no table of tensors, or numbers that are
        not finite.
    """
    name = shown_name(path)
    with open_source(path, LIMIT) as (file, size):
        start = bytes(read_exactly(file, min(size, SNIFF), name))
        container = foreign_container(start)
        if container == "pickle":
            raise FileError(f"{name} is a Python pickle, not a table of weights")
        if container is None:
            found = _safetensors(file, size, name, wanted)
        else:
            found = _state_dict(_READERS[container], file, size, name, wanted)
    for key, tensor in found.items():
        if not bool(torch.isfinite(tensor).all()):
            shown = printable(key, 60)
            raise FileError(f"{name}: its tensor {shown} is not all finite numbers")
    return found


def _safetensors(
    file: BinaryIO, size: int, name: str, wanted: Callable[[str], bool]
) -> dict[str, Tensor]:
    file.seek(0)
    header = read_header(file, size, name)
    names = [key for key in header.entries if wanted(key)]
    for key in names:
        if not header.entries[key].dtype.is_floating_point:
            raise FileError(f"tensor {printable(key, 60)} of {name} holds no weights")
    read = read_tensors(file, header, names, name)
    return {key: tensor.float() for key, tensor in read.items()}


def _state_dict(
    read: Reader, file: BinaryIO, size: int, name: str, wanted: Callable[[str], bool]
) -> dict[str, Tensor]:
    try:
        table = read(file, size)
        state = state_of(table)
        for key in INSIDE:
            if not state and type(table) is dict:
                state = state_of(table.get(key))
        if not state:
            raise ModelFileError("it holds no table of tensors", "unknown")
        budget = Budget(tensors=size)
        return {k: read_array(file, state[k], budget) for k in state if wanted(k)}
    except ModelFileError as error:
        raise FileError(f"{name} cannot be read: {error}") from error
    except (RecursionError, MemoryError) as error:
        raise FileError(f"{name} is too much for this machine") from error

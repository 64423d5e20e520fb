"""A network in a file of anybody's -> Snapshot, by what the file holds.

Our own files (native.py), and those of other programs, of which no byte is executed
(torch_files.py). What is opened and from whom: docs/opening-networks.md.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from sgviz.checkpoints import genforce, lucidrains, nvidia, rosinality, tensorflow
from sgviz.checkpoints.errors import ModelFileError, printable, shown_name
from sgviz.checkpoints.found import Found
from sgviz.checkpoints.native import load
from sgviz.checkpoints.pickle_nodes import Node
from sgviz.checkpoints.source import (
    SNIFF,
    Container,
    foreign_container,
    open_source,
    read_exactly,
)
from sgviz.checkpoints.torch_files import read_legacy, read_pickle, read_zip
from sgviz.checkpoints.watch import Watch
from sgviz.models.snapshot import Snapshot

DEFAULT = "G_ema"


class Format(Protocol):
    """What a module knows of one program's files, once they are inert nodes."""

    def is_ours(self, value: object, /) -> bool:
        """Whether it is what those files hold."""

    def generators_of(self, value: object, /) -> tuple[str, ...]:
        """The generators in it: G_ema, G, or both."""

    def find(self, value: object, wanted: str, /) -> Found:
        """The generator of that name; ModelFileError."""


FORMATS: tuple[Format, ...] = (tensorflow, rosinality, genforce, lucidrains, nvidia)
READERS: dict[Container, Callable[[BinaryIO, int], object]] = {
    "pickle": read_pickle,
    "legacy": read_legacy,
    "zip": read_zip,
}
T = TypeVar("T")


def load_model(
    path: Path, network: str = DEFAULT, watch: Watch | None = None
) -> Snapshot:
    """The network in a file of ours or of another program, float32 on the CPU.

    ``network`` is which of several generators: G_ema, the average, or G. ``watch``
    hears what is read.

    Raises
    ------
    FileError
        One sentence: unreadable, damaged, or no network that sgviz knows.
    CancelledError
        Nobody waits for it any more.
    """
    name = shown_name(path)
    with open_source(path, watch=watch) as (file, size):
        start = bytes(read_exactly(file, min(size, SNIFF), name))
        if (container := foreign_container(start)) is not None:
            return _named(
                name,
                lambda: _find(container, file, size, network).read(file, size),
            )
    return load(path, network, watch)


def look_at(file: BinaryIO, size: int, name: str, network: str = DEFAULT) -> Found:
    """What an open file of another program holds, without its numbers; FileError."""
    file.seek(0)
    container = foreign_container(bytes(read_exactly(file, min(size, SNIFF), name)))
    if container is None:
        raise ModelFileError(f"{name} is no network of another program", "unknown")
    return _named(name, lambda: _find(container, file, size, network))


def _find(container: Container, file: BinaryIO, size: int, network: str) -> Found:
    value = READERS[container](file, size)
    for each in FORMATS:
        if each.is_ours(value):
            return replace(
                each.find(value, network), networks=each.generators_of(value)
            )
    raise ModelFileError(f"it holds {_content(value)}, and no network", "unknown")


def _content(value: object) -> str:
    """What is there instead, in words."""
    if type(value) is dict:
        keys = ", ".join(
            printable(str(k), 20) for k in list(value)[:6] if type(k) is str
        )
        return f"a table of {keys or 'nothing'}"
    if isinstance(value, Node):
        return f"an object of {printable(value.name.replace(' ', '.'), 60)}"
    kinds = ((list, "a list"), (tuple, "a tuple"), (str, "a text"))
    return next((word for kind, word in kinds if type(value) is kind), "something")


def _named(name: str, work: Callable[[], T]) -> T:
    """The result of work whose sentences say "it" where the file's name belongs."""
    try:
        return work()
    except ModelFileError as error:
        raise ModelFileError(f"{name} cannot be opened: {error}", error.code) from error
    except (RecursionError, MemoryError) as error:
        why = f"{name} cannot be opened: it is too much for this machine"
        raise ModelFileError(why, "limit") from error

"""What torch.save and pickle write, read without either.

Three containers: a pickle whose storages are torch files inside of it, torch's file
before version 1.6 (five pickles, then numbers), and its zip since. All give tables
of inert nodes whose numbers stay in the file.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.opcodes import TABLE
from sgviz.checkpoints.pickle_machine import Machine, Maker
from sgviz.checkpoints.pickle_names import (
    STORAGE_NAMES,
    STORAGES,
    TORCH_NAMES,
    opaque,
    pickle_names,
)
from sgviz.checkpoints.pickle_nodes import ITEM_SIZES, Ref, Storage
from sgviz.checkpoints.window import Blob, Budget, Window
from sgviz.checkpoints.zip_list import members_of

MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
STOP = ord(".")
STACK_LIMIT = 20_000
INNER_PIECE = 1 << 11
FEW_BYTES = 16


def read_pickle(file: BinaryIO, size: int) -> object:
    """What a pickle of networks holds; ModelFileError."""
    window, budget = Window(file, 0, size), Budget(tensors=size)
    makers = pickle_names(_storage_inside)
    value = _run(Machine(window, budget, makers, opaque))
    _require_end(window)
    return value


def read_legacy(file: BinaryIO, size: int) -> object:
    """What a file of torch.save before its version 1.6 holds; ModelFileError."""
    window, budget = Window(file, 0, size), Budget(tensors=size)
    return _legacy(window, budget, TORCH_NAMES, opaque)


def read_zip(file: BinaryIO, size: int) -> object:
    """What a file of torch.save since its version 1.6 holds; ModelFileError."""
    members = members_of(file, size)
    pickles = [name for name in members if name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise ModelFileError(f"it has {len(pickles)} members data.pkl, not one")
    root, blob = pickles[0].removesuffix("data.pkl"), members[pickles[0]]
    storages = Storages(_order(file, members.get(f"{root}byteorder")))
    window = Window(file, blob.start, blob.start + blob.length)
    machine = Machine(window, Budget(tensors=size), TORCH_NAMES, opaque)
    value = _run(replace(machine, persistent=storages.of))
    _require_end(window)
    for key, storage in storages.found.items():
        data = members.get(f"{root}data/{key}")
        if data is None:
            raise ModelFileError("it lacks the numbers of a tensor")
        inside = Window(file, data.start, data.start + data.length, INNER_PIECE)
        storage.put(_numbers(inside, data.length))
    return value


@dataclass
class Storages:
    """The storages that a pickle points to, by their keys."""

    order: str = "<"
    found: dict[str, Storage] = field(default_factory=dict)

    def of(self, pid: object) -> Storage:
        """The storage of ('storage', type, key, location, numel[, None])."""
        if type(pid) is not tuple or len(pid) not in (5, 6) or pid[0] != "storage":
            raise ModelFileError("it points to something that is no storage")
        ref, key, numel = pid[1], pid[2], pid[4]
        if type(ref) is not Ref or ref.name not in STORAGES or type(key) is not str:
            raise ModelFileError("it points to something that is no storage")
        if type(numel) is not int or not 0 <= numel < 2**40:
            raise ModelFileError("it has a storage of an impossible size")
        if len(pid) == 6 and pid[5] is not None:
            raise ModelFileError("it has a storage that is a view of another")
        kind = STORAGES[ref.name]
        known = self.found.setdefault(key, Storage(kind, numel, self.order))
        if (known.kind, known.numel) != (kind, numel):
            raise ModelFileError("it describes one storage in two ways")
        return known


def _run(machine: Machine) -> object:
    """Read one pickle to its end; what it leaves is one value."""
    window, budget, stack = machine.window, machine.budget, machine.stack
    while (code := window.byte()) != STOP:
        budget.opcodes -= 1
        if budget.opcodes < 0 or len(stack) > STACK_LIMIT:
            raise ModelFileError("it is a pickle of too many steps", "limit")
        step = TABLE.get(code)
        if step is None:
            raise ModelFileError(
                f"it has the pickle opcode {code:#04x}, which no network needs",
                "forbidden",
            )
        step(machine)
    if len(stack) != 1 or machine.marks:
        raise ModelFileError("it does not end as a pickle does")
    return stack[0]


def _legacy(
    window: Window,
    budget: Budget,
    makers: dict[str, Maker],
    may_pass: Callable[[str], bool],
) -> object:
    """Magic, protocol, machine, value, keys: five pickles; then the numbers."""
    plain: dict[str, Maker] = {}
    head = [_run(Machine(window, budget, plain)) for _ in range(3)]
    if head[:2] != [MAGIC, LEGACY_PROTOCOL]:
        raise ModelFileError("it is no file of torch.save inside")
    storages = Storages()
    machine = Machine(window, budget, makers, may_pass, storages.of)
    value = _run(machine)
    keys = _run(Machine(window, budget, plain))
    if type(keys) is not list or len(keys) != len(storages.found):
        raise ModelFileError("it lists other storages than it has")
    waiting = dict(storages.found)
    for key in keys:
        storage = waiting.pop(key, None) if type(key) is str else None
        if storage is None or window.number(8) != storage.numel:
            raise ModelFileError("it lists other storages than it has")
        storage.put(_numbers(window, storage.numel * ITEM_SIZES[storage.kind]))
    _require_end(window)
    return value


def _storage_inside(m: Machine, args: tuple[object, ...]) -> object:
    """The storage in a torch file that lies inside of a pickle."""
    if len(args) != 1 or not isinstance(args[0], bytes | Blob):
        raise ModelFileError("it has numbers that are none")
    data = args[0]
    if isinstance(data, Blob):
        end = data.start + data.length
        window = Window(m.window.file, data.start, end, INNER_PIECE)
    else:
        window = Window(io.BytesIO(data), 0, len(data))
    value = _legacy(window, m.budget, STORAGE_NAMES, lambda name: False)
    if not isinstance(value, Storage):
        raise ModelFileError("it has numbers that are none")
    if isinstance(data, bytes) and isinstance(value.data, Blob):
        start = value.data.start
        value.data = data[start : start + value.data.length]
    return value


def _numbers(window: Window, length: int) -> Blob | bytes:
    """Where the next numbers lie; one or two of them as they are."""
    return window.take(length) if length <= FEW_BYTES else window.skip(length)


def _order(file: BinaryIO, blob: Blob | None) -> str:
    if blob is None:
        return "<"
    word = Window(file, blob.start, blob.start + blob.length).take(min(blob.length, 8))
    if word not in (b"little", b"big"):
        raise ModelFileError("it does not say how its numbers are stored")
    return "<" if word == b"little" else ">"


def _require_end(window: Window) -> None:
    if window.left:
        raise ModelFileError(f"it has {window.left:,} bytes after its end")

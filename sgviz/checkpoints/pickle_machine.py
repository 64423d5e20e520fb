"""A pickle while it is read: a bounded stack, and names that stay names.

Nothing is imported, and nothing that the file names is called: a name becomes a
:class:`Ref`, a call an inert node made by a function of ours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.pickle_nodes import Node, Ref
from sgviz.checkpoints.window import SMALL, Blob, Budget, Window

TEXT_LIMIT = 16 * 1024**2
KEY_LIMIT = 2**31
LONG_LIMIT = 255
NAME_LIMIT = 200

Maker = Callable[["Machine", tuple[object, ...]], object]


@dataclass
class Machine:
    """A pickle while it is read: its stack, marks and memo, and who makes nodes.

    ``makers`` are our functions by the exact names that may occur; ``opaque`` says
    which other names are let pass as inert nodes; ``persistent`` turns the identity
    of something stored elsewhere into a node, None: there is no such thing here;
    ``hashes`` are those of the sources that were met.
    """

    window: Window
    budget: Budget
    makers: Mapping[str, Maker]
    opaque: Callable[[str], bool] = lambda name: False
    persistent: Callable[[object], object] | None = None
    stack: list[object] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)
    hashes: dict[int, tuple[str, str]] = field(default_factory=dict)

    def pop(self) -> object:
        """The top of the stack, not reaching below the last mark."""
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise ModelFileError("it takes what it never put there")
        return self.stack.pop()

    def top(self) -> object:
        """What lies on top, left there."""
        value = self.pop()
        self.stack.append(value)
        return value

    def pop_mark(self) -> list[object]:
        """Everything above the last mark."""
        if not self.marks:
            raise ModelFileError("it ends what it never began")
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def text(self, length: int) -> str:
        """The next ``length`` bytes as text."""
        if length > TEXT_LIMIT:
            raise ModelFileError(f"it has a text of {length:,} bytes", "limit")
        self.window.require(length)
        self.budget.take_text(length)
        try:
            return self.window.take(length).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise ModelFileError("it has a text that is none") from error

    def bytes(self, length: int) -> "bytes | Blob":
        """The next ``length`` bytes: where they lie, if they are many."""
        self.window.require(length)
        if length > SMALL:
            return self.window.skip(length)
        self.budget.take_text(length)
        return self.window.take(length)

    def long(self, length: int) -> int:
        """The next ``length`` bytes as a signed number."""
        if length > LONG_LIMIT:
            raise ModelFileError(f"it has a number of {length:,} bytes", "limit")
        return int.from_bytes(self.window.take(length), "little", signed=True)

    def name(self, module: str, name: str) -> Ref:
        """A name, if it may occur here at all."""
        full = f"{module} {name}"
        if len(full) > NAME_LIMIT or not (full in self.makers or self.opaque(full)):
            shown = printable(full.replace(" ", ".", 1), 80)
            raise ModelFileError(
                f"it asks for {shown}, which no network needs: nothing of it was run",
                "forbidden",
            )
        return Ref(full)

    def made(self, made_by: object, args: object) -> object:
        """The node that stands for calling ``made_by``."""
        if type(made_by) is not Ref or type(args) is not tuple:
            raise ModelFileError("it calls something that has no name", "forbidden")
        maker = self.makers.get(made_by.name)
        return Node(made_by.name, args) if maker is None else maker(self, args)

    def recall(self, number: int) -> object:
        """What was remembered under a number."""
        if number not in self.memo:
            raise ModelFileError("it recalls what it never said")
        return self.memo[number]

    def list_below(self) -> list[object]:
        """The list on top."""
        target = self.top()
        if type(target) is not list:
            raise ModelFileError("it appends to something that is no list")
        return target

    def dict_below(self) -> dict[object, object]:
        """The table on top."""
        target = self.top()
        if type(target) is not dict:
            raise ModelFileError("it stores into something that is no table")
        return target


def store(table: dict[object, object], items: list[object]) -> None:
    """Keys and values, one after the other, into a table."""
    if len(items) % 2:
        raise ModelFileError("it has a key without a value")
    for key, value in zip(items[::2], items[1::2], strict=True):
        table[hashable(key)] = value


def hashable(key: object) -> object:
    """A key of a table; its hash must be cheap, and many must not have the same."""
    kind = type(key)
    if kind in (str, bytes, bool) or key is None:
        return key
    if kind is int and isinstance(key, int) and abs(key) < KEY_LIMIT:
        return key
    raise ModelFileError("it has a key that is neither a text nor a small number")

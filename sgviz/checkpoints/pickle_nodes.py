"""What a pickle is turned into: numbers, texts, lists, tables, and inert nodes.

Nothing here is a thing of the program that wrote the pickle. A node says what was
asked for, and is all that ever comes of it.
"""

import math
from dataclasses import dataclass, field

from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.window import Blob

MAX_DIMS = 8
SIZE_LIMIT = 2**40

# Bytes of an element and the name in numpy's short form, for those that are read.
ITEM_SIZES = {
    "f2": 2,
    "f4": 4,
    "f8": 8,
    "bf": 2,
    "i1": 1,
    "i2": 2,
    "i4": 4,
    "i8": 8,
    "u1": 1,
    "u2": 2,
    "u4": 4,
    "u8": 8,
    "b1": 1,
}


@dataclass(frozen=True, slots=True)
class Ref:
    """A name that the file mentions, such as ``collections OrderedDict``."""

    name: str


class Fillable:
    """What BUILD may fill, once."""

    __slots__ = ()

    def fill(self, state: object) -> None:
        """Take what the object holds; ModelFileError."""
        raise NotImplementedError


@dataclass(slots=True)
class Node(Fillable):
    """Something of a class that is only told apart by name; ``state`` is its BUILD."""

    name: str
    args: tuple[object, ...] = ()
    state: object = None
    built: bool = False

    def fill(self, state: object) -> None:
        """Keep the state, as it is."""
        if self.built:
            raise ModelFileError("it fills an object twice", "forbidden")
        self.state, self.built = state, True


@dataclass(slots=True)
class Persistent:
    """An object of NVIDIA's persistent classes: its source is hashed, never run."""

    class_name: str
    source_sha256: str
    state: dict[object, object]


@dataclass(slots=True)
class Dtype(Fillable):
    """A numpy type: a key of ITEM_SIZES, and "<" or ">"."""

    kind: str
    order: str = "<"

    def fill(self, state: object) -> None:
        """The byte order; numpy itself would believe more of this state."""
        if type(state) is not tuple or len(state) not in (8, 9):
            raise ModelFileError("it describes a type of numbers wrongly")
        if state[1] not in ("<", ">", "|", "=") or state[2:5] != (None, None, None):
            raise ModelFileError("it has numbers of a structured type")
        self.order = ">" if state[1] == ">" else "<"


@dataclass(eq=False, slots=True)
class Storage:
    """Numbers of one type in a row: ``data`` is a place in the file, or the bytes.

    ``order`` is their byte order, "<" or ">".
    """

    kind: str
    numel: int
    order: str = "<"
    data: Blob | bytes | None = None

    def put(self, data: Blob | bytes) -> None:
        """Its bytes; ModelFileError unless they are as many as it says."""
        length = data.length if isinstance(data, Blob) else len(data)
        if length != self.numel * ITEM_SIZES[self.kind]:
            raise ModelFileError("a tensor of it has not as many bytes as it says")
        self.data = data


@dataclass(eq=False, slots=True)
class Array:
    """A tensor or numpy array: a view into a storage, in elements."""

    storage: Storage
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int = 0

    @property
    def numel(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def span(self) -> int:
        """How many elements of the storage lie between its first and its last."""
        if not self.numel:
            return 0
        steps = zip(self.shape, self.strides, strict=True)
        return 1 + sum((size - 1) * stride for size, stride in steps)

    def checked(self) -> "Array":
        """Itself; ModelFileError where it reaches outside of its storage."""
        checked_shape(self.shape)
        checked_shape(self.strides)
        checked_shape((self.offset,))
        if len(self.strides) != len(self.shape):
            raise ModelFileError("a tensor of it has an impossible shape")
        if self.numel and self.offset + self.span > self.storage.numel:
            raise ModelFileError("a tensor of it reaches beyond its numbers")
        return self


@dataclass(eq=False, slots=True)
class NumpyArray(Fillable):
    """A numpy array; ``array`` is what its BUILD said, None before."""

    array: Array | None = field(default=None)

    def fill(self, state: object) -> None:
        """(version, shape, type, whether Fortran's order, bytes)."""
        if self.array is not None or type(state) is not tuple or len(state) != 5:
            raise ModelFileError("it fills an array wrongly")
        _, shape, dtype, fortran, data = state
        self.array = numpy_array(shape, dtype, data, fortran=bool(fortran))


def numpy_array(shape: object, dtype: object, data: object, *, fortran: bool) -> Array:
    """An array without holes of these bytes.

    Raises
    ------
    ModelFileError
        It holds Python objects or other than plain numbers, or too few of them.
    """
    if not isinstance(dtype, Dtype):
        raise ModelFileError("it has an array of what are no plain numbers")
    if not isinstance(data, Blob | bytes):
        raise ModelFileError("it has an array of Python objects", "forbidden")
    sides = checked_shape(shape)
    storage = Storage(dtype.kind, math.prod(sides), dtype.order)
    storage.put(data)
    strides = contiguous(sides, fortran=fortran)
    return Array(storage, sides, strides).checked()


def checked_shape(shape: object) -> tuple[int, ...]:
    """A tuple of a few sizes that make sense; ModelFileError."""
    if type(shape) is not tuple or len(shape) > MAX_DIMS:
        raise ModelFileError("a tensor of it has an impossible shape")
    if not all(type(size) is int and 0 <= size < SIZE_LIMIT for size in shape):
        raise ModelFileError("a tensor of it has an impossible shape")
    return shape


def contiguous(shape: tuple[int, ...], *, fortran: bool = False) -> tuple[int, ...]:
    """The strides, in elements, of an array without holes."""
    strides: list[int] = []
    step = 1
    for size in shape if fortran else reversed(shape):
        strides.append(step)
        step *= size
    return tuple(strides if fortran else reversed(strides))

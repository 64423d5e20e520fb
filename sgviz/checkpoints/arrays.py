"""Tensors out of a file: only the bytes that are needed, once, as float32."""

import math
import struct
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
import torch
from torch import Tensor

from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.pickle_nodes import ITEM_SIZES, Array, NumpyArray, Storage
from sgviz.checkpoints.window import Blob, Budget, read_blob

_TYPES = {
    "f2": torch.float16,
    "f4": torch.float32,
    "f8": torch.float64,
    "bf": torch.bfloat16,
    "i1": torch.int8,
    "i2": torch.int16,
    "i4": torch.int32,
    "i8": torch.int64,
    "u1": torch.uint8,
    "b1": torch.bool,
}
FLOATS = ("f2", "f4", "f8", "bf")


@dataclass(frozen=True)
class Taken:
    """A tensor as it will be taken: a view, times ``scale``, plus ``add``.

    ``flip`` turns its last two sides over.
    """

    array: Array
    flip: bool = False
    scale: float = 1.0
    add: float = 0.0

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape; none of the changes alters it."""
        return self.array.shape

    def read(self, file: BinaryIO, budget: Budget) -> Tensor:
        """The tensor, float32 with memory of its own.

        Raises
        ------
        ModelFileError
            The file became shorter, or holds no floats there.
        """
        tensor = read_array(file, self.array, budget)
        if self.flip:
            tensor = tensor.flip((-2, -1))
        if self.scale != 1.0:
            tensor = tensor.mul_(self.scale)
        return tensor.add_(self.add) if self.add else tensor


def as_array(value: object) -> Array | None:
    """The array that a value is, if it is one."""
    if isinstance(value, NumpyArray):
        return value.array
    return value if isinstance(value, Array) else None


def as_number(value: float) -> Array:
    """A number as an array without sides: TensorFlow's scalars are stored so."""
    try:
        data = struct.pack("<f", value)
    except OverflowError:
        data = struct.pack("<f", math.inf)
    return Array(Storage("f4", 1, "<", data), (), ())


def small_number(array: Array | None) -> float:
    """The number of an array without sides whose bytes were read; 0 for none."""
    if array is None or array.numel != 1 or not isinstance(array.storage.data, bytes):
        return 0.0
    if array.storage.kind not in ("f4", "f8"):
        return 0.0
    dtype = array.storage.order + array.storage.kind
    return float(np.frombuffer(array.storage.data, dtype)[0])


def unscaled(matrix: Array) -> Taken:
    """Weights [outputs, inputs] that their program multiplies by nothing.

    Our layers multiply by 1 / sqrt(inputs), so they are stored times its inverse.
    """
    return Taken(matrix, scale=math.sqrt(matrix.shape[-1]) if matrix.shape else 1.0)


def permuted(array: Array, order: tuple[int, ...]) -> Array:
    """The same numbers with the sides in another order."""
    if len(order) != len(array.shape):
        raise ModelFileError("a tensor of it has not the sides that it should have")
    shape = tuple(array.shape[i] for i in order)
    return replace(array, shape=shape, strides=tuple(array.strides[i] for i in order))


def first(array: Array, sides: int = 1) -> Array:
    """The only element of the first ``sides`` sides, which must be of size 1."""
    if array.shape[:sides] != (1,) * sides:
        raise ModelFileError("a tensor of it has not the sides that it should have")
    return replace(array, shape=array.shape[sides:], strides=array.strides[sides:])


def flat(array: Array) -> Array:
    """The numbers of an array of which at most one side is not of size 1, in a row."""
    sides = [i for i, size in enumerate(array.shape) if size != 1]
    if len(sides) > 1:
        raise ModelFileError("a tensor of it has not the sides that it should have")
    shape = tuple(array.shape[i] for i in sides) or (1,)
    return replace(
        array, shape=shape, strides=tuple(array.strides[i] for i in sides) or (1,)
    )


def number(array: Array) -> Array:
    """The only number of an array, as a tensor without sides."""
    if array.numel != 1:
        raise ModelFileError("a tensor of it is not the one number that it should be")
    return replace(array, shape=(), strides=())


def read_array(file: BinaryIO, array: Array, budget: Budget) -> Tensor:
    """The numbers of a view, float32 with memory of its own.

    Only the span of its storage that it needs is read. All spans, and all tensors,
    of a file together must not exceed the file.

    Raises
    ------
    ModelFileError
        The file became shorter, or the tensors are more than the file can hold.
    """
    storage = array.storage
    if storage.kind not in FLOATS:
        raise ModelFileError("a tensor of it holds whole numbers, not weights")
    item = ITEM_SIZES[storage.kind]
    budget.take_tensor(max(array.numel, array.span) * item)
    if not array.numel:
        return torch.zeros(array.shape)
    start, length = array.offset * item, array.span * item
    data = _bytes(file, storage.data, start, length)
    if storage.order == ">":
        _swap(data, item)
    numbers = torch.frombuffer(data, dtype=_TYPES[storage.kind])
    view = numbers.as_strided(array.shape, array.strides)
    return view.to(torch.float32, memory_format=torch.contiguous_format).contiguous()


def _bytes(
    file: BinaryIO, data: Blob | bytes | None, start: int, length: int
) -> memoryview:
    if data is None:
        raise ModelFileError("it lacks the numbers of a tensor")
    if isinstance(data, bytes):
        return memoryview(bytearray(data[start : start + length]))
    return read_blob(file, Blob(data.start + start, length))


def _swap(data: memoryview, item: int) -> None:
    """Turn the byte order of numbers of ``item`` bytes, in place."""
    if item > 1:
        view = torch.frombuffer(data, dtype=torch.uint8).view(-1, item)
        view.copy_(view.flip(1))

"""Anything that was measured, as what JSON can hold: a table of its fields.

Arrays of numbers are lists, of six significant digits; those of more than a million
their shape and their least, mean and largest number; pictures are left out. What is
computed of the fields goes along, where it is a number, a sentence or a table of them.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 1_000_000
DIGITS = 6  # figures differ from twin to twin in the second or third


def plain_table(value: object) -> Any:
    """Tables, lists, numbers and words; numbers that are not finite stay."""
    if is_dataclass(value):
        return _fields(value) | _properties(value)
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, Mapping):
        return {_key(key): plain_table(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_table(part) for part in value]
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, int | float | str | None) else str(value)


def _fields(value: Any) -> dict[str, Any]:
    return {
        field.name: plain_table(part)
        for field in fields(value)
        if (part := getattr(value, field.name)) is not None and not _is_picture(part)
    }


def _properties(value: object) -> dict[str, Any]:
    kind = type(value)
    found = {
        name: getattr(value, name)
        for name in dir(kind)
        if not name.startswith("_") and isinstance(getattr(kind, name), property)
    }
    return {
        name: plain_table(part)
        for name, part in found.items()
        if isinstance(part, int | float | str | np.generic | Mapping)
    }


def _array(numbers: NDArray[Any]) -> Any:
    if numbers.size <= LONGEST:
        return _rounded(numbers.tolist())
    finite = numbers[np.isfinite(numbers)]
    of = {name: float(getattr(finite, name)()) for name in ("min", "mean", "max")}
    return {"shape": list(numbers.shape)} | (of if finite.size else {})


def _rounded(numbers: Any) -> Any:
    """Lists of lists of numbers, those that are no integers to six digits."""
    if isinstance(numbers, list):
        return [_rounded(part) for part in numbers]
    return float(f"{numbers:.{DIGITS}g}") if isinstance(numbers, float) else numbers


def _is_picture(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.uint8


def _key(key: object) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else str(key)

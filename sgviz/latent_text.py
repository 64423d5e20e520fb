"""A latent as text for the clipboard, and back; reading trusts nothing."""

import json
import math
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from sgviz.state import (
    AxisPlane,
    Circle,
    Latent,
    Moved,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    SmallCircle,
    ThroughLatents,
)

TEXT_LIMIT = 1024 * 1024
NESTING_LIMIT = 8
PARALLEL = 1e-6


@lru_cache(1)
def _adapter() -> TypeAdapter[Latent]:
    # Made when it is wanted, not before the window is there.
    return TypeAdapter(Latent)


class LatentTextError(ValueError):
    """A text that is no latent: one sentence that says why."""


def latent_to_json(latent: Latent) -> str:
    """A latent as JSON: ``{"n": 85, "kind": "seed"}``."""
    return json.dumps(_adapter().dump_python(latent, mode="json"))


def latent_to_numbers(latent: Latent, z_dim: int) -> str | None:
    """The ``z_dim`` numbers of a latent, comma-separated, as :func:`numbers_of`."""
    z = numbers_of(latent, z_dim)
    return None if z is None else ", ".join(repr(float(x)) for x in z)


def latent_from_text(text: str, z_dim: int | None) -> Latent:
    """The latent in a text: JSON of one, a seed's number, or ``z_dim`` numbers.

    Raises
    ------
    LatentTextError
        One sentence: empty, too long, not a latent, the wrong count of numbers.
    """
    text = text.strip()
    if not text:
        raise LatentTextError("The clipboard holds no text to paste.")
    if len(text) > TEXT_LIMIT:
        raise LatentTextError("The text is too long to be a latent.")
    if text.startswith("{"):
        return _from_json(text, z_dim)
    return _from_numbers(text, z_dim)


def numbers_of(latent: Latent, z_dim: int) -> NDArray[np.float64] | None:
    """Z [z_dim] of a seed or of pasted numbers; None for every other latent.

    ``RandomState(n).randn(1, z_dim)`` is the seed convention of NVIDIA's tools.
    """
    match latent:
        case Seed(n=n):
            row = np.random.RandomState(n).randn(1, z_dim)[0]
            return np.asarray(row, dtype=np.float64)
        case Pasted(numbers=numbers):
            return np.asarray(numbers, dtype=np.float64)
    return None


def through_problem(a: Latent, b: Latent, z_dim: int) -> str:
    """Why no great circle goes through two latents, as a sentence; "" if one does.

    Points of the same circle are parallel where their angles differ by a multiple
    of pi; numbers are where ``|cos(a, b)| > 1 - 1e-6``. Latents whose numbers are
    not known here pass, and the render thread has the last word.
    """
    if nesting(a) >= NESTING_LIMIT or nesting(b) >= NESTING_LIMIT:
        return "These latents hang on a chain of circles that is too long already."
    if a == b or _parallel(a, b, z_dim):
        return "A and B lie on one line: a circle needs two different directions."
    return ""


def nesting(latent: Latent) -> int:
    """How many circles through latents and walks hang below a latent: 0 for a seed."""
    if isinstance(latent, Moved):
        return 1 + nesting(latent.of)
    if not isinstance(latent, OnCircle):
        return 0
    match latent.circle:
        case ThroughLatents(a=a, b=b):
            return 1 + max(nesting(a), nesting(b))
        case SmallCircle(frame=frame):
            three = (frame.about, frame.towards, frame.beside)
            return 1 + max(nesting(latent) for latent in three)
    return 0


def _parallel(a: Latent, b: Latent, z_dim: int) -> bool:
    if isinstance(a, OnCircle) and isinstance(b, OnCircle):
        return a.circle == b.circle and abs(math.sin(a.angle - b.angle)) < PARALLEL
    first, second = numbers_of(a, z_dim), numbers_of(b, z_dim)
    if first is None or second is None or first.shape != second.shape:
        return False
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return abs(float(first @ second)) > (1.0 - PARALLEL) * lengths


def _from_json(text: str, z_dim: int | None) -> Latent:
    try:
        latent = _adapter().validate_python(json.loads(text))
    except ValidationError as error:
        raise LatentTextError("This JSON is no latent of sgviz.") from error
    except (ValueError, RecursionError) as error:
        raise LatentTextError("The text is not readable JSON.") from error
    if nesting(latent) > NESTING_LIMIT:
        raise LatentTextError("The latent hangs on a chain of too many circles.")
    _check(latent, z_dim)
    return latent


def _from_numbers(text: str, z_dim: int | None) -> Latent:
    words = [word for word in re.split(r"[\s,;]+", text.strip("[]() \n\t")) if word]
    if len(words) == 1 and words[0].isdecimal():
        return _seed(words[0])
    try:
        if not words:
            raise ValueError("no numbers at all")
        numbers = tuple(float(word) for word in words)
    except ValueError as error:
        raise LatentTextError(
            "The text is neither a latent as JSON nor a list of numbers."
        ) from error
    latent = _pasted(numbers)
    _check(latent, z_dim)
    return latent


def _seed(word: str) -> Latent:
    try:
        return Seed(int(word))
    except ValueError as error:
        raise LatentTextError("A seed is a whole number below 2^32.") from error


def _pasted(numbers: tuple[float, ...]) -> Pasted:
    try:
        return Pasted(numbers)
    except ValidationError as error:
        raise LatentTextError("The numbers are too many or not finite.") from error


def _check(latent: Latent, z_dim: int | None) -> None:
    if isinstance(latent, OnCircle):
        problem = circle_problem(latent.circle, z_dim)
        if problem:
            raise LatentTextError(problem)
    if not isinstance(latent, Pasted):
        return
    count = len(latent.numbers)
    if z_dim is not None and count != z_dim:
        raise LatentTextError(f"The network takes {z_dim} numbers, not {count}.")
    if not any(latent.numbers):
        raise LatentTextError("All numbers are zero: that is no direction.")


def circle_problem(circle: Circle, z_dim: int | None) -> str:
    """Why a network of ``z_dim`` has no such circle, as a sentence; "" if it has."""
    match circle:
        case AxisPlane(i=i, j=j) if z_dim is not None and max(i, j) >= z_dim:
            return f"The axes of Z go from 0 to {z_dim - 1}: there is no {max(i, j)}."
        case RandomCircle() | AxisPlane() | ThroughLatents() | SmallCircle():
            return ""
    raise TypeError(f"{type(circle).__name__} is no circle")

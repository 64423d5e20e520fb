"""Words at places of an axis: as many as have room beside one another."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf

Words = Sequence[tuple[float, str]]
SPACE = 6.0  # pixels between two words


def of_angles(steps: Sequence[int] = (45, 90, 180, 360)) -> list[Words]:
    """Degrees of a whole turn, ever fewer."""
    return [[(float(d), f"{d}°") for d in range(0, 361, step)] for step in steps]


def thinned(words: Words) -> list[Words]:
    """All the words, then every second one ..., the last one always; the ends."""
    if len(words) < 3:
        return [words]
    last = words[-1]
    every = [list(words[::step]) for step in range(1, len(words))]
    return [each if each[-1] == last else [*each, last] for each in every]


def fitting(
    choices: Sequence[Words], scale: float, size: Callable[[str], float]
) -> Words:
    """The first of the choices whose words do not touch, else the last.

    ``scale`` is pixels to a unit of the axis, ``size`` the pixels that a word takes.
    """
    return next(
        (each for each in choices if _gap(each, scale, size) >= SPACE), choices[-1]
    )


def _gap(words: Words, scale: float, size: Callable[[str], float]) -> float:
    """The least room between two words that follow one another, in pixels."""
    return min(
        (
            scale * (b - a) - (size(m) + size(n)) / 2
            for (a, m), (b, n) in pairwise(words)
        ),
        default=inf,
    )

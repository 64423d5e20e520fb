"""Words at places of an axis: as many as have room beside one another."""

from collections.abc import Callable, Sequence
from itertools import pairwise

Words = Sequence[tuple[float, str]]
Size = Callable[[str], float]
SPACE = 6.0  # pixels between two words
# Words at the ends of an axis may reach so far beyond it: 360° has room there.
BEYOND = 15
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def of_angles(steps: Sequence[int] = (45, 90, 180, 360)) -> list[Words]:
    """Degrees of a whole turn, ever fewer."""
    return [[(float(d), f"{d}°") for d in range(0, 361, step)] for step in steps]


def thinned(words: Words) -> list[Words]:
    """All the words, then every second one ..., the last one always; the ends; none."""
    last = words[-1]
    every = [list(words[::step]) for step in range(1, len(words))] or [list(words)]
    return [*(each if each[-1] == last else [*each, last] for each in every), []]


def fitting(
    choices: Sequence[Words], ends: tuple[float, float], room: float, size: Size
) -> Words:
    """The first of the choices whose words have room, else the last.

    ``ends`` are those of the axis, ``room`` its pixels, ``size`` those a word takes.
    """
    scale = room / (ends[1] - ends[0])
    fits = (each for each in choices if _is_free(each, ends, scale, size))
    return next(fits, choices[-1])


def power_of_ten(value: float) -> str:
    """A number of a logarithmic axis: 0.01, 500, 2·10⁻⁵."""
    if 1e-3 <= value < 1e5:
        return f"{value:g}"
    digits, _, power = f"{value:.0e}".partition("e")
    raised = f"10{str(int(power)).translate(RAISED)}"
    return raised if digits == "1" else f"{digits}·{raised}"


def _is_free(words: Words, ends: tuple[float, float], scale: float, size: Size) -> bool:
    """Whether words have space between them and reach at most ``BEYOND`` the ends."""
    low, high = ends
    middles = [(at - low) * scale for at, _ in words if low <= at <= high]
    halves = [size(word) / 2 for at, word in words if low <= at <= high]
    spans = [(at - half, at + half) for at, half in zip(middles, halves, strict=True)]
    apart = all(b[0] - a[1] >= SPACE for a, b in pairwise(spans))
    room = (high - low) * scale
    return apart and all(a >= -BEYOND and b <= room + BEYOND for a, b in spans)

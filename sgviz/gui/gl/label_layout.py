"""Where numbers and names of axes are written: places in pixels, no painting."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.camera import Matrix, to_pixels
from sgviz.gui.gl.extent import Extent
from sgviz.gui.gl.ticks import Label, on_axis

Pixels = tuple[float, float]
# A text and the place in the scene where it is centred.
Title = tuple[str, tuple[float, float, float]]

CLOSEST = 16.0  # pixels between two labels
ASIDE = 13.0  # pixels from an axis to the middle of its number
BEYOND = 16.0  # pixels from the end of an axis to the middle of its name
INSET = 22.0  # a name stays so far within the view
SHORT = 30.0  # an axis of fewer pixels is not named
EDGE = 12.0  # the same above and below
CORE = 0.8  # of the radius: within it a crowd of curves leaves numbers no room
STEPS = np.linspace(1.0, 0.0, 41)  # along an axis from its end to zero


@dataclass(frozen=True)
class Placed:
    """A text centred on a pixel."""

    text: str
    at: Pixels
    name: bool


def titles_at(
    titles: Sequence[Title], mvp: Matrix, size: tuple[float, float]
) -> list[Placed]:
    """Titles where they stand, in logical pixels; those behind the eye are left out."""
    if not titles:
        return []
    pixels = to_pixels(np.array([place for _, place in titles]), mvp, size)
    return [
        Placed(text, (float(x), float(y)), name=True)
        for (text, _), (x, y, _) in zip(titles, pixels, strict=True)
        if math.isfinite(x)
    ]


def arrange(
    labels: Sequence[Label],
    mvp: Matrix,
    size: tuple[float, float],
    crowd: Extent | None = None,
    taken: Sequence[Placed] = (),
) -> list[Placed]:
    """The labels that have room, in logical pixels; earlier ones win.

    A number stands beside its axis, a name at the axis's end - or where the axis
    leaves the view. Left out is what lies outside the view or behind the eye, what
    comes nearer than 16 pixels to what is shown or ``taken``, and numbers within a
    ``crowd``.
    """
    shown: list[Placed] = []
    for label in labels:
        if crowd is not None and not label.name and _within(label, crowd):
            continue
        at = _end(label, mvp, size) if label.name else _beside(label, mvp, size)
        if at is not None and _has_room(at, size, (*taken, *shown)):
            shown.append(Placed(label.text, at, label.name))
    return shown


def _within(label: Label, crowd: Extent) -> bool:
    return math.dist(label.place, crowd.centre) < CORE * crowd.radius


def _has_room(at: Pixels, size: tuple[float, float], shown: Sequence[Placed]) -> bool:
    if not (0.0 <= at[0] <= size[0] and 0.0 <= at[1] <= size[1]):
        return False
    return all(math.dist(at, other.at) >= CLOSEST for other in shown)


def _beside(label: Label, mvp: Matrix, size: tuple[float, float]) -> Pixels | None:
    """Beside the axis: below one that lies, to the left of one that stands."""
    here, along = _direction(label, mvp, size)
    if along is None:
        return None
    across = np.array([-along[1], along[0]])
    if across @ np.array([-0.6, 1.0]) < 0.0:
        across = -across
    x, y = (here + ASIDE * across).tolist()
    return x, y


def _end(label: Label, mvp: Matrix, size: tuple[float, float]) -> Pixels | None:
    """Beyond the end of the axis, or beside it where it leaves the view."""
    zero = np.array(label.origin)
    line = zero + (np.array(label.place) - zero) * STEPS[:, None]
    pixels = to_pixels(line, mvp, size)
    seen = np.isfinite(pixels[:, 0])
    for k in range(2):
        seen &= (pixels[:, k] >= INSET) & (pixels[:, k] <= size[k] - INSET)
    if not seen.any():
        return None
    first = int(np.argmax(seen))
    if first == len(STEPS) - 1 or _is_short(pixels[0] - pixels[-1]):
        return None
    step = pixels[first, :2] - pixels[first + 1, :2]
    length = float(np.hypot(*step))
    if length < 1e-3:
        return None
    along = step / length
    push = np.array([along[1], -along[0]]) if first else along
    at = pixels[first, :2] + BEYOND * push
    x, y = np.clip(at, (INSET, EDGE), (size[0] - INSET, size[1] - EDGE)).tolist()
    return x, y


def _is_short(line: NDArray[np.float64]) -> bool:
    """An axis that points at the eye: its name would stand in the middle."""
    return bool(np.hypot(line[0], line[1]) < SHORT)


def _direction(
    label: Label, mvp: Matrix, size: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """The pixel of a label's place and the unit direction of its axis there."""
    value = label.place[label.axis] - label.origin[label.axis]
    along = value + 1e-3 * (abs(value) + 1e-3)
    further = on_axis(label.axis, along, label.origin)
    pixels = to_pixels(np.array([label.place, further]), mvp, size)[:, :2]
    step = pixels[1] - pixels[0]
    length = float(np.hypot(*step))
    if not math.isfinite(length):
        return pixels[0], None
    # An axis seen end on has no direction: its numbers lie on one heap.
    return pixels[0], step / length if length > 1e-9 else np.array([0.0, -1.0])

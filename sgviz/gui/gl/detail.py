"""How much of very many curves is drawn; every point of them can still be picked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.layout import shuffled_curves

MAX_SEGMENTS = 200_000  # more are thinned, while a curve keeps SMOOTH points
MOST_SEGMENTS = 640_000  # of very many curves, each with ROUND points at least
SMOOTH, ROUND = 48, 16
HEAVY = 250_000  # too many to be put in order, and to be drawn all while they move
QUICK_SEGMENTS = 30_000  # of what moves, where frames have been slow


@dataclass(frozen=True)
class Detail:
    """Every ``every``-th point of ``circles`` of the circles there are."""

    every: int = 1
    circles: int = 0
    of: int = 0

    @property
    def chosen(self) -> NDArray[np.intp] | slice:
        """Which circles: all, or some that are spread over all of them."""
        if self.circles == self.of:
            return slice(None)
        return np.sort(shuffled_curves(self.of)[: self.circles])

    @property
    def note(self) -> str:
        """What is drawn where it is not everything, else an empty string."""
        words = []
        if self.every > 1:
            ordinal = {2: "2nd", 3: "3rd"}.get(self.every, f"{self.every}th")
            words.append(f"every {ordinal} point")
        if self.circles < self.of:
            words.append(f"{self.circles:,} of {self.of:,} circles")
        return f"drawn: {' of '.join(words)}" if words else ""


def detail_of(slices: int, circles: int, points: int) -> Detail:
    """What to draw of ``circles`` of so many points in so many slices."""
    segments = slices * circles * points
    every = _step(segments, MAX_SEGMENTS, points // SMOOTH)
    every = max(every, _step(segments, MOST_SEGMENTS, points // ROUND))
    each = max(1, slices * -(-points // every))
    return Detail(every, min(circles, max(1, MOST_SEGMENTS // each)), circles)


def _step(segments: int, most: int, longest: int) -> int:
    """Every how many-th point leaves ``most`` segments; ``longest`` at most."""
    return max(1, min(-(-segments // most), longest))


def quick_share(segments: int) -> float:
    """The share of the curves that moves where all of them were too slow."""
    if segments <= HEAVY:
        return 0.5
    return min(0.5, QUICK_SEGMENTS / max(segments, 1))

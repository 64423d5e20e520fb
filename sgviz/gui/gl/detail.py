"""How much of very many curves is drawn; every point of them can still be picked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.gui.gl.layout import shuffled_curves

MAX_SEGMENTS = 200_000  # more are thinned: fewer points a curve, while it stays round
MOST_SEGMENTS = 1_000_000  # more are thinned further: fewer curves
ROUND = 24  # points that a curve keeps
QUICK_SEGMENTS = 60_000  # of what moves, where frames have been slow


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
    if segments <= MAX_SEGMENTS:
        return Detail(1, circles, circles)
    roundest = max(1, points // ROUND)
    every = min(-(-segments // MAX_SEGMENTS), roundest)
    each = slices * -(-points // every)
    return Detail(every, min(circles, max(1, MOST_SEGMENTS // each)), circles)


def quick_share(segments: int) -> float:
    """The share of the curves that moves where all of them were too slow."""
    return min(0.5, QUICK_SEGMENTS / max(segments, 1))

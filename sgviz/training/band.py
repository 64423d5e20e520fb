"""What a figure is in networks that nobody has trained; no torch, no Qt."""

import math
from dataclasses import dataclass

SAME = 1e-3  # what is not told apart, of a figure or of 1
FAR = 0.25  # of the width of a band: what counts as moved


@dataclass(frozen=True)
class Band:
    """Where a figure lies untrained: two standard deviations about the twins' mean.

    Wider where a twin lies outside of that. ``closed_form`` is the limit of infinite
    width, None where there is none.
    """

    low: float
    mean: float
    high: float
    closed_form: float | None = None

    def holds(self, value: float) -> bool:
        """Whether an untrained twin could have this value: then it shows nothing."""
        return not math.isnan(value) and self.side(value) == 0

    def side(self, value: float) -> int:
        """-1 below the band, 1 above it, 0 inside.

        At depth 1 all untrained networks have the same harmonics, to seven digits: a
        thousandth of the figure, or of 1, is not told apart.
        """
        same = SAME * max(1.0, abs(self.mean))
        return -1 if value < self.low - same else int(value > self.high + same)

    def left(self, value: float, start: float) -> bool:
        """Whether training brought a figure out of the band, or farther out.

        By a quarter of its width at least: what stood at the border, and crossed it by
        a hair, was no other network before.
        """
        far = abs(value - start) >= FAR * (self.high - self.low)
        return far and self.side(value) != 0

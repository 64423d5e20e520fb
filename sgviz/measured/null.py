"""What a figure is in networks that nobody has trained, and what a value then says.

Three nulls: untrained twins of a network, the closed form of infinite width, and the
network's own weights shuffled within each layer. No torch, no Qt.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import stdev

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.figure import Figure
from sgviz.measured.prediction import reach

Numbers = NDArray[np.float64]
SAME = 1e-3  # what is not told apart, of a figure or of 1
FAR = 0.25  # of the width of a band: what counts as moved


@dataclass(frozen=True)
class Band:
    """Where 95 % of untrained networks have a figure, wider where a twin lies outside.

    Both ends are NaN where the spread is unknown. ``closed_form`` is the limit of
    infinite width, None where there is none; ``values`` are the twins' own, where they
    are kept.
    """

    low: float
    mean: float
    high: float
    closed_form: float | None = None
    values: tuple[float, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is a spread; of a single twin there is none."""
        return not math.isnan(self.mean + self.low + self.high)

    @property
    def sd(self) -> float:
        """The standard deviation of the values; NaN where they are not kept."""
        return stdev(self.values) if len(self.values) > 1 else math.nan

    def holds(self, value: float) -> bool:
        """Whether an untrained twin could have this value: then it shows nothing."""
        return self.known and not math.isnan(value) and self.side(value) == 0

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

    def place(self, value: float) -> "Place":
        """Where a value lies in the twins' spread."""
        return Place(self.side(value), self._deviations(value), self._rank(value))

    def _deviations(self, value: float) -> float:
        sd = self.sd
        return (value - self.mean) / sd if sd > 0.0 else math.nan

    def _rank(self, value: float) -> float:
        below = sum(v < value for v in self.values)
        equal = sum(v == value for v in self.values)
        count = len(self.values)
        return (below + equal / 2.0) / count if count else math.nan


def band_of(
    values: Sequence[float],
    closed_form: float | None = None,
    networks: int | None = None,
) -> Band:
    """The band of the twins' values; not below zero where none of them is.

    The mean and t sqrt(1 + 1 / N) standard deviations to either side, t that of
    Student with N - 1 degrees of freedom (:func:`sgviz.measured.prediction.reach`):
    where the figure is normal, at most one fresh twin in twenty lies outside, however
    few are known. ``networks`` is N where each of them gave several values: those of
    one network are no independent draws. Values that are not finite are passed over;
    NaN where none is left, and ends of NaN where one is.
    """
    found = tuple(float(value) for value in values if math.isfinite(value))
    if not found:
        return Band(math.nan, math.nan, math.nan, closed_form)
    mean = math.fsum(found) / len(found)
    count = min(len(found), networks or len(found))
    if count < 2:
        return Band(math.nan, mean, math.nan, closed_form, found)
    spread = reach(count) * stdev(found)
    low, high = min(*found, mean - spread), max(*found, mean + spread)
    low = max(low, 0.0) if min(found) >= 0.0 else low
    return Band(low, mean, high, closed_form, found)


def row_band(rows: Numbers) -> tuple[Numbers, Numbers]:
    """Low and high [K] of the rows [T, K] of T networks: :func:`band_of` each."""
    mean = rows.mean(axis=0)
    spread = reach(len(rows)) * rows.std(axis=0, ddof=1)
    least, most = rows.min(axis=0), rows.max(axis=0)
    low, high = np.minimum(least, mean - spread), np.maximum(most, mean + spread)
    return np.where(least >= 0.0, np.maximum(low, 0.0), low), high


def band_along(mean: float, square: float, networks: int) -> Band:
    """The band of single points of circles of so many ``networks``, all of them >= 0.

    ``mean`` and mean ``square`` are over all points. Unlike :func:`band_of` it is not
    made wider for the farthest: of thousands of points one in twenty lies outside.
    """
    if networks < 2 or not math.isfinite(mean + square):
        return Band(math.nan, mean, math.nan)
    far = reach(networks) * math.sqrt(max(0.0, square - mean * mean))
    return Band(max(0.0, mean - far), mean, mean + far)


def who_of(depth: int, first_seed: int = 0) -> str:
    """Untrained twins in words, without their number."""
    seed = f" from seed {first_seed}" if first_seed else ""
    return f"untrained twins of depth {depth}{seed}"


@dataclass(frozen=True)
class Place:
    """A value in the spread of a band.

    ``side``: -1 below the band, 1 above, 0 inside; ``deviations``: (value - mean) / sd;
    ``rank``: share of the twins' values below it. NaN where the spread is unknown.
    """

    side: int
    deviations: float
    rank: float

    @property
    def words(self) -> str:
        """In a cell of a table: "inside", "3.2 sd above"."""
        if self.side == 0:
            return "inside"
        where = "above" if self.side > 0 else "below"
        far = abs(self.deviations)
        return f"{far:,.1f} sd {where}" if math.isfinite(far) else where


@dataclass(frozen=True, eq=False)
class Null:
    """The figures of circles that go through networks nobody has trained.

    ``depth``, ``w_dim`` and ``points`` are those of the twins, ``twins`` how many there
    are. ``circle``: the band of one circle, over all circles of all twins; ``mean``: of
    the mean over the circles, a value a twin; ``closed``: infinite width;
    ``shuffled`` and ``shuffled_mean``: likewise, through the network's own weights in
    random order, {} where they are unknown. All by the key of a figure. ``rows`` are
    rows of plots, [twins, K] each; ``along``: the band of one circle at any one of its
    angles, no direction of Z being another than any other to a twin. ``first_seed`` is
    that of the twins, ``note`` says what does not hold here.
    """

    depth: int
    w_dim: int
    points: int
    twins: int
    circle: Mapping[str, Band]
    mean: Mapping[str, Band]
    closed: Mapping[str, float]
    shuffled: Mapping[str, Band] = field(default_factory=dict)
    shuffled_mean: Mapping[str, Band] = field(default_factory=dict)
    note: str = ""
    rows: Mapping[str, Numbers] = field(default_factory=dict)
    along: Mapping[str, Band] = field(default_factory=dict)
    first_seed: int = 0

    @property
    def who(self) -> str:
        """The twins, as a sentence names them; their seed where it is not the usual."""
        return f"{self.twins} {who_of(self.depth, self.first_seed)}"

    def row_band(self, key: str) -> tuple[Numbers, Numbers] | None:
        """Where each number of a row of a plot lies untrained; None where unknown."""
        rows = self.rows.get(key)
        return None if rows is None or len(rows) < 2 else row_band(rows)

    def of_circle(self, key: str, value: float) -> Place | None:
        """Where a circle's figure lies in the twins' spread; None where unknown."""
        return _place(self.circle, key, value)

    def of_mean(self, key: str, value: float) -> Place | None:
        """Where the mean over circles lies in the spread of the twins' means."""
        return _place(self.mean, key, value)

    def sentence(self, figure: Figure, value: float) -> str:
        """What a mean over the circles supports, and no more; one sentence."""
        mean, shuffled = self.mean.get(figure.key), self.shuffled_mean.get(figure.key)
        return sentence(figure, value, mean, self.who, shuffled)

    def sentence_of_circle(self, figure: Figure, value: float) -> str:
        """What the figure of one circle supports, and no more; one sentence."""
        circle, shuffled = self.circle.get(figure.key), self.shuffled.get(figure.key)
        return sentence(figure, value, circle, self.who, shuffled)


def sentence(
    figure: Figure,
    value: float,
    band: Band | None,
    who: str,
    shuffled: Band | None = None,
    about: str = "training",
) -> str:
    """What a value supports beside untrained networks; never more than the band does.

    ``who`` they are. A value inside says nothing ``about`` training. Of one outside,
    the shuffled weights tell whether the sizes of the weights alone explain it.
    """
    if math.isnan(value):
        return f"{figure.title}: there is no value to compare."
    if band is None or not band.known:
        return f"{figure.title} {figure.shown(value)}: its spread untrained is unknown."
    inside = f"{figure.shown(band.low)} to {figure.shown(band.high)}"
    if band.holds(value):
        return (
            f"{figure.title} {figure.shown(value)} lies within what {who} show "
            f"({inside}): it says nothing about {about}."
        )
    start = (
        f"{figure.title} {figure.shown(value)} lies {band.place(value).words} "
        f"the mean of {who} ({inside})"
    )
    if shuffled is None or not shuffled.known:
        return f"{start}: an untrained network would hardly have it."
    if shuffled.holds(value):
        return (
            f"{start}, but the same weights in random order have it too "
            f"({figure.shown(shuffled.mean)}): their sizes alone explain it."
        )
    return (
        f"{start}, and the same weights in random order have "
        f"{figure.shown(shuffled.mean)}: it lies in how the weights are arranged."
    )


def _place(bands: Mapping[str, Band], key: str, value: float) -> Place | None:
    band = bands.get(key)
    if band is None or math.isnan(value) or not band.known:
        return None
    return band.place(value)

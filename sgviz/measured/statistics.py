"""All circles on the screen, or of a file, measured: what a table of figures shows."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from statistics import fmean

from sgviz.measured.curves import CIRCLE_FIGURES, CurveMeasures, Numbers
from sgviz.measured.figure import Figure
from sgviz.measured.octants import CENSUS_FIGURES, OTHER_OCTANTS, Census, Tails
from sgviz.measured.speeds import Speeds

FIGURES: tuple[Figure, ...] = (*CIRCLE_FIGURES, *CENSUS_FIGURES)
FIGURE = {figure.key: figure for figure in FIGURES}


_MOMENTS = (
    ("skewness", "Skewness", "mean of ((x − mean) / sd)³"),
    ("excess_kurtosis", "Excess kurtosis", "mean of ((x − mean) / sd)⁴ − 3"),
    (
        "median_skewness",
        "Median |skewness|",
        "median over the coordinates of |mean of ((x − mean) / sd)³|",
    ),
)


def _pooled(space: str, moment: str, words: str, formula: str) -> Figure:
    each = moment.startswith("median")
    what = "the typical coordinate over" if each else "all coordinates of"
    about = ", and about 0 where P undoes the last LeakyReLU." if space == "P" else "."
    reading = f"Of {what} the points of all circles; 0 for normal numbers{about}"
    key, title = f"{space.lower()}_{moment}", f"{words} in {space}"
    return Figure(key, title, formula, reading)


def _centred(space: str, moment: str, words: str, formula: str) -> Figure:
    letter = space.lower()
    zero = "w_avg" if space == "W" else "that of w_avg"
    return Figure(
        f"{letter}_centred_{moment}",
        f"{words} about w_avg in {space}",
        f"{formula} of {letter} − {letter}_avg",
        f"Of all coordinates of the points of all circles, less {zero}.",
    )


# What is said of all circles together: about zero, and about w_avg.
POOLED: tuple[Figure, ...] = tuple(
    figure
    for space in "WP"
    for figure in (
        *(_pooled(space, *each) for each in _MOMENTS),
        *(_centred(space, *each) for each in _MOMENTS[:2]),
    )
)
_POOLED_KEYS = frozenset(figure.key for figure in POOLED)


@dataclass(frozen=True, eq=False)
class Circle:
    """One circle: its curve, its census, and of both every figure by its key."""

    curve: CurveMeasures
    census: Census
    values: Mapping[str, float]

    @classmethod
    def of(cls, curve: CurveMeasures, census: Census) -> "Circle":
        """The figures are worked out once: a table asks for each of them often."""
        values = {figure.key: curve.value(figure.key) for figure in CIRCLE_FIGURES}
        counted = (*CENSUS_FIGURES, *OTHER_OCTANTS)
        signs = {figure.key: census.value(figure.key) for figure in counted}
        return cls(curve, census, values | signs)

    @property
    def name(self) -> str:
        """What the circle is called."""
        return self.curve.name

    def value(self, key: str) -> float:
        """The figure with a key of :data:`FIGURES`, or another octant; NaN: none.

        Raises
        ------
        KeyError
            No figure has this key.
        """
        return self.values[key]

    def with_speed(self, speed: Numbers, length: float) -> "Circle":
        """With the speed at its angles, and with the exact length."""
        curve = replace(self.curve, speed=speed, exact_length=length)
        return Circle(curve, self.census, {**self.values, "exact_length": length})


@dataclass(frozen=True, eq=False)
class Statistics:
    """C circles measured, and the moments of all their numbers: in W and in P.

    ``problems`` are sentences about what could not be measured, and why. ``of`` says
    which circles of which network, each truncated by its own of ``psis`` (none: by 1);
    where ``awaits_speed``, the exact length has its place already.
    """

    circles: tuple[Circle, ...]
    tails: tuple[Tails, ...] = ()
    w_avg_norm: float = float("nan")
    notices: tuple[str, ...] = field(default=())
    of: object = None
    psis: tuple[float, ...] = ()
    awaits_speed: bool = False

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be measured: of all circles, then of each."""
        return (*self.notices, *(p for c in self.circles for p in c.curve.problems))

    def with_speeds(self, speeds: Speeds) -> "Statistics":
        """With what is known of the speed, if it is of the very same circles."""
        if speeds.of != self.of:
            return self
        if not speeds.along:
            return replace(self, awaits_speed=False)
        psis = self.psis or (1.0,) * len(self.circles)
        circles = tuple(
            circle.with_speed(along * abs(psi), length * abs(psi))
            for circle, psi, along, length in zip(
                self.circles, psis, speeds.along, speeds.lengths, strict=True
            )
        )
        return replace(self, circles=circles, awaits_speed=False)

    def mean(self, key: str) -> float:
        """The mean of a figure over the circles that have it."""
        found = [v for circle in self.circles if math.isfinite(v := circle.value(key))]
        return fmean(found) if found else math.nan

    def pooled(self, key: str) -> float:
        """The figure with a key of :data:`POOLED`; NaN where it was not measured.

        Raises
        ------
        KeyError
            No figure has this key.
        """
        if key not in _POOLED_KEYS:
            raise KeyError(key)
        space, _, moment = key.partition("_")
        for tails in self.tails:
            if tails.space.lower() == space:
                return tails.value(moment)
        return float("nan")

    def shown(self) -> Iterator[Figure]:
        """The figures that at least one circle has, in the order of reading."""
        for figure in FIGURES:
            has = any(not math.isnan(c.value(figure.key)) for c in self.circles)
            if has or (self.awaits_speed and figure.key == "exact_length"):
                yield figure

    def pooled_shown(self) -> Iterator[Figure]:
        """The figures of all circles together that there are."""
        for figure in POOLED:
            if not math.isnan(self.pooled(figure.key)):
                yield figure

"""What can be drawn of Z beside a list of circles: surfaces, clouds, very many circles.

Each is a grid of R rows of N points, as values: rows that are circles (a sphere, a
fan), rows that are lines (a tangent patch), or one row that is a heap (a cloud).
"""

import math
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.values.circles import AxisPlane, Circle, CircleSet, CirclesFile, Frame
from sgviz.values.limits import FROZEN, MAX_POINTS, MIN_POINTS, Psi, SeedNumber

MIN_ROWS, MAX_ROWS = 3, 257
MIN_COLUMNS, MAX_COLUMNS = 8, 512
MAX_GRID = 65_536
MAX_CLOUD = 100_000
MANY_CIRCLES = 10_000
MAX_SIDE = math.radians(120.0)  # its corner is 170 degrees away, before the antipode

Rows = Annotated[int, Field(ge=MIN_ROWS, le=MAX_ROWS)]
Columns = Annotated[int, Field(ge=MIN_COLUMNS, le=MAX_COLUMNS)]


@dataclass(frozen=True, config=FROZEN)
class Sphere:
    """A 2-sphere of Z, or the cap of it within ``reach`` radians of its pole.

    Rows are small circles about the pole, from the pole itself (row 0) outwards;
    ``points`` of each lie on as many meridians.
    """

    frame: Frame = field(default_factory=Frame)
    reach: Annotated[float, Field(gt=0.0, le=math.pi)] = math.pi
    rows: Rows = 49
    points: Columns = 96
    kind: Literal["sphere"] = "sphere"

    def __post_init__(self) -> None:
        _check_grid(self.rows, self.points)


@dataclass(frozen=True, config=FROZEN)
class TangentPatch:
    """A square grid of the tangent plane at a frame's pole, laid on its sphere.

    ``rows`` x ``rows`` points from -``reach`` to ``reach`` radians along both
    directions of the frame.
    """

    frame: Frame = field(default_factory=Frame)
    reach: Annotated[float, Field(gt=0.0, le=MAX_SIDE)] = math.radians(60.0)
    rows: Annotated[int, Field(ge=MIN_COLUMNS, le=MAX_ROWS - 1)] = 49
    kind: Literal["tangent_patch"] = "tangent_patch"


@dataclass(frozen=True, config=FROZEN)
class Fan:
    """A circle truncated by many psi: w_avg + psi (w(t) - w_avg), a ruled surface.

    Row r has the psi ``low`` + r / (rows - 1) (``high`` - ``low``).
    """

    circle: Circle = field(default_factory=AxisPlane)
    low: Psi = -1.0
    high: Psi = 2.0
    rows: Rows = 25
    points: Columns = 96
    kind: Literal["fan"] = "fan"

    def __post_init__(self) -> None:
        _check_grid(self.rows, self.points)
        if self.low >= self.high:
            raise ValueError(
                f"a fan goes from a smaller psi to a larger one, not from "
                f"{self.low:g} to {self.high:g}"
            )


@dataclass(frozen=True, config=FROZEN)
class Cloud:
    """The latents of ``count`` seeds, from ``first`` on."""

    first: SeedNumber = 0
    count: Annotated[int, Field(ge=1, le=MAX_CLOUD)] = 2000
    kind: Literal["cloud"] = "cloud"

    def __post_init__(self) -> None:
        if self.first + self.count > 2**32:
            raise ValueError("the seeds of a cloud end below 2^32")


@dataclass(frozen=True, config=FROZEN)
class ManyCircles:
    """:func:`default_circles` of a seed, by recipe: too many to be listed."""

    seed: SeedNumber = 0
    count: Annotated[int, Field(ge=1, le=MANY_CIRCLES)] = 1000
    points: Annotated[int, Field(ge=MIN_POINTS, le=MAX_POINTS)] = 96
    kind: Literal["many_circles"] = "many_circles"


Form = Literal["curves", "surface", "points"]
Surface = Sphere | TangentPatch | Fan
Family = Sphere | TangentPatch | Fan | Cloud | ManyCircles
Circles = Annotated[
    CircleSet | CirclesFile | Sphere | TangentPatch | Fan | Cloud | ManyCircles,
    Field(discriminator="kind"),
]


def _check_grid(rows: int, points: int) -> None:
    if rows * points > MAX_GRID:
        raise ValueError(
            f"{rows} rows of {points} points are {rows * points:,} points; a surface "
            f"has at most {MAX_GRID:,}"
        )

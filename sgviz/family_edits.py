"""What the user does to a surface, a cloud or very many circles; no Qt.

Beside :mod:`sgviz.circle_edits`, which is about lists of circles.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from sgviz.circle_edits import MOST_CIRCLES, CircleError, circle_set, random_seed
from sgviz.families import circle_at, first_row
from sgviz.latent_text import nesting, through_problem
from sgviz.state import (
    Circle,
    CircleSet,
    CirclesFile,
    Cloud,
    Family,
    Fan,
    Frame,
    Latent,
    ManyCircles,
    RandomCircle,
    Seed,
    SmallCircle,
    Sphere,
    State,
    TangentPatch,
)
from sgviz.values.families import (
    MANY_CIRCLES,
    MAX_CLOUD,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SIDE,
    MIN_COLUMNS,
    MIN_ROWS,
)
from sgviz.values.limits import MAX_POINTS, MIN_POINTS

NESTING_LIMIT = 8
MOST_RANDOM = 10_000


@dataclass(frozen=True)
class Field:
    """A number of a family: what it is called, its limits, and how it is shown.

    ``degrees``: shown in degrees, kept in radians.
    """

    attribute: str
    label: str
    name: str
    tip: str
    low: float
    high: float
    step: float = 1.0
    decimals: int = 0
    degrees: bool = False

    def shown(self, family: Family) -> float:
        """The number as the field shows it."""
        value = float(getattr(family, self.attribute))
        return math.degrees(value) if self.degrees else value

    def kept(self, shown: float) -> float:
        """The number as the state keeps it."""
        if self.degrees:
            return min(math.radians(shown), math.radians(self.high))
        return shown if self.decimals else round(shown)


@dataclass(frozen=True)
class Kind:
    """A kind of family as the chooser offers it, and how one begins."""

    title: str
    tip: str
    of: type[Any]
    begin: Callable[[State], Family]
    fields: tuple[Field, ...]


def _columns(what: str) -> Field:
    tip = f"Points of {what}: more are finer and take longer"
    return Field("points", "Points", "Points", tip, MIN_COLUMNS, MAX_COLUMNS, 8)


_ROWS = Field(
    "rows", "Rows", "Rows", "Rows of the surface", MIN_ROWS, MAX_ROWS, 4
)  # fmt: skip

KINDS: tuple[Kind, ...] = (
    Kind(
        "Sphere",
        "A 2-sphere through A, B and a third latent, or a cap of it around A",
        Sphere,
        lambda state: Sphere(frame_of(state)),
        (
            Field(
                "reach", "Reach °", "Reach",
                "How far it goes from A, in degrees; 180 is the whole sphere",
                1.0, 180.0, 5.0, 1, degrees=True,
            ),
            _ROWS,
            _columns("a row, which is a circle about A"),
        ),
    ),
    Kind(
        "Tangent patch",
        "A square grid of the tangent plane at A, laid on the sphere",
        TangentPatch,
        lambda state: TangentPatch(frame_of(state)),
        (
            Field(
                "reach", "Reach °", "Reach",
                "From A to the middle of a side, in degrees",
                1.0, math.degrees(MAX_SIDE), 5.0, 1, degrees=True,
            ),
            replace(
                _ROWS, name="Lines", label="Lines", low=MIN_COLUMNS, high=MAX_ROWS - 1,
                tip="Lines of the grid in either direction",
            ),
        ),
    ),
    Kind(
        "Psi fan",
        "One circle truncated by many psi: w_avg + psi (w - w_avg)",
        Fan,
        lambda state: Fan(_ring_circle(state)),
        (
            Field("low", "From", "From psi", "The smallest psi", -2.0, 3.0, 0.1, 2),
            Field("high", "To", "To psi", "The largest psi", -2.0, 3.0, 0.1, 2),
            _ROWS,
            _columns("the circle"),
        ),
    ),
    Kind(
        "Cloud of seeds",
        "The latents of many seeds, each a point",
        Cloud,
        lambda _: Cloud(),
        (
            Field("first", "From", "First seed", "The first seed", 0, 2**32 - 1),
            Field("count", "Count", "Seeds", "How many seeds", 1, MAX_CLOUD, 100),
        ),
    ),
    Kind(
        "Many circles",
        f"Up to {MANY_CIRCLES:,} random great circles of a seed",
        ManyCircles,
        lambda state: ManyCircles(random_seed(state)),
        (
            Field("seed", "Seed", "Seed of many", "Other circles", 0, 2**32 - 1),
            Field("count", "Count", "Circles", "How many", 1, MANY_CIRCLES, 100),
            Field("points", "Points", "Points of each", "Points of each circle",
                  MIN_POINTS, MAX_POINTS, 8),
        ),
    ),
)  # fmt: skip


def kind_of(state: State) -> Kind | None:
    """The kind of what a state draws; None for a list of circles, or a file's."""
    return next((kind for kind in KINDS if isinstance(state.circles, kind.of)), None)


def with_family(state: State, family: Family | CircleSet) -> State:
    """The state that draws a family, from a row worth looking at, all of it in view."""
    look = state.look.framed()
    return replace(state, circles=family, ring=first_row(family), look=look)


def with_value(state: State, field: Field, shown: float) -> State:
    """The state with another number of its family.

    Raises
    ------
    CircleError
        One sentence: numbers that do not go together.
    """
    try:
        changed: dict[str, Any] = {field.attribute: field.kept(shown)}
        family: Family = replace(_family(state), **changed)
    except ValidationError as error:
        raise CircleError(sentence_of(error)) from error
    ring = min(state.ring, max(0, getattr(family, "rows", state.ring + 1) - 1))
    return replace(state, circles=family, ring=ring)


def with_frame(state: State, frame: Frame) -> State:
    """The state with its surface about another frame."""
    family = _family(state)
    if not isinstance(family, Sphere | TangentPatch):
        raise CircleError("Only spheres and patches stand on three latents.")
    return replace(state, circles=replace(family, frame=frame))


def with_fan_of(state: State, circle: Circle) -> State:
    """The state with the fan of another circle."""
    family = _family(state)
    if not isinstance(family, Fan):
        raise CircleError("Only a fan is made of a circle.")
    return replace(state, circles=replace(family, circle=circle))


def frame_of(state: State, third: Latent | None = None) -> Frame:
    """The frame about latent A towards latent B, beside a third one.

    The third is that of the surface on the screen, else the first seed that is neither.
    """
    a, b = state.latent, state.latent_b
    if third is None and isinstance(state.circles, Sphere | TangentPatch):
        third = state.circles.frame.beside
    if third is None or third in (a, b):
        third = next(Seed(n) for n in (2, 0, 1) if Seed(n) not in (a, b))
    return Frame(a, b, third)


def check_frame(frame: Frame, z_dim: int) -> Frame:
    """The frame itself.

    Raises
    ------
    CircleError
        One sentence: latents on one line, or a chain of circles that is too long.
    """
    for a, b in ((frame.about, frame.towards), (frame.about, frame.beside)):
        problem = through_problem(a, b, z_dim)
        if problem:
            raise CircleError(problem)
    if frame.towards == frame.beside:
        raise CircleError("A sphere needs a third latent that is neither A nor B.")
    if nesting(frame.beside) >= NESTING_LIMIT:
        raise CircleError("These latents hang on a chain of circles that is too long.")
    return frame


def with_small_circles(state: State, radius: float, rings: int, z_dim: int) -> State:
    """The state with ``rings`` small circles about A more, up to ``radius`` degrees.

    Raises
    ------
    CircleError
        One sentence: latents on one line, or more circles than a list takes.
    """
    frame = check_frame(frame_of(state), z_dim)
    radii = (radius * (k + 1) / rings for k in range(rings))
    new = (SmallCircle(frame, min(math.radians(r), math.pi)) for r in radii)
    now = circle_set(state)
    more = tuple(circle for circle in new if circle not in now.circles)
    total = len(now.circles) + len(more)
    if total > MOST_CIRCLES:
        raise CircleError(
            f"That would be {total:,} circles; a list has at most {MOST_CIRCLES:,}."
        )
    circles = replace(now, circles=(*now.circles, *more))
    return replace(state, circles=circles, ring=total - 1)


def random_after(state: State) -> Circle:
    """The random circle after the fan's; the first one after any other circle."""
    circle = _ring_circle(state)
    if not isinstance(circle, RandomCircle):
        return RandomCircle(random_seed(state), 1)
    return replace(circle, k=circle.k % MOST_RANDOM + 1)


def sentence_of(error: ValidationError) -> str:
    """What is wrong with numbers, as one sentence with a capital and a full stop."""
    message = error.errors(include_url=False)[0]["msg"]
    words = message.removeprefix("Value error, ")
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def _family(state: State) -> Family:
    circles = state.circles
    if isinstance(circles, CircleSet | CirclesFile):
        raise CircleError("There is no surface, cloud or multitude of circles.")
    return circles


def _ring_circle(state: State) -> Circle:
    """The circle that is on the ring, or the first one of the default set."""
    circles = state.circles
    found = None if isinstance(circles, CirclesFile) else circle_at(circles, state.ring)
    return found or CircleSet().circles[0]

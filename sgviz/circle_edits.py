"""What the user does to a set of circles, as functions of a State; no Qt."""

from dataclasses import replace

from sgviz.latent_text import circle_problem, through_problem
from sgviz.state import (
    AxisPlane,
    Circle,
    CircleSet,
    RandomCircle,
    State,
    ThroughLatents,
    default_circles,
)

MOST_CIRCLES = 1024


class CircleError(ValueError):
    """A circle that cannot be: one sentence that says why."""


def circle_set(state: State) -> CircleSet:
    """The set of a state; the default one where it shows circles of a file."""
    circles = state.circles
    return circles if isinstance(circles, CircleSet) else CircleSet()


def random_seed(state: State) -> int:
    """The seed of the random circles of the set (of the first, if they differ)."""
    for circle in circle_set(state).circles:
        if isinstance(circle, RandomCircle):
            return circle.seed
    return 0


def next_random(state: State, seed: int) -> RandomCircle:
    """The first circle of a seed after all of that seed that are in the set."""
    taken = [
        circle.k
        for circle in circle_set(state).circles
        if isinstance(circle, RandomCircle) and circle.seed == seed
    ]
    if max(taken, default=0) >= 10_000:
        raise CircleError("A seed has 10,000 random circles: take another seed.")
    return RandomCircle(seed, max(taken, default=0) + 1)


def axis_plane(i: int, j: int, z_dim: int | None) -> AxisPlane:
    """The circle on two axes of Z.

    Raises
    ------
    CircleError
        One sentence: the same axis twice, or an axis that Z does not have.
    """
    if i == j:
        raise CircleError(f"A plane needs two different axes, not {i} twice.")
    plane = AxisPlane(i, j)
    problem = circle_problem(plane, z_dim)
    if problem:
        raise CircleError(problem)
    return plane


def through_a_and_b(state: State, z_dim: int) -> ThroughLatents:
    """The circle through the two latents of a state; CircleError if there is none."""
    problem = through_problem(state.latent, state.latent_b, z_dim)
    if problem:
        raise CircleError(problem)
    return ThroughLatents(state.latent, state.latent_b)


def with_circle(state: State, circle: Circle) -> State:
    """The state with a circle more, on the ring; one it has is put on the ring."""
    now = circle_set(state)
    if circle in now.circles:
        return replace(state, circles=now, ring=now.circles.index(circle))
    if len(now.circles) >= MOST_CIRCLES:
        raise CircleError(f"There are {MOST_CIRCLES} circles already.")
    more = replace(now, circles=(*now.circles, circle))
    return replace(state, circles=more, ring=len(now.circles))


def without_circle(state: State, index: int) -> State:
    """The state without a circle; the last one stays, the ring keeps its circle."""
    now = circle_set(state)
    if len(now.circles) <= 1 or not 0 <= index < len(now.circles):
        return state
    left = now.circles[:index] + now.circles[index + 1 :]
    ring = state.ring - (state.ring > index)
    return replace(
        state, circles=replace(now, circles=left), ring=min(ring, len(left) - 1)
    )


def with_seed(state: State, seed: int) -> State:
    """The state with every random circle taken from another seed, k unchanged."""
    now = circle_set(state)
    circles = tuple(
        replace(circle, seed=seed) if isinstance(circle, RandomCircle) else circle
        for circle in now.circles
    )
    return replace(state, circles=replace(now, circles=circles))


def with_points(state: State, points: int) -> State:
    """The state with another number of points on every circle (8 to 4096)."""
    return replace(state, circles=replace(circle_set(state), points=points))


def with_default_six(state: State) -> State:
    """The plane of the first two axes and five random circles, points unchanged."""
    six = replace(circle_set(state), circles=default_circles(6, random_seed(state)))
    return replace(state, circles=six, ring=0)

"""What circles, latents and rows of ws are called on the screen; pure text."""

import math
import re
from pathlib import PurePath
from typing import Literal

from sgviz.families import Point, Points, circle_at, columns_of, psi_at
from sgviz.state import (
    AtKimg,
    AxisPlane,
    Circle,
    CircleSet,
    Cloud,
    Fan,
    File,
    Given,
    Latent,
    Live,
    ManyCircles,
    ModelRef,
    Moved,
    OnCircle,
    RandomCircle,
    Seed,
    Shuffled,
    SmallCircle,
    Sphere,
    TangentPatch,
    ThroughLatents,
    Twin,
)

Group = Literal["coarse", "middle", "fine"]
GROUPS: tuple[Group, ...] = ("coarse", "middle", "fine")
GROUP_SIZES: dict[Group, str] = {"coarse": "≤ 8", "middle": "16, 32", "fine": "≥ 64"}

_SIZE = re.compile(r"(\d+)x(\d+)")


def circle_name(circle: Circle) -> str:
    """A circle in a few words: "axes 0, 1", "random 3 (seed 0)", "30° about seed 1".

    A circle through a point of another circle names only the point's angle, so
    that a chain of them stays short.
    """
    match circle:
        case AxisPlane(i=i, j=j):
            return f"axes {i}, {j}"
        case RandomCircle(seed=seed, k=k):
            return f"random {k} (seed {seed})"
        case ThroughLatents(a=a, b=b):
            return f"{_end_name(a)} to {_end_name(b)}"
        case SmallCircle(frame=frame, radius=radius):
            return f"{span_name(radius)} about {_end_name(frame.about)}"
    raise TypeError(f"{type(circle).__name__} is no circle")


def latent_name(latent: Latent) -> str:
    """A latent in a few words: "seed 85", "on axes 0, 1 at 120°", "row 5 of x.npz"."""
    match latent:
        case Seed(n=n):
            return f"seed {n}"
        case OnCircle(circle=circle, angle=angle):
            return f"on {circle_name(circle)} at {degrees_name(angle)}"
        case Given(path=path, row=row):
            return f"row {row} of {PurePath(path).name}"
        case Moved(of=of, by=by):
            return f"{span_name(math.hypot(*by))} from {_end_name(of)}"
    return "pasted"


def network_name(ref: ModelRef) -> str:
    """A network in a few words: "net.pkl", "run faces at 12 kimg"."""
    match ref:
        case File(path=path):
            return PurePath(path).name
        case Live(run=run):
            return f"run {run}"
        case AtKimg(run=run, kimg=kimg):
            return f"run {run} at {kimg:g} kimg"
        case Twin(of=of, seed=seed):
            return f"untrained twin {seed} of {network_name(of)}"
        case Shuffled(of=of, seed=seed):
            return f"shuffled {network_name(of)} (seed {seed})"
    return "bundled portraits"


def degrees_name(angle: float) -> str:
    """An angle (radians) as whole degrees in [0, 360): "120°"."""
    return f"{round(math.degrees(angle)) % 360}°"


def span_name(angle: float) -> str:
    """An angle (radians) between two points, to a tenth of a degree: "7.5°"."""
    return f"{round(math.degrees(angle), 1):g}°"


def family_name(points: Points) -> str:
    """What a family is in a few words, for the panel and the ring."""
    match points:
        case Sphere(frame=frame, reach=reach):
            full = reach >= math.pi
            what = "sphere" if full else f"cap of {span_name(reach)}"
            return f"{what} about {_end_name(frame.about)}"
        case TangentPatch(frame=frame, reach=reach):
            return f"tangent patch of ±{span_name(reach)} at {_end_name(frame.about)}"
        case Fan(circle=circle, low=low, high=high):
            span = f"psi {low:g} to {high:g}".replace("-", "−")
            return f"{span} of {circle_name(circle)}"
        case Cloud(first=first, count=count):
            return f"seeds {first:,} to {first + count - 1:,}"
        case ManyCircles(seed=seed, count=count):
            return f"{count:,} circles of seed {seed}"
        case CircleSet(circles=circles):
            return f"{len(circles)} circles"


def no_circles(points: Points) -> str:
    """That a family has none: "seeds 0 to 1,999 have no circles"."""
    verb = "have" if isinstance(points, Cloud) else "has"
    return f"{family_name(points)} {verb} no circles"


def row_name(points: Points, row: int) -> str:
    """A row of a family in a few words."""
    psi = psi_at(points, row)
    if psi is not None:
        return f"psi {psi:.2f}".replace("-", "−")
    if isinstance(points, TangentPatch):
        across = float(columns_of(points)[min(row, points.rows - 1)])
        return f"{span_name(across)} across".replace("-", "−")
    circle = circle_at(points, row)
    return circle_name(circle) if circle is not None else family_name(points)


def point_name(point: Point) -> str:
    """A point of a family in a few words: its latent, and its psi if it has one."""
    name = latent_name(point.latent)
    return (
        name if point.psi is None else f"{name}, psi {point.psi:.2f}".replace("-", "−")
    )


def row_size(row: str) -> int | None:
    """The resolution that a row of ws feeds first: 8 of "8x8, and 4x4 colour"."""
    found = _SIZE.search(row)
    return int(found.group(1)) if found else None


def row_group(row: str) -> Group:
    """Coarse up to 8x8, middle 16x16 and 32x32, fine from 64x64 on.

    Karras et al. 2019, section 3.1; a row that names no size counts as fine.
    """
    size = row_size(row)
    if size is None or size >= 64:
        return "fine"
    return "coarse" if size <= 8 else "middle"


def row_words(row: str) -> tuple[str, str]:
    """A row's name for the screen in two parts: ("8×8", "and 4×4 colour")."""
    first, _, rest = _SIZE.sub(r"\1×\2", row).partition(",")
    if not rest:
        first, _, rest = first.partition(" ")
    return first.strip(), rest.strip()


def _end_name(latent: Latent) -> str:
    if isinstance(latent, OnCircle) and isinstance(latent.circle, ThroughLatents):
        return f"{degrees_name(latent.angle)} of a circle"
    if isinstance(latent, OnCircle):
        return f"{degrees_name(latent.angle)} of {circle_name(latent.circle)}"
    return latent_name(latent)

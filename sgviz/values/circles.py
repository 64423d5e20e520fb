"""Latents and circles of Z, as values: each can be made of the other."""

import math
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.values.limits import (
    FROZEN,
    MAX_DIM,
    MAX_POINTS,
    MIN_POINTS,
    Axis,
    SeedNumber,
    Sha256,
)


@dataclass(frozen=True, config=FROZEN)
class Seed:
    """``numpy.random.RandomState(n).randn(1, z_dim)``: the field's convention."""

    n: SeedNumber = 0
    kind: Literal["seed"] = "seed"


@dataclass(frozen=True, config=FROZEN)
class OnCircle:
    """The point of a circle of Z at ``angle`` (radians) from its start."""

    circle: "Circle"
    angle: Annotated[float, Field(ge=-1e6, le=1e6)] = 0.0
    kind: Literal["on_circle"] = "on_circle"


@dataclass(frozen=True, config=FROZEN)
class Given:
    """Row ``row`` of the z array ([N, z_dim], circles flattened) of a file."""

    path: str
    sha256: Sha256
    row: Annotated[int, Field(ge=0, lt=10**8)] = 0
    kind: Literal["given"] = "given"


@dataclass(frozen=True, config=FROZEN)
class Pasted:
    """The numbers of z themselves."""

    numbers: Annotated[tuple[float, ...], Field(min_length=1, max_length=MAX_DIM)]
    kind: Literal["pasted"] = "pasted"


@dataclass(frozen=True, config=FROZEN)
class Moved:
    """Another latent after a walk on the sphere, straight on along ``by``.

    ``by`` holds the velocity at the direction of ``of``, in radians: its length is how
    far the walk goes, and what is not tangent to the sphere is left out.
    """

    of: "Latent"
    by: Annotated[tuple[float, ...], Field(min_length=1, max_length=MAX_DIM)]
    kind: Literal["moved"] = "moved"


Latent = Annotated[
    Seed | OnCircle | Given | Pasted | Moved, Field(discriminator="kind")
]


@dataclass(frozen=True, config=FROZEN)
class AxisPlane:
    """The great circle from e_i towards e_j."""

    i: Axis = 0
    j: Axis = 1
    kind: Literal["axis_plane"] = "axis_plane"

    def __post_init__(self) -> None:
        if self.i == self.j:
            raise ValueError(f"a plane needs two different axes, not {self.i} twice")


@dataclass(frozen=True, config=FROZEN)
class RandomCircle:
    """Circle k >= 1 of a seed: rows 2k-2 and 2k-1 of ``RandomState(seed).randn``."""

    seed: SeedNumber = 0
    k: Annotated[int, Field(ge=1, le=10_000)] = 1
    kind: Literal["random_circle"] = "random_circle"


@dataclass(frozen=True, config=FROZEN)
class ThroughLatents:
    """The great circle that starts at latent ``a`` and turns towards ``b``."""

    a: Latent
    b: Latent
    kind: Literal["through_latents"] = "through_latents"


@dataclass(frozen=True, config=FROZEN)
class Frame:
    """Three latents that span a 2-sphere of Z: its pole, and two directions there.

    The pole is ``about``; ``towards`` lies on the meridian 0, and ``beside`` on the
    side where angles grow.
    """

    about: Latent = field(default_factory=Seed)
    towards: Latent = field(default_factory=lambda: Seed(1))
    beside: Latent = field(default_factory=lambda: Seed(2))


@dataclass(frozen=True, config=FROZEN)
class SmallCircle:
    """All points of a frame's 2-sphere ``radius`` radians away from its pole.

    At pi / 2 it is a great circle, at 0 the pole and at pi its antipode.
    """

    frame: Frame
    radius: Annotated[float, Field(ge=0.0, le=math.pi)] = math.pi / 6
    kind: Literal["small_circle"] = "small_circle"


Circle = Annotated[
    AxisPlane | RandomCircle | ThroughLatents | SmallCircle,
    Field(discriminator="kind"),
]


def default_circles(count: int = 6, seed: int = 0) -> tuple[Circle, ...]:
    """The blog's set: the plane of the first two axes and random ones of a seed."""
    return (AxisPlane(0, 1), *(RandomCircle(seed, k) for k in range(1, count)))


@dataclass(frozen=True, config=FROZEN)
class CircleSet:
    """Circles of Z, each sampled at ``points`` equal angles."""

    circles: Annotated[tuple[Circle, ...], Field(min_length=1, max_length=1024)] = (
        field(default_factory=default_circles)
    )
    points: Annotated[int, Field(ge=MIN_POINTS, le=MAX_POINTS)] = 96
    kind: Literal["circle_set"] = "circle_set"


@dataclass(frozen=True, config=FROZEN)
class CirclesFile:
    """Circles read from a file: geometry, and no network unless it names one."""

    path: str
    sha256: Sha256
    kind: Literal["circles_file"] = "circles_file"

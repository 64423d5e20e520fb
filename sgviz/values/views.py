"""How circles are looked at: in which space, along which axes, from where."""

from dataclasses import field, replace
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.values.limits import FROZEN, MAX_DIM, Axis, Layer, SeedNumber


@dataclass(frozen=True, config=FROZEN)
class InZ:
    """Z itself: the circle before the mapping."""

    kind: Literal["z"] = "z"


@dataclass(frozen=True, config=FROZEN)
class InLayer:
    """After ``layer`` layers of the mapping: 0 is z, the last is W.

    ``share`` is how far on the way to the next layer a hand has moved; at rest 0.
    """

    layer: Layer = 0
    share: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    kind: Literal["layer"] = "layer"


@dataclass(frozen=True, config=FROZEN)
class InW:
    """W, where the mapping ends."""

    kind: Literal["w"] = "w"


@dataclass(frozen=True, config=FROZEN)
class InP:
    """P: w before its last activation (Zhu et al. 2020); P_N where ``normalised``."""

    normalised: bool = False
    kind: Literal["p"] = "p"


@dataclass(frozen=True, config=FROZEN)
class InStyle:
    """The styles of row ``row`` of ws: what its layer makes of w."""

    row: Layer = 0
    kind: Literal["style"] = "style"


OneSpace = Annotated[InZ | InLayer | InW | InP | InStyle, Field(discriminator="kind")]


def _well_known() -> tuple[OneSpace, ...]:
    return (InZ(), InW(), InP(), InP(normalised=True))


@dataclass(frozen=True, config=FROZEN)
class SideBySide:
    """Several spaces next to one another, each in a panel and at a size of its own."""

    spaces: Annotated[tuple[OneSpace, ...], Field(min_length=2, max_length=12)] = field(
        default_factory=_well_known
    )
    kind: Literal["side_by_side"] = "side_by_side"


Space = Annotated[
    InZ | InLayer | InW | InP | InStyle | SideBySide, Field(discriminator="kind")
]


@dataclass(frozen=True, config=FROZEN)
class Triplets:
    """``count`` coordinate triplets (d, d+1, d+2), d = start + stride * k.

    By ``"energy"`` those with most of the curves' energy come first, among all with
    d = stride * k, and ``start`` is how many of the first are passed over.
    """

    start: Axis = 0
    count: Annotated[int, Field(ge=1, le=MAX_DIM)] = 4
    stride: Annotated[int, Field(ge=1, le=MAX_DIM)] = 3
    order: Literal["number", "energy"] = "number"
    kind: Literal["triplets"] = "triplets"


@dataclass(frozen=True, config=FROZEN)
class Pca:
    """Principal components first, first+1, first+2 of everything shown."""

    first: Axis = 0
    kind: Literal["pca"] = "pca"


@dataclass(frozen=True, config=FROZEN)
class RandomAxes:
    """Three random orthonormal directions of W."""

    seed: SeedNumber = 0
    kind: Literal["random_axes"] = "random_axes"


@dataclass(frozen=True, config=FROZEN)
class Axes:
    """Any three coordinates of W."""

    i: Axis = 0
    j: Axis = 1
    k: Axis = 2
    kind: Literal["axes"] = "axes"


Projection = Annotated[Triplets | Pca | RandomAxes | Axes, Field(discriminator="kind")]


@dataclass(frozen=True, config=FROZEN)
class Camera:
    """A turntable: looks at ``centre`` from ``distance``; degrees.

    ``framed``: from that direction, but with the whole scene in view, whatever it is.
    """

    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    distance: Annotated[float, Field(gt=0.0, le=1e9)] = 1.0
    azimuth: float = 35.0
    elevation: Annotated[float, Field(ge=-90.0, le=90.0)] = 22.0
    orthographic: bool = False
    framed: bool = False


SurfaceLook = Literal["solid", "smooth", "translucent", "wire"]


@dataclass(frozen=True, config=FROZEN)
class Look:
    """How curves and surfaces are drawn. ``camera`` None frames everything."""

    colour: Literal[
        "angle", "vivid", "circle", "factor", "stretch", "volume", "largest"
    ] = "angle"
    factor: Annotated[str, Field(max_length=60)] = ""
    axes: bool = True
    octants: bool = False
    points: Literal["auto", "on", "off"] = "auto"
    width: Annotated[float, Field(ge=0.5, le=12.0)] = 2.0
    surface: SurfaceLook = "solid"
    camera: Camera | None = None

    def framed(self) -> "Look":
        """The same, from the same direction, with the whole scene in view."""
        if self.camera is None:
            return self
        return replace(self, camera=replace(self.camera, framed=True))

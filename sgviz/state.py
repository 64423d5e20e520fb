"""What the user decided, as frozen values: State, Focus, Latent, Circle, ModelRef.

Nothing here computes and nothing here knows torch or Qt. A session file is one
``State`` as JSON, undo is a stack of them, an exported picture carries one.
Change a value with :func:`dataclasses.replace`: every change is validated.
"""

from dataclasses import field, replace
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

MIN_POINTS, MAX_POINTS = 8, 4096
MAX_DIM = 4096
MAX_LAYERS = 64

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False)

SeedNumber = Annotated[int, Field(ge=0, lt=2**32)]
Axis = Annotated[int, Field(ge=0, lt=MAX_DIM)]
Layer = Annotated[int, Field(ge=0, lt=MAX_LAYERS)]
Psi = Annotated[float, Field(ge=-2.0, le=3.0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ClassNumber = Annotated[int, Field(ge=0, lt=65536)]
RunName = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\w.\- ]+$")]


@dataclass(frozen=True, config=FROZEN)
class Seed:
    """``numpy.random.RandomState(n).randn(1, z_dim)``: the field's convention."""

    n: SeedNumber = 0
    kind: Literal["seed"] = "seed"


@dataclass(frozen=True, config=FROZEN)
class OnCircle:
    """The point of a great circle of Z at ``angle`` (radians) from its start."""

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


Latent = Annotated[Seed | OnCircle | Given | Pasted, Field(discriminator="kind")]


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


Circle = Annotated[
    AxisPlane | RandomCircle | ThroughLatents, Field(discriminator="kind")
]


def default_circles(count: int = 6, seed: int = 0) -> tuple[Circle, ...]:
    """The blog's set: the plane of the first two axes and random ones of a seed."""
    return (AxisPlane(0, 1), *(RandomCircle(seed, k) for k in range(1, count)))


@dataclass(frozen=True, config=FROZEN)
class CircleSet:
    """Great circles of Z, each sampled at ``points`` equal angles."""

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


Circles = Annotated[CircleSet | CirclesFile, Field(discriminator="kind")]


@dataclass(frozen=True, config=FROZEN)
class Bundled:
    """The trained network that comes with sgviz."""

    kind: Literal["bundled"] = "bundled"


@dataclass(frozen=True, config=FROZEN)
class File:
    """A network in a file; the hash says which, the path where it was last seen."""

    path: str
    sha256: Sha256
    kind: Literal["file"] = "file"


@dataclass(frozen=True, config=FROZEN)
class Live:
    """The newest snapshot of the training run of that name."""

    run: RunName
    kind: Literal["live"] = "live"


@dataclass(frozen=True, config=FROZEN)
class AtKimg:
    """A training run as it was after ``kimg``: its checkpoint nearest to that.

    ``path`` is where the run was last seen, empty for one among the user's runs.
    """

    run: RunName
    kimg: Annotated[float, Field(ge=0.0, le=1e9)]
    path: str = ""
    kind: Literal["at_kimg"] = "at_kimg"


ModelRef = Annotated[Bundled | File | Live | AtKimg, Field(discriminator="kind")]


@dataclass(frozen=True, config=FROZEN)
class Triplets:
    """``count`` coordinate triplets (d, d+1, d+2), d = start + stride * k."""

    start: Axis = 0
    count: Annotated[int, Field(ge=1, le=MAX_DIM)] = 4
    stride: Annotated[int, Field(ge=1, le=MAX_DIM)] = 3
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
    """A turntable: looks at ``centre`` from ``distance``; degrees."""

    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)
    distance: Annotated[float, Field(gt=0.0, le=1e9)] = 1.0
    azimuth: float = 35.0
    elevation: Annotated[float, Field(ge=-90.0, le=90.0)] = 22.0
    orthographic: bool = False


@dataclass(frozen=True, config=FROZEN)
class Look:
    """How the curves are drawn. ``camera`` None frames everything."""

    colour: Literal["angle", "vivid", "circle"] = "angle"
    axes: bool = True
    octants: bool = False
    points: Literal["auto", "on", "off"] = "auto"
    width: Annotated[float, Field(ge=0.5, le=12.0)] = 2.0
    camera: Camera | None = None


Sparse = tuple[tuple[Layer, Annotated[float, Field(ge=-8.0, le=8.0)]], ...]
StyleKind = Literal["psi", "mix", "noise"]


@dataclass(frozen=True, config=FROZEN)
class Styles:
    """What was changed, layer by layer; a layer not named follows the default."""

    psi: Sparse = ()
    mix: Sparse = ()
    noise: Sparse = ()

    def value(self, kind: StyleKind, layer: int) -> float | None:
        """The edited value of a layer, or None where it follows the default."""
        return dict(getattr(self, kind)).get(layer)

    def edited(
        self, kind: StyleKind, layers: tuple[int, ...], value: float | None
    ) -> "Styles":
        """These styles with the layers at ``value`` (None: back to the default)."""
        values = {k: v for k, v in getattr(self, kind) if k not in layers}
        if value is not None:
            values |= dict.fromkeys(layers, value)
        return replace(self, **{kind: tuple(sorted(values.items()))})


@dataclass(frozen=True, config=FROZEN)
class State:
    """Everything the user decided. Undoable, saved, carried by pictures.

    ``class_index`` is what a network with classes is asked for, None: its first; one
    beyond a network's last means the last, and networks without classes ignore it.
    """

    version: Literal[1] = 1
    model: ModelRef = field(default_factory=Bundled)
    latent: Latent = field(default_factory=Seed)
    latent_b: Latent = field(default_factory=lambda: Seed(1))
    psi: Psi = 1.0
    cutoff: Layer | None = None
    styles: Styles = field(default_factory=Styles)
    noise: Literal["const", "none", "random"] = "const"
    noise_seed: SeedNumber = 0
    class_index: ClassNumber | None = None
    circles: Circles = field(default_factory=CircleSet)
    ring: Annotated[int, Field(ge=0, lt=10_000)] = 0
    projection: Projection = field(default_factory=Triplets)
    centred: bool = True
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, config=FROZEN)
class Focus:
    """What the hand does now: rendered, never undone, never saved."""

    circle: int | None = None
    angle: float = 0.0
    moving: bool = False
    layer: int | None = None

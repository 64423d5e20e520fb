"""What the user decided, as frozen values: State, Focus, Latent, Circle, ModelRef.

Nothing here computes and nothing here knows torch or Qt. A session file is one
``State`` as JSON, undo is a stack of them, an exported picture carries one.
Change a value with :func:`dataclasses.replace`: every change is validated.
"""

from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.values.circles import (
    AxisPlane,
    Circle,
    CircleSet,
    CirclesFile,
    Frame,
    Given,
    Latent,
    Moved,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    SmallCircle,
    ThroughLatents,
    default_circles,
)
from sgviz.values.families import (
    Circles,
    Cloud,
    Family,
    Fan,
    Form,
    ManyCircles,
    Sphere,
    Surface,
    TangentPatch,
)
from sgviz.values.feel import (
    ByNetwork,
    ByPixels,
    ByReader,
    Feel,
    LabelsFile,
    RulerRef,
)
from sgviz.values.limits import (
    FROZEN,
    MAX_DIM,
    MAX_LAYERS,
    MAX_POINTS,
    MIN_POINTS,
    ClassNumber,
    Layer,
    Psi,
    SeedNumber,
)
from sgviz.values.networks import (
    AtKimg,
    Beside,
    Bundled,
    File,
    GeneratorName,
    Live,
    ModelRef,
    Shuffled,
    Trained,
    Twin,
)
from sgviz.values.styles import (
    Placement,
    Sparse,
    StyleKind,
    Styles,
)
from sgviz.values.views import (
    Axes,
    Camera,
    InLayer,
    InP,
    InStyle,
    InW,
    InZ,
    Look,
    OneSpace,
    Pca,
    Projection,
    RandomAxes,
    SideBySide,
    Space,
    SurfaceLook,
    Triplets,
)

__all__ = [
    "MAX_DIM",
    "MAX_LAYERS",
    "MAX_POINTS",
    "MIN_POINTS",
    "AtKimg",
    "Axes",
    "AxisPlane",
    "Beside",
    "Bundled",
    "ByNetwork",
    "ByPixels",
    "ByReader",
    "Camera",
    "Circle",
    "CircleSet",
    "Circles",
    "CirclesFile",
    "ClassNumber",
    "Cloud",
    "Family",
    "Fan",
    "Feel",
    "File",
    "Focus",
    "Form",
    "Frame",
    "GeneratorName",
    "Given",
    "InLayer",
    "InP",
    "InStyle",
    "InW",
    "InZ",
    "LabelsFile",
    "Latent",
    "Layer",
    "Live",
    "Look",
    "ManyCircles",
    "ModelRef",
    "Moved",
    "OnCircle",
    "OneSpace",
    "Pasted",
    "Pca",
    "Placement",
    "Projection",
    "Psi",
    "RandomAxes",
    "RandomCircle",
    "RulerRef",
    "Seed",
    "SeedNumber",
    "Shuffled",
    "SideBySide",
    "SmallCircle",
    "Space",
    "Sparse",
    "Sphere",
    "State",
    "StyleKind",
    "Styles",
    "Surface",
    "SurfaceLook",
    "TangentPatch",
    "ThroughLatents",
    "Trained",
    "Triplets",
    "Twin",
    "default_circles",
]


@dataclass(frozen=True, config=FROZEN)
class State:
    """Everything the user decided. Undoable, saved, carried by pictures.

    ``class_index`` is what a network with classes is asked for, None: its first; one
    beyond a network's last means the last, and networks without classes ignore it.
    """

    version: Literal[1] = 1
    model: ModelRef = field(default_factory=Bundled)
    beside: Beside = field(default_factory=Beside)
    latent: Latent = field(default_factory=Seed)
    latent_b: Latent = field(default_factory=lambda: Seed(1))
    psi: Psi = 1.0
    cutoff: Layer | None = None
    styles: Styles = field(default_factory=Styles)
    noise: Literal["const", "none", "random"] = "const"
    noise_seed: SeedNumber = 0
    placement: Placement = field(default_factory=Placement)
    class_index: ClassNumber | None = None
    circles: Circles = field(default_factory=CircleSet)
    ring: Annotated[int, Field(ge=0, lt=10_000)] = 0
    space: Space = field(default_factory=InW)
    projection: Projection = field(default_factory=Triplets)
    centred: bool = True
    look: Look = field(default_factory=Look)
    feel: Feel = field(default_factory=Feel)


@dataclass(frozen=True, config=FROZEN)
class Focus:
    """What the hand does now: rendered, never undone, never saved."""

    circle: int | None = None
    angle: float = 0.0
    moving: bool = False
    layer: int | None = None

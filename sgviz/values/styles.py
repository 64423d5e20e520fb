"""What was changed of the styles, layer by layer, and where a picture is drawn."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.values.limits import FROZEN, Layer

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
class Placement:
    """Where a network that can move its picture draws it (StyleGAN3).

    ``right`` and ``down`` in sides of the image, ``turn`` in radians counterclockwise
    about the centre, before it is moved. Other networks take no notice.
    """

    right: Annotated[float, Field(ge=-4.0, le=4.0)] = 0.0
    down: Annotated[float, Field(ge=-4.0, le=4.0)] = 0.0
    turn: Annotated[float, Field(ge=-100.0, le=100.0)] = 0.0

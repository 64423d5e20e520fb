"""What measures draw into the W view: arrows of the local basis, ways from A to B."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sgviz.state import Circles

Floats = NDArray[np.float32]
Kind = Literal["arrow", "great", "geodesic"]


@dataclass(frozen=True, eq=False)
class Stroke:
    """An open curve in every slice, float32 [S, P, 3]; of arrows, the ``number``."""

    kind: Kind
    positions: Floats
    number: int = 0


@dataclass(frozen=True, eq=False)
class Overlay:
    """All strokes, for the scene of ``of`` with as many slices."""

    strokes: tuple[Stroke, ...] = ()
    of: Circles | None = None

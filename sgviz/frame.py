"""What the render stages hand to the views: numpy arrays, and problems as data."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.state import CircleSet, CirclesFile

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Problem:
    """Something that could not be done: one sentence, and details to copy."""

    what: str
    details: str = ""


@dataclass(frozen=True, eq=False)
class ModelInfo:
    """The network on the screen, as far as a panel must know it.

    ``rows`` names the rows of ws; ``noise`` holds the learned noise strengths of
    those that have noise. ``resolution`` is 0 where there are no images. ``facts``
    are names and words about it, in the order of reading.
    """

    label: str
    family: str
    device: str
    resolution: int
    z_dim: int
    w_dim: int
    depth: int
    rows: tuple[str, ...]
    kimg: float | None
    sha256: str | None
    notice: str = ""
    noise: tuple[float, ...] = ()
    c_dim: int = 0
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def num_ws(self) -> int:
        """The number of rows of ws that the synthesis takes."""
        return len(self.rows)


@dataclass(frozen=True, eq=False)
class Image:
    """One image, u8 [H, W, 3], and how it was made."""

    pixels: Pixels
    milliseconds: float
    exact: bool


@dataclass(frozen=True, eq=False)
class Scene:
    """Projected circles: what the W view draws, picks and lights.

    ``positions`` is float32 [S, C, N, 3]: S slices (triplets of coordinates, or
    one projection) of C circles of N points. ``angles`` [C, N] are radians.
    ``titles`` names each slice, ``axes`` the three directions of the first,
    ``shares`` the explained share of each direction where it is known.
    ``has_latents`` is False where the points are geometry only. ``of`` says which
    circles these are: what the hand takes here is theirs, whatever comes next.
    """

    positions: Floats
    angles: Floats
    circles: tuple[str, ...]
    titles: tuple[str, ...]
    axes: tuple[str, str, str]
    shares: tuple[float, ...] = ()
    note: str = ""
    has_latents: bool = True
    of: CircleSet | CirclesFile | None = None


@dataclass(frozen=True, eq=False)
class Marker:
    """Where the latent on the screen lies in every slice, float32 [S, 3]."""

    positions: Floats


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """Images at equal angles of one circle, u8 [K, H, W, 3]; grows as it is made."""

    circle: int
    pixels: Pixels
    angles: Floats
    total: int


@dataclass(frozen=True)
class Part:
    """One stage's result and the key of the inputs it belongs to.

    Exactly one of ``value`` and ``problem`` is there; ``serial`` is the number of
    the request that made it, ``final`` is False while more of it is to come.
    """

    name: str
    key: Hashable
    serial: int
    value: object | None = None
    problem: Problem | None = None
    final: bool = True

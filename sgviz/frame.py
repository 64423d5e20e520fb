"""What the render stages hand to the views: numpy arrays, and problems as data."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sgviz.state import Circles, Form, ModelRef

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
    are names and words about it, in the order of reading. ``networks`` are the
    generators of its file, this one first; ``can_move`` says whether it can draw its
    picture elsewhere (State.placement).
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
    ref: ModelRef | None = None
    networks: tuple[str, ...] = ()
    can_move: bool = False

    @property
    def sizes(self) -> tuple[object, ...]:
        """What limits of controls follow; a network that trains keeps them."""
        return self.family, self.z_dim, self.w_dim, self.depth, self.rows

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

    ``form`` says whether the rows C are curves of their own, the rows of one surface,
    or a heap of points, and ``closed`` whether a row ends where it began. Then
    ``angles`` are the numbers of the columns (:mod:`sgviz.families`); ``hues`` [C, N]
    are the angles of colours where these are others, and ``levels`` [C, N] run from 0
    to 1 across a surface or a heap.

    ``space`` says in which space the curves lie. Where there are several next to one
    another, ``panels`` are their titles and ``panel_of`` [S] the panel of each slice;
    each is then about its own zero, and its furthest point 1 away: in its own numbers
    ``panel_radii``, along ``panel_axes``.
    """

    positions: Floats
    angles: Floats
    circles: tuple[str, ...]
    titles: tuple[str, ...]
    axes: tuple[str, str, str]
    shares: tuple[float, ...] = ()
    note: str = ""
    has_latents: bool = True
    of: Circles | None = None
    form: Form = "curves"
    closed: bool = True
    hues: Floats | None = None
    levels: Floats | None = None

    @property
    def has_rings(self) -> bool:
        """Whether a row is a circle, which a ring can show."""
        return self.closed and self.form != "points"

    space: str = "W"
    panels: tuple[str, ...] = ()
    panel_of: tuple[int, ...] = ()
    panel_axes: tuple[tuple[str, str, str], ...] = ()
    panel_radii: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Marker:
    """Where the latent on the screen lies in every slice, float32 [S, 3]."""

    positions: Floats


@dataclass(frozen=True, eq=False)
class Keepsake:
    """A small picture, u8 [H, W, 3], of the network in a file; None: it has none."""

    sha256: str
    pixels: Pixels | None = None


@dataclass(frozen=True, eq=False)
class Companion:
    """The circles of a scene through another network, in the scene's slices.

    ``positions`` is float32 [S', C, N, 3] with S' at most the scene's S; ``scale`` is
    what they were multiplied by to be as large as the scene's; ``note`` is one sentence
    where they are not drawn, or not as asked; ``facts`` is what a second network's
    file and numbers say.
    """

    kind: Literal["twin", "shuffled", "infinite", "model"]
    label: str
    positions: Floats
    scale: float = 1.0
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Companions:
    """What is drawn beside the scene of ``of`` with ``titles``; grows to ``total``.

    ``waiting``: the grey ones are not asked until the circles are at rest.
    """

    items: tuple[Companion, ...] = ()
    total: int = 0
    of: Circles | None = None
    titles: tuple[str, ...] = ()
    note: str = ""
    waiting: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing more is to come."""
        return len(self.items) >= self.total and not self.waiting

    def fits(self, scene: Scene) -> bool:
        """Whether they belong beside that scene, and not beside one of before."""
        return (self.of, self.titles) == (scene.of, scene.titles)


@dataclass(frozen=True, eq=False)
class ImageBeside:
    """The latent on the screen through a second network; None: there is none.

    ``label`` is that network's name, ``first`` the name of the one on the screen.
    """

    image: Image | None = None
    label: str = ""
    first: str = ""


@dataclass(frozen=True, eq=False)
class Thumbnails:
    """Images at equal angles of one circle, u8 [K, H, W, 3]; grows as it is made."""

    circle: int
    pixels: Pixels
    angles: Floats
    total: int


NO_THUMBNAILS = Thumbnails(
    0, np.zeros((0, 1, 1, 3), np.uint8), np.zeros(0, np.float32), total=0
)


@dataclass(frozen=True)
class Progress:
    """How far a long stage is, yielded in place of a value.

    ``share`` is 0 to 1, None where nobody knows.
    """

    what: str
    share: float | None = None


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

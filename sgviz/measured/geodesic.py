"""A geodesic of the pulled-back metric beside the great circle.

Computed by :mod:`sgviz.analysis.geodesic`.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, row_of
from sgviz.measured.figure import Figure

Rows = NDArray[np.float32]
Numbers = NDArray[np.float64]
Strip = NDArray[np.uint8]


def no_strip() -> Strip:
    """No images."""
    return np.zeros((0, 1, 1, 3), dtype=np.uint8)


@dataclass(frozen=True, eq=False)
class Way:
    """A curve of n points from A to B: ``z`` [n, z_dim], ``w`` [n, w_dim], its image.

    ``images`` u8 [K, H, W, 3] at equal steps of its parameter.
    """

    z: Rows
    w: Rows
    images: Strip = field(default_factory=no_strip)

    @property
    def steps(self) -> Numbers:
        """The length of each segment in W, [n - 1]."""
        chords = np.diff(self.w.astype(np.float64), axis=0)
        return np.asarray(np.linalg.norm(chords, axis=1))

    @property
    def length(self) -> float:
        """In W."""
        return float(self.steps.sum())

    @property
    def energy(self) -> float:
        """(n - 1) sum of squared segments: length^2 where the speed is constant."""
        return float((self.steps**2).sum() * len(self.steps))

    @property
    def z_length(self) -> float:
        """In Z, in radians of the unit sphere."""
        unit = self.z / np.linalg.norm(self.z, axis=1, keepdims=True)
        apart = np.linalg.norm(np.diff(unit.astype(np.float64), axis=0), axis=1)
        return float((2.0 * np.arcsin(np.clip(apart / 2.0, 0.0, 1.0))).sum())


@dataclass(frozen=True, eq=False)
class Geodesic:
    """The great circle's arc from A to B, the best curve so far, and its descent."""

    names: tuple[str, str]
    great: Way
    best: Way
    energies: Numbers
    total: int
    images: int = 0

    @property
    def chord(self) -> float:
        """|w_b - w_a|: no curve is shorter."""
        ends = self.great.w[[0, -1]].astype(np.float64)
        return float(np.linalg.norm(ends[1] - ends[0]))

    @property
    def is_whole(self) -> bool:
        """Whether the descent has come to its end."""
        return len(self.energies) > self.total

    def beside(self, twins: Twins | None) -> tuple[Row, ...]:
        """What was gained, beside the same descent through untrained twins."""
        if not self.is_whole:
            return ()
        values = way_figures(self)
        return tuple(row_of(f, values[f.key], twins) for f in FIGURES)

    def sentence(self) -> str:
        """What was gained, in one sentence."""
        shorter = 1.0 - self.best.length / self.great.length
        longer = self.best.z_length / self.great.z_length - 1.0
        over = self.best.length / self.chord - 1.0
        return (
            f"The geodesic is {shorter:.0%} shorter in W than the great circle "
            f"({self.best.length:.3g} instead of {self.great.length:.3g}), "
            f"{longer:.0%} longer in Z, and {over:.0%} longer than the straight line."
        )


FIGURES: tuple[Figure, ...] = (
    Figure(
        "shorter",
        "Gain in W",
        "1 − length of the geodesic / length of the great circle",
        "How far Z is from being W's own measure.",
    ),
    Figure(
        "longer",
        "Cost in Z",
        "length of the geodesic / length of the great circle, in Z, − 1",
        "How far the geodesic strays from the great circle.",
    ),
    Figure(
        "over",
        "Excess over the chord",
        "length of the geodesic / |w_b − w_a| − 1",
        "0 where W is flat along the way.",
    ),
)


def way_figures(found: Geodesic) -> dict[str, float]:
    """The values of :data:`FIGURES`."""
    return {
        "shorter": 1.0 - found.best.length / found.great.length,
        "longer": found.best.z_length / found.great.z_length - 1.0,
        "over": found.best.length / found.chord - 1.0,
    }

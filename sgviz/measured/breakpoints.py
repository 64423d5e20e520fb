"""Where a circle bends in W, counted per layer (:mod:`sgviz.analysis.breakpoints`)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgviz.measured.beside import Row, Twins, row_of
from sgviz.measured.figure import Figure
from sgviz.state import Circles

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Breakpoints:
    """The bends of circle ``circle``: per layer rising ``angles`` [n_l] in radians.

    Found up to the angle ``until``; ``untrained`` is Rice's number of bends a layer.
    ``of`` says which circles these are.
    """

    name: str
    circle: int
    angles: tuple[Numbers, ...]
    width: int
    untrained: float
    until: float = math.tau
    of: Circles | None = None

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of bends of each layer."""
        return tuple(len(angles) for angles in self.angles)

    @property
    def total(self) -> int:
        """The number of bends of all layers: of arcs of ellipses that w consists of."""
        return sum(self.counts)

    @property
    def is_whole(self) -> bool:
        """Whether the whole circle has been walked."""
        return self.until >= math.tau - 1e-9

    @property
    def sentence(self) -> str:
        """How many there are, and how many chance would have."""
        if not self.is_whole:
            share = self.until / math.tau
            return f"{self.total:,} bends in the first {share:.0%} of {self.name} …"
        expected = len(self.angles) * self.untrained
        return (
            f"{self.name} bends {self.total:,} times: so many arcs of ellipses are its "
            f"curve in W. Rice's formula has {expected:,.0f} for an untrained network "
            f"without biases, {self.untrained:,.0f} a layer."
        )

    def beside(self, twins: Twins | None) -> tuple[Row, ...]:
        """All bends, and those of each layer, beside the same circle of twins.

        Nothing while not all of the circle has been walked.
        """
        if not self.is_whole:
            return ()
        values, layers = bend_figures(self), len(self.angles)
        closed = {TOTAL.key: layers * self.untrained}
        figures = (TOTAL, *(layer_figure(k) for k in range(1, layers + 1)))
        return tuple(
            row_of(f, values[f.key], twins, closed.get(f.key, self.untrained))
            for f in figures
        )

    def density(self, layer: int, bins: int = 72) -> Numbers:
        """How many bends of a layer lie in each of ``bins`` equal sectors."""
        counts, _ = np.histogram(self.angles[layer], bins, (0.0, math.tau))
        return counts.astype(np.float64)


TOTAL = Figure(
    "bends",
    "Bends of the circle",
    "sign changes of all units along it",
    "So many arcs of ellipses are its curve in W.",
    0,
)


def layer_figure(layer: int) -> Figure:
    """The bends of one layer, from 1 on."""
    return Figure(
        f"layer_{layer}",
        f"Bends of layer {layer}",
        f"sign changes of the units of layer {layer}",
        "Fewer where biases hold units open or closed all around.",
        0,
    )


def bend_figures(found: Breakpoints) -> dict[str, float]:
    """The number of all bends and of each layer's, by the key of a figure."""
    counts = enumerate(found.counts, start=1)
    layers = {layer_figure(k).key: float(count) for k, count in counts}
    return {TOTAL.key: float(found.total)} | layers

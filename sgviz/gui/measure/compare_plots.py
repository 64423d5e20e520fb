"""The plots of a comparison: one is in front, chosen by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QStackedWidget

from sgviz.gui.choices import QuietCombo
from sgviz.gui.measure import compare_series as series
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Series
from sgviz.measured.both_curves import ANGLE
from sgviz.measured.compare import Comparison, Untrained
from sgviz.measured.octants import OCTANTS

ORDERS = tuple((float(k), str(k)) for k in range(1, 17))
SIGNS = tuple(
    (float(k), name.translate({ord("-"): "−"})) for k, name in enumerate(OCTANTS)
)


@dataclass(frozen=True)
class _Line:
    """A plot: its name in the choice, what it is, and what is drawn."""

    name: str
    title: str
    axes: Axes
    file_name: str
    tip: str
    series: Callable[[Comparison, Untrained | None, int], list[Series]]


def _along(
    key: str, found: Comparison, untrained: Untrained | None, ring: int
) -> list[Series]:
    return series.circle_series(found, ring, key)


ALONG = (
    ("speed", "Speed", ANGLE, "|w′(t)|", "How fast w moves, a radian."),
    (
        "segments",
        "Segments",
        ANGLE,
        "segment / mean segment",
        "1: equal steps in Z are equal steps in W.",
    ),
    ("turning", "Turning", ANGLE, "angle (°)", "Between neighbouring segments."),
    (
        "antipodes",
        "Antipodes",
        ANGLE,
        "|w(t) − w(t + π)|",
        "How far opposite points of the circle are apart.",
    ),
    (
        "triplets",
        "Triplets",
        "triplet",
        "share of the variance",
        "How much of the circle each three neighbouring coordinates show.",
    ),
)
PLOTS: dict[str, _Line] = {
    "distance": _Line(
        "Distance",
        "Distance of corresponding points",
        Axes("angle in Z", "|w₁(t) − w₂(t)|", is_angle=True, low=0.0),
        "distance",
        "Solid: as they are, where W has as many coordinates. Dashed: after the"
        " best turn, mirroring, scale and move of each circle.",
        lambda found, _, ring: series.distance_series(found),
    ),
    "harmonics": _Line(
        "Harmonics",
        "Harmonics of the circle on the ring",
        Axes("harmonic", "share of the variance", log_y=True, names=ORDERS),
        "harmonics-of-both",
        "Within the band a share says nothing about training. Dashed: the ratio, the"
        " difference of logarithms; 1 where there is none.",
        series.harmonic_series,
    ),
    "components": _Line(
        "Components",
        "Principal components of the circle on the ring",
        Axes("component", "share of the variance", names=ORDERS),
        "components-of-both",
        "How much of the circle's variance lies along each. The difference is dashed.",
        partial(_along, "components"),
    ),
    **{
        key: _Line(
            name,
            f"{name} of the circle on the ring",
            Axes(x_name, y_name, is_angle=x_name == ANGLE),
            f"{key}-of-both",
            f"{tip} The difference is dashed.",
            partial(_along, key),
        )
        for key, name, x_name, y_name, tip in ALONG
    },
    "octants": _Line(
        "Octants",
        "Octants of w − w_avg, all circles",
        Axes("signs of a triplet", "share of pairs", names=SIGNS),
        "octants-of-both",
        "How many of all (triplet, point) pairs have which three signs. The"
        " difference are the diamonds.",
        lambda found, _, ring: series.octant_series(found),
    ),
}


class ComparePlots(QStackedWidget):
    """A stack of plots; ``choice`` is placed by the panel."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = QuietCombo("Plot", "What is drawn of both, over each other")
        self.choice.setMinimumContentsLength(9)
        self.plots: dict[str, Plot] = {}
        self._found: tuple[Comparison, Untrained | None, int] | None = None
        for key, line in PLOTS.items():
            self.choice.addItem(line.name, key)
            plot = Plot(line.title, line.axes, line.file_name, line.tip)
            self.plots[key] = plot
            self.addWidget(plot)
        self.choice.currentIndexChanged.connect(self._turn_to)

    def show_both(
        self, found: Comparison, untrained: Untrained | None, ring: int
    ) -> None:
        """Draw the plot that is in front; the others when their turn comes."""
        self._found = (found, untrained, ring)
        key = str(self.choice.currentData())
        self.plots[key].set_series(PLOTS[key].series(*self._found))

    def _turn_to(self, index: int) -> None:
        self.setCurrentIndex(index)
        if self._found is not None:
            self.show_both(*self._found)

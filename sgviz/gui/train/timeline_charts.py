"""The curves of one or two runs with the words around them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from sgviz.gui.theme import Theme
from sgviz.gui.train.timeline_bands import Sizes, sizes_of
from sgviz.gui.train.timeline_board import CurvesBoard
from sgviz.gui.train.timeline_panels import Bands, curve_of, panels_of
from sgviz.gui.train.timeline_scale import Scale
from sgviz.gui.train.timeline_sheet import RunCurves
from sgviz.gui.train.timeline_shelf import RunFacts
from sgviz.training.config import TrainConfig

ROOMY = 500  # pixels of height that leave room for the legend
WAITING = "measuring untrained networks …"
UNKNOWN = "its config.json cannot be read: no band"
LEGEND = (
    "Shaded: what untrained networks of these sizes have. Dotted: their closed form, or"
    " their mean. Inside the band a value says nothing about learning."
)


class TimelineCharts(QWidget):
    """A legend and the board; ``moment_picked(kimg)`` from the hand on a chart."""

    moment_picked = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.board = CurvesBoard()
        self.board.moment_picked.connect(self.moment_picked)
        self.legend = QLabel(LEGEND)
        self.legend.setTextFormat(Qt.TextFormat.PlainText)
        self.legend.setWordWrap(True)
        self.legend.setProperty("role", "muted")
        self._facts: tuple[RunFacts, ...] = ()
        self._bands: Mapping[Sizes, Bands] = {}
        self._problem = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.legend)
        column.addWidget(self.board, 1)

    @property
    def facts(self) -> tuple[RunFacts, ...]:
        """The runs whose curves are shown."""
        return self._facts

    @property
    def waits(self) -> bool:
        """Whether a band is still being measured."""
        return any(run.waiting == WAITING for run in self.board.sheet.runs)

    @property
    def configs(self) -> tuple[TrainConfig, ...]:
        """The configurations whose untrained networks are to be measured."""
        return tuple(each.config for each in self._facts if each.config is not None)

    def set_facts(self, facts: Sequence[RunFacts]) -> None:
        """Other records."""
        self._facts = tuple(facts)
        self._show()

    def set_bands(self, bands: Mapping[Sizes, Bands], problem: str) -> None:
        """What untrained networks have, by their sizes; ``problem``: why not."""
        self._bands, self._problem = dict(bands), problem
        self._show()

    def bands_of(self, facts: RunFacts) -> Bands | None:
        """What a run is compared with, if that is known by now."""
        config = facts.config
        return None if config is None else self._bands.get(sizes_of(config))

    def set_moment(self, kimg: float) -> None:
        """The cursor stands there."""
        self.board.set_moment(kimg)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.board.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.legend.setVisible(self.height() >= ROOMY)
        super().resizeEvent(event)

    def _show(self) -> None:
        panels = panels_of(*(each.figures for each in self._facts))
        runs = tuple(self._curves(each) for each in self._facts)
        last = max((each.last for each in self._facts), default=0.0)
        self.board.set_runs(panels, runs, Scale(0.0, last or 1.0))

    def _curves(self, facts: RunFacts) -> RunCurves:
        keys = {key for p in panels_of(facts.figures) for key in p.keys} | {"coverage"}
        values = {key: curve_of(facts.figures, key) for key in keys}
        bands = self.bands_of(facts)
        waiting = ""
        if bands is None:
            waiting = UNKNOWN if facts.config is None else self._problem or WAITING
        return RunCurves(facts.kimg, values, bands, waiting)

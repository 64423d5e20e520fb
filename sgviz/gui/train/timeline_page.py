"""The Timeline page: a run from its first image to its last, beside another."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.theme import Theme
from sgviz.gui.train.empty_page import EmptyPage
from sgviz.gui.train.timeline_bar import LookBar, RunBar
from sgviz.gui.train.timeline_charts import TimelineCharts
from sgviz.gui.train.timeline_pair import RunPair
from sgviz.gui.train.timeline_sheet import Dress
from sgviz.gui.train.timeline_shelf import RunShelf
from sgviz.gui.train.timeline_thread import Ask, Asks
from sgviz.gui.train.timeline_transport import TimelineTransport

TITLE = "No run to look back on yet"
WORDS = (
    "While a run learns, the same circles are recorded along the way. Here they can"
    " be wound back and played, from the random network to the trained one. Begin a"
    " run on the Run page, or drop a run's folder here."
)
LOOK_MS = 1000  # between two looks for new records, while the page is seen


class TimelinePage(QWidget):
    """Shows what shelves hold; says by ``asked`` that it wants something else."""

    asked = Signal()
    folder_wanted = Signal(int)
    explore_requested = Signal(object, float)
    export_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._paths: list[Path | None] = [None, None]
        self._look = 0
        self._by_hand = False
        self._at: float | None = None
        self.bar, self.look = RunBar(), LookBar()
        self.pair = RunPair(self.look)
        self.charts = TimelineCharts()
        self.transport = TimelineTransport()
        self.transport.setEnabled(False)
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self.look_again)
        self._lay_out()
        self._connect()
        self._show_runs()

    # Values in.

    @property
    def paths(self) -> tuple[Path | None, Path | None]:
        """The runs that are shown."""
        return self._paths[0], self._paths[1]

    @property
    def asks(self) -> Asks:
        """What the page wants to be read."""
        gaze, made = self.look.gaze, []
        for path in self._paths:
            ask = Ask(path, gaze, self._at, self._look) if path is not None else None
            made.append(ask)
        return made[0], made[1]

    @property
    def moment(self) -> float:
        """The kimg that is shown: the newest record's while it is followed."""
        stops = self.transport.slider.stops
        last = float(stops.max(initial=0.0))
        return last if self._at is None else self._at

    def set_runs(self, runs: tuple[Path, ...]) -> None:
        """The runs there are; the first, the newest, is shown unless one was chosen."""
        self.bar.set_runs(runs)
        newest = runs[0] if runs else None
        if newest is not None and not self._by_hand and newest != self._paths[0]:
            self._set_run(0, newest)

    def open_run(self, side: int, path: Path | None) -> None:
        """Show a run on a side, because somebody wants to see that one."""
        self._by_hand = True
        self._set_run(side, path)

    def follow_newest(self) -> None:
        """Forget what was chosen: a run that begins is shown when it is there."""
        self._by_hand = False

    def set_shelves(self, shelves: list[RunShelf | None], changed: set[int]) -> None:
        """What was read; ``changed`` are the sides whose records are others now."""
        others = self.pair.set_shelves(shelves, self._paths)
        if changed or others:
            self._show_facts()
        self._show_moment()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.charts.set_theme(theme)
        self.transport.set_theme(theme)
        self.transport.slider.set_colours(Dress.of(theme).runs)
        self.pair.set_theme(theme)
        self._show_moment()

    def look_again(self) -> None:
        """Look for new records."""
        self._look += 1
        self.asked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.transport.isEnabled():
            self.transport.toggle()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()
        self.look_again()

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        self.transport.pause()
        super().hideEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _run_in(event) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _run_in(event)
        if path is None:
            event.ignore()
            return
        event.acceptProposedAction()
        place = self.pair.mapFrom(self, event.position().toPoint())
        self.open_run(1 if self.pair.is_beside(place) else 0, path)

    # Within.

    def _set_run(self, side: int, path: Path | None) -> None:
        self._paths[side] = path
        if side == 0:
            self._at = None
        self.bar.show_run(side, path)
        self.pair.sides[side].set_shelf(None)
        self._show_runs()
        self._show_facts()
        self.asked.emit()

    def _show_runs(self) -> None:
        there = self._paths[0] is not None
        self._stack.setCurrentWidget(self._body if there else self._empty)
        self.look.setEnabled(there)
        self.pair.set_runs(self._paths)

    def _show_facts(self) -> None:
        facts = self.pair.facts
        rows = tuple(each.kimg for each in facts)
        self.transport.slider.set_rows(rows, self._kept())
        self.transport.show_stops()
        self.charts.set_facts(facts)

    def _show_moment(self) -> None:
        kimg = self.moment
        self.transport.show_moment(kimg)
        self.charts.set_moment(kimg)
        if self.isVisible():
            self.pair.set_runs(self._paths)
            self.pair.show_moment(kimg)
            self.bar.show_kept(self._kept(), kimg)

    def _kept(self) -> tuple[float, ...]:
        shelf = self.pair.sides[0].shelf
        return shelf.facts.checkpoints if shelf is not None else ()

    def _moved(self, kimg: float) -> None:
        self._by_hand = True
        self._at = None if self.transport.at_end else kimg
        self._show_moment()
        self.asked.emit()

    def _looked(self) -> None:
        self.pair.dress()
        self._show_moment()
        self.asked.emit()

    def _explore(self) -> None:
        if self._paths[0] is not None:
            self.explore_requested.emit(self._paths[0], self.moment)

    def _connect(self) -> None:
        self.bar.chosen.connect(self.open_run)
        self.bar.folder_wanted.connect(self.folder_wanted)
        self.bar.explore_button.clicked.connect(self._explore)
        self.look.changed.connect(self._looked)
        self.transport.moved.connect(self._moved)
        self.charts.moment_picked.connect(self.transport.go_near)
        self.bar.export_requested.connect(self.export_requested)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        column.addWidget(self.look)
        column.addWidget(self.pair, 1)
        self._body = QSplitter(Qt.Orientation.Horizontal)
        self._body.setChildrenCollapsible(False)
        self._body.addWidget(left)
        self._body.addWidget(self.charts)
        self._body.setSizes([600, 600])
        self._empty = EmptyPage(TITLE, WORDS)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 8, 14, 10)
        outer.setSpacing(8)
        outer.addWidget(self.bar)
        outer.addWidget(self._stack, 1)
        outer.addWidget(self.transport)


def _run_in(event: QDragEnterEvent | QDropEvent) -> Path | None:
    """The folder of a run that is being dropped, else None."""
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile()) if url.isLocalFile() else None
        if path is not None and path.is_dir():
            if (path / "timeline").is_dir() or (path / "config.json").is_file():
                return path
    return None

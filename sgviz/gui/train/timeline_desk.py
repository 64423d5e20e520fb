"""The Timeline page at work: its threads, its files, and the way to Explore."""

import re
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog

from sgviz.gui.files import Files
from sgviz.gui.main_window import MainWindow
from sgviz.gui.session import Edit, Session
from sgviz.gui.train.timeline_bands import BandsThread
from sgviz.gui.train.timeline_export import (
    charts_png,
    charts_svg,
    frame_image,
    png_bytes,
)
from sgviz.gui.train.timeline_panels import to_csv
from sgviz.gui.train.timeline_thread import TimelineThread
from sgviz.state import AtKimg

_KINDS = {
    "csv": ("Save the curves", "timeline.csv", "Table (*.csv)"),
    "png": ("Save the curves", "timeline.png", "PNG (*.png)"),
    "svg": ("Save the curves", "timeline.svg", "SVG (*.svg)"),
    "frame": ("Save this frame", "moment.png", "PNG (*.png)"),
}


class TimelineDesk(QObject):
    """Reads what the page asks for, in threads that begin with its first showing."""

    def __init__(
        self, session: Session, window: MainWindow, files: Files, runs: Path
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._files = session, window, files
        self._runs = runs
        self._page = window.train.pages.timeline
        window.notifications.keep_clear(self._page.transport)
        self.reader, self.twins = TimelineThread(self), BandsThread(self)
        queued = Qt.ConnectionType.QueuedConnection
        self.reader.news.connect(self._take, queued)
        self.twins.ready.connect(self._compare, queued)
        window.train.pages.run.start_requested.connect(self._page.follow_newest)
        self._page.asked.connect(self._ask)
        self._page.folder_wanted.connect(self._choose_folder)
        self._page.explore_requested.connect(self.explore)
        self._page.export_requested.connect(self.export)

    @property
    def settled(self) -> bool:
        """Whether everything that can be seen of the timeline is there."""
        return not self._page.isVisible() or (
            self.reader.idle and not self._page.charts.waits
        )

    def stop(self, seconds: float | None) -> bool:
        """End both threads; False where one still works."""
        return self.reader.stop(seconds) and self.twins.stop(seconds)

    def explore(self, path: Path, kimg: float) -> None:
        """Show in Explore what the run was at a moment: one edit."""
        state = self._session.state
        ref = moment_of(path, kimg, self._runs)
        look = state.look.framed()
        text = f"Open {path.name} at {kimg:g} kimg"
        self._session.apply(Edit(replace(state, model=ref, look=look), text))
        self._window.tabs.setCurrentWidget(self._window.explore)

    def export(self, kind: str) -> None:
        """Ask for a name and write the curves or the frame there."""
        title, name, kinds = _KINDS[kind]
        path, _ = QFileDialog.getSaveFileName(self._window, title, name, kinds)
        if path:
            self._files.write(Path(path), self.exported(kind))

    def exported(self, kind: str) -> bytes:
        """What :meth:`export` writes: ``csv``, ``png``, ``svg`` or ``frame``."""
        charts = self._page.charts
        names = tuple(facts.name for facts in charts.facts)
        if kind == "csv":
            runs = {
                f"{letter} {facts.name}" if len(names) > 1 else facts.name: (
                    facts.figures,
                    charts.bands_of(facts),
                )
                for letter, facts in zip("AB", charts.facts, strict=False)
            }
            return to_csv(runs).encode("utf-8")
        if kind == "frame":
            return self._frame()
        make = charts_svg if kind == "svg" else charts_png
        board = charts.board
        return make(board.sheet, names, board.at, board.font())

    def _frame(self) -> bytes:
        sides = [side.shown() for side in self._page.pair.sides if side.shelf]
        palette = self._page.palette()
        ink, paper = palette.windowText().color(), palette.window().color()
        font = self._page.font()
        return png_bytes(frame_image(sides, QColor(ink), QColor(paper), font))

    def _ask(self) -> None:
        self.reader.start()
        self.reader.ask(self._page.asks, self._runs)

    def _take(self) -> None:
        changed = self.reader.take_news()
        self._page.set_runs(self.reader.runs)
        self._page.set_shelves(self.reader.shelves, changed)
        if self._page.isVisible():
            self.twins.want(*self._page.charts.configs)

    def _compare(self) -> None:
        self._page.charts.set_bands(self.twins.bands, self.twins.problem)

    def _choose_folder(self, side: int) -> None:
        path = QFileDialog.getExistingDirectory(
            self._window, "A run's folder", str(self._runs)
        )
        if path:
            self._page.open_run(side, Path(path))


def moment_of(path: Path, kimg: float, runs: Path) -> AtKimg:
    """A run at a moment as a reference: by name among the user's runs, else by path."""
    name = re.sub(r"[^\w.\- ]", "_", path.name)[:200] or "run"
    among = path.parent == runs and name == path.name
    return AtKimg(name, kimg, "" if among else str(path.absolute()))

"""Two runs side by side: the same moment, the same camera, the same scale."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QSplitter

from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.timeline_bar import LookBar
from sgviz.gui.train.timeline_shelf import RunFacts, RunShelf
from sgviz.gui.train.timeline_side import TimelineSide, extent_of
from sgviz.state import Camera


class RunPair(QSplitter):
    """One or two sides, seen by one camera; the second is hidden without a run."""

    def __init__(self, look: LookBar) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self._look, self._theme = look, DARK
        self._framed: tuple[object, ...] = ()
        self.sides = (TimelineSide("A"), TimelineSide("B"))
        for side in self.sides:
            self.addWidget(side)
            side.view_made.connect(self._view_made)
            side.camera_turned.connect(self._turned)
        a, b = (side.splitter for side in self.sides)
        a.splitterMoved.connect(lambda *_: b.setSizes(a.sizes()))
        b.splitterMoved.connect(lambda *_: a.setSizes(b.sizes()))

    @property
    def shelves(self) -> list[RunShelf]:
        """The runs that are read."""
        return [side.shelf for side in self.sides if side.shelf is not None]

    @property
    def facts(self) -> list[RunFacts]:
        """What is known of them."""
        return [shelf.facts for shelf in self.shelves]

    def set_shelves(
        self, shelves: Sequence[RunShelf | None], paths: Sequence[Path | None]
    ) -> bool:
        """The shelves of the runs at those paths; whether one is another now."""
        changed = False
        for side, shelf, path in zip(self.sides, shelves, paths, strict=True):
            fitting = shelf if shelf is not None and shelf.path == path else None
            changed = changed or side.shelf is not fitting
            side.set_shelf(fitting)
        return changed

    def set_runs(self, paths: Sequence[Path | None]) -> None:
        """As many sides as there are runs; their 3-D views once they are seen."""
        for side, path in zip(self.sides, paths, strict=True):
            side.setVisible(path is not None)
            if path is not None and self.isVisible():
                side.open_view()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.dress()

    def dress(self) -> None:
        """Colours by angle or by circle, as the bar says."""
        for side in self.sides:
            side.set_dress(self._theme, self._look.by_circle)

    def show_moment(self, kimg: float) -> None:
        """Show the records nearest to a moment, as far as they are here."""
        self._frame()
        for side in self.sides:
            side.set_trail(self._look.trail.value())
            side.show_moment(kimg)

    def is_beside(self, place: QPoint) -> bool:
        """Whether a place of this widget is on the second side."""
        side = self.sides[1]
        return side.isVisible() and side.geometry().contains(place)

    def _frame(self) -> None:
        placed = [each for shelf in self.shelves for each in shelf.all_placed()]
        ids = (id(shelf) for shelf in self.shelves)
        key = (len(placed), *ids, self._look.gaze)
        if not placed or key == self._framed:
            return
        self._framed, whole = key, extent_of(placed)
        for side in self.sides:
            if side.view is not None:
                side.view.set_whole(whole)

    def _view_made(self) -> None:
        self._framed = ()
        a, b = (side.view for side in self.sides)
        if a is not None and b is not None:
            b.follow(a.shown_camera)

    def _turned(self, camera: Camera) -> None:
        for side in self.sides:
            if side.view is not None:
                side.view.follow(camera)

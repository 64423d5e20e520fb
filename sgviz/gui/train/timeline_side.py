"""One run on the timeline page: its circles in 3-D and its samples, at one moment."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from sgviz.gui.fact_label import FactLabel
from sgviz.gui.gl.extent import Extent
from sgviz.gui.gl.surface import (
    give_own_window,
    is_opengl_available,
    renew_own_window,
)
from sgviz.gui.theme import DARK, Theme
from sgviz.gui.train.samples_grid import SamplesGrid
from sgviz.gui.train.timeline_export import Shown
from sgviz.gui.train.timeline_panels import nearest
from sgviz.gui.train.timeline_shelf import Placed, RunShelf
from sgviz.state import Pca

if TYPE_CHECKING:
    from sgviz.gui.train.timeline_view import TrailView

NO_OPENGL = (
    "This screen offers no OpenGL 3.3, so the circles cannot be drawn here. The"
    " samples and the curves can."
)
NO_RECORDS = (
    "This run has no records yet. The first comes with its first image; a run that"
    " was told to keep no timeline has none."
)
READING = "Reading the records …"


class TimelineSide(QWidget):
    """Shows what a shelf holds; what is not there yet is shown when it comes."""

    view_made = Signal()
    camera_turned = Signal(object)

    def __init__(self, letter: str) -> None:
        super().__init__()
        self._letter = letter
        self._theme, self._by_circle, self._trail = DARK, False, 0
        self._shelf: RunShelf | None = None
        self._shown: tuple[object, ...] = ()
        self._samples_of = -1
        self._point: tuple[int, int] | None = None
        self.images = -1
        self.view: TrailView | None = None
        self.title = FactLabel(f"Run {letter}")
        self.note = FactLabel(f"Run {letter}: how it is drawn")
        self.message = QLabel(READING)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message.setMargin(24)
        self.samples = SamplesGrid(
            f"Samples {letter}", "The same sixteen latents through this moment", 16
        )
        self._stack = QStackedLayout()
        self._stack.addWidget(self.message)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(2)
        column.addWidget(self.title)
        column.addLayout(self._stack, 1)
        column.addWidget(self.note)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self.samples)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([420, 170])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)

    @property
    def shelf(self) -> RunShelf | None:
        """Where the records come from."""
        return self._shelf

    @property
    def is_shown(self) -> bool:
        """Whether the moment that was asked for is on the screen."""
        return not self._shown or self.images == self._shown[1]

    def open_view(self) -> None:
        """Make the 3-D view, once; OpenGL is not loaded before somebody looks."""
        if self.view is not None:
            return
        if not is_opengl_available():
            self.message.setText(NO_OPENGL)
            return
        from sgviz.gui.train.timeline_view import TrailView

        self.view = TrailView()
        self.view.set_points("off")
        self.view.point_hovered.connect(self._hovered)
        self.view.hover_left.connect(self._left)
        self.view.turned.connect(self.camera_turned)
        # Before it is added: else the window it comes to is composed by OpenGL.
        give_own_window(self.view)
        self._stack.addWidget(self.view)
        renew_own_window(self.view)
        self.view.set_dress(self._theme, self._by_circle)
        self.view_made.emit()

    def set_shelf(self, shelf: RunShelf | None) -> None:
        """Another run, or none."""
        if shelf is not self._shelf:
            self._shelf, self._shown, self.images = shelf, (), -1
            self._samples_of, self._point = -1, None
            self.samples.set_images(None)
            self.title.setText("")
            self.note.setText("")
            self._say(READING)

    def set_dress(self, theme: Theme, by_circle: bool) -> None:
        """Colours of a theme, by angle or by circle."""
        self._theme, self._by_circle = theme, by_circle
        self.samples.set_theme(theme)
        if self.view is not None:
            self.view.set_dress(theme, by_circle)
        self._shown = ()

    def set_trail(self, records: int) -> None:
        """How many former records fade behind."""
        self._trail = records

    def show_moment(self, kimg: float) -> None:
        """Show the record nearest to a moment, as far as it is here."""
        shelf = self._shelf
        if shelf is None:
            return
        figures = shelf.facts.figures
        index = nearest(shelf.facts.kimg, kimg)
        if index < 0:
            self._say(shelf.problem or NO_RECORDS)
            return
        images = figures[index].images
        self._show_samples(shelf, images)
        placed = shelf.placed(images)
        if placed is not None:
            self._show_circles(shelf, index, placed)
        self._show_words(shelf, index)

    def shown(self) -> Shown:
        """What is on the screen, to be saved as a picture."""
        view = self.view.to_image(2.0) if self.view is not None else None
        shelf = self._shelf
        samples = shelf.pixels(self._samples_of) if shelf is not None else None
        return Shown(self.title.text(), view, samples)

    def _show_circles(self, shelf: RunShelf, index: int, placed: Placed) -> None:
        figures = shelf.facts.figures
        before = [f.images for f in figures[max(0, index - self._trail) : index]]
        former = [p for each in before if (p := shelf.placed(each)) is not None]
        signature = (id(placed), placed.images, *(id(each) for each in former))
        self.images = placed.images
        if signature == self._shown or self.view is None:
            return
        self._shown = signature
        self.view.set_axes(shelf.axes, True)
        self.view.show_moment(placed, former)
        self._stack.setCurrentWidget(self.view)
        self._show_path()

    def _show_samples(self, shelf: RunShelf, images: int) -> None:
        pixels = shelf.pixels(images)
        if pixels is not None and images != self._samples_of:
            self._samples_of = images
            self.samples.set_images(pixels)

    def _show_words(self, shelf: RunShelf, index: int) -> None:
        facts = shelf.facts
        kimg, count = float(facts.kimg[index]), len(facts.figures)
        words = f"{self._letter}   {facts.name} · {kimg:g} kimg"
        self.title.setText(f"{words} · record {index + 1} of {count}")
        self.note.setText(shelf.problem or facts.note or self._drawn(shelf))
        for line in (self.title, self.note):
            line.setToolTip(line.text())  # where there is no room for all of it

    def _drawn(self, shelf: RunShelf) -> str:
        gaze = shelf.gaze
        if isinstance(gaze.projection, Pca):
            how = "PCA of the first and the newest record"
        else:
            how = f"coordinates {shelf.title}"
        about = {"w_avg": " · zero is w_avg", "mean": " · zero is the mean", "zero": ""}
        return f"{how}{about[gaze.centre]} · ring: w_avg"

    def _hovered(self, circle: int, point: int) -> None:
        self._point = (circle, point)
        self._show_path()

    def _left(self) -> None:
        self._point = None
        self._show_path()

    def _show_path(self) -> None:
        if self.view is None:
            return
        if self._point is None or self._shelf is None:
            self.view.show_path(None, 0, 0)
            return
        circle, point = self._point
        placed = self._shelf.all_placed()
        shape = placed[0].positions.shape if placed else (0, 0)
        if circle < shape[0] and point < shape[1]:
            way = np.stack([each.positions[circle, point] for each in placed])
            self.view.show_path(way, circle, point)

    def _say(self, words: str) -> None:
        if self.view is None and not is_opengl_available():
            words = NO_OPENGL
        self.message.setText(words)
        self._stack.setCurrentWidget(self.message)


def extent_of(placed: Sequence[Placed]) -> Extent:
    """The extent of many records, with w_avg and zero."""
    points = [each.positions.reshape(-1, 3) for each in placed]
    rings = [each.w_avg[None] for each in placed]
    return Extent.of(np.concatenate([*points, *rings, np.zeros((1, 3), np.float32)]))

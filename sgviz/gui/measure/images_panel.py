"""What the images feel: their speed along the circles, and perceptual path length."""

from pathlib import PurePath

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout

from sgviz.frame import Problem
from sgviz.gui.choices import QuietCombo
from sgviz.gui.measure.feel_bar import FeelBar, words
from sgviz.gui.measure.figures_table import Cell, FiguresTable, Row, noted
from sgviz.gui.measure.file_choice import FileChoice
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Line
from sgviz.gui.theme import Theme
from sgviz.measured.images import PUBLISHED, ImageSpeeds, PathLengths
from sgviz.state import ByNetwork, ByPixels, ByReader, RulerRef, State

SPEEDS, LENGTHS = "image_speed", "path_length"
KINDS = "Networks (*.safetensors *.pth *.pt);;All files (*)"
ANGLE = "angle (°)"


class ImagesPanel(MeasurePanel):
    """Three curves over the angle, and a table of path lengths that is asked for."""

    NAME, TITLE = "images", "Images"
    TIP = "How fast images change along the circles; perceptual path length"
    MEASURES = frozenset({SPEEDS, LENGTHS})

    def __init__(self) -> None:
        super().__init__()
        self._lengths_asked = False
        self.bar = FeelBar()
        self.bar.edited.connect(self.edited)
        self.bar.asked.connect(self._ask)
        self.ruler = QuietCombo("Ruler", "How the difference of two images is told")
        self.ruler.addItems(["pixels", "portraits reader"])
        self.ruler.activated.connect(self._choose)
        self.file = FileChoice(
            "Network…", "A perceptual network in a file: LPIPS on VGG16", KINDS
        )
        self.file.chosen.connect(self._take_network)
        self.file.refused.connect(self.said)
        self.bar.add(self.ruler)
        self.bar.add(self.file)
        tip = "Pairs of images for each of the four path lengths"
        self.bar.add_number("pairs", "pairs", 8, 200_000, tip)
        self.crop = self.bar.add_switch(
            "crop", "The face of an aligned portrait alone", self._crop
        )
        self.button = self.bar.add_measure(
            "Measure path length", "E[d(G(p(t)), G(p(t + ε)))] / ε², four ways"
        )
        self.image = _plot("Speed of the image", "√d / Δt", "image-speed")
        self.w = _plot("Speed of w", "|w′(t)|", "w-speed")
        self.stretch = _plot("Stretch of the synthesis", "image / w", "stretch")
        self.table = FiguresTable("Path length", "path-lengths")
        self.sentence, self.note = words(), words()
        self._lay_out()
        self.link(self.image, self.w, self.stretch)

    @property
    def measures(self) -> frozenset[str]:
        """The speeds; the path lengths once they are asked for."""
        return self.MEASURES if self._lengths_asked else frozenset({SPEEDS})

    def begin(self) -> None:
        """Press the button."""
        self.button.setChecked(True)

    def set_state(self, state: State) -> None:
        """Show how images are measured."""
        super().set_state(state)
        self.bar.set_state(state)
        ruler = state.feel.ruler
        with QSignalBlocker(self.ruler):
            while self.ruler.count() > 2:
                self.ruler.removeItem(2)
            if isinstance(ruler, ByNetwork):
                self.ruler.addItem(PurePath(ruler.path).name)
            kinds = (ByPixels, ByReader, ByNetwork)
            self.ruler.setCurrentIndex(kinds.index(type(ruler)))
        with QSignalBlocker(self.crop):
            self.crop.setChecked(state.feel.crop)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.table.set_theme(theme)

    def set_part(self, name: str, value: object) -> None:
        """The speeds of images, or the path length so far."""
        if isinstance(value, ImageSpeeds):
            self._show_speeds(value)
        elif isinstance(value, PathLengths):
            self._show_lengths(value)

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """What keeps the speeds keeps all; a path length only its table."""
        if name == SPEEDS:
            super().set_problem(name, problem)
        elif problem is not None:
            self.note.setText(problem.what)
            self.table.set_rows((), ())

    def _show_speeds(self, found: ImageSpeeds) -> None:
        circles = list(zip(found.places, found.circles, strict=True))
        for plot, what in (
            (self.image, "image"),
            (self.w, "w"),
            (self.stretch, "stretch"),
        ):
            plot.set_series(
                [
                    Line(
                        np.degrees(c.angles),
                        getattr(c, what),
                        c.name,
                        k,
                        k,
                    )
                    for k, c in circles
                ]
            )
        self.image.title.setToolTip(f"By {found.ruler}")
        begun = [c for c in found.circles if c.is_begun]
        if not begun:
            return
        length = np.mean([c.length for c in begun])
        together = np.nanmean([c.correlation for c in begun])
        self.sentence.setText(
            f"By {found.ruler}. A circle's images are {length:.3g} long (mean of "
            f"{len(begun)}); the image's speed correlates with that of w by "
            f"{together:.2f}."
        )

    def _show_lengths(self, found: PathLengths) -> None:
        heads = ["value", "± error", "pairs"]
        heads += [who for who, _ in PUBLISHED] if found.is_comparable else []
        rows = []
        for row in found.rows:
            shared = [
                Cell(f"{v:.1f}", v, "muted") for _, v in found.published_of(row.name)
            ]
            if row.count:
                cells = (
                    Cell(f"{row.mean:.4g}", row.mean),
                    Cell(f"{row.error:.2g}", row.error, "muted"),
                    Cell(f"{row.count:,}", float(row.count), "muted"),
                )
            else:
                cells = (Cell("…"), Cell(""), Cell(""))
            rows.append(Row(f"{row.name}  ({row.title})", (*cells, *shared), row.title))
        self.table.set_rows(heads, rows)
        self.note.setText(f"By {found.ruler}. {found.sentence}")

    def _ask(self, on: bool) -> None:
        self._lengths_asked = on
        self.measures_changed.emit()

    def _choose(self, index: int) -> None:
        if index < 2:
            rulers: tuple[RulerRef, RulerRef] = (ByPixels(), ByReader())
            self.bar.edit("Ruler", ruler=rulers[index])

    def _take_network(self, path: str, sha256: str) -> None:
        self.bar.edit("Ruler", ruler=ByNetwork(path, sha256))

    def _crop(self, on: bool) -> None:
        self.bar.edit("Crop", crop=on)

    def _lay_out(self) -> None:
        self.body.addWidget(self.bar)
        self.body.addWidget(self.sentence)
        beside = noted(self.note, self.table)
        self.note.setText("Path lengths take a minute or more: press Measure.")
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for k, widget in enumerate((self.image, self.w, self.stretch, beside)):
            grid.addWidget(widget, k // 2, k % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(1, 1)
        self.body.addLayout(grid, 1)


def _plot(title: str, what: str, file_name: str) -> Plot:
    return Plot(title, Axes(ANGLE, what, is_angle=True, low=0.0), file_name)

"""What the images feel: their speed along the circles, and perceptual path length."""

from pathlib import PurePath

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Problem
from sgviz.gui.choices import QuietCombo, Segments
from sgviz.gui.measure.beside_table import BesideTable
from sgviz.gui.measure.feel_bar import FeelBar, words
from sgviz.gui.measure.figures_table import Cell
from sgviz.gui.measure.file_choice import FileChoice
from sgviz.gui.measure.image_series import curves, image_series
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes
from sgviz.gui.theme import Theme
from sgviz.measured.beside import Row as Beside
from sgviz.measured.images import PUBLISHED, ImageSpeeds, PathLength, PathLengths
from sgviz.state import ByNetwork, ByPixels, ByReader, Live, RulerRef, State

SPEEDS, LENGTHS = "image_speed", "path_length"
KINDS = "Networks (*.safetensors *.pth *.pt);;All files (*)"
UNASKED = "Path lengths take a minute or more: press Measure."
ANGLE = "angle (°)"
PAGES = (
    ("curves", "Curves", "Speeds of the image and of w, along each circle"),
    ("figures", "Figures", "Figures and path lengths beside untrained mappings"),
)


class ImagesPanel(MeasurePanel):
    """Curves over the angle, and figures; path lengths are measured when asked for."""

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
        self.file.refused.connect(self.warned)
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
        self.figures = BesideTable("Figure", "images")
        self.sentence, self.note = words(), words()
        self._speeds: ImageSpeeds | None = None
        self._lengths: PathLengths | None = None
        self.page = Segments(PAGES)
        self.page.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.page.chosen.connect(self._turn_to)
        self.pages = QStackedWidget()
        self._lay_out()
        self._turn_to("curves")
        self.link(self.image, self.w, self.stretch)

    @property
    def measures(self) -> frozenset[str]:
        """The speeds; the path lengths once they are asked for."""
        return self.MEASURES if self._lengths_asked else frozenset({SPEEDS})

    def begin(self) -> None:
        """Press the button."""
        self.button.setChecked(True)

    def set_state(self, state: State) -> None:
        """Show how images are measured; path lengths that nobody renews are dropped."""
        before = self.state
        super().set_state(state)
        if self._speeds is not None and state.ring != before.ring:
            self._show_speeds(self._speeds)
        if not self._lengths_asked and _lengths_of(before) != _lengths_of(state):
            self._lengths = None
            self.note.setText(UNASKED)
            self._show_figures()
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
        self.figures.set_theme(theme)

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
            self._lengths = None
            self.note.setText(problem.what)
            self._show_figures()

    def _show_speeds(self, found: ImageSpeeds) -> None:
        ring = self.state.ring
        self.image.set_series(image_series(found, ring))
        self.w.set_series(curves(found, "w", ring))
        self.stretch.set_series(curves(found, "stretch", ring))
        self.image.title.setToolTip(f"By {found.ruler}")
        self.sentence.setText(f"By {found.ruler}.")
        self._speeds = found
        self._show_figures()

    def _show_lengths(self, found: PathLengths) -> None:
        self._lengths = found
        self.note.setText(found.sentence)
        self._show_figures()

    def _show_figures(self) -> None:
        """Speeds and path lengths, each beside the twins once they are measured."""
        speeds, lengths = self._speeds, self._lengths
        rows: list[Beside | str] = [*speeds.rows()] if speeds else []
        heads: tuple[str, ...] = ()
        more: list[tuple[Cell, ...]] = [() for _ in rows]
        if rows:
            rows.insert(0, "Along the circles")
        if lengths is not None:
            rows += ["Path length", *lengths.beside()]
            more += [_sampled(row, lengths) for row in lengths.rows]
            published = [who for who, _ in PUBLISHED] if lengths.is_comparable else []
            heads = ("± error", "pairs", *published)
        for name, each in speeds.rows_of_circles() if speeds else ():
            rows += [name, *each]
        awaited = not isinstance(self.state.model, Live)
        self.figures.set_rows(rows, awaited, heads, more)

    def _ask(self, on: bool) -> None:
        self._lengths_asked = on
        if on:
            self.page.set_chosen("figures")
            self._turn_to("figures")
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
        head = QHBoxLayout()
        head.setContentsMargins(6, 0, 6, 0)
        head.addWidget(self.page)
        head.addWidget(self.sentence, 1)
        head.addWidget(self.figures.table.save_button)
        self.body.addLayout(head)
        curves, grid = QWidget(), QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(self.image, 0, 0)
        grid.addWidget(self.w, 0, 1)
        grid.addWidget(self.stretch, 1, 0, 1, 2)
        curves.setLayout(grid)
        figures = QWidget()
        column = QVBoxLayout(figures)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.figures, 1)
        column.addWidget(self.note)
        self.pages.addWidget(curves)
        self.pages.addWidget(figures)
        self.note.setText(UNASKED)
        self.body.addWidget(self.pages, 1)

    def _turn_to(self, key: str) -> None:
        self.pages.setCurrentIndex([page[0] for page in PAGES].index(key))
        self.figures.table.save_button.setVisible(key == "figures")


def _lengths_of(state: State) -> tuple[object, ...]:
    """What path lengths are of, as far as a state says it."""
    noise = (state.noise, state.noise_seed)
    return state.model, state.class_index, noise, state.feel


def _sampled(row: PathLength, of: PathLengths) -> tuple[Cell, ...]:
    """How well a path length is known, of how many pairs, and what is published."""
    if not row.count:
        return ()
    shared = [Cell(f"{v:.1f}", v, "muted") for _, v in of.published_of(row.name)]
    error, count = Cell(f"{row.error:.2g}", row.error, "muted"), f"{row.count:,}"
    return (error, Cell(count, float(row.count), "muted"), *shared)


def _plot(title: str, what: str, file_name: str) -> Plot:
    return Plot(title, Axes(ANGLE, what, is_angle=True, low=0.0), file_name)

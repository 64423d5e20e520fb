"""The geodesic of the pulled-back metric from A to B, beside the great circle."""

import math

import numpy as np
from pyqtgraph import InfiniteLine, mkPen
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
)

from sgviz.frame import Problem
from sgviz.gui.choices import Segments
from sgviz.gui.measure.beside_table import null_cells, tip_of
from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.figures_table import Cell, FiguresTable, Row
from sgviz.gui.measure.image_strips import ImageStrips
from sgviz.gui.measure.marks import Marks
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.saving import SaveButton
from sgviz.gui.measure.series import Axes, Line, Rule
from sgviz.gui.theme import Theme
from sgviz.measured.beside import Twins
from sgviz.measured.geodesic import Geodesic, Way
from sgviz.state import State

IMAGES = 9
PAGES = (
    ("speed", "speed", "How fast each way goes in W"),
    ("descent", "descent", "The energy at each step of the descent"),
    ("figures", "figures", "Both ways in figures, beside untrained twins"),
)
MAXIMUM, FIXED = QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed
WAYS = ("great circle", "geodesic")
GREAT, BEST = "warning", "good"  # colours of the theme, in all plots and in the W view


class GeodesicPanel(MeasurePanel):
    """Both image strips, how fast each way goes, the energies, the descent."""

    NAME, TITLE = "geodesic", "Geodesic"
    TIP = "The shortest way in W from A to B on the sphere, beside the great circle"
    MEASURES = frozenset({"geodesic", "geodesic_null", "overlay"})

    def __init__(self) -> None:
        super().__init__()
        self._found: Geodesic | None = None
        self._twins: Twins | None = None
        self.words = words()
        self.strips = ImageStrips(WAYS, (GREAT, BEST), IMAGES, "geodesic-images")
        self.save_strips = SaveButton(self.strips, self.strips)
        self.strips.pointed.connect(self._point_to)
        self.strips.left.connect(lambda: self._point_to(None))
        self.speed = Plot(
            "Speed in W along the way",
            Axes("share of the way", "|dw/ds|", low=0.0),
            "geodesic-speed",
            "A geodesic has the same speed everywhere; the dashed line is that of the"
            " straight line in W, which no way on the sphere can undercut in the mean.",
        )
        self.descent = Plot(
            "Descent of the energy", Axes("step", "energy", low=0.0), "geodesic-descent"
        )
        self.speed.pointed.connect(lambda x, _: self._point_to(x))
        self.speed.canvas.left.connect(lambda: self._point_to(None))
        self._at = InfiniteLine(angle=90, movable=False)
        self.speed.canvas.add_cursor(self._at)
        self.table = FiguresTable("Way", "geodesic")
        self.link(self.speed, self.descent)
        self.page = Segments(PAGES)
        self.page.setSizePolicy(MAXIMUM, FIXED)
        self._lay_out()

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        for page in (self.speed, self.descent, self.table):
            self.pages.addWidget(page)
        self.page.chosen.connect(self._turn_to)
        self.page.set_chosen("speed")
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.strips)
        split.addWidget(self.pages)
        split.setChildrenCollapsible(False)
        split.setSizes([150, 230])
        head = QHBoxLayout()
        head.setContentsMargins(0, 3, 6, 0)
        head.addWidget(self.words, 1)
        head.addWidget(self.page)
        head.addWidget(self.table.save_button)
        head.addWidget(self.save_strips)
        self.body.addLayout(head)
        self.body.addWidget(split, 1)
        self._turn_to("speed")

    def _turn_to(self, key: str) -> None:
        self.pages.setCurrentIndex([page[0] for page in PAGES].index(key))
        self.table.save_button.setVisible(key == "figures")

    def _point_to(self, share: float | None) -> None:
        """Light a share of both ways: in the strips, the plot and the W view."""
        if share is not None:
            share = min(max(share, 0.0), 1.0)
            self._at.setPos(share)
        self._at.setVisible(share is not None)
        self.strips.set_share(share)
        self.marked.emit(Marks(share=share))

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.strips.set_theme(theme)
        self.table.set_theme(theme)
        self._at.setPen(mkPen(theme.text))
        self._ink_heads()

    def set_state(self, state: State) -> None:
        """Twins of another way, or of another network, are dropped."""
        before = self.state
        super().set_state(state)
        if _ends_of(state) != _ends_of(before):
            self._twins = None

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """What is drawn in W, and twins, have nothing to say about the ways."""
        if name == "geodesic":
            super().set_problem(name, problem)

    def set_part(self, name: str, value: object) -> None:
        """The ways, as far as the descent has come, or the figures of twins."""
        if isinstance(value, Twins):
            self._twins = value
        elif isinstance(value, Geodesic):
            self._found = value
        if self._found is not None and isinstance(value, Twins | Geodesic):
            self._show(self._found)

    def _show(self, value: Geodesic) -> None:
        said = value.sentence()
        beside = value.beside(self._twins)
        if beside and self._twins is not None:
            said = f"{said} {beside[0].says}"
        if not value.is_whole:
            said = f"Step {len(value.energies) - 1} of {value.total}. {said}"
        self.words.setText(f"{value.names[0]} to {value.names[1]}. {said}")
        self.strips.set_rows((value.great.images, value.best.images))
        self.speed.set_series(
            (
                _speed(value.great, "great circle", GREAT),
                _speed(value.best, "geodesic", BEST),
                Rule(value.chord, "straight line"),
            )
        )
        steps = np.arange(len(value.energies), dtype=np.float64)
        self.descent.set_series(
            (
                Line(steps, value.energies, "energy", BEST, width=2.0),
                Rule(value.great.energy, "great circle", GREAT),
                Rule(value.chord**2, "straight line, squared"),
            )
        )
        self._show_table(value)

    def _show_table(self, found: Geodesic) -> None:
        ways = (found.great, found.best)
        rows = (
            ("Energy", "(n − 1) Σ |Δw|²", [way.energy for way in ways], 1),
            ("Length in W", "Σ |Δw|", [way.length for way in ways], 2),
            (
                "Evenness",
                "length² / energy: 1 at constant speed",
                [way.length**2 / way.energy for way in ways],
                3,
            ),
            (
                "Length in Z (degrees)",
                "the angle that the way turns through on the sphere of Z",
                [math.degrees(way.z_length) for way in ways],
                1,
            ),
            (
                "Straight line in W",
                "|w_b − w_a|: a lower bound of all lengths",
                [found.chord] * 2,
                2,
            ),
        )
        shown = [
            Row(name, tuple(_cell(value, digits) for value in values), tip)
            for name, tip, values, digits in rows
        ]
        beside = [
            Row(
                row.figure.title,
                (Cell(""), _cell(row.value, 3), *null_cells(row, awaited=True)),
                tip_of(row),
            )
            for row in found.beside(self._twins)
        ]
        heads: tuple[str, ...] = WAYS
        if beside:
            heads = (*heads, "untrained", "place")
        self.table.set_rows(heads, [*beside, *shown])
        self._ink_heads()

    def _ink_heads(self) -> None:
        """The names of the ways in their colours: a legend that is always there."""
        for column, ink in ((1, GREAT), (2, BEST)):
            item = self.table.grid.horizontalHeaderItem(column)
            if item is not None:
                item.setForeground(QColor(getattr(self.theme, ink)))


def _ends_of(state: State) -> tuple[object, ...]:
    """What a way is of."""
    return state.model, state.class_index, state.latent, state.latent_b


def _cell(value: float, digits: int) -> Cell:
    return Cell(f"{value:,.{digits}f}", value)


def _speed(way: Way, name: str, ink: str) -> Line:
    steps = way.steps
    middles = (np.arange(len(steps)) + 0.5) / len(steps)
    return Line(middles, steps * len(steps), name, ink, width=2.0)

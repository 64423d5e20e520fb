"""Linear separability: how well planes in Z and in W part what images show."""

from dataclasses import replace
from functools import partial
from pathlib import PurePath

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import (
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QToolTip,
    QWidget,
)

from sgviz.frame import Problem
from sgviz.gui.choices import QuietCombo, Segments
from sgviz.gui.measure.beside_table import null_cells
from sgviz.gui.measure.feel_bar import FeelBar, words
from sgviz.gui.measure.figures_table import Cell, FiguresTable, Row
from sgviz.gui.measure.file_choice import FileChoice
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes, Band, Dots, Line, Rule, Series
from sgviz.gui.theme import Theme
from sgviz.measured.beside import Row as Beside
from sgviz.measured.separability import SCORE, Attribute, Separability
from sgviz.state import LabelsFile, State

NAME = "separability"
AWAITED = "Under way: the same samples in the W of untrained mappings."
BEYOND = 0.04  # of the axis, so that dots at its ends are whole
PAGES = (
    ("plots", "Plots", "Attributes in Z, in W, in the W of untrained mappings"),
    ("attributes", "Attributes", "A table of them, with their places"),
)
HEADS = (
    "H in Z",
    "H in W",
    "untrained",
    "place",
    "not seen, Z",
    "not seen, W",
    "untrained",
    "place",
    "share of yes",
)
BEGIN = (
    "Reads the images of many seeds, fits a plane for each attribute in Z and in W: "
    "minutes. Press Measure."
)


class SeparabilityPanel(MeasurePanel):
    """The score, a dot an attribute and space, a table that can be sorted."""

    NAME, TITLE = NAME, "Separability"
    TIP = "How well hyperplanes in Z and in W part the factors of images"
    MEASURES = frozenset({NAME})

    def __init__(self) -> None:
        super().__init__()
        self._asked = False
        self._found: Separability | None = None
        self.bar = FeelBar()
        self.bar.edited.connect(self.edited)
        self.bar.asked.connect(self._ask)
        self.labels = QuietCombo("Labels", "Who says what the images show")
        self.labels.setMinimumContentsLength(16)
        self.labels.addItem("factors of the reader")
        self.labels.activated.connect(self._choose)
        self.file = FileChoice(
            "Labels…",
            "A CSV of labels: seed, and a column an attribute",
            "Labels (*.csv);;All files (*)",
        )
        self.file.chosen.connect(self._take_labels)
        self.file.refused.connect(self.warned)
        self.bar.add(self.labels)
        self.bar.add(self.file)
        tip = "Seeds from 0 on whose images are read; the surer half is parted"
        self.bar.add_number("samples", "seeds", 40, 400_000, tip)
        self.button = self.bar.add_measure("Measure", BEGIN)
        self.score, self.says = words("text", 2), words("text", 2)
        self.warning = words("muted", 1)
        self.score.setText(BEGIN)
        self.plot = Plot(
            "What planes leave open",
            Axes("attribute", "H(Y|X) in bits", low=-BEYOND, high=1.0 + BEYOND),
            "separability",
            "0: a plane parts the images cleanly; 1: it knows nothing",
        )
        self.unseen = Plot(
            "Right about samples not seen",
            Axes("attribute", "share", high=1.0 + BEYOND),
            "separability-held-out",
            "A quarter of the surer half, held out of a second fit",
        )
        for plot, what in ((self.plot, "entropy"), (self.unseen, "held_out")):
            plot.pointed.connect(partial(self._name, plot, what))
        self.table = FiguresTable("Attribute", "separability", sortable=True)
        self.page = Segments(PAGES)
        self.page.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.page.chosen.connect(self._turn_to)
        self.pages = QStackedWidget()
        self._lay_out()
        self._turn_to("")
        self.link(self.plot, self.unseen)

    @property
    def measures(self) -> frozenset[str]:
        """Nothing until it is asked for: it takes minutes."""
        return self.MEASURES if self._asked else frozenset()

    def begin(self) -> None:
        """Press the button."""
        self.button.setChecked(True)

    def set_state(self, state: State) -> None:
        """Show whose labels, and how many samples."""
        super().set_state(state)
        self.bar.set_state(state)
        file = state.feel.labels
        with QSignalBlocker(self.labels):
            while self.labels.count() > 1:
                self.labels.removeItem(1)
            if file is not None:
                self.labels.addItem(PurePath(file.path).name)
            self.labels.setCurrentIndex(self.labels.count() - 1)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.table.set_theme(theme)

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """A sentence in place of the score: the bar stays, to choose something else."""
        if problem is not None:
            self.score.setText(problem.what)
            self.warning.setText("")
            self.says.setText("")
            self.table.set_rows((), ())
            self.plot.set_series(())
            self.unseen.set_series(())
            self._turn_to("")

    def set_part(self, name: str, value: object) -> None:
        """The attributes measured so far."""
        if not isinstance(value, Separability):
            return
        self.score.setText(_score(value))
        said = [value.warning, *value.problems]
        said += [
            f"{row.note[0].upper()}{row.note[1:]}." for row in value.rows if row.note
        ]
        self.warning.setText(" ".join(dict.fromkeys(filter(None, said))))
        whole = value.is_whole("w")
        self.says.setText(
            " ".join(row.says for row in value.summed_up() if row.band is not None)
            or (AWAITED if whole else "")
        )
        self._found = value
        z, w = value.of("z"), value.of("w")
        names = tuple((k + 1.0, row.name) for k, row in enumerate(w))
        for plot in (self.plot, self.unseen):
            if plot.axes.names != names:
                plot.set_axes(replace(plot.axes, names=names))
        beside = [value.beside(row) for row in w]
        self.plot.set_series(
            (*_band([left for left, _ in beside]), *_pairs(z, w, "entropy"))
        )
        chance = np.array([max(row.share, 1 - row.share) for row in w])
        always = Line(np.arange(len(w)) + 1.0, chance, "always the same", "muted")
        self.unseen.set_series(
            (*_band([seen for _, seen in beside]), *_pairs(z, w, "held_out"), always)
        )
        rows = [
            _row(in_z, in_w, left, seen, awaited=whole)
            for in_z, in_w, (left, seen) in zip(z, w, beside, strict=True)
        ]
        self.table.set_rows(HEADS, rows)
        self._turn_to(self.page.chosen_key() if rows else "")

    def _name(self, plot: Plot, what: str, x: float, _: float) -> None:
        """Say which attribute the mouse is on, and what it is in both spaces."""
        rows = self._found.of("w") if self._found is not None else ()
        at = round(x) - 1
        if self._found is None or not 0 <= at < len(rows):
            QToolTip.hideText()
            return
        z, w = (getattr(self._found.of(space)[at], what) for space in "zw")
        QToolTip.showText(
            QCursor.pos(), f"{rows[at].name}: {z:.3f} in Z, {w:.3f} in W", plot.canvas
        )

    def _ask(self, on: bool) -> None:
        self._asked = on
        self.measures_changed.emit()

    def _choose(self, index: int) -> None:
        if index == 0:
            self.bar.edit("Labels", labels=None)

    def _take_labels(self, path: str, sha256: str) -> None:
        self.bar.edit("Labels", labels=LabelsFile(path, sha256))

    def _lay_out(self) -> None:
        self.body.addWidget(self.bar)
        self.bar.add(self.page)
        self.bar.add(self.table.save_button)
        self.body.addWidget(self.score)
        plots = QSplitter(Qt.Orientation.Horizontal)
        plots.addWidget(self.plot)
        plots.addWidget(self.unseen)
        plots.setChildrenCollapsible(False)
        self.pages.addWidget(plots)
        self.pages.addWidget(self.table)
        self.pages.addWidget(QWidget())  # before anything is measured
        self.body.addWidget(self.pages, 1)
        self.body.addWidget(self.says)
        self.body.addWidget(self.warning)

    def _turn_to(self, key: str) -> None:
        """Show a page; "": none, for there is nothing to show."""
        self.pages.setCurrentIndex([*(page[0] for page in PAGES), ""].index(key))
        self.page.setVisible(bool(key))
        self.table.save_button.setVisible(key == "attributes")


def _score(found: Separability) -> str:
    done = len(found.of("w"))
    if not found.is_whole("w"):
        return f"{done} of {found.total} attributes parted."
    z, w = (SCORE.shown(found.score(space)) for space in "zw")
    return (
        f"Separability 2^ΣH: {z} in Z, {w} in W, of {found.total} attributes by "
        f"{found.labels}, {found.samples:,} samples. Of samples not seen, planes are "
        f"right about {found.held_out('z'):.1%} in Z, {found.held_out('w'):.1%} in W."
    )


def _pairs(
    z: tuple[Attribute, ...], w: tuple[Attribute, ...], what: str
) -> tuple[Series, ...]:
    """Both spaces over the attributes, in the order that they were measured in."""
    places = np.arange(len(w)) + 1.0
    in_z = np.array([getattr(row, what) for row in z])
    in_w = np.array([getattr(row, what) for row in w])
    mean = [Rule(float(np.nanmean(in_w)), "mean of W", "accent")] if len(w) else []
    return (
        Dots(places, in_z, "Z", "warning", size=6.0, shape="s"),
        Dots(places, in_w, "W", "accent", size=6.0),
        *mean,
    )


def _band(rows: list[Beside]) -> tuple[Series, ...]:
    """What the attributes are in untrained W; nothing until it is known."""
    bands = [row.band for row in rows if row.band is not None]
    if not rows or len(bands) < len(rows):
        return ()
    low, high = ([getattr(band, end) for band in bands] for end in ("low", "high"))
    places = np.arange(len(rows)) + 1.0
    return (Band(places, np.array(low), np.array(high), "W untrained"),)


def _row(z: Attribute, w: Attribute, left: Beside, seen: Beside, awaited: bool) -> Row:
    cells = (
        Cell(f"{z.entropy:.4f}", z.entropy),
        Cell(f"{w.entropy:.4f}", w.entropy),
        *null_cells(left, awaited),
        Cell(f"{z.held_out:.1%}", z.held_out, "muted"),
        Cell(f"{w.held_out:.1%}", w.held_out, "muted"),
        *null_cells(seen, awaited),
        Cell(f"{w.share:.1%}", w.share, "muted"),
    )
    says = "\n".join(row.says for row in (left, seen) if row.band is not None)
    return Row(w.name, cells, w.note or says)

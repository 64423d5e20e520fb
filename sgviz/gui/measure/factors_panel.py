"""Every factor along the circles, the circles' colour, and the planes they cross."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget

from sgviz.frame import Problem
from sgviz.gui.choices import QuietCombo, Segments
from sgviz.gui.measure.factor_series import (
    axes_of,
    crossing_marks,
    every_factor,
    one_factor,
)
from sgviz.gui.measure.factor_tables import (
    BEGIN,
    CURVE_HEADS,
    PLANE_HEADS,
    curve_rows,
    page_words,
    plane_rows,
)
from sgviz.gui.measure.feel_bar import FeelBar, words
from sgviz.gui.measure.figures_table import FiguresTable
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes
from sgviz.gui.session import Edit
from sgviz.gui.theme import Theme
from sgviz.measured.factors import Crossings, FactorCurves
from sgviz.state import Live, State

NARROW = 600
READ, CROSSED = "factors", "crossings"
_PAGES = (
    ("all", "all factors", "Every factor along the circle on the ring"),
    ("changes", "changes", "How far and how often each factor changes, and untrained"),
    ("planes", "planes", "Hyperplanes of the factors, and where circles cross them"),
)


class FactorsPanel(MeasurePanel):
    """One factor of all circles, all factors of one circle, planes put to the test."""

    NAME, TITLE = "factors", "Factors"
    TIP = "What the images along the circles show, read; and the planes they cross"
    MEASURES = frozenset({READ, CROSSED})

    def __init__(self) -> None:
        super().__init__()
        self._asked = False
        self._found: FactorCurves | None = None
        self._tested: Crossings | None = None
        self._untested = BEGIN  # why there are no planes
        self.bar = FeelBar()
        self.bar.edited.connect(self.edited)
        self.bar.asked.connect(self._ask)
        self.factor = QuietCombo("Factor", "The factor that is shown, of every circle")
        self.factor.setMinimumContentsLength(14)
        self.factor.activated.connect(self._choose)
        self.bar.add(self.factor)
        self.which, self.pages = Segments(_PAGES), QStackedWidget()
        self.which.chosen.connect(self._turn)
        self.paint = self.bar.add_switch(
            "colour the circles", "This factor as the circles' colour in W", self._paint
        )
        tip = "Seeds from 0 on whose images are read for the planes"
        self.bar.add_number("samples", "seeds", 40, 400_000, tip)
        self.button = self.bar.add_measure(
            "Test the planes", "Fit a plane for each factor in Z and in W; minutes"
        )
        self.bar.add(self.which)
        self.sentence, self.note = words("muted", 2), words("text", 2)
        angle = Axes("angle (°)", "", is_angle=True)
        self.one = Plot("Factor", angle, "factor", "As read from the images")
        self.every = Plot(
            "All factors of the circle on the ring",
            Axes("angle (°)", "0 low, 1 high", is_angle=True, low=0.0, high=1.0),
            "factors",
            "Each from the low to the high end of its law; the widest are named",
        )
        self.table = FiguresTable("Plane of", "crossings", sortable=True)
        self.changes = FiguresTable("Factor", "factors", sortable=True)
        for table in (self.table, self.changes):
            table.grid.cellClicked.connect(partial(self._look_at, table))
        self._lay_out()
        self.link(self.one, self.every)

    @property
    def measures(self) -> frozenset[str]:
        """The factors; the crossings once they are asked for."""
        return self.MEASURES if self._asked else frozenset({READ})

    def begin(self) -> None:
        """Press the button."""
        self.button.setChecked(True)

    def set_state(self, state: State) -> None:
        """Show which factor."""
        old = self.state
        super().set_state(state)
        self.bar.set_state(state)
        with QSignalBlocker(self.paint):
            self.paint.setChecked(state.look.colour == "factor")
        if (old.look.factor, old.ring) != (state.look.factor, state.ring):
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.table.set_theme(theme)
        self.changes.set_theme(theme)

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """What keeps the factors keeps all; the planes are only a part."""
        if name == READ:
            super().set_problem(name, problem)
        elif problem is not None:
            self._tested, self._untested = None, problem.what
            self.table.set_rows((), ())
            self._say()

    def set_part(self, name: str, value: object) -> None:
        """What is read along the circles, or where they cross planes."""
        if isinstance(value, FactorCurves):
            self._found = value
            _list(self.factor, value)
            self._show()
        elif isinstance(value, Crossings):
            self._tested = value
            self._show()

    @property
    def chosen(self) -> int | None:
        """The column of the factor that is shown."""
        if self._found is None:
            return None
        column = self._found.column(self.state.look.factor)
        return self._found.first if column is None else column

    def _show(self) -> None:
        found, column = self._found, self.chosen
        if found is None or column is None:
            return
        self._say()
        factor = found.factors[column]
        with QSignalBlocker(self.factor):
            self.factor.setCurrentIndex(self.factor.findData(factor.name))
        if not found.is_read:
            self.one.set_series(())
            self.every.set_series(())
            self.changes.set_rows((), ())
            return
        self.one.set_title(factor.title)
        axes = axes_of(factor)
        if axes != self.one.axes:
            self.one.set_axes(axes)
        self.one.set_series(one_factor(found, column, self._tested))
        self.marked.emit(crossing_marks(found, column, self._tested))
        ring = self.state.ring if self.state.ring in found.places else found.places[0]
        place = found.places.index(ring)
        self.every.set_title(f"All factors of {found.circles[place]}")
        self.every.set_series(every_factor(found, place, column))
        self.changes.set_rows(CURVE_HEADS, curve_rows(found, self._awaits))
        if self._tested is not None:
            self.table.set_rows(PLANE_HEADS, plane_rows(self._tested, self._awaits))

    @property
    def _awaits(self) -> bool:
        """Whether untrained mappings are still to come: never of a run that goes on."""
        return not isinstance(self.state.model, Live)

    def _say(self) -> None:
        """Above what the page as a whole supports, below what the factor does."""
        found, tested = self._found, self._tested or self._untested
        if found is None:
            return
        page = self.which.chosen_key()
        head, foot = page_words(page, found, tested, self.chosen, self._awaits)
        self.sentence.setText(head)
        self.note.setText(foot)
        self.note.setVisible(bool(foot))

    def _choose(self, index: int) -> None:
        look = replace(self.state.look, factor=str(self.factor.itemData(index)))
        self.edited.emit(Edit(replace(self.state, look=look), "Factor"))

    def _paint(self, on: bool) -> None:
        column = self.chosen
        name = self.state.look.factor
        if self._found is not None and column is not None:
            name = self._found.factors[column].name
        look = replace(self.state.look, colour="factor" if on else "angle", factor=name)
        self.edited.emit(Edit(replace(self.state, look=look), "Colour"))

    def _look_at(self, table: FiguresTable, row: int, _: int) -> None:
        name = table.text_at(row, 0).split(" >")[0].replace(" ", "_")
        if self._found is None or self._found.column(name) is None:
            return
        look = replace(self.state.look, factor=name)
        self.edited.emit(Edit(replace(self.state, look=look), "Factor"))

    def _turn(self) -> None:
        key = self.which.chosen_key()
        self.pages.setCurrentIndex([page[0] for page in _PAGES].index(key))
        self.changes.save_button.setVisible(key == "changes")
        self.table.save_button.setVisible(key == "planes")
        self._share()
        self._say()

    def _share(self) -> None:
        """In a narrow panel a table has all the width."""
        self.one.setVisible(self.which.chosen_key() == "all" or self.width() >= NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _ask(self, on: bool) -> None:
        self._asked = on
        self.which.set_chosen("planes" if on else "all")
        self._turn()
        self.measures_changed.emit()

    def _lay_out(self) -> None:
        self.body.addWidget(self.bar)
        head = QHBoxLayout()
        head.addWidget(self.sentence, 1)
        head.addWidget(self.changes.save_button)
        head.addWidget(self.table.save_button)
        self.body.addLayout(head)
        for page in (self.every, self.changes, self.table):
            self.pages.addWidget(page)
        plots = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        plots.addWidget(self.one)
        plots.addWidget(self.pages)
        plots.setSizes([300, 460])
        self.body.addWidget(plots, 1)
        self.body.addWidget(self.note)
        self._turn()


def _list(chooser: QuietCombo, found: FactorCurves) -> None:
    """Offer the factors that can be read, unless they are offered already."""
    factors = [factor for factor in found.factors if factor.readable]
    names = [chooser.itemData(k) for k in range(chooser.count())]
    if names == [factor.name for factor in factors]:
        return
    with QSignalBlocker(chooser):
        chooser.clear()
        for factor in factors:
            chooser.addItem(factor.title, factor.name)

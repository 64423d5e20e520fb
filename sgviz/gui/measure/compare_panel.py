"""Compare: two networks, or two moments of a run, in columns and over each other."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget

from sgviz.frame import Problem, Progress
from sgviz.gui.beside_panel import swapped, trained_of
from sgviz.gui.choices import Segments
from sgviz.gui.measure.compare_more import CompareMore
from sgviz.gui.measure.compare_plots import ComparePlots
from sgviz.gui.measure.compare_rows import (
    fact_rows,
    figures_of,
    heads_of,
    rows_of,
    sentence_of,
    short,
)
from sgviz.gui.measure.figures_table import FiguresTable
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.session import Edit
from sgviz.gui.theme import Theme
from sgviz.measured.compare import Comparison, Untrained
from sgviz.measured.groups import GROUPS
from sgviz.measured.side_by_side import Both
from sgviz.naming import network_name
from sgviz.state import ModelRef, State, Twin

PAGES = (
    ("figures", "Figures", "Every figure of both, the difference, what is untrained"),
    ("plots", "Plots", "Both over each other, and the difference"),
    ("more", "More", "Every other measure of both, and the difference"),
    ("facts", "Facts", "What is known of the two networks"),
)
PAGES_WIDTH = 190  # so that their names stay apart beside two choices


class ComparePanel(MeasurePanel):
    """Two tables and the plots of a network and the one beside it."""

    NAME, TITLE = "compare", "Compare"
    TIP = "Two networks or two moments of a run: all figures and the difference"
    MEASURES = frozenset({"comparison", "untrained_pairs"})
    TAKES = MEASURES | {group.stage for group in GROUPS}

    def __init__(self) -> None:
        super().__init__()
        self._found: Comparison | None = None
        self._untrained: Untrained | None = None
        self._asked: tuple[object, ...] = ()
        self._chosen = "procrustes"
        self.pages = Segments(PAGES)
        self.pages.setMinimumWidth(PAGES_WIDTH)
        self.pages.chosen.connect(self._turn_to)
        self.table = FiguresTable("Figure", "compare")
        self.table.grid.itemSelectionChanged.connect(self._choose)
        self.facts = FiguresTable("Fact", "facts")
        self.sentence, self.why = _words(), _words()
        self.why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.who = QLabel()
        self.who.setTextFormat(Qt.TextFormat.PlainText)
        self.who.setMinimumWidth(1)
        self.change = _button("Choose …", "Choose the second network")
        self.change.clicked.connect(self.beside_asked)
        self.twin = _button("Untrained twin", "Compare with an untrained twin")
        self.twin.clicked.connect(self._take_twin)
        self.swap = _button("Swap", "The second network on the screen, and this beside")
        self.swap.clicked.connect(self._swap)
        self.plots = ComparePlots()
        self.more = CompareMore()
        self.more.asked_changed.connect(self._ask)
        self.link(*self.plots.plots.values(), self.more.plot)
        self.stack = QStackedWidget()
        self._lay_out()

    @property
    def measures(self) -> frozenset[str]:
        """Those of the page in front."""
        if self._is_on("more"):
            return frozenset({"comparison"}) | self.more.measures
        return self.MEASURES

    def set_part(self, name: str, value: object) -> None:
        """The two measured, or what untrained networks are."""
        if isinstance(value, Both):
            self.more.set_part(name, value)
            return
        if isinstance(value, Comparison):
            self._found = value
        elif isinstance(value, Untrained):
            self._untrained = value
        self._show()

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """A sentence in place of the pages; the choice of a network stays."""
        if name.startswith("both_") and problem is not None:
            self.more.set_part(name, problem)
        if name != "comparison":
            return
        self.why.setText(problem.what if problem else "")
        self.pages.setVisible(problem is None)
        if problem is not None:
            self._found = None
            self.stack.setCurrentWidget(self.why)
            self.sentence.hide()
            self._show_buttons()
        elif self.stack.currentWidget() is self.why:
            self._turn_to(self.pages.chosen_key())

    def set_progress(self, name: str, progress: Progress | None) -> None:
        """How far a measure of the page in front is."""
        if progress is None or name in self.measures:
            super().set_progress(name, progress)

    def set_state(self, state: State) -> None:
        """Another second network, or another circle in front."""
        second = state.beside.model
        asked = (state.model, second, state.circles, state.psi, state.class_index)
        is_other = asked != self._asked or state.ring != self.state.ring
        if asked != self._asked:
            # They belong to other circles: beside newer figures they would be wrong.
            self._asked, self._untrained = asked, None
        super().set_state(state)
        self.more.set_state(state)
        self.twin.setVisible(second is None)
        self.swap.setVisible(second is not None)
        other = "nothing yet" if second is None else network_name(second)
        self.who.setText(f"{network_name(state.model)} compared with {other}")
        self._show_buttons()
        if is_other:
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        for each in (self.table, self.facts, self.more):
            each.set_theme(theme)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 4, 0)
        head.addWidget(self.who, 1)
        for button in (self.twin, self.change, self.swap):
            head.addWidget(button)
        bar = QHBoxLayout()
        bar.setContentsMargins(6, 2, 4, 2)
        bar.addWidget(self.pages, 1)
        bar.addWidget(self.plots.choice)
        bar.addWidget(self.more.group)
        bar.addWidget(self.more.view, 1)
        bar.addWidget(self.table.save_button)
        bar.addWidget(self.more.table.save_button)
        bar.addWidget(self.facts.save_button)
        for page in (self.table, self.plots, self.more, self.facts, self.why):
            self.stack.addWidget(page)
        self.body.addLayout(head)
        self.body.addLayout(bar)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.sentence)

    def _turn_to(self, key: str) -> None:
        self.stack.setCurrentIndex([page[0] for page in PAGES].index(key))
        self._show_buttons()
        self.sentence.setVisible(key == "figures")
        self._show()
        self._ask()

    def _ask(self) -> None:
        """Other stages are needed: those that are not will say no more."""
        for name in self.TAKES - self.measures:
            self.strip.set_progress(name, None)
        self._show_buttons()
        self.measures_changed.emit()

    def _show_buttons(self) -> None:
        """What belongs to a page, while it is in front."""
        shown = self.stack.currentWidget()
        for table in (self.table, self.facts):
            table.save_button.setVisible(table is shown)
        self.more.table.save_button.setVisible(self.more is shown)
        self.plots.choice.setVisible(self.plots is shown)
        for choice in (self.more.group, self.more.view):
            choice.setVisible(self.more is shown)

    def _choose(self) -> None:
        rows = self.table.grid.selectionModel().selectedRows()
        if self._found is None or not rows:
            return
        figure = figures_of(self._found)[rows[0].row()]
        if figure is not None:
            self._chosen = figure.key
            self._say()

    def _say(self) -> None:
        """What the figure that is chosen supports."""
        found = self._found
        if found is None:
            return
        figures = [f for f in figures_of(found) if f is not None]
        chosen = [f for f in figures if f.key == self._chosen] or figures[:1]
        said = [sentence_of(f, found, self._untrained) for f in chosen]
        self.sentence.setText(" ".join([*said, found.note]).strip())
        self.sentence.setVisible(self._is_on("figures"))

    def _show(self) -> None:
        found, page = self._found, self.pages.chosen_key()
        if found is None or self.state.beside.model is None:
            return
        ring = min(self.state.ring, len(found.statistics[0].circles) - 1)
        if page == "figures":
            self.table.set_rows(heads_of(found), rows_of(found, self._untrained))
        elif page == "facts":
            heads = [short(name, 60) for name in found.names]
            self.facts.set_rows(heads, fact_rows(found.facts))
        elif page == "plots":
            self.plots.show_both(found, self._untrained, ring)
        self._say()

    def _is_on(self, page: str) -> bool:
        return self.pages.chosen_key() == page

    def _take_twin(self) -> None:
        state = self.state
        twin = Twin(trained_of(state.model), state.beside.twin_seed)
        self._edit(state, twin, "Compare with an untrained twin")

    def _edit(self, state: State, ref: ModelRef, text: str) -> None:
        beside = replace(state.beside, model=ref)
        self.edited.emit(Edit(replace(state, beside=beside), text))

    def _swap(self) -> None:
        self.edited.emit(Edit(swapped(self.state), "Swap networks"))


def _words() -> QLabel:
    label = QLabel(wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setContentsMargins(8, 4, 8, 4)
    return label


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button

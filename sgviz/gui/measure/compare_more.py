"""The page of all other measures of two networks: a group, its figures or a curve."""

import re

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from sgviz.frame import Problem
from sgviz.gui.choices import QuietCombo
from sgviz.gui.measure.compare_rows import pair_heads, pair_row
from sgviz.gui.measure.compare_series import curve_axes, curve_series
from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.figures_table import FiguresTable, Row
from sgviz.gui.measure.plot import Plot
from sgviz.gui.theme import Theme
from sgviz.measured.both_curves import Curve, curves_of
from sgviz.measured.groups import GROUP, GROUPS
from sgviz.measured.side_by_side import Both, Group, Pair, furthest
from sgviz.state import State

FIGURES = "Figures"
WAITING = "Measuring both …"


class CompareMore(QWidget):
    """Figures of both in two columns and their difference, or both curves.

    ``group`` and ``view`` are placed by the panel. What takes minutes is asked for by
    a button; ``asked_changed()``: other stages are needed.
    """

    asked_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._parts: dict[str, Both | Problem] = {}
        self._asked: set[str] = set()
        self._wanted = FIGURES
        self.group = QuietCombo("Measures", "What of both is compared")
        for group in GROUPS:
            self.group.addItem(group.title, group.key)
            tip = Qt.ItemDataRole.ToolTipRole
            self.group.setItemData(self.group.count() - 1, group.tip, tip)
        self.group.currentIndexChanged.connect(self._turn_to)
        self.view = QuietCombo("Shown", "All figures, or a curve of both")
        self.view.setMinimumContentsLength(10)
        self.view.currentIndexChanged.connect(self._view_chosen)
        self.table = FiguresTable("Figure", "compare-measures")
        self.table.grid.itemSelectionChanged.connect(self._say)
        self.plot = Plot("", curve_axes(None), "curve-of-both")
        self.why, self.sentence = words("text"), words("text")
        self.why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton("Measure")
        self.button.setToolTip("Measure both: it takes minutes")
        self.button.clicked.connect(self.begin)
        self.stack = QStackedWidget()
        self._lay_out()
        self._show()

    @property
    def chosen(self) -> Group:
        """The group that is in front."""
        return GROUP[str(self.group.currentData())]

    @property
    def measures(self) -> frozenset[str]:
        """The stage of the group in front; none before it is asked for."""
        group = self.chosen
        if group.costs and group.key not in self._asked:
            return frozenset()
        return frozenset({group.stage})

    def begin(self) -> None:
        """Measure what takes minutes."""
        self._asked.add(self.chosen.key)
        self._show()
        self.asked_changed.emit()

    def set_part(self, name: str, part: Both | Problem) -> None:
        """What is known of a group by now, or why nothing is."""
        self._parts[name] = part
        if name == self.chosen.stage:
            self._show()

    def set_state(self, state: State) -> None:
        """Other networks or circles: what belongs to others is not shown."""
        before, self._state = self._state, state
        if _of(before) != _of(state) or before.ring != state.ring:
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """New colours; the plot has its own from the panel."""
        self.table.set_theme(theme)

    def _lay_out(self) -> None:
        nothing = QWidget()
        middle = QVBoxLayout(nothing)
        middle.addStretch()
        middle.addWidget(self.why)
        middle.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch()
        for page in (self.table, self.plot, nothing):
            self.stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(self.sentence)

    def _turn_to(self, _: int) -> None:
        self.group.setToolTip(self.chosen.tip)
        self._show()
        self.asked_changed.emit()

    def _known(self) -> Both | None:
        """What is measured of the group in front, if it is of these networks."""
        part = self._parts.get(self.chosen.stage)
        if isinstance(part, Both) and part.of == _of(self._state):
            return part
        return None

    def _show(self) -> None:
        known, part = self._known(), self._parts.get(self.chosen.stage)
        parts = self.chosen.pairs(known.found) if known is not None else []
        self.button.setVisible(not self.measures)
        if known is None or not parts:
            said = part.what if isinstance(part, Problem) else WAITING
            if known is not None and known.problems:
                said = "\n".join(known.problems)
            self._offer(())
            self.why.setText(said if self.measures else self.chosen.costs)
            self._tell(())
            self.stack.setCurrentIndex(2)
            return
        self._offer(tuple(c.title for c in self._curves(known)[0]))
        rows: list[Row] = []
        for heading, pairs in parts:
            rows.append(Row(heading))
            rows += [pair_row(pair, not known.is_whole) for pair in pairs]
        self.table.set_rows(pair_heads(known.names), rows)
        self._show_view()

    def _offer(self, titles: tuple[str, ...]) -> None:
        """The choice between the figures and the curves that there are."""
        offered = (FIGURES, *titles)
        if offered == tuple(map(self.view.itemText, range(self.view.count()))):
            return
        with QSignalBlocker(self.view):
            self.view.clear()
            self.view.addItems(offered)
            kinds = list(map(_kind, offered))
            found = self._wanted in kinds
            self.view.setCurrentIndex(kinds.index(self._wanted) if found else 0)
        self.view.setEnabled(bool(titles))

    def _curves(self, known: Both) -> tuple[tuple[Curve, ...], tuple[Curve, ...]]:
        ring, key = self._state.ring, self.chosen.key
        first, second = (curves_of(key, found, ring) for found in known.found)
        return first, second

    def _view_chosen(self, _: int) -> None:
        self._wanted = _kind(self.view.currentText())
        self._show_view()

    def _show_view(self) -> None:
        known = self._known()
        if known is None:
            return
        title = self.view.currentText()
        is_table = title == FIGURES
        self.stack.setCurrentIndex(0 if is_table else 1)
        if is_table:
            self._say()
            return
        both = [
            next((c for c in curves if c.title == title), None)
            for curves in self._curves(known)
        ]
        self.plot.set_title(title)
        self.plot.set_axes(curve_axes(both[0]))
        self.plot.set_series(curve_series(known.names, both))
        self._tell(known.problems)

    def _say(self) -> None:
        """What the difference that is chosen, or the largest, supports; problems."""
        known = self._known()
        if known is None:
            return
        rows: list[Pair | None] = []
        for _, pairs in self.chosen.pairs(known.found):
            rows += [None, *pairs]
        chosen = self.table.grid.selectionModel().selectedRows()
        at = chosen[0].row() if chosen else len(rows)
        pair = rows[at] if at < len(rows) else furthest(filter(None, rows))
        said = [pair.sentence] if pair is not None and known.is_whole else []
        self._tell((*said, *known.problems))

    def _tell(self, said: tuple[str, ...]) -> None:
        self.sentence.setText(" ".join(said))
        self.sentence.setVisible(bool(said))


def _of(state: State) -> object:
    """Which two networks, on which circles: what belongs to others is not shown."""
    return (state.model, state.beside.model, state.class_index, state.circles)


def _kind(title: str) -> str:
    """What a curve is, of whatever circle or latent."""
    return re.split(" (?:along|at) ", title)[0]

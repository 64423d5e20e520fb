"""Statistics: every figure of every circle beside untrained networks, and its plots."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from sgviz.frame import Problem
from sgviz.gui.choices import Segments
from sgviz.gui.measure import statistics_series as series
from sgviz.gui.measure.feel_bar import words
from sgviz.gui.measure.figures_table import FiguresTable
from sgviz.gui.measure.null_words import asked_of
from sgviz.gui.measure.panel import MeasurePanel
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.series import Axes
from sgviz.gui.measure.statistics_rows import (
    figures_of,
    heads_of,
    rows_of,
    sentence_of,
)
from sgviz.gui.theme import Theme
from sgviz.measured.null import Null
from sgviz.measured.speeds import Speeds
from sgviz.measured.statistics import Statistics
from sgviz.state import State

PAGES = (
    ("figures", "Figures", "Every figure beside untrained networks"),
    ("speed", "Speed", "How fast W is run through, along each circle"),
    ("turning", "Turning", "Where and how much each circle bends"),
    ("harmonics", "Harmonics", "Shares of the frequencies of each circle"),
    ("components", "Components", "Shares of the principal components of each circle"),
)
ORDERS = tuple((float(k), str(k)) for k in range(1, 17))
FIRST = "harmonic_1"


class StatisticsPanel(MeasurePanel):
    """A table and four plots, a page each; one sentence on the figure chosen."""

    NAME, TITLE = "statistics", "Statistics"
    TIP = "Length, speed, turning, harmonics, shape: each beside untrained networks"
    MEASURES = frozenset({"statistics", "speeds", "null"})

    def __init__(self) -> None:
        super().__init__()
        self._found: Statistics | None = None
        self._speeds = Speeds()
        self._null: Null | None = None
        self._why_no_null = self._why_no_speed = ""
        self._chosen = FIRST
        self.pages = Segments(PAGES)
        self.pages.chosen.connect(self._turn_to)
        self.table = FiguresTable("Figure", "statistics")
        self.table.grid.itemSelectionChanged.connect(self._choose)
        self.sentence = words("text")
        self.problems = QLabel()
        self.problems.setTextFormat(Qt.TextFormat.PlainText)
        self.problems.setWordWrap(True)
        self.problems.setContentsMargins(8, 2, 8, 2)
        self.problems.hide()
        self.plots = _plots()
        self.link(*self.plots.values())
        self.stack = QStackedWidget()
        self.stack.addWidget(self._table_page())
        for plot in self.plots.values():
            self.stack.addWidget(plot)
        bar = QHBoxLayout()
        bar.setContentsMargins(6, 4, 4, 2)
        bar.addWidget(self.pages, 1)
        bar.addWidget(self.table.save_button)
        self.body.addLayout(bar)
        self.body.addWidget(self.problems)
        self.body.addWidget(self.stack, 1)

    def set_part(self, name: str, value: object) -> None:
        """Figures, the speed, or what they are in untrained networks."""
        if isinstance(value, Statistics):
            self._found = value.with_speeds(self._speeds)
        elif isinstance(value, Speeds):
            self._speeds = value
            if self._found is not None:
                self._found = self._found.with_speeds(value)
        elif isinstance(value, Null):
            self._null, self._why_no_null = value, ""
        self._show()

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """Without untrained networks, or a speed, the figures are still shown."""
        if name == "statistics":
            super().set_problem(name, problem)
        elif name == "speeds":
            self._why_no_speed = problem.what if problem is not None else ""
            self._say()
        elif problem is not None:
            self._null, self._why_no_null = None, problem.what
            self._show()

    def set_state(self, state: State) -> None:
        """Another circle on the ring is another one in front."""
        before, has = self.state, self._null or self._why_no_null
        super().set_state(state)
        is_of_before = asked_of(before) != asked_of(state) and has
        if is_of_before:
            # They belong to other circles: a number beside them would be of before.
            self._null, self._why_no_null = None, ""
        if is_of_before or state.ring != before.ring:
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        super().set_theme(theme)
        self.table.set_theme(theme)
        self.problems.setStyleSheet(f"color: {theme.warning}")

    def _table_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.sentence)
        return page

    def _turn_to(self, key: str) -> None:
        self.stack.setCurrentIndex([page[0] for page in PAGES].index(key))
        self.table.save_button.setVisible(key == "figures")
        self._show()

    def _choose(self) -> None:
        found = self._found
        rows = self.table.grid.selectionModel().selectedRows()
        if found is None or not rows:
            return
        figure = figures_of(found)[rows[0].row()]
        if figure is not None:
            self._chosen = figure.key
            self._say()

    def _say(self) -> None:
        """What the figure that is chosen supports."""
        found = self._found
        figures = figures_of(found) if found is not None else ()
        chosen = [f for f in figures if f is not None and f.key == self._chosen]
        text = sentence_of(chosen[0], found, self._null) if chosen and found else ""
        notes = [
            self._why_no_speed,
            self._why_no_null,
            self._null.note if self._null else "",
        ]
        self.sentence.setText(" ".join(part for part in (text, *notes) if part))

    def _show(self) -> None:
        found = self._found
        if found is None:
            return
        self.problems.setText("\n".join(found.problems))
        self.problems.setVisible(bool(found.problems))
        ring = min(self.state.ring, len(found.circles) - 1)
        page = self.pages.chosen_key()
        if page == "figures":
            rows = rows_of(found, self._null, awaited=not self._why_no_null)
            self.table.set_rows(heads_of(found), rows)
            self._say()
        elif page == "speed":
            self.plots[page].set_series(series.speed_series(found, self._null, ring))
        elif page == "turning":
            self.plots[page].set_title(series.turning_title(found, ring))
            self.plots[page].set_series(series.turning_series(found, ring, self._null))
        elif page == "harmonics":
            self.plots[page].set_series(series.harmonic_series(found, self._null))
        else:
            self.plots[page].set_series(series.component_series(found, self._null))


def _plots() -> dict[str, Plot]:
    return {
        "speed": Plot(
            "Speed along the circle",
            Axes("angle in Z", "|w′(t)| a radian", is_angle=True, low=0.0),
            "speed",
            "Solid: exact, by forward-mode derivative. Dashed: N / 2π × segment.",
        ),
        "turning": Plot(
            "Turning",
            Axes("angle in Z", "degrees", is_angle=True, low=0.0),
            "turning",
            "The angle between the segments that meet at a point. It belongs to this N:"
            " the sum grows about as the root of N.",
        ),
        "harmonics": Plot(
            "Harmonics",
            Axes("harmonic", "share of the variance", log_y=True, names=ORDERS),
            "harmonics",
            "Within the band a share says nothing about training.",
        ),
        "components": Plot(
            "Principal components",
            Axes("component", "share of the variance", low=0.0, names=ORDERS),
            "components",
            "About the circle's own mean. Two equal shares and nothing else: a circle.",
        ),
    }

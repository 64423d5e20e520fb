"""What every panel of measures is: value in, picture out, linked with the views."""

from typing import ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from sgviz.frame import Problem, Progress
from sgviz.gui.measure.heatmap import Heatmap
from sgviz.gui.measure.plot import Plot
from sgviz.gui.measure.strip import PATIENCE_MS, Strip
from sgviz.gui.measure.veil import Veil
from sgviz.gui.theme import DARK, Theme
from sgviz.state import State

Linked = Plot | Heatmap


class MeasurePanel(QWidget):
    """A panel of the Measure menu. Subclasses name themselves and show parts.

    ``measures`` are the stages it needs now; emit ``measures_changed()`` after they
    have become others. Build widgets in ``__init__`` and put them into ``body``; plots
    and heat maps that show circles are given to :meth:`link`, which does all linking.
    Heavy work belongs into a stage: nothing here may take longer than a frame.
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    TIP: ClassVar[str] = ""
    MEASURES: ClassVar[frozenset[str]] = frozenset()
    # Those it is told of, although it may need them later: none are lost.
    TAKES: ClassVar[frozenset[str]] = frozenset()

    hovered = Signal(int, float)
    hover_left = Signal()
    edited = Signal(object)
    said = Signal(str)
    warned = Signal(str)
    measures_changed = Signal()
    stop_asked = Signal(bool)
    beside_asked = Signal()
    marked = Signal(object)  # Marks: what else is to be lit in the views

    def __init__(self) -> None:
        super().__init__()
        self.theme: Theme = DARK
        self.state = State()
        self.linked: list[Linked] = []
        self.setObjectName(f"measure_{self.NAME}")
        self._problem = QLabel()
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        self._problem.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._problem.setMargin(24)
        self._problem.hide()
        self.strip = Strip()
        self.strip.stop_asked.connect(self.stop_asked)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(2)
        self._content = QWidget()
        self._content.setLayout(self.body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._problem)
        column.addWidget(self._content, 1)
        column.addWidget(self.strip)
        self.veil = Veil(self._content, self._problem)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._show_stale(True))

    @property
    def measures(self) -> frozenset[str]:
        """The stages it needs now."""
        return self.MEASURES

    def begin(self) -> None:
        """Measure what waits for a press of a button, because it takes minutes."""

    def link(self, *figures: Linked) -> None:
        """Link plots and heat maps over angles with the views, and theme them."""
        for figure in figures:
            self.linked.append(figure)
            figure.hovered.connect(self.hovered)
            figure.hover_left.connect(self.hover_left)
            figure.set_theme(self.theme)

    def set_part(self, name: str, value: object) -> None:
        """A measure was made, whole or (while it goes on) in part."""

    def set_problem(self, name: str, problem: Problem | None) -> None:
        """A sentence in place of the content; None: the content again.

        A panel with several measures may show that of one beside the others.
        """
        self._problem.setText(problem.what if problem else "")
        self._problem.setToolTip(problem.details if problem else "")
        self._problem.setVisible(problem is not None)
        self._content.setVisible(problem is None)

    def set_progress(self, name: str, progress: Progress | None) -> None:
        """How far a measure is; None: it is done."""
        self.strip.set_progress(name, progress)

    def set_stopped(self, stopped: bool) -> None:
        """The hand has stopped the work, or wants it to go on."""
        self.strip.set_stopped(stopped)

    def set_stale(self, stale: bool, at_once: bool = False) -> None:
        """Whether what is shown is of before; what lasts a moment does not flicker."""
        if not stale or at_once:
            self._patience.stop()
            self._show_stale(stale)
        elif not (self.is_stale or self._patience.isActive()):
            self._patience.start()

    def be_patient(self) -> None:
        """Something new has come: while parts come, they follow the hand."""
        if self._patience.isActive():
            self._patience.start()

    @property
    def is_stale(self) -> bool:
        """Whether it is marked as of before."""
        return not self.veil.isHidden()

    def _show_stale(self, stale: bool) -> None:
        self.veil.setVisible(stale)
        self.strip.set_stale(stale)

    def set_theme(self, theme: Theme) -> None:
        """New colours, for all figures that were linked too."""
        self.theme = theme
        self.veil.set_theme(theme)
        for figure in self.linked:
            figure.set_theme(theme)

    def set_state(self, state: State) -> None:
        """What the user decided. Nothing is computed here."""
        self.state = state

    def set_highlight(self, circle: int | None, angle: float) -> None:
        """The point under the hand, wherever the hand is; None: no point."""
        for figure in self.linked:
            figure.set_highlight(circle, angle)

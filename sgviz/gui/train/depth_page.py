"""The Depth laboratory: the same network with mappings of several depths."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Problem
from sgviz.gui.problem_card import ProblemCard
from sgviz.gui.text_size import in_text
from sgviz.gui.theme import Theme
from sgviz.gui.train.depth_bar import DepthBar
from sgviz.gui.train.depth_board import DepthBoard
from sgviz.gui.train.depth_controls import DepthControls, DepthProgress
from sgviz.gui.train.depth_form import DepthForm
from sgviz.gui.train.depth_words import DepthFacts, conclusion
from sgviz.gui.train.empty_page import EmptyPage
from sgviz.gui.train.estimate_line import EstimateLine
from sgviz.gui.train.runs import RunState
from sgviz.gui.train.timeline_bands import Sizes
from sgviz.gui.train.timeline_panels import Bands

TITLE = "No comparison yet"
WORDS = (
    "Small networks that differ in the depth of their mapping alone, trained on the"
    " same images from the same seeds: what depth does to the circles, side by side."
    " Choose depths on the left and press Start; minutes later the first are there."
)
LOOK_MS, LEFT_WIDTH = 1000, 300


class DepthPage(QWidget):
    """Shows a laboratory; says by ``asked`` that it wants to know of newer records.

    ``lab_chosen(path)``, ``folder_wanted()``, ``export_requested("csv" or "png")``.
    """

    asked = Signal()
    lab_chosen = Signal(object)
    folder_wanted = Signal()
    export_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._held = ""
        self._bands: Mapping[Sizes, Bands] = {}
        self.form, self.controls = DepthForm(), DepthControls()
        self.estimate, self.progress = EstimateLine(), DepthProgress()
        self.card, self.board = ProblemCard(), DepthBoard()
        self.bar = DepthBar()
        self.sentences = tuple(QLabel(wordWrap=True) for _ in range(2))
        self._clock = QTimer(self, interval=LOOK_MS)
        self._clock.timeout.connect(self.asked)
        self._lay_out()
        self._connect()
        self.show_facts(())
        self.set_problem(None)
        self._edited()

    # Values in.

    @property
    def facts(self) -> tuple[DepthFacts, ...]:
        """The depths that are shown."""
        return self.board.board.depths

    @property
    def held(self) -> str:
        """Why nothing can be trained here just now; empty where it can."""
        return self._held

    def show_facts(self, facts: Sequence[DepthFacts]) -> None:
        """What is known of every depth; nothing: there is no laboratory."""
        self.board.show_board(depths=tuple(facts))
        names = next((each.names for each in facts if each.names), ())
        self.board.show_board(circle=self.bar.show_circles(names))
        self._stack.setCurrentWidget(self._body if facts else self._empty)
        self.bar.set_filled(bool(facts))
        self._show_words()

    def set_bands(self, bands: Mapping[Sizes, Bands]) -> None:
        """What untrained networks have, by their sizes."""
        self._bands = dict(bands)
        self.board.show_board(bands=self._bands)
        self._show_words()

    def set_state(self, state: RunState) -> None:
        """Where the laboratory stands; decides what can be pressed and edited."""
        self.controls.set_state(state)
        self.form.setEnabled(not state.is_busy)
        self.estimate.setVisible(not state.is_busy)
        self._edited()

    def set_held(self, reason: str) -> None:
        """Why nothing can be trained here just now; empty where it can."""
        self._held = reason
        self._edited()

    def set_progress(
        self, shares: Mapping[int, float], states: Mapping[int, str], words: str
    ) -> None:
        """How far every depth is, what is said beside its name, and of the whole."""
        self.progress.show_shares(shares)
        self.progress.say(words)
        if dict(self.board.board.states) != dict(states):
            self.board.show_board(states=dict(states))

    def set_problem(self, problem: Problem | None) -> None:
        """What went wrong, or None."""
        if problem is not None:
            self.card.show_problem(problem)
        self.card.setVisible(problem is not None)

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self.controls.set_theme(theme)
        self.card.set_theme(theme)
        self.board.show_board(theme=theme)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()
        self.asked.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        super().hideEvent(event)

    # Within.

    def _show_words(self) -> None:
        words = conclusion(self.facts, self._bands)
        for label, sentence in zip(self.sentences, words, strict=True):
            label.setText(sentence)
            label.setVisible(bool(sentence))
        self.board.setAccessibleDescription(" ".join(words))

    def _edited(self) -> None:
        wrong = self._held or self.form.problem
        self.controls.set_why_not(wrong, self._held)
        # What is wrong with the form is said in the form.
        if not self._held:
            self.controls.why.say("")
        self.estimate.set_possible(not wrong)

    def _connect(self) -> None:
        self.form.edited.connect(self._edited)
        bar, show = self.bar, self.board.show_board
        bar.circle.activated.connect(lambda k: show(circle=k))
        bar.same_scale.toggled.connect(lambda on: show(same_scale=on))
        bar.lab_chosen.connect(self.lab_chosen)
        bar.folder_wanted.connect(self.folder_wanted)
        bar.export_requested.connect(self.export_requested)

    def _lay_out(self) -> None:
        self._empty = EmptyPage(TITLE, WORDS)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self.board)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for label in self.sentences:
            label.setTextFormat(Qt.TextFormat.PlainText)
            selectable = Qt.TextInteractionFlag.TextSelectableByMouse
            label.setTextInteractionFlags(selectable)
            column.addWidget(label)
        column.addWidget(area, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)
        right = QVBoxLayout()
        right.setContentsMargins(8, 8, 14, 10)
        right.setSpacing(8)
        right.addWidget(self.bar)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left())
        row.addLayout(right, 1)

    def _left(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(14, 10, 12, 12)
        column.setSpacing(10)
        for part in (self.form, self.estimate, self.controls, self.progress, self.card):
            column.addWidget(part)
        column.addStretch(1)
        left = QScrollArea(widgetResizable=True)
        left.setFrameShape(QFrame.Shape.NoFrame)
        left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left.setFixedWidth(in_text(LEFT_WIDTH, share=0.6))
        left.setWidget(inner)
        return left

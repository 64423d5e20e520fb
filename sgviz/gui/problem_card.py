"""A sentence where a picture should be, with its details one click away."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Problem
from sgviz.gui.icons import icon
from sgviz.gui.text_size import breakable
from sgviz.gui.theme import DARK, Theme


class ProblemCard(QWidget):
    """Shows a :class:`Problem`, or any quiet sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._problem = Problem("")
        self._theme = DARK
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.label = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.more_button = _button("Details", "Show what exactly happened")
        self.more_button.setCheckable(True)
        self.copy_button = _button("Copy", "Copy the sentence and the details")
        self.copy_button.clicked.connect(self._copy_all)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName("Details")
        self.details.setToolTip("What exactly happened")
        self.details.setMinimumHeight(40)
        self.more_button.toggled.connect(self._show_details)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.more_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.addStretch(1)
        column.addWidget(self._icon)
        column.addWidget(self.label)
        column.addLayout(buttons)
        column.addWidget(self.details, 4)
        column.addStretch(1)
        self.say("")

    @property
    def text(self) -> str:
        """The sentence on the screen."""
        return self._problem.what

    def say(self, what: str) -> None:
        """A quiet sentence: nothing is wrong."""
        self._show(Problem(what), "")

    def show_problem(self, problem: Problem) -> None:
        """A sentence about what is wrong."""
        self._show(problem, "alert-circle-outline")

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self._draw_icon()

    def _show(self, problem: Problem, name: str) -> None:
        self._problem, self._icon_name = problem, name
        self.label.setText(breakable(problem.what))
        self.details.setPlainText(problem.details)
        for button in (self.more_button, self.copy_button):
            button.setVisible(bool(problem.details))
        self.more_button.setChecked(False)
        self._show_details(False)
        self._draw_icon()

    def _draw_icon(self) -> None:
        self._icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            drawn = icon(self._icon_name, self._theme.warning)
            self._icon.setPixmap(drawn.pixmap(28, 28))

    def _show_details(self, on: bool) -> None:
        self.details.setVisible(on)

    def _copy_all(self) -> None:
        words = f"{self._problem.what}\n\n{self._problem.details}"
        QGuiApplication.clipboard().setText(words)


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button

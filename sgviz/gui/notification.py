"""Notifications: one sentence where there is room, details on demand, no modal."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Problem
from sgviz.gui.free_room import controls_of, free_place
from sgviz.gui.gl.surface import give_own_window
from sgviz.gui.theme import DARK, Theme

SHOWN_MS = 9000
STEPS = 1000
WIDTHS = (420, 340, 260)  # narrower where there is no room
LIMIT = 3
_MOVES = (
    QEvent.Type.Resize,
    QEvent.Type.Move,
    QEvent.Type.Show,
    QEvent.Type.Hide,
)


class _Note(QWidget):
    """One sentence with a close button and, where there are any, its details."""

    def __init__(
        self, problem: Problem, theme: Theme, mark: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.problem, self.mark = problem, mark
        self._theme = theme
        self.setAccessibleName("Notification")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 8, 10)
        row.addWidget(_words(problem.what), 1)
        if problem.details:
            row.addWidget(_button("Copy details", self._copy))
        row.addWidget(_button("✕", self.deleteLater, "Dismiss"))
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.deleteLater)
        self._timer.start()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(
            f"{self.problem.what}\n\n{self.problem.details}"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_card(self, self._theme, self.mark)


class Progress(QWidget):
    """Work under way: a sentence, how far it is, and Cancel. It stays until closed."""

    def __init__(
        self, what: str, cancel: Callable[[], None], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.what = what
        self._theme = theme
        self.setAccessibleName("Progress")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, STEPS)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName(what)
        self.bar.setToolTip("How much of it is read")
        self.cancel_button = _button("Cancel", cancel)
        row = QHBoxLayout()
        row.addWidget(_words(what), 1)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 8, 12)
        column.addLayout(row)
        column.addWidget(self.bar)

    def set_fraction(self, fraction: float) -> None:
        """How much is done, 0 to 1."""
        self.bar.setValue(round(STEPS * fraction))

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_card(self, self._theme, self._theme.accent)


def _paint_card(card: QWidget, theme: Theme, mark: str) -> None:
    """A card fills its corners: behind a window over OpenGL there is only black."""
    painter = QPainter(card)
    painter.fillRect(card.rect(), QColor(theme.line))
    painter.fillRect(card.rect().adjusted(1, 1, -1, -1), QColor(theme.raised))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(mark))
    painter.drawRoundedRect(6, 8, 3, card.height() - 16, 1, 1)
    painter.end()


def _words(what: str) -> QLabel:
    text = QLabel(what)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setWordWrap(True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    # Qt cannot open a menu on a window within the window; Ctrl+C copies.
    text.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    return text


def _button(text: str, slot: object, name: str = "") -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAutoRaise(True)
    button.setToolTip(name or text)
    button.setAccessibleName(name or text)
    button.clicked.connect(slot)
    return button


class Notifications(QWidget):
    """The stack of notes in a window: to the lower right, and over no control."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._theme = DARK
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._clear: list[QWidget] = []
        window.installEventFilter(self)
        # What draws with OpenGL would lie over the notes.
        give_own_window(self)
        self.hide()

    def notes(self) -> list[str]:
        """The sentences on the screen, oldest first."""
        return [note.problem.what for note in self._notes()]

    def keep_clear(self, widget: QWidget) -> None:
        """Never lie over a widget that is no usual control: a handle to drag."""
        self._clear.append(widget)
        widget.installEventFilter(self)

    def show_problem(self, problem: Problem) -> None:
        """Say what went wrong, or what to heed."""
        self._tell(problem, self._theme.warning)

    def _tell(self, problem: Problem, mark: str) -> None:
        """The same sentence is not said twice at a time."""
        for note in self._notes():
            if note.problem.what == problem.what:
                return
        for note in self._notes()[: -LIMIT + 1]:
            note.deleteLater()
        self._add(_Note(problem, self._theme, mark, self))

    def progress(self, what: str, cancel: Callable[[], None]) -> Progress:
        """Say that work is under way; its note stays until it is deleted."""
        note = Progress(what, cancel, self._theme, self)
        self._add(note)
        return note

    def say(self, what: str) -> None:
        """Say what has been done."""
        self._tell(Problem(what), self._theme.accent)

    def warn(self, what: str) -> None:
        """Say what could not be done, where there are no details."""
        self.show_problem(Problem(what))

    def set_theme(self, theme: Theme) -> None:
        """The colours of the notes to come."""
        self._theme = theme

    def _add(self, note: QWidget) -> None:
        note.destroyed.connect(self.settle)
        self._column.addWidget(note)
        note.show()  # a hidden one would get no room
        self.show()
        self.raise_()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    def _notes(self) -> list[_Note]:
        return self.findChildren(
            _Note, options=Qt.FindChildOption.FindDirectChildrenOnly
        )

    def settle(self) -> None:
        """Find another place: other controls lie in the window now."""
        # One that is being destroyed still has its room in the column.
        QTimer.singleShot(0, self, self._place)

    def _cards(self) -> list[QWidget]:
        one = Qt.FindChildOption.FindDirectChildrenOnly
        return [*self._notes(), *self.findChildren(Progress, options=one)]

    def _place(self) -> None:
        window = self.parentWidget()
        if window is None or not self._cards():
            self.hide()
            return
        sizes = [self._size_of(min(width, window.width() - 40)) for width in WIDTHS]
        room = window.rect().adjusted(18, 0, -18, -44)
        self.setGeometry(free_place(room, sizes, self._taken(window)))

    def _size_of(self, width: int) -> QSize:
        height = self._column.heightForWidth(width)
        return QSize(width, height if height > 0 else self._column.sizeHint().height())

    def _taken(self, window: QWidget) -> Iterator[QRect]:
        """What must not be covered: controls, words, and what was asked for."""
        yield from controls_of(window, self)
        for widget in self._clear:
            if widget.isVisible():
                yield QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())

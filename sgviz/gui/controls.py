"""The value row that every panel uses: label, slider, typed field, reset."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolTip,
    QWidget,
)

from sgviz.gui.icons import icon
from sgviz.gui.number_field import NumberField, number_text, parse_number
from sgviz.gui.session import Edit, Gesture
from sgviz.gui.text_size import breakable
from sgviz.gui.value_slider import ValueSlider
from sgviz.state import State

FIELD_WIDTH = 48
# The names that are widest in any of the usual fonts.
_LEADS = ("Cutoff", "Second", "About A")
HOW = (
    "Drag, type, or use the arrow keys (Shift fine, Ctrl coarse). Double-click resets."
)


@dataclass(frozen=True)
class ValueSpec:
    """What a value is called, its range, its default, and the step of a key."""

    name: str
    tip: str
    low: float
    high: float
    default: float
    step: float = 0.05
    decimals: int = 2


class ResetDot(QAbstractButton):
    """A dot beside an edited value; pressing it brings the default back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setEnabled(False)

    def sizeHint(self) -> QSize:
        return QSize(12, 18)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().color(QPalette.ColorRole.Accent)
        if self.underMouse() or self.hasFocus():
            icon("restore", colour.name()).paint(painter, self.rect())
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(self.rect()).center(), 3.0, 3.0)


class ValueRow(QWidget):
    """Label, slider, field and reset of one value; value in, value out.

    ``edited(value, Gesture)``: MOVING while the hand drags, DONE once at the end.
    ``reset`` asks for the default; ``cancelled`` takes the drag back.
    """

    edited = Signal(float, object)
    reset = Signal()
    cancelled = Signal()

    def __init__(
        self, label: QWidget, spec: ValueSpec, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.label, self.slider = label, ValueSlider(self)
        self.field = NumberField(spec.name, spec.tip, self)
        room = self.field.fontMetrics().horizontalAdvance("−0.00")
        self.field.setFixedWidth(max(FIELD_WIDTH, room + 12))
        self.dot = ResetDot(self)
        self._spec, self._ready = spec, False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        row.addWidget(self.dot)
        self.set_spec(spec)
        self._connect()

    @property
    def spec(self) -> ValueSpec:
        """What this row edits."""
        return self._spec

    def set_spec(self, spec: ValueSpec) -> None:
        """Edit another value with the same row."""
        if spec == self._spec and self._ready:
            return
        self._spec, self._ready = spec, True
        self.slider.set_scale(spec.low, spec.high, spec.default, spec.step)
        self.field.set_limits(spec.low, spec.high, spec.step, spec.decimals)
        self.field.set_name(spec.name)
        self.slider.setAccessibleName(f"{spec.name} slider")
        self.dot.setAccessibleName(f"Reset {spec.name}")
        for widget in (self.slider, self.field):
            widget.setToolTip(f"{spec.tip}\n{HOW}")
        self.dot.setToolTip(f"Back to the default ({spec.name})")

    def set_value(
        self,
        value: float,
        own: bool,
        span: tuple[float, float] | None = None,
    ) -> None:
        """Show a value: inherited unless ``own``; ``span`` where several differ."""
        self.slider.show_value(value, own, span)
        mixed = span is not None and span[0] != span[1]
        places = self._spec.decimals if mixed else 6
        self.field.show_value(round(value, places), "≈" if mixed else "")
        if self.dot.isEnabled() != own:
            self.dot.setEnabled(own)
        self.field.set_muted(not own)

    def set_present(self, present: bool) -> None:
        """Whether there is such a value at all; empty and disabled where not."""
        if present == self.isEnabled():
            return
        self.setEnabled(present)
        if not present:
            self.dot.setEnabled(False)
            self.field.show_value(None, "–")

    def menu(self) -> QMenu:
        """Reset, copy, paste: the menu of the right mouse button."""
        menu = QMenu(self)
        menu.addAction(f"Reset {self._spec.name}", self.reset.emit)
        menu.addAction("Copy value", self._copy)
        menu.addAction("Paste value", self._paste)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def refuse(self, sentence: str) -> None:
        """Say beside the field why a value cannot be."""
        where = self.field.mapToGlobal(QPoint(0, self.field.height()))
        QToolTip.showText(where, sentence, self.field)

    def _connect(self) -> None:
        self.slider.dragged.connect(lambda v: self._moved(v, Gesture.MOVING))
        self.slider.settled.connect(lambda v: self._moved(v, Gesture.DONE))
        self.slider.cancelled.connect(self.cancelled)
        self.slider.reset_requested.connect(self.reset)
        self.field.edited.connect(self._moved)
        self.field.cancelled.connect(self.cancelled)
        self.field.refused.connect(self.refuse)
        self.dot.clicked.connect(self.reset)

    def _moved(self, value: float, gesture: Gesture) -> None:
        self.set_value(value, own=True)
        self.edited.emit(value, gesture)

    def _copy(self) -> None:
        text = number_text(self.slider.value(), self._spec.decimals)
        QGuiApplication.clipboard().setText(text.replace("−", "-"))

    def _paste(self) -> None:
        value = parse_number(QGuiApplication.clipboard().text(), self._spec.decimals)
        low, high = self._spec.low, self._spec.high
        if value is None or not low <= value <= high:
            self.refuse(f"{self._spec.name} is a number from {low:g} to {high:g}.")
        elif self.isEnabled():
            self._moved(value, Gesture.DONE)


class LeadLabel(QLabel):
    """A short name before a field; all of them are as wide as the widest."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setFixedWidth(lead_width(self))


def lead_width(widget: QWidget) -> int:
    """The pixels that the names before fields take, in the widget's font."""
    metrics = widget.fontMetrics()
    return max(metrics.horizontalAdvance(name) for name in _LEADS) + 6


class Sentence(QLabel):
    """What cannot be and why, beside the field; hidden while there is nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setForegroundRole(QPalette.ColorRole.BrightText)
        self.setAccessibleName("What is wrong")
        self._said = ""
        self.hide()

    def text(self) -> str:
        """The sentence, as it was said."""
        return self._said

    def say(self, sentence: str) -> None:
        """Show a sentence, or nothing."""
        self._said = sentence
        self.setText(breakable(sentence))
        self.setVisible(bool(sentence))


class Drags:
    """Makes a panel's edits and remembers the state from before a drag."""

    def __init__(self, emit: Callable[[Edit], None]) -> None:
        self._emit = emit
        self._before: State | None = None

    def edit(
        self, old: State, new: State, text: str, gesture: Gesture, layer: int | None
    ) -> None:
        """Say that the user made ``new`` of ``old``."""
        moving = gesture is Gesture.MOVING
        self._before = (self._before or old) if moving else None
        self._emit(Edit(new, text, gesture, layer))

    def cancel(self, text: str) -> None:
        """Say that the user took the drag back."""
        if self._before is not None:
            before, self._before = self._before, None
            self._emit(Edit(before, text, Gesture.DONE))

"""Choices among a few: segmented buttons, boxes that keep still under a wheel."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QWidget,
)

# What Fusion leaves before the words of a box.
_TEXT_MARGIN = 1


class QuietCombo(QComboBox):
    """A combo box that the wheel turns only where it has the focus."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        shrink = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(shrink)
        self.setMinimumContentsLength(6)
        self.view().setAccessibleName(f"{name}: choices")
        self.view().setToolTip(tip)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def whole_width(self) -> int:
        """The pixels in which every choice can be read whole."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        words = (self.itemText(place) for place in range(self.count()))
        widest = max(map(metrics.horizontalAdvance, words), default=0)
        size = QSize(widest + _TEXT_MARGIN, metrics.height())
        kind = QStyle.ContentsType.CT_ComboBox
        return self.style().sizeFromContents(kind, option, size, self).width()

    def shown_text(self) -> str:
        """The chosen words as they are painted.

        Without room for all of them, first without what stands in brackets at their
        end, then cut in the middle.
        """
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        part, kind = QStyle.SubControl, QStyle.ComplexControl.CC_ComboBox
        field = self.style().subControlRect(
            kind, option, part.SC_ComboBoxEditField, self
        )
        middle = Qt.TextElideMode.ElideMiddle
        room, metrics = field.width() - _TEXT_MARGIN, self.fontMetrics()
        words = option.currentText
        if metrics.horizontalAdvance(words) > room and words.endswith(")"):
            words = words.rpartition(" (")[0] or words
        return metrics.elidedText(words, middle, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Qt cuts the words off in the middle of a letter.
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text()
        painter = QStylePainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Words that were cut are whole where the hand rests."""
        whole = self.currentText()
        if isinstance(event, QHelpEvent) and whole != self.shown_text():
            QToolTip.showText(event.globalPos(), f"{whole}\n{self.toolTip()}", self)
            return True
        return super().event(event)


class QuietSpin(QSpinBox):
    """A spin box that the wheel turns only where it has the focus."""

    def __init__(self, low: int, high: int, tip: str) -> None:
        super().__init__(minimum=low, maximum=high)
        self.setKeyboardTracking(False)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Segment(QAbstractButton):
    """One of several choices that lie side by side; a dot marks something edited."""

    def __init__(self, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._marked = False

    def set_marked(self, marked: bool) -> None:
        """Whether something was edited behind this choice."""
        if marked != self._marked:
            self._marked = marked
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 20, metrics.height() + 9)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = self.palette(), QPalette.ColorRole
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.Accent))
            painter.drawRoundedRect(box, 4, 4)
        elif self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(role.Mid))
            painter.drawRoundedRect(box, 4, 4)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(palette.color(role.Text), 1.2))
            painter.drawRoundedRect(box, 4, 4)
        ink = role.HighlightedText if self.isChecked() else role.ButtonText
        painter.setPen(palette.color(ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._marked:
            self._paint_mark(painter, palette.color(ink))

    def _paint_mark(self, painter: QPainter, colour: object) -> None:
        end = self.fontMetrics().horizontalAdvance(self.text()) / 2 + self.width() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(end + 2, self.height() / 2 - 5, 4, 4))


class Segments(QWidget):
    """One choice of a few, by key; ``chosen(key)`` when the user takes another."""

    chosen = Signal(str)

    def __init__(
        self, items: tuple[tuple[str, str, str], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.buttons: dict[str, Segment] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for key, text, tip in items:
            button = Segment(text, tip, self)
            button.clicked.connect(self._emit_chosen)
            self._group.addButton(button)
            self.buttons[key] = button
            row.addWidget(button)
        self._key = items[0][0]
        self.buttons[self._key].setChecked(True)
        self._group.idToggled.connect(self._keyed)

    def chosen_key(self) -> str:
        """The key of the choice that is on."""
        return self._key

    def set_chosen(self, key: str) -> None:
        """Show a choice; nothing is emitted."""
        self._key = key
        self.buttons[key].setChecked(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Button))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6
        )

    def _keyed(self, _: int, on: bool) -> None:
        # The arrow keys check another button without a click.
        if on:
            self._emit_chosen()

    def _emit_chosen(self) -> None:
        for key, button in self.buttons.items():
            if button.isChecked() and key != self._key:
                self._key = key
                self.chosen.emit(key)

"""The widget that edits one field of a run: a value in, a value out, one signal.

What is typed is passed on as it stands, right or wrong: whether it can be is what the
configuration says (:mod:`sgviz.gui.train.draft`), not the widget.
"""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from sgviz.gui.choices import QuietCombo
from sgviz.gui.number_field import parse_number
from sgviz.gui.train.labels import CHOICE_WORDS, EMPTY, label_of, tip_of
from sgviz.gui.train.steps import stepped
from sgviz.training.fields import FieldHelp

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}
SIDES = (8, 16, 32, 64, 128, 256, 512, 1024)
_COLUMNS = 5


class Editor(QWidget):
    """Base: ``edited(value)`` when the user means another value."""

    edited = Signal(object)

    def __init__(self, field: FieldHelp) -> None:
        super().__init__()
        self.field = field
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)

    @property
    def hands(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches."""
        raise NotImplementedError

    def show_value(self, value: object) -> None:
        """Show a value; nothing is emitted."""
        raise NotImplementedError

    def show_wrong(self, wrong: bool) -> None:
        """Mark what stands here as something that cannot be."""

    def _name(self, widget: QWidget) -> None:
        widget.setAccessibleName(label_of(self.field.name))
        widget.setToolTip(tip_of(self.field))


class NumberLine(QLineEdit):
    """A number, typed or stepped with the arrow keys; ``meant(value)``.

    Text that is no number is passed on as text, an empty one as None.
    """

    meant = Signal(object)

    def __init__(self, field: FieldHelp) -> None:
        super().__init__()
        self._field = field
        self._wrong = False
        self.setAcceptDrops(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText(EMPTY.get(field.name, ""))
        self.editingFinished.connect(self._typed)

    def show_value(self, value: object) -> None:
        """Show a number, text as it was typed, or nothing for None."""
        text = "" if value is None else str(value)
        if isinstance(value, float):
            text = f"{value:.12g}"
        if text != self.text():
            self.setText(text)
        self.setModified(False)

    def show_wrong(self, wrong: bool) -> None:
        """Draw the text in the colour of what cannot be."""
        self._wrong = wrong
        role, palette = QPalette.ColorRole, QPalette()
        if wrong:
            palette.setColor(
                role.Text, QGuiApplication.palette().color(role.BrightText)
            )
        self.setPalette(palette)

    def value(self) -> object:
        """What stands here: a number, text that is none, None where it is empty."""
        text = self.text().strip()
        if not text and self._field.optional:
            return None
        number = parse_number(text, 0 if self._field.kind != "number" else 9)
        if number is None:
            return text
        return number if self._field.kind == "number" else int(number)

    def _typed(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.meant.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self._step(1 if event.angleDelta().y() > 0 else -1)
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange and self._wrong:
            self.show_wrong(True)

    def _step(self, way: int) -> None:
        value = self.value()
        if isinstance(value, int | float) and not self.isReadOnly():
            new = stepped(float(value), way, self._field)
            new = int(new) if self._field.kind != "number" else new
            if new != value:
                self.show_value(new)
                self.meant.emit(new)


class NumberEditor(Editor):
    """A whole number or a number, with its unit."""

    def __init__(self, field: FieldHelp) -> None:
        super().__init__(field)
        self.line = NumberLine(field)
        self._name(self.line)
        self.line.meant.connect(self.edited)
        self._row.addWidget(self.line, 1)
        if field.unit:
            unit = QLabel(field.unit)
            unit.setProperty("role", "muted")
            self._row.addWidget(unit)

    @property
    def hands(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches."""
        return (self.line,)

    def show_value(self, value: object) -> None:
        """Show a value."""
        self.line.show_value(value)

    def show_wrong(self, wrong: bool) -> None:
        """Mark what cannot be."""
        self.line.show_wrong(wrong)


class SwitchEditor(Editor):
    """Yes or no."""

    def __init__(self, field: FieldHelp) -> None:
        super().__init__(field)
        self.box = QCheckBox()
        self._name(self.box)
        self.box.clicked.connect(lambda on: self.edited.emit(on))
        self._row.addWidget(self.box)
        self._row.addStretch(1)

    @property
    def hands(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches."""
        return (self.box,)

    def show_value(self, value: object) -> None:
        """Show a value."""
        self.box.setChecked(bool(value))


class ChoiceEditor(Editor):
    """One of a few; ``choices`` where the field does not name them itself."""

    def __init__(
        self, field: FieldHelp, choices: tuple[tuple[str, object], ...] = ()
    ) -> None:
        super().__init__(field)
        pairs = choices or tuple((CHOICE_WORDS.get(c, c), c) for c in field.choices)
        self.combo = QuietCombo(label_of(field.name), tip_of(field))
        for words, value in pairs:
            self.combo.addItem(words, value)
        self.combo.activated.connect(lambda: self.edited.emit(self.combo.currentData()))
        self._row.addWidget(self.combo, 1)

    @property
    def hands(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches."""
        return (self.combo,)

    def show_value(self, value: object) -> None:
        """Show a value."""
        self.combo.setCurrentIndex(self.combo.findData(value))


class RowEditor(Editor):
    """Channels: a number for each resolution, as many as there are."""

    def __init__(self, field: FieldHelp) -> None:
        super().__init__(field)
        self._grid = QGridLayout()
        self._grid.setSpacing(3)
        self._row.addLayout(self._grid, 1)
        self._places: list[tuple[QLabel, NumberLine]] = []
        self._count = 0

    @property
    def hands(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches."""
        return tuple(line for _, line in self._places[: self._count])

    def show_value(self, value: object) -> None:
        """Show a value."""
        row = value if isinstance(value, tuple) else ()
        while len(self._places) < len(row):
            self._add_place()
        self._count = len(row)
        for place, (caption, line) in enumerate(self._places):
            caption.setVisible(place < len(row))
            line.setVisible(place < len(row))
            if place < len(row):
                line.show_value(row[place])

    def show_wrong(self, wrong: bool) -> None:
        """Mark what cannot be."""
        for _, line in self._places:
            line.show_wrong(wrong)

    def _add_place(self) -> None:
        place = len(self._places)
        side = 4 << place
        caption, line = QLabel(f"{side}²"), NumberLine(self.field)
        caption.setProperty("role", "muted")
        caption.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.setMinimumWidth(32)
        self._name(line)
        line.setAccessibleName(f"{label_of(self.field.name)} at {side}×{side}")
        line.meant.connect(self._meant)
        row, column = divmod(place, _COLUMNS)
        self._grid.addWidget(caption, 2 * row, column)
        self._grid.addWidget(line, 2 * row + 1, column)
        self._places.append((caption, line))

    def _meant(self) -> None:
        places = self._places[: self._count]
        self.edited.emit(tuple(line.value() for _, line in places))


def make_editor(field: FieldHelp) -> Editor:
    """The widget that a field wants."""
    if field.name == "resolution":
        return ChoiceEditor(field, tuple((f"{s} × {s}", s) for s in SIDES))
    if field.kind == "switch":
        return SwitchEditor(field)
    if field.kind == "choice":
        return ChoiceEditor(field)
    if field.kind == "row":
        return RowEditor(field)
    return NumberEditor(field)

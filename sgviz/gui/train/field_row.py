"""A row of the form: the name of a field, its widget, a dot where it is changed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sgviz.gui.controls import ResetDot, Sentence
from sgviz.gui.text_size import in_text
from sgviz.gui.train.editors import Editor, make_editor
from sgviz.gui.train.labels import label_of, tip_of
from sgviz.training.fields import FieldHelp

_LABEL_WIDTH, _LINE_HEIGHT = 116, 24
FIXED = "This run is under way: it can be changed for the next one."


def label_width() -> int:
    """How wide the names of fields are."""
    return in_text(_LABEL_WIDTH)


def line_height() -> int:
    """How high a name is, in line with the first line of what edits it."""
    return in_text(_LINE_HEIGHT)


class FieldLabel(QLabel):
    """The name of a field; a double click asks for its first value."""

    double_clicked = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.double_clicked.emit()


class FieldRow(QWidget):
    """``edited(name, value)`` and ``reset(name)``; says beside it what is wrong."""

    edited = Signal(str, object)
    reset = Signal(str)

    def __init__(self, field: FieldHelp, editor: Editor | None = None) -> None:
        super().__init__()
        self.field, self.editor = field, editor or make_editor(field)
        name = field.name
        self.label = FieldLabel(label_of(name))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setFixedSize(label_width(), line_height())
        self.label.double_clicked.connect(lambda: self.reset.emit(name))
        self.dot = ResetDot()
        self.dot.setFixedHeight(line_height())
        self.dot.setAccessibleName(f"Reset {label_of(name)}")
        self.dot.setToolTip(f"Changed: back to what it was ({label_of(name)})")
        self.dot.clicked.connect(lambda: self.reset.emit(name))
        self.sentence = Sentence()
        self.editor.edited.connect(lambda value: self.edited.emit(name, value))
        self._fixed = False
        self._tip()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.editor, 1)
        row.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.sentence)
        self.sentence.setIndent(label_width() + 4)

    @property
    def is_changed(self) -> bool:
        """Whether the dot says that this is not the first value."""
        return self.dot.isEnabled()

    def show_value(self, value: object, changed: bool) -> None:
        """Show a value, and whether it is another than at first."""
        self.editor.show_value(value)
        self.dot.setEnabled(changed and not self._fixed)
        self.dot.update()

    def show_error(self, sentence: str) -> None:
        """Mark the field and say why; nothing where nothing is wrong."""
        self.sentence.say(sentence)
        self.editor.show_wrong(bool(sentence))

    def set_fixed(self, fixed: bool) -> None:
        """Whether the value cannot be changed just now; the tip says why."""
        self._fixed = fixed
        self.editor.setEnabled(not fixed)
        self.label.setEnabled(not fixed)
        self._tip()

    def _tip(self) -> None:
        tip = tip_of(self.field)
        tip = f"{tip}\n{FIXED}" if self._fixed else tip
        for widget in (self.label, *self.editor.hands):
            widget.setToolTip(tip)

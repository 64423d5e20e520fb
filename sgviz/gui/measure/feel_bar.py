"""The bar of a panel whose measures take minutes: how many, with what, and Measure."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from superqt import QFlowLayout

from sgviz.gui.choices import QuietSpin
from sgviz.gui.measure.sentence import LINES, Sentence
from sgviz.gui.session import Edit
from sgviz.state import Feel, State


def words(role: str = "muted", lines: int = LINES) -> Sentence:
    """A label for sentences, which keeps to so many lines until it is opened."""
    return Sentence(role, lines)


class FeelBar(QWidget):
    """Value in, value out: edits ``State.feel``; ``asked(bool)``: measure, or not."""

    edited = Signal(object)
    asked = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self._spins: dict[str, QuietSpin] = {}
        self.row = QFlowLayout(self)
        self.row.setContentsMargins(6, 4, 6, 2)
        self.row.setSpacing(6)

    def add(self, widget: QWidget) -> None:
        """One more thing to set."""
        self.row.addWidget(widget)

    def add_number(self, name: str, label: str, low: int, high: int, tip: str) -> None:
        """A field of ``Feel`` that is a number."""
        text = QLabel(label)
        text.setProperty("role", "muted")
        spin = QuietSpin(low, high, tip)
        spin.setGroupSeparatorShown(True)
        spin.valueChanged.connect(lambda value: self.edit(label, **{name: value}))
        self._spins[name] = spin
        text.setFixedHeight(spin.sizeHint().height())
        self.add(text)
        self.add(spin)

    def add_measure(self, text: str, tip: str) -> QToolButton:
        """The button that begins what takes long."""
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.toggled.connect(self.asked)
        self.add(button)
        return button

    def add_switch(
        self, text: str, tip: str, turn: Callable[[bool], None]
    ) -> QToolButton:
        """A switch."""
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setCheckable(True)
        button.toggled.connect(turn)
        self.add(button)
        return button

    def set_state(self, state: State) -> None:
        """Show a state."""
        self.state = state
        for name, spin in self._spins.items():
            with QSignalBlocker(spin):
                spin.setValue(getattr(state.feel, name))

    def edit(self, what: str, **changes: object) -> None:
        """Emit the state with other values of ``feel``."""
        feel: Feel = replace(self.state.feel, **changes)  # type: ignore[arg-type]
        self.edited.emit(Edit(replace(self.state, feel=feel), what))

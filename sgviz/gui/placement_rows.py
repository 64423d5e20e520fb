"""Where an alias-free network draws its picture: right, down, turned."""

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from sgviz.gui.controls import Drags, ValueRow, ValueSpec
from sgviz.gui.pieces import bare_column, rule
from sgviz.gui.session import Gesture
from sgviz.gui.style_labels import StyleLabel
from sgviz.state import Placement, State


@dataclass(frozen=True)
class _Move:
    """A field of Placement, as ``scale`` times what is stored."""

    field: str
    label: tuple[str, str]
    spec: ValueSpec
    scale: float


_MOVES = (
    _Move(
        "right",
        ("Right", "%"),
        ValueSpec("Right", "Moves the picture, in % of its side.", -50, 50, 0, 1, 1),
        100.0,
    ),
    _Move(
        "down",
        ("Down", "%"),
        ValueSpec("Down", "Moves the picture, in % of its side.", -50, 50, 0, 1, 1),
        100.0,
    ),
    _Move(
        "turn",
        ("Turn", "°"),
        ValueSpec(
            "Turn", "Turns it about its centre, counterclockwise.", -180, 180, 0, 1, 1
        ),
        180.0 / math.pi,
    ),
)


class PlacementRows(QWidget):
    """Value in, value out: edits ``State.placement``."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._drags = Drags(self.edited.emit)
        self.rows: dict[str, ValueRow] = {}
        column = bare_column(self)
        for move in _MOVES:
            self.rows[move.field] = self._row(move)
            column.addWidget(self.rows[move.field])
        column.addSpacing(3)
        column.addWidget(rule())
        column.addSpacing(6)
        self.hide()
        self._show()

    def set_state(self, state: State) -> None:
        """Show where the picture is drawn."""
        old, self._state = self._state, state
        if old.placement != state.placement:
            self._show()

    def _row(self, move: _Move) -> ValueRow:
        row = ValueRow(StyleLabel(move.label), move.spec)
        row.edited.connect(lambda v, gesture: self._edit(move, v, gesture))
        row.reset.connect(lambda: self._edit(move, 0.0, Gesture.DONE))
        row.cancelled.connect(lambda: self._drags.cancel(move.spec.name))
        return row

    def _edit(self, move: _Move, value: float, gesture: Gesture) -> None:
        moved = replace(self._state.placement, **{move.field: value / move.scale})
        new = replace(self._state, placement=moved)
        self._drags.edit(self._state, new, move.spec.name, gesture, None)

    def _show(self) -> None:
        for move in _MOVES:
            stored: float = getattr(self._state.placement, move.field)
            own = stored != getattr(Placement(), move.field)
            self.rows[move.field].set_value(stored * move.scale, own)

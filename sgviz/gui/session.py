"""The one State of the window, its history, and the only way to change it."""

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from sgviz.state import Focus, State


class Gesture(Enum):
    """Where an edit stands in the movement of the hand."""

    MOVING = "moving"
    DONE = "done"


@dataclass(frozen=True)
class Edit:
    """A panel's only word: the state as the user now wants it.

    ``text`` names the step in the undo menu. A drag sends MOVING edits and ends
    with one that is DONE: together they are one step. ``layer`` is the row of ws
    under the hand, where there is one.
    """

    state: State
    text: str
    gesture: Gesture = Gesture.DONE
    layer: int | None = None


class _Step(QUndoCommand):
    """From one State to another."""

    def __init__(self, session: "Session", old: State, new: State, text: str) -> None:
        super().__init__(text)
        self._session, self._old, self._new = session, old, new

    def undo(self) -> None:
        self._session._show(self._old)

    def redo(self) -> None:
        self._session._show(self._new)


class Session(QObject):
    """State, settled state (as it was when a drag began), Focus, undo stack."""

    changed = Signal()

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(1000)
        self._state = self._settled = state
        self._focus = Focus()

    @property
    def state(self) -> State:
        """Everything the user decided."""
        return self._state

    @property
    def settled(self) -> State:
        """The state at rest: while a drag lasts, the one it began from."""
        return self._settled

    @property
    def focus(self) -> Focus:
        """What the hand does now."""
        return self._focus

    def apply(self, edit: Edit) -> None:
        """Take an edit; an equal state stops here, which ends every feedback loop."""
        if edit.gesture is Gesture.MOVING:
            focus = replace(self._focus, moving=True, layer=edit.layer)
            if (edit.state, focus) != (self._state, self._focus):
                self._focus = focus
                self._update(edit.state)
        elif edit.state != self._settled:
            step = _Step(self, self._settled, edit.state, edit.text)
            self.stack.push(step)
        elif self._focus.moving or edit.state != self._state:
            self._show(edit.state)

    def cancel_gesture(self) -> None:
        """Go back to the settled state, as if the drag had not begun."""
        if self._focus.moving:
            self._show(self._settled)

    def set_focus(self, focus: Focus) -> None:
        """Move the hand; never enters the history."""
        focus = replace(focus, moving=self._focus.moving, layer=self._focus.layer)
        if focus != self._focus:
            self._focus = focus
            self.changed.emit()

    def restore(self, state: State) -> None:
        """Begin anew with a state: a session just opened has no history."""
        self.stack.clear()
        self._show(state)

    def _show(self, state: State) -> None:
        self._settled = state
        self._focus = replace(self._focus, moving=False, layer=None)
        self._update(state)

    def _update(self, state: State) -> None:
        self._state = state
        self.changed.emit()

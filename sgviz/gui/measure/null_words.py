"""One sentence on figures of the circles, below a panel that shows them as pictures."""

from PySide6.QtWidgets import QLabel

from sgviz.gui.measure.feel_bar import words
from sgviz.measured.null import Null
from sgviz.measured.statistics import FIGURE, Statistics
from sgviz.state import State

PART = "null"  # the stage that measures untrained twins


class NullWords:
    """What the means of ``keys`` support beside untrained twins; ``label`` says it.

    A panel that asks for the stage :data:`PART` gives it all parts and all states;
    ``null`` are the twins as long as they are those of the circles shown. ``before``
    comes first: of what the figures are.
    """

    def __init__(self, *keys: str, before: str = "") -> None:
        self._before = before
        self._figures = [FIGURE[key] for key in keys]
        self._found: Statistics | None = None
        self.null: Null | None = None
        self.label: QLabel = words()
        self.label.hide()

    def take(self, value: object) -> None:
        """Statistics, or what they are in untrained networks; others are passed by."""
        if isinstance(value, Statistics):
            self._found = value
        elif isinstance(value, Null):
            self.null = value
        self._say()

    def set_state(self, before: State, state: State) -> None:
        """Twins of other circles, or of another network, are dropped."""
        if asked_of(before) != asked_of(state):
            self.null = None
            self._say()

    def _say(self) -> None:
        found, null, said = self._found, self.null, []
        if found is not None and null is not None:
            said = [null.sentence(f, found.mean(f.key)) for f in self._figures]
            said = [self._before, *said] if self._before else said
        self.label.setText(" ".join(said))
        self.label.setVisible(bool(said))


def asked_of(state: State) -> tuple[object, ...]:
    """What untrained twins of circles depend on: where it differs, so do they."""
    seed = state.beside.twin_seed
    return state.model, state.circles, state.psi, state.class_index, seed

"""What is drawn beside the circles: twins, the shuffled network, a second one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import Companions
from sgviz.gui.beside_look import Kind
from sgviz.gui.choices import Segments
from sgviz.gui.controls import Drags, LeadLabel, Sentence, ValueRow, ValueSpec
from sgviz.gui.fact_label import FactLabel
from sgviz.gui.hint import Hint
from sgviz.gui.seed_row import SeedRow
from sgviz.gui.session import Gesture
from sgviz.naming import network_name
from sgviz.state import Beside, ModelRef, Shuffled, State, Trained, Twin

MOST_TWINS = 20
_TWINS = ValueSpec(
    "Twins",
    "Untrained networks of the same sizes: what depth and width alone do. 20 make a"
    " band.",
    0,
    MOST_TWINS,
    0,
    step=1,
    decimals=0,
)
_SCALES = (
    ("same", "Same size", "Each as large as the circles on the screen, about its mean"),
    ("own", "Own size", "As they are: an untrained W is some 2.5 times larger"),
)
_NONE = "none"
_GREYS: tuple[Kind, ...] = ("twin", "infinite", "shuffled")


@dataclass(frozen=True)
class Choice:
    """A network that can be drawn beside, and what it is called."""

    words: str
    ref: ModelRef


# The choices that there are, under their titles; an empty title: at the top.
Choices = Callable[[], list[tuple[str, list[Choice]]]]


class BesidePanel(QWidget):
    """Value in, value out: edits ``State.beside``.

    ``file_asked``: the user wants to choose a file; ``recent_asked(path)``: that one.
    """

    edited = Signal(object)
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._drags = Drags(self.edited.emit)
        self.choices: Choices = list
        self.twins = ValueRow(LeadLabel("Twins"), _TWINS)
        self.seed = SeedRow(
            "Seed", "Seed of the twins, the closed form and the shuffling"
        )
        self.shuffled = QCheckBox("Weights shuffled within each layer")
        self.shuffled.setToolTip(
            "This network's mapping with each layer's weights in another order: their"
            " sizes stay, what they have learned is gone"
        )
        self.closed_form = QCheckBox("Closed form: infinitely wide, untrained")
        self.closed_form.setToolTip(
            "The limit that untrained networks of this depth come to as they grow wide:"
            " a normal random function, drawn once from its seed"
        )
        self.scale = Segments(_SCALES)
        self.second = FactLabel("Second network")
        self.choose = QPushButton("Choose")
        self.choose.setAccessibleName("Choose the second network")
        self.choose.setToolTip("A second network: its curves dashed, its image beside")
        self.menu = QMenu(self.choose)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.choose.setMenu(self.menu)
        self.clear = QToolButton()
        self.clear.setText("Clear")
        self.clear.setAutoRaise(True)
        self.clear.setAccessibleName("Nothing beside")
        self.clear.setToolTip("Draw nothing beside")
        self.wrong, self.refused = Sentence(), Hint(self.seed.field)
        kinds: tuple[Kind, ...] = (*_GREYS, "model")
        self.wrong_of = {kind: Sentence() for kind in kinds}
        self._lay_out()
        self._connect()
        self.set_state(self._state)

    def set_state(self, state: State) -> None:
        """Show a state."""
        self._state, beside = state, state.beside
        self.twins.set_value(float(beside.twins), beside.twins != 0)
        self.seed.set_seed(beside.twin_seed)
        self.shuffled.setChecked(beside.shuffled)
        self.closed_form.setChecked(beside.closed_form)
        self.scale.set_chosen("same" if beside.same_scale else "own")
        ref = beside.model
        self.second.setText(_NONE if ref is None else network_name(ref))
        self.clear.setEnabled(beside != Beside())

    def set_companions(self, companions: Companions) -> None:
        """What cannot be drawn, in words, each right below what asks for it."""
        self.wrong.say(companions.note)
        for kind, wrong in self.wrong_of.items():
            wrong.say(" · ".join(_notes(companions, kind)))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        title = QLabel("Beside the circles")
        title.setProperty("role", "title")
        column.addLayout(_line(title, None, self.clear))
        column.addWidget(self.wrong)
        greys = (self.twins, self.closed_form, self.shuffled)
        for kind, widget in zip(_GREYS, greys, strict=True):
            column.addWidget(widget)
            column.addWidget(self.wrong_of[kind])
        column.addWidget(self.seed)
        second = _line(LeadLabel("Second"), self.second, self.choose)
        second.setStretch(1, 1)
        column.addLayout(second)
        column.addWidget(self.wrong_of["model"])
        scale = _line(LeadLabel("Drawn"), self.scale)
        scale.setStretch(1, 1)
        column.addLayout(scale)

    def _connect(self) -> None:
        self.twins.edited.connect(
            lambda value, gesture: self._edit("Twins", gesture, twins=round(value))
        )
        self.twins.reset.connect(lambda: self._edit("Twins", twins=0))
        self.twins.cancelled.connect(lambda: self._drags.cancel("Twins"))
        self.seed.edited.connect(
            lambda seed, gesture: self._edit("Seed of twins", gesture, twin_seed=seed)
        )
        self.seed.field.cancelled.connect(lambda: self._drags.cancel("Seed of twins"))
        self.seed.field.refused.connect(self.refused.say)
        self.seed.edited.connect(lambda *_: self.refused.say(""))
        self.shuffled.clicked.connect(
            lambda on: self._edit("Shuffled network", shuffled=on)
        )
        self.closed_form.clicked.connect(
            lambda on: self._edit("Closed form", closed_form=on)
        )
        self.scale.chosen.connect(
            lambda key: self._edit("Size of companions", same_scale=key == "same")
        )
        self.clear.clicked.connect(self._clear)

    def _clear(self) -> None:
        new = replace(self._state, beside=Beside())
        self._drags.edit(self._state, new, "Nothing beside", Gesture.DONE, None)

    def _edit(self, text: str, gesture: Gesture = Gesture.DONE, **changes: Any) -> None:
        beside = replace(self._state.beside, **changes)
        new = replace(self._state, beside=beside)
        self._drags.edit(self._state, new, text, gesture, None)

    def _take(self, ref: ModelRef | None) -> None:
        self._edit("Second network", model=ref)

    def _fill_menu(self) -> None:
        menu, state = self.menu, self._state
        menu.clear()
        menu.addAction("Open a file …", self.file_asked.emit)
        of, seed = trained_of(state.model), state.beside.twin_seed
        menu.addAction("Untrained twin", partial(self._take, Twin(of, seed)))
        menu.addAction("Shuffled network", partial(self._take, Shuffled(of, seed)))
        for title, choices in self.choices():
            place = menu.addMenu(title) if title else menu
            for choice in choices:
                words = choice.words.replace("&", "&&")
                place.addAction(words, partial(self._take, choice.ref))
        menu.addSeparator()
        swap = menu.addAction("Swap the two", self._swap)
        none = menu.addAction("None", partial(self._take, None))
        for action in (swap, none):
            action.setEnabled(state.beside.model is not None)

    def _swap(self) -> None:
        new = swapped(self._state)
        self._drags.edit(self._state, new, "Swap networks", Gesture.DONE, None)


def _notes(companions: Companions, kind: Kind) -> Iterable[str]:
    """What is to be said of a kind: of grey curves only why there are none."""
    items = [item for item in companions.items if item.kind == kind and item.note]
    return dict.fromkeys(
        item.note for item in items if kind == "model" or not len(item.positions)
    )


def trained_of(ref: ModelRef) -> Trained:
    """The network itself, or the one that a twin or a shuffled one was made of."""
    return ref.of if isinstance(ref, Twin | Shuffled) else ref


def swapped(state: State) -> State:
    """The second network on the screen, and the one on the screen beside it."""
    second = state.beside.model
    if second is None:
        return state
    beside = replace(state.beside, model=state.model)
    return replace(state, model=second, beside=beside)


def _line(*widgets: QWidget | None) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(4)
    for widget in widgets:
        if widget is None:
            line.addStretch(1)
        else:
            line.addWidget(widget)
    return line

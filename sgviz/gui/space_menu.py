"""In which space the circles are seen: "in W", with everything else behind it."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from sgviz.frame import ModelInfo
from sgviz.gui.session import Edit
from sgviz.naming import row_words
from sgviz.space_names import space_name
from sgviz.state import (
    InLayer,
    InP,
    InStyle,
    InW,
    InZ,
    OneSpace,
    SideBySide,
    Space,
    State,
)

_ENDS: tuple[tuple[OneSpace, str, str], ...] = (
    (InZ(), "Z", "Before the mapping: a great circle of the sphere"),
    (InW(), "W", "Where the mapping ends"),
    (InP(), "P", "W with its last LeakyReLU undone: 5 w where w is negative"),
    (
        InP(normalised=True),
        "P_N: P, whitened",
        "Along the components of many samples of P, each of variance 1",
    ),
)
_MOST_PANELS = 6


class SpaceButton(QToolButton):
    """Value in, value out: edits ``State.space`` with a menu."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._depth = 8
        self._rows: tuple[str, ...] = ("w",)
        self._actions: dict[Space, QAction] = {}
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(
            "In which space the circles are seen: Z, a layer of the mapping, W, P, "
            "or the styles of a layer; one, or several side by side"
        )
        self.setAccessibleName("Space")
        # The arrow is in the text, where it does not lie over the letters.
        self.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.setMenu(self._menu)
        self._build()

    def set_state(self, state: State) -> None:
        """Show the space of a state."""
        self._state = state
        self.setText(f"in {self.words(state.space)} ▾")
        shown = self._shown(state.space)
        for space, action in self._actions.items():
            action.setChecked(space == shown)

    def set_model(self, info: ModelInfo) -> None:
        """Layers and rows follow the network."""
        rows = info.rows if info.resolution else ()
        if (info.depth, rows) != (self._depth, self._rows):
            self._depth, self._rows = info.depth, rows
            self._build()
            self.set_state(self._state)

    def words(self, space: Space) -> str:
        """A space in a word or two."""
        match space:
            case SideBySide(spaces=spaces):
                names = [self._short(each) for each in spaces]
                short = " | ".join(names)
                return short if len(names) <= 4 else f"{names[0]} … {names[-1]}"
            case InLayer():
                return f"layers: {self._short(space)}"
        return self._short(space)

    def _short(self, space: OneSpace) -> str:
        match space:
            case InLayer(layer=layer):
                return _layer_name(layer, self._depth)
            case InStyle(row=row) if row < len(self._rows):
                return f"S {row_words(self._rows[row])[0]}"
        return space_name(space)

    def _shown(self, space: Space) -> Space:
        """The space of the entry that is checked: any layer is the same entry."""
        return InLayer(self._depth) if isinstance(space, InLayer) else space

    def _build(self) -> None:
        self._menu.clear()
        self._actions.clear()
        group = QActionGroup(self._menu)
        ends = iter(_ENDS)
        self._add(self._menu, group, *next(ends))
        tip = "A slider from z through every layer to w, and play"
        self._add(self._menu, group, InLayer(self._depth), "Layer by layer", tip)
        for space, text, tip in ends:
            self._add(self._menu, group, space, text, tip)
        if self._rows:
            styles = self._menu.addMenu("S: styles of")
            styles.setToolTipsVisible(True)
            for row, name in enumerate(self._rows):
                tip = "What the affine layers of this row make of w: A w + b"
                words = " ".join(row_words(name)).strip()
                self._add(styles, group, InStyle(row), words, tip)
        self._menu.addSection("Side by side")
        for spaces, text, tip in self._groups():
            self._add(self._menu, group, SideBySide(spaces), text, tip)

    def _groups(self) -> list[tuple[tuple[OneSpace, ...], str, str]]:
        four = tuple(space for space, _, _ in _ENDS)
        layers = tuple(InLayer(k) for k in spread(self._depth + 1, _MOST_PANELS))
        groups: list[tuple[tuple[OneSpace, ...], str, str]] = [
            (four, "Z | W | P | P_N", "The same circle in four spaces"),
            (layers, "Layers from z to w", "What each layer adds"),
        ]
        if len(self._rows) > 1:
            rows = tuple(InStyle(k) for k in spread(len(self._rows), _MOST_PANELS))
            groups.append((rows, "Styles, coarse to fine", "S of several rows"))
        return groups

    def _add(
        self, menu: QMenu, group: QActionGroup, space: Space, text: str, tip: str
    ) -> None:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setToolTip(tip)
        action.triggered.connect(lambda: self._choose(space))
        group.addAction(action)
        self._actions[space] = action

    def _choose(self, space: Space) -> None:
        if self._shown(self._state.space) == space:
            self.set_state(self._state)
            return
        look = self._state.look.framed()
        self.edited.emit(Edit(replace(self._state, space=space, look=look), "Space"))


def spread(count: int, most: int) -> tuple[int, ...]:
    """At most ``most`` of the numbers below ``count``, evenly, both ends among them."""
    if count <= most:
        return tuple(range(count))
    return tuple(round(k * (count - 1) / (most - 1)) for k in range(most))


def _layer_name(layer: int, depth: int) -> str:
    if layer == 0:
        return "z"
    return "w" if layer >= depth else f"h{layer}"

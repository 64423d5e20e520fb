"""How W is projected and coloured: the bar above the 3-D view."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QWidget,
)
from superqt import QFlowLayout

from sgviz.frame import ModelInfo
from sgviz.gui.choices import QuietCombo, QuietSpin
from sgviz.gui.session import Edit
from sgviz.gui.space_menu import SpaceButton
from sgviz.space_names import centre_words
from sgviz.state import Axes, Look, Pca, Projection, RandomAxes, State, Triplets

_KINDS: tuple[tuple[str, type[Projection], str], ...] = (
    ("Triplets", Triplets, "Three neighbouring coordinates of W at a time"),
    ("PCA", Pca, "The principal components of everything shown"),
    ("Random", RandomAxes, "Three random orthonormal directions"),
    ("Axes", Axes, "Any three coordinates"),
)
_FIELDS: dict[type[Any], tuple[tuple[str, str, int, str], ...]] = {
    Triplets: (
        ("start", "from", 0, "First coordinate of the first triplet"),
        ("count", "count", 1, "How many triplets are drawn together"),
        ("stride", "step", 1, "Coordinates from one triplet to the next"),
    ),
    Pca: (("first", "from PC", 1, "The first of the three components"),),
    RandomAxes: (("seed", "seed", 0, "Another seed, other directions"),),
    Axes: tuple((name, name, 0, f"Coordinate drawn as {xyz}")
                for name, xyz in zip("ijk", "xyz", strict=True)),
}  # fmt: skip
_POINTS: tuple[tuple[Literal["auto", "on", "off"], str, str], ...] = (
    ("auto", "points: auto", "A dot at every sample while there are few"),
    ("on", "points: on", "A dot at every sample"),
    ("off", "points: off", "Lines only"),
)

_COLOURS = ("angle", "vivid", "circle", "factor", "stretch", "volume", "largest")


class ProjectionBar(QWidget):
    """Value in, value out: edits ``State.projection``, ``centred`` and ``look``."""

    edited = Signal(object)
    framed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = State()
        self._shown: tuple[object, ...] | None = None
        self._w_dim, self._sizes = 512, ()  # type: int, tuple[object, ...]
        self._spins: dict[tuple[type[Any], str], QuietSpin] = {}
        row = QFlowLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.setSpacing(6)
        self.space = SpaceButton()
        self.space.edited.connect(self.edited)
        row.addWidget(self.space)
        self._kind = _combo(
            "Projection",
            "How W is brought down to three dimensions",
            [(name, tip) for name, _, tip in _KINDS],
        )
        self._kind.activated.connect(self._choose_kind)
        row.addWidget(self._kind)
        self._by_energy = QToolButton()
        self._by_energy.setText("best")
        self._by_energy.setCheckable(True)
        tip = "The triplets that hold most of the curves' energy, the best first"
        self._by_energy.setToolTip(tip)
        self._by_energy.setAccessibleName(tip)
        self._by_energy.toggled.connect(self._order)
        self._pages = QStackedWidget()
        for _, kind, _ in _KINDS:
            self._pages.addWidget(self._page(kind))
        row.addWidget(self._pages)
        self._colour = _combo(
            "Colour",
            "What the colour of a curve says",
            [
                ("by angle", "A cyclic colour along each circle, for all eyes"),
                ("vivid", "By angle in more hues, harder for the colour-blind"),
                ("by circle", "One colour a circle"),
                ("by factor", "A factor of the images, read: see Measure, Factors"),
                ("by stretch", "How much longer a step along the circle is in W"),
                ("by volume", "How much the mapping stretches all directions there"),
                ("by σ₁", "How much it stretches the most stretched direction there"),
            ],
        )
        self._colour.activated.connect(self._choose_colour)
        row.addWidget(self._colour)
        items = [(text, tip) for _, text, tip in _POINTS]
        self._points = _combo("Points", "Whether samples are dotted", items)
        self._points.activated.connect(self._choose_points)
        self._toggles = [
            self._toggle(row, *spec)
            for spec in (
                ("w − w_avg", "Centred on w_avg, or absolute W", _get_centred),
                ("axes", "Axes with numbers", lambda s: s.look.axes),
                ("octants", "The three planes through zero", lambda s: s.look.octants),
            )
        ]
        row.addWidget(self._points)
        frame = _frame_button()
        frame.clicked.connect(self.framed)
        row.addWidget(frame)

    def add_tool(self, tool: QWidget) -> None:
        """One more button, at the end of the bar."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(tool)

    def set_state(self, state: State) -> None:
        """Show a state; a field that is set is painted, so only a new one is."""
        self._state = state
        self.space.set_state(state)
        self._toggles[0][0].setText(centre_words(state.space))
        now = (state.projection, state.centred, state.look)
        if now == self._shown:
            return
        self._shown = now
        kinds = [kind for _, kind, _ in _KINDS]
        index = kinds.index(type(state.projection))
        self._kind.setCurrentIndex(index)
        self._pages.setCurrentIndex(index)
        page = self._pages.currentWidget()
        if page is not None:
            self._pages.setFixedWidth(page.sizeHint().width())
        if isinstance(state.projection, Triplets):
            with QSignalBlocker(self._by_energy):
                self._by_energy.setChecked(state.projection.order == "energy")
        for name, _, _, _ in _FIELDS[kinds[index]]:
            spin = self._spins[kinds[index], name]
            with QSignalBlocker(spin):
                spin.setValue(getattr(state.projection, name) + _offset(name))
        self._colour.setCurrentIndex(_COLOURS.index(state.look.colour))
        keys = [key for key, _, _ in _POINTS]
        self._points.setCurrentIndex(keys.index(state.look.points))
        for button, get in self._toggles:
            with QSignalBlocker(button):
                button.setChecked(get(state))

    def set_model(self, info: ModelInfo) -> None:
        """Limits of the fields follow the network's w_dim."""
        if info.sizes == self._sizes:
            return
        self._sizes = info.sizes
        self._w_dim, self._shown = info.w_dim, None
        self.space.set_model(info)
        for (_, name), spin in self._spins.items():
            limit = {"seed": 2**31 - 1, "count": info.w_dim // 3 or 1}
            with QSignalBlocker(spin):
                spin.setMaximum(limit.get(name, info.w_dim - 1 + _offset(name)))

    def _page(self, kind: type[Any]) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, label, low, tip in _FIELDS[kind]:
            text = QLabel(label)
            text.setProperty("role", "muted")
            spin = QuietSpin(low, 511, tip)
            spin.valueChanged.connect(self._field_changed(name))
            self._spins[kind, name] = spin
            row.addWidget(text)
            row.addWidget(spin)
        if kind is Triplets:
            row.addWidget(self._by_energy)
        return page

    def _order(self, by_energy: bool) -> None:
        projection = self._state.projection
        if isinstance(projection, Triplets):
            order: Literal["energy", "number"] = "energy" if by_energy else "number"
            look = self._state.look.framed()
            self._edit(
                "Projection",
                projection=replace(projection, order=order, start=0),
                look=look,
            )

    def _field_changed(self, name: str) -> Callable[[int], None]:
        def changed(value: int) -> None:
            changes: dict[str, Any] = {name: value - _offset(name)}
            projection = replace(self._state.projection, **changes)
            self._edit("Projection", projection=projection)

        return changed

    def _choose_kind(self, index: int) -> None:
        kind = _KINDS[index][1]
        if not isinstance(self._state.projection, kind):
            self._edit("Projection", projection=kind(), look=self._state.look.framed())

    def _choose_colour(self, index: int) -> None:
        self._edit("Colour", look=self._look(colour=_COLOURS[index]))

    def _choose_points(self, index: int) -> None:
        self._edit("Points", look=self._look(points=_POINTS[index][0]))

    def _toggle(
        self, row: QFlowLayout, text: str, tip: str, get: Callable[[State], bool]
    ) -> tuple[QToolButton, Callable[[State], bool]]:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.toggled.connect(lambda on: self._toggled(text, on))
        row.addWidget(button)
        return button, get

    def _toggled(self, text: str, on: bool) -> None:
        if text == "axes":
            self._edit("Axes", look=self._look(axes=on))
        elif text == "octants":
            self._edit("Octants", look=self._look(octants=on))
        else:
            self._edit("Centre", centred=on, look=self._state.look.framed())

    def _look(self, **changes: Any) -> Look:
        return replace(self._state.look, **changes)

    def _edit(self, text: str, **changes: Any) -> None:
        self.edited.emit(Edit(replace(self._state, **changes), text))


def _offset(name: str) -> int:
    """People count components from one, coordinates from zero."""
    return 1 if name == "first" else 0


def _frame_button() -> QToolButton:
    button = QToolButton()
    button.setText("Frame all")
    button.setToolTip("Bring everything into view (F)")
    button.setAccessibleName("Frame all")
    return button


def _get_centred(state: State) -> bool:
    return state.centred


def _combo(name: str, tip: str, items: list[tuple[str, str]]) -> QuietCombo:
    combo = QuietCombo(name, tip)
    for index, (text, tip) in enumerate(items):
        combo.addItem(text)
        combo.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
    return combo

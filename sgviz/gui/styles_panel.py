"""Styles: psi, mix towards latent B and noise strength of every row of ws."""

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from sgviz.frame import ModelInfo
from sgviz.gui.choices import Segments
from sgviz.gui.controls import Drags, ValueRow
from sgviz.gui.pieces import bare_column, inset, muted, rule, scroll_area
from sgviz.gui.placement_rows import PlacementRows
from sgviz.gui.session import Edit, Gesture
from sgviz.gui.style_labels import NARROW, WIDE, StyleLabel, group_colour
from sgviz.gui.style_values import (
    GROUP_KEYS,
    KINDS,
    Shown,
    count_edited,
    default_rows,
    edited_letters,
    layers_of,
    shown,
    spec,
    what_group,
    where_edited,
)
from sgviz.gui.theme import DARK, Theme
from sgviz.naming import GROUP_SIZES, GROUPS, row_group, row_words
from sgviz.state import State, StyleKind, Styles

_ROOM_FOR_NAMES = 400
_RIGHT, _NARROWEST = 14, 240
_NEVER = (None, None)
# Three times a strength below this does not change an 8-bit pixel.
_SILENT = 0.001
_SILENT_NOTE = (
    "This network learned to do without noise: its strengths are below "
    f"{_SILENT}, and there is little to see here."
)
_SIZES: dict[str, str] = {str(key): size for key, size in GROUP_SIZES.items()}


class StylesPanel(QWidget):
    """Value in, value out: edits ``State.styles`` of one row or a whole group."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._theme = State(), DARK
        self._names: tuple[str, ...] = ()
        self._noisy = 0
        self._kind = KINDS[0]
        self._seen: dict[str | int, tuple[StyleKind, Shown | None]] = {}
        self._marked: tuple[object, ...] = ()
        self._members: dict[tuple[StyleKind, str | int], tuple[int, ...]] = {}
        self._drags = Drags(self.edited.emit)
        self.rows: list[ValueRow] = []
        self.groups: dict[str, ValueRow] = {}
        self.kinds = Segments(tuple((k.key, k.title, k.tip) for k in KINDS))
        self.kinds.chosen.connect(self.choose_kind)
        self.count, self.reset_all = QLabel(), QPushButton("Reset all styles")
        self._groups_box, self._list = QWidget(), QWidget()
        self.placement = PlacementRows()
        self.placement.edited.connect(self.edited)
        self._silent, self._note = False, muted(_SILENT_NOTE)
        self._empty = muted("The rows appear when a network is loaded.")
        self._lay_out()
        self._build_groups()
        self._show()

    def set_state(self, state: State) -> None:
        """Show a state; rows that did not change are not touched."""
        old, self._state = self._state, state
        self.placement.set_state(state)
        if (old.styles, old.psi, old.cutoff) != (state.styles, state.psi, state.cutoff):
            self._show()

    def set_model(self, info: ModelInfo) -> None:
        """One row per row of ws of this network."""
        self._silent = max(map(abs, info.noise), default=1.0) < _SILENT
        self.kinds.buttons["noise"].setVisible(bool(info.noise))
        self.placement.setVisible(info.can_move)
        if not info.noise and self._kind.key == "noise":
            self.choose_kind("psi")
        self._show_note()
        if (info.rows, len(info.noise)) != (self._names, self._noisy):
            self._names, self._noisy = info.rows, len(info.noise)
            self._seen, self._members = {}, {}
            self._build_rows()
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """New colours for the marks of the groups."""
        self._theme = theme
        for name, row in zip(self._names, self.rows, strict=True):
            _label(row).set_colour(group_colour(row_group(name), theme))
        for group in GROUPS:
            _label(self.groups[group]).set_colour(group_colour(group, theme))

    def choose_kind(self, key: StyleKind) -> None:
        """Let the sliders edit psi, mix or noise; the state stays as it is."""
        self._kind = next(kind for kind in KINDS if kind.key == key)
        self.kinds.set_chosen(key)
        self._show_note()
        self._show()

    def minimumSizeHint(self) -> QSize:
        # The names shrink with the panel: wide ones must not hold a dock open.
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_names()

    def _lay_out(self) -> None:
        column = bare_column(self)
        column.setContentsMargins(8, 8, 0, 0)
        column.addWidget(inset(self.placement, _RIGHT))
        column.addWidget(inset(self.kinds, 8))
        column.addSpacing(4)
        self._note.hide()
        column.addWidget(inset(self._note, 8))
        column.addWidget(inset(self._groups_box, _RIGHT))
        column.addWidget(inset(rule(), 8))
        scroll, inside = scroll_area(), QWidget()
        inner = bare_column(inside)
        inner.setContentsMargins(0, 2, _RIGHT, 2)
        # The sliders keep their place when the scroll bar comes.
        bar = scroll.verticalScrollBar()
        bar.rangeChanged.connect(
            lambda _, top: inner.setContentsMargins(0, 2, 0 if top else _RIGHT, 2)
        )
        inner.addWidget(self._empty)
        inner.addWidget(self._list)
        inner.addStretch(1)
        scroll.setWidget(inside)
        column.addWidget(scroll, 1)
        column.addWidget(_footer(self.count, self.reset_all))
        self.reset_all.clicked.connect(self._reset_all)

    def _show_note(self) -> None:
        self._note.setVisible(self._silent and self._kind.key == "noise")

    def _build_groups(self) -> None:
        column = bare_column(self._groups_box)
        for key in GROUP_KEYS:
            label = StyleLabel((key.capitalize(), _SIZES.get(key, "")))
            self.groups[key] = self._row(label, key)
            column.addWidget(self.groups[key])

    def _build_rows(self) -> None:
        """As many rows as the network has: those that are there get other names."""
        layout = self._list.layout() or bare_column(self._list)
        for layer in range(len(self.rows), len(self._names)):
            self.rows.append(self._row(StyleLabel(), layer))
            layout.addWidget(self.rows[-1])
        while len(self.rows) > len(self._names):
            self.rows.pop().deleteLater()  # which takes it out of the layout
        for layer, (name, row) in enumerate(zip(self._names, self.rows, strict=True)):
            _label(row).set_name(row_words(name))
            row.label.setToolTip(f"Row {layer} of ws feeds {name} ({row_group(name)})")
        self.set_theme(self._theme)
        self._fit_names()

    def _row(self, label: StyleLabel, where: str | int) -> ValueRow:
        row = ValueRow(label, spec(self._kind, str(where), 1.0))
        row.edited.connect(lambda v, gesture: self._edit(where, v, gesture))
        row.reset.connect(lambda: self._edit(where, None, Gesture.DONE))
        row.cancelled.connect(lambda: self._drags.cancel(self._kind.title))
        return row

    def _layers(self, where: str | int) -> tuple[int, ...]:
        key = (self._kind.key, where)
        if key not in self._members:
            self._members[key] = layers_of(
                where, self._kind.key, self._names, self._noisy
            )
        return self._members[key]

    def _what(self, where: str | int) -> str:
        return self._names[where] if isinstance(where, int) else what_group(where)

    def _edit(self, where: str | int, value: float | None, gesture: Gesture) -> None:
        layers = self._layers(where)
        if not layers:
            return
        styles = self._state.styles.edited(self._kind.key, layers, value)
        new = replace(self._state, styles=styles)
        text = f"{self._kind.title} of {self._what(where)}"
        if value is None:
            text = f"Reset {text}"
        if value is not None or new != self._state:
            self._drags.edit(self._state, new, text, gesture, layers[0])

    def _reset_all(self) -> None:
        new = replace(self._state, styles=Styles())
        if new != self._state:
            self.edited.emit(Edit(new, "Reset all styles"))

    def _show(self) -> None:
        self._empty.setVisible(not self._names)
        defaults = default_rows(self._state, len(self._names))
        key = self._kind.key
        own = dict(getattr(self._state.styles, key))
        every: list[tuple[ValueRow, str | int]] = [
            *((row, layer) for layer, row in enumerate(self.rows)),
            *((row, group) for group, row in self.groups.items()),
        ]
        for row, where in every:
            layers = self._layers(where)
            now = shown(own, getattr(defaults, key), layers) if layers else None
            if self._seen.get(where, _NEVER) != (key, now):
                self._seen[where] = (key, now)
                self._show_row(row, where, now)
        edited = (key, *where_edited(self._state.styles), self._names)
        if edited != self._marked:
            self._marked = edited
            self._show_what_is_edited()

    def _show_what_is_edited(self) -> None:
        for layer, row in enumerate(self.rows):
            letters = edited_letters(self._state.styles, layer, self._kind.key)
            _label(row).set_others(letters)
        styles = self._state.styles
        for kind in KINDS:
            self.kinds.buttons[kind.key].set_marked(bool(getattr(styles, kind.key)))
        edited = count_edited(styles, len(self._names))
        self.count.setText(f"{edited} edited" if edited else "")
        self.reset_all.setEnabled(styles != Styles())

    def _show_row(self, row: ValueRow, where: str | int, now: Shown | None) -> None:
        row.set_present(now is not None)
        default = self._kind.low if now is None else now.default
        row.set_spec(spec(self._kind, self._what(where), default))
        if now is not None:
            row.set_value(now.value, now.own, (now.low, now.high))

    def _fit_names(self) -> None:
        width = WIDE if self.width() >= _ROOM_FOR_NAMES else NARROW
        for row in (*self.rows, *self.groups.values()):
            row.label.setFixedWidth(width)


def _footer(count: QLabel, reset_all: QPushButton) -> QWidget:
    footer = QWidget()
    row = QHBoxLayout(footer)
    row.setContentsMargins(2, 4, 8, 6)
    count.setProperty("role", "muted")
    reset_all.setToolTip("Psi, mix and noise of every row to their defaults")
    reset_all.setAccessibleName("Reset all styles")
    row.addWidget(count, 1)
    row.addWidget(reset_all)
    return footer


def _label(row: ValueRow) -> StyleLabel:
    assert isinstance(row.label, StyleLabel)
    return row.label

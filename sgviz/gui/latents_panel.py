"""Latents and circles: two latents, truncation, noise, and the set of circles."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sgviz.frame import ModelInfo
from sgviz.gui.choices import QuietCombo, Segments
from sgviz.gui.circles_panel import CirclesPanel
from sgviz.gui.controls import Drags, LeadLabel, ValueRow, ValueSpec
from sgviz.gui.family_panel import FamilyPanel
from sgviz.gui.icons import IconButton
from sgviz.gui.latent_field import LatentField
from sgviz.gui.seed_row import SeedRow
from sgviz.gui.session import Gesture
from sgviz.gui.theme import Theme
from sgviz.naming import row_words
from sgviz.state import CircleSet, CirclesFile, Latent, State

_PSI = ValueSpec("Psi", "Truncation: 0 is the average image, 1 is w.", -1, 2, 1.0)
_NOISE = (
    ("const", "Const", "The noise that was stored with the network"),
    ("none", "None", "No noise at all"),
    ("random", "Random", "Noise from a seed of its own"),
)
_EVERY_ROW = "every row"


class LatentsPanel(QWidget):
    """Value in, value out: edits latents, psi, cutoff, noise, circles and ring."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._rows = State(), tuple[str, ...]()
        self._drags = Drags(self.edited.emit)
        self.latent_a, self.latent_b = LatentField("A"), LatentField("B")
        self.latent_a.edited.connect(lambda *e: self._latent_edited("latent", *e))
        self.latent_b.edited.connect(lambda *e: self._latent_edited("latent_b", *e))
        self.swap = IconButton(
            "swap-vertical", "Swap A and B", "Swap: latent A becomes B, B becomes A"
        )
        self.latent_b.add_beside_label(self.swap)
        self.label, self._c_dim = SeedRow("Class", "Class"), 0
        self.psi = ValueRow(LeadLabel("Psi"), _PSI)
        self.cutoff = QuietCombo("Cutoff", "Psi acts on the rows before the cutoff")
        self.noise = Segments(_NOISE)
        self.noise_seed = SeedRow("Seed", "Seed of the noise")
        self.noise_rows = QWidget()
        self.families, self.circles = FamilyPanel(), CirclesPanel()
        self._connect()
        self._lay_out()
        self._fill_cutoff()
        self.set_state(self._state)

    def set_state(self, state: State) -> None:
        """Show a state; what did not change is not touched."""
        self._state = state
        self.latent_a.set_latent(state.latent)
        self.latent_b.set_latent(state.latent_b)
        self._show_label()
        self.psi.set_value(state.psi, state.psi != _PSI.default)
        self._show_cutoff()
        self.noise.set_chosen(state.noise)
        self.noise_seed.set_seed(state.noise_seed)
        self.noise_seed.setVisible(state.noise == "random")
        self.families.set_state(state)
        self.circles.set_state(state)
        listed = isinstance(state.circles, CircleSet | CirclesFile)
        self.circles.setVisible(listed)

    def set_model(self, info: ModelInfo) -> None:
        """The rows that a cutoff names, and the limits that z_dim sets."""
        for field in (self.latent_a, self.latent_b):
            field.set_z_dim(info.z_dim)
        self.noise_rows.setVisible(bool(info.noise))
        self.families.set_model(info)
        self.circles.set_model(info)
        if info.c_dim != self._c_dim:
            self._c_dim = info.c_dim
            self.label.set_count(max(1, info.c_dim))
            self._show_label()
        if info.rows != self._rows:
            self._rows = info.rows
            self._fill_cutoff()
            self._show_cutoff()

    def set_theme(self, theme: Theme) -> None:
        """New colours for the chips of the circles."""
        self.circles.set_theme(theme)

    def _connect(self) -> None:
        self.swap.clicked.connect(self._swap)
        self.psi.edited.connect(self._psi_edited)
        self.psi.reset.connect(lambda: self._psi_edited(_PSI.default, Gesture.DONE))
        self.psi.cancelled.connect(lambda: self._drags.cancel("Psi"))
        self.latent_a.seed.cancelled.connect(lambda: self._drags.cancel("Seed"))
        self.latent_b.seed.cancelled.connect(lambda: self._drags.cancel("Seed"))
        self.label.edited.connect(self._label_edited)
        self.label.field.cancelled.connect(lambda: self._drags.cancel("Class"))
        self.cutoff.activated.connect(self._cutoff_chosen)
        self.noise.chosen.connect(lambda key: self._edit("Noise", noise=key))
        self.noise_seed.edited.connect(self._noise_seed_edited)
        self.noise_seed.field.cancelled.connect(lambda: self._drags.cancel("Noise"))
        self.families.edited.connect(self.edited)
        self.circles.edited.connect(self.edited)

    def _lay_out_noise(self) -> QWidget:
        column = QVBoxLayout(self.noise_rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(_line("Noise", self.noise))
        column.addWidget(self.noise_seed)
        return self.noise_rows

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.latent_a)
        column.addWidget(self.latent_b)
        column.addWidget(self.label)
        column.addSpacing(6)
        column.addWidget(self.psi)
        column.addLayout(_line("Cutoff", self.cutoff))
        column.addSpacing(6)
        column.addWidget(self._lay_out_noise())
        column.addSpacing(8)
        column.addWidget(self.families)
        column.addWidget(self.circles)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _fill_cutoff(self) -> None:
        with QSignalBlocker(self.cutoff):
            self.cutoff.clear()
            self.cutoff.addItem(_EVERY_ROW, None)
            for layer in range(len(self._rows)):
                self.cutoff.addItem(_cutoff_text(layer, self._rows), layer)
                tip = f"Row {layer} ({self._rows[layer]}) is the first with psi 1"
                self.cutoff.setItemData(layer + 1, tip, Qt.ItemDataRole.ToolTipRole)

    def _show_cutoff(self) -> None:
        cutoff = self._state.cutoff
        while self.cutoff.count() > len(self._rows) + 1:
            self.cutoff.removeItem(self.cutoff.count() - 1)
        index = self.cutoff.findData(cutoff) if cutoff is not None else 0
        if index < 0:
            # A cutoff from a deeper network acts on every row of this one.
            self.cutoff.addItem(f"{_EVERY_ROW} (cutoff {cutoff})", cutoff)
            index = self.cutoff.count() - 1
        self.cutoff.setCurrentIndex(index)

    def _show_label(self) -> None:
        """The class, where there are any; the last for one beyond this network's."""
        last = max(0, self._c_dim - 1)
        self.label.set_seed(min(self._state.class_index or 0, last))
        self.label.setVisible(self._c_dim > 0)

    def _latent_edited(
        self, which: str, latent: Latent, text: str, gesture: Gesture
    ) -> None:
        self._edit(text, gesture, None, **{which: latent})

    def _swap(self) -> None:
        a, b = self._state.latent, self._state.latent_b
        self._edit("Swap A and B", latent=b, latent_b=a)

    def _psi_edited(self, value: float, gesture: Gesture) -> None:
        self._edit("Psi", gesture, layer=0, psi=value)

    def _cutoff_chosen(self, index: int) -> None:
        self._edit("Cutoff", cutoff=self.cutoff.itemData(index))

    def _label_edited(self, number: int, gesture: Gesture) -> None:
        self._edit("Class", gesture, class_index=number)

    def _noise_seed_edited(self, seed: int, gesture: Gesture) -> None:
        self._edit("Seed of the noise", gesture, noise_seed=seed)

    def _edit(
        self,
        text: str,
        gesture: Gesture = Gesture.DONE,
        layer: int | None = None,
        **changes: Any,
    ) -> None:
        new = replace(self._state, **changes)
        self._drags.edit(self._state, new, text, gesture, layer)


def _cutoff_text(layer: int, rows: tuple[str, ...]) -> str:
    if layer == 0:
        return "no row"
    return f"first {layer} of {len(rows)}: to {row_words(rows[layer - 1])[0]}"


def _line(text: str, widget: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(2)
    line.addWidget(LeadLabel(text))
    line.addWidget(widget, 1)
    return line

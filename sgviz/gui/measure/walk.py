"""Walks along the local basis: a slider for each of the largest directions."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from sgviz.gui.colours import circle_colours
from sgviz.gui.controls import Drags, LeadLabel, ValueRow, ValueSpec
from sgviz.gui.session import Edit, Gesture
from sgviz.gui.theme import DARK, Theme
from sgviz.measured.metric import LocalBasis, Rows
from sgviz.naming import latent_name
from sgviz.state import Latent, Moved, State

REACH = 60.0  # degrees
# What is left of a walk that was taken back, in radians.
NOTHING = 1e-6
FROM_HERE = "Begin anew where the walk has come to: another basis, other directions"


def begun_at(latent: Latent) -> Latent:
    """Where a walk began; a latent that was not moved is its own beginning."""
    return latent.of if isinstance(latent, Moved) else latent


def amounts(latent: Latent, directions: Rows) -> np.ndarray:
    """How far a latent has gone along each direction [K, z_dim], in degrees [K]."""
    if not isinstance(latent, Moved) or len(latent.by) != directions.shape[1]:
        return np.zeros(len(directions))
    return np.asarray(np.degrees(directions.astype(np.float64) @ np.array(latent.by)))


def walked(latent: Latent, directions: Rows, k: int, degrees: float) -> Latent:
    """The latent that has gone ``degrees`` along direction ``k``, the others kept."""
    change = math.radians(degrees - float(amounts(latent, directions)[k]))
    by = np.zeros(directions.shape[1])
    if isinstance(latent, Moved) and len(latent.by) == len(by):
        by = np.array(latent.by)
    by = by + change * directions[k].astype(np.float64)
    if float(np.linalg.norm(by)) < NOTHING:
        return begun_at(latent)
    return Moved(begun_at(latent), tuple(by.tolist()))


class Walk(QWidget):
    """Sliders b1, b2, ... in degrees of Z; the image and the marker follow."""

    def __init__(self, emit: Callable[[Edit], None]) -> None:
        super().__init__()
        self._state = State()
        self._basis: LocalBasis | None = None
        self._drags = Drags(emit)
        self._emit, self._theme = emit, DARK
        self.rows: list[ValueRow] = []
        self.words = QLabel("Walk along")
        self.words.setProperty("role", "muted")
        self.words.setMinimumWidth(1)
        self.back = QPushButton("Back")
        self.back.setToolTip("Take the whole walk back")
        self.back.clicked.connect(self._go_back)
        self.here = QPushButton("From here")
        self.here.setToolTip(FROM_HERE)
        self.here.clicked.connect(self._begin_here)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.words, 1)
        head.addWidget(self.back)
        head.addWidget(self.here)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 2, 6, 2)
        self._column.setSpacing(1)
        self._column.addLayout(head)

    def set_state(self, state: State) -> None:
        """Show how far a state's latent has gone."""
        self._state = state
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Names in the colours of the arrows in the W view."""
        self._theme = theme
        for row, rgba in zip(
            self.rows, circle_colours(len(self.rows), theme), strict=True
        ):
            row.label.setStyleSheet(f"color: {QColor(*rgba.tolist()).name()}")

    def set_basis(self, basis: LocalBasis) -> None:
        """Other directions."""
        self._basis = basis
        while len(self.rows) < len(basis.directions):
            self._add_row(len(self.rows))
            self.set_theme(self._theme)
        for k, row in enumerate(self.rows):
            row.setVisible(k < len(basis.directions))
            if k < len(basis.directions):
                row.label.setToolTip(
                    f"Singular value {k + 1}: a step here is {basis.values[k]:.3g} "
                    "times as long in W"
                )
        self._show()

    def _add_row(self, k: int) -> None:
        name = f"b{k + 1}"
        spec = ValueSpec(
            name,
            f"Walk along the direction of singular value {k + 1}, in degrees of Z",
            -REACH,
            REACH,
            0.0,
            1.0,
            1,
        )
        row = ValueRow(LeadLabel(name), spec)
        row.edited.connect(partial(self._go, k))
        row.reset.connect(partial(self._go, k, 0.0, Gesture.DONE))
        row.cancelled.connect(lambda: self._drags.cancel(f"Walk along {name}"))
        self.rows.append(row)
        self._column.insertWidget(len(self.rows), row)

    def _show(self) -> None:
        latent, basis = self._state.latent, self._basis
        is_walking = isinstance(latent, Moved)
        self.back.setEnabled(is_walking)
        self.here.setEnabled(is_walking)
        self.words.setText(f"Walk from {latent_name(begun_at(latent))}")
        if basis is None:
            return
        gone = amounts(latent, basis.directions)
        for row, degrees in zip(self.rows, gone.tolist(), strict=False):
            own = abs(degrees) > 1e-4
            if not row.slider.held:
                shown = max(-REACH, min(REACH, round(degrees, 4)))
                row.set_value(shown, own)

    def _go(self, k: int, degrees: float, gesture: Gesture) -> None:
        if self._basis is None:
            return
        latent = walked(self._state.latent, self._basis.directions, k, degrees)
        new = replace(self._state, latent=latent)
        self._drags.edit(self._state, new, f"Walk along b{k + 1}", gesture, None)

    def _go_back(self) -> None:
        new = replace(self._state, latent=begun_at(self._state.latent))
        self._emit(Edit(new, "Take the walk back"))

    def _begin_here(self) -> None:
        latent = self._state.latent
        if isinstance(latent, Moved):
            here = Moved(latent, (0.0,) * len(latent.by))
            self._emit(Edit(replace(self._state, latent=here), "Walk from here"))

"""One latent: its seed to type, roll and step, what else it is, copy and paste."""

import secrets

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from sgviz.gui.controls import lead_width
from sgviz.gui.hint import Hint
from sgviz.gui.icons import IconButton
from sgviz.gui.number_field import NumberField
from sgviz.gui.session import Gesture
from sgviz.latent_text import (
    LatentTextError,
    latent_from_text,
    latent_to_json,
    latent_to_numbers,
)
from sgviz.naming import latent_name
from sgviz.state import Latent, Seed

LARGEST_SEED = 2**32 - 1
_DICE = 100_000
# The frame of a line edit and the margins within, both sides.
_FIELD_MARGINS = 14


class SeedField(NumberField):
    """A seed, or in its place the name of what is no seed."""

    blank = ""

    def set_blank(self, words: str) -> None:
        """Words in the place of a number, cut in the middle where they do not fit."""
        self.blank = words
        self.setAccessibleDescription(words)
        self._write_blank()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_blank()

    def _write_blank(self) -> None:
        room, middle = self.width() - _FIELD_MARGINS, Qt.TextElideMode.ElideMiddle
        words = self.fontMetrics().elidedText(self.blank, middle, max(0, room))
        self.setPlaceholderText(words)


class LatentField(QWidget):
    """``edited(latent, text, Gesture)`` when the user wants another latent."""

    edited = Signal(object, str, object)

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = f"Latent {letter}"
        self._latent: Latent = Seed()
        self._last_seed = 0
        self._z_dim: int | None = None
        self.seed = SeedField(f"Seed of {letter}", _tip(letter))
        self.seed.set_limits(0, LARGEST_SEED, 1, 0)
        self.seed.edited.connect(self._seed_edited)
        self._tip = _tip(letter)
        self.wrong = Hint(self.seed)
        self.seed.refused.connect(self.wrong.say)
        self._lead = QWidget()
        self._lead.setFixedWidth(lead_width(self))
        lead = QHBoxLayout(self._lead)
        lead.setContentsMargins(0, 0, 4, 0)
        lead.addWidget(QLabel(letter), 1)
        self._lay_out(letter)

    def set_latent(self, latent: Latent) -> None:
        """Show a latent."""
        if latent != self._latent:
            self._latent = latent
            self.wrong.say("")
        seed = latent.n if isinstance(latent, Seed) else None
        self._last_seed = self._last_seed if seed is None else seed
        self.seed.show_value(None if seed is None else float(seed))
        name = "" if seed is not None else latent_name(latent)
        if name != self.seed.blank:
            self.seed.set_blank(name)
            self.seed.setToolTip(f"{name}\n{self._tip}" if name else self._tip)

    def set_z_dim(self, z_dim: int) -> None:
        """How many numbers a latent of the network has."""
        self._z_dim = z_dim

    def add_beside_label(self, widget: QWidget) -> None:
        """Put a small widget into the room beside the letter."""
        layout = self._lead.layout()
        if layout is not None:
            layout.addWidget(widget)

    def menu(self) -> QMenu:
        """Copy as JSON, copy the numbers, paste."""
        return self._menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._menu.popup(event.globalPos())

    def _lay_out(self, letter: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._lead)
        row.addWidget(self.seed, 1)
        for symbol, name, slot in (
            ("chevron-left", "Previous seed", lambda: self._step(-1)),
            ("chevron-right", "Next seed", lambda: self._step(1)),
            ("dice-5-outline", "Random seed", self._roll),
        ):
            button = IconButton(symbol, f"{name} of {letter}", f"{name} ({letter})")
            button.clicked.connect(slot)
            row.addWidget(button)
        row.addWidget(self._more(letter))
        column.addLayout(row)

    def _more(self, letter: str) -> IconButton:
        more = IconButton("dots-vertical", f"More for {letter}", "Copy and paste")
        self._menu = QMenu(more)
        self._menu.addAction("Copy as JSON", self._copy_json)
        self._numbers = self._menu.addAction("Copy the numbers", self._copy_numbers)
        self._menu.addAction("Paste JSON, numbers or a seed", self._paste)
        self._menu.aboutToShow.connect(self._enable_numbers)
        more.open_with(self._menu)
        return more

    def _seed_edited(self, value: float, gesture: Gesture) -> None:
        self._take(Seed(round(value)), "Seed", gesture)

    def _step(self, by: int) -> None:
        seed = min(LARGEST_SEED, max(0, self._last_seed + by))
        self._take(Seed(seed), "Seed", Gesture.DONE)

    def _roll(self) -> None:
        # The operating system's dice: the generators of the process stay as
        # they are, so a roll never changes a training run.
        self._take(Seed(secrets.randbelow(_DICE)), "Random seed", Gesture.DONE)

    def _enable_numbers(self) -> None:
        self._numbers.setEnabled(self._numbers_text() is not None)

    def _numbers_text(self) -> str | None:
        return latent_to_numbers(self._latent, self._z_dim or 512)

    def _copy_json(self) -> None:
        QGuiApplication.clipboard().setText(latent_to_json(self._latent))

    def _copy_numbers(self) -> None:
        text = self._numbers_text()
        if text is not None:
            QGuiApplication.clipboard().setText(text)

    def _paste(self) -> None:
        try:
            latent = latent_from_text(QGuiApplication.clipboard().text(), self._z_dim)
        except LatentTextError as error:
            self.wrong.say(str(error))
            return
        self._take(latent, f"Paste {self._name.lower()}", Gesture.DONE)

    def _take(self, latent: Latent, text: str, gesture: Gesture) -> None:
        self.wrong.say("")
        if latent != self._latent or gesture is Gesture.DONE:
            self.edited.emit(latent, text, gesture)


def _tip(letter: str) -> str:
    return (
        f"Seed of latent {letter}: RandomState(seed).randn(1, z_dim), as in NVIDIA's "
        "tools.\nType it, drag sideways, or use the arrow keys."
    )

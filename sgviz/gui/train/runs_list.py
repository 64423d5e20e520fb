"""The list of runs: continue one, look at it, start from it, delete it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.controls import Sentence
from sgviz.gui.number_field import NumberField, number_text
from sgviz.gui.parts import text_button
from sgviz.gui.pixmaps import to_qimage
from sgviz.gui.text_size import in_text
from sgviz.gui.theme import Theme
from sgviz.gui.train.machine import bytes_words
from sgviz.gui.train.run_index import RunEntry, date_words

_EMPTY = "No runs yet. What Start begins is kept here, to be continued or looked at."
_ICON = 48
_LEAST_KIMG, _MOST_KIMG = 0.1, 1e6


class RunsList(QWidget):
    """Value in, wishes out; every button speaks of the run that is chosen."""

    chosen_by_hand = Signal()
    continue_requested = Signal(object, float)
    explore_requested = Signal(object)
    timeline_requested = Signal(object)
    reveal_requested = Signal(object)
    start_from_requested = Signal(object)
    delete_requested = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[RunEntry, ...] = ()
        self._busy = False
        self._length: tuple[object, ...] = ()  # of the run that the field speaks of
        self.list = QListWidget()
        self.list.setAccessibleName("Runs")
        self.list.setToolTip("The runs made here, the newest first")
        self.list.setIconSize(QSize(_ICON, _ICON))
        self.list.setSpacing(1)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._show_chosen)
        self.list.currentRowChanged.connect(self.chosen_by_hand)
        self.empty = QLabel(_EMPTY, wordWrap=True)
        self.empty.setProperty("role", "muted")
        self._words = QLabel(wordWrap=True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setProperty("role", "muted")
        self._make_buttons()
        self._lay_out()
        self.set_runs(())

    @property
    def chosen(self) -> RunEntry | None:
        """The run that is chosen."""
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    @property
    def words(self) -> str:
        """What is said of the chosen run."""
        return self._words.text()

    def set_runs(self, entries: tuple[RunEntry, ...]) -> None:
        """Show these runs; the chosen one stays chosen."""
        chosen = self.chosen
        self._entries = entries
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for entry in entries:
            self.list.addItem(_item(entry))
        paths = [entry.path for entry in entries]
        row = paths.index(chosen.path) if chosen and chosen.path in paths else 0
        self.list.setCurrentRow(row if entries else -1)
        self.list.blockSignals(blocked)
        self.empty.setVisible(not entries)
        self.list.setVisible(bool(entries))
        self._show_chosen()

    def set_busy(self, busy: bool) -> None:
        """A run is under way: no other can be continued, and none deleted."""
        self._busy = busy
        self._show_chosen()

    def set_theme(self, theme: Theme) -> None:
        """New colours: the palette has them all."""

    def ask_to_delete(self) -> None:
        """Ask, without holding the window still; the safe answer is the default."""
        entry = self.chosen
        if entry is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setObjectName("delete_question")
        box.setWindowTitle("Delete a run")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"Delete “{entry.path.name}”?")
        box.setInformativeText(
            f"Its checkpoints, samples and timeline ({bytes_words(entry.size)}) are"
            " deleted from the disk. This cannot be undone."
        )
        yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        yes.setToolTip("Delete the folder of this run")
        no.setToolTip("Keep it")
        box.setDefaultButton(no)
        yes.clicked.connect(lambda: self.delete_requested.emit(entry))
        box.open()

    def _show_chosen(self) -> None:
        entry = self.chosen
        usable = entry is not None and not entry.problem
        saved = entry is not None and entry.images is not None
        free = usable and not self._busy
        self.continue_button.setEnabled(free)
        self.to_field.setEnabled(free)
        self.start_button.setEnabled(free and saved)
        self.explore_button.setEnabled(usable and saved)
        self.timeline_button.setEnabled(usable)
        self.reveal_button.setEnabled(entry is not None)
        self.delete_button.setEnabled(entry is not None and not self._busy)
        self._words.setText(entry_words(entry) if entry else "")
        if entry is not None and entry.config is not None:
            self._offer_length(entry, entry.config.kimg)

    def _offer_length(self, entry: RunEntry, total: float) -> None:
        """Its own length, or twice that; what is typed stays while it is this run."""
        length = (entry.path, entry.images, total)
        if length != self._length:
            self._length = length
            self.wrong.say("")
            self.to_field.show_value(2 * total if entry.complete else total)
            # After the value: limits write it anew, whatever is being typed.
            least = max(_LEAST_KIMG, entry.kimg)
            self.to_field.set_limits(least, _MOST_KIMG, 1.0, 1)

    def _refuse(self) -> None:
        least = max(_LEAST_KIMG, self.chosen.kimg if self.chosen else 0.0)
        why = " (shown already)" if least > _LEAST_KIMG else ""
        low = f"{number_text(least, 1)}{why}"
        self.wrong.say(f"Give a number from {low} to {_MOST_KIMG:,.0f} kimg.")

    def _continue(self) -> None:
        # A number that cannot be is refused, and said: another would not be meant.
        taken, kimg = self.to_field.commit(), self.to_field.value()
        if taken and self.chosen is not None and kimg is not None:
            self.continue_requested.emit(self.chosen, kimg)

    def _make_buttons(self) -> None:
        self.continue_button = text_button(
            "Continue to", "Go on exactly where this run was saved, to so many kimg"
        )
        self.continue_button.clicked.connect(self._continue)
        self.to_field = NumberField(
            "Length to continue to", "Thousands of images in all"
        )
        self.to_field.set_limits(_LEAST_KIMG, _MOST_KIMG, 1.0, 1)
        self.wrong = Sentence()
        self.to_field.refused.connect(self._refuse)
        self.to_field.textChanged.connect(lambda: self.wrong.say(""))
        self.to_field.setFixedWidth(in_text(76))
        self.start_button = text_button(
            "Start from it", "A new run that starts with these weights"
        )
        self.explore_button = text_button(
            "Open in Explore", "Look at its newest network"
        )
        self.timeline_button = text_button(
            "Show in Timeline", "Wind it back and play it"
        )
        self.reveal_button = text_button("Reveal folder", "Open its folder on the disk")
        self.delete_button = text_button(
            "Delete…", "Delete its folder, after a question"
        )
        for button, signal in (
            (self.start_button, self.start_from_requested),
            (self.explore_button, self.explore_requested),
            (self.timeline_button, self.timeline_requested),
            (self.reveal_button, self.reveal_requested),
        ):
            button.clicked.connect(lambda _=False, s=signal: s.emit(self.chosen))
        self.delete_button.clicked.connect(self.ask_to_delete)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self._words)
        column.addLayout(_row(self.continue_button, self.to_field, QLabel("kimg")))
        column.addWidget(self.wrong)
        column.addLayout(_row(self.start_button, self.explore_button))
        column.addLayout(_row(self.timeline_button, self.reveal_button))
        column.addLayout(_row(self.delete_button))
        column.addStretch(0)


def entry_words(entry: RunEntry) -> str:
    """What is to be said of a run that is chosen."""
    if entry.problem or entry.config is None:
        return entry.problem
    config = entry.config
    side = f"{config.resolution}×{config.resolution}"
    words = f"{side}, {config.depth}-layer mapping, seed {config.seed}"
    if entry.images is None:
        return f"{words}. Nothing was saved yet: to continue is to begin."
    state = "complete" if entry.complete else "not complete"
    return f"{words}. {state.capitalize()}; {bytes_words(entry.size)} on the disk."


def _item(entry: RunEntry) -> QListWidgetItem:
    total = f" of {entry.config.kimg:g}" if entry.config is not None else ""
    where = "Cannot be used" if entry.problem else f"{entry.kimg:.1f}{total} kimg"
    facts = f"{where} · {date_words(entry.when)}"
    item = QListWidgetItem(f"{entry.path.name}\n{facts}")
    item.setToolTip(f"{entry.path.name}\n{facts}\n{entry.problem}".strip())
    picture = QPixmap(_ICON, _ICON)
    picture.fill(Qt.GlobalColor.transparent)
    if entry.thumbnail is not None:
        picture = QPixmap.fromImage(to_qimage(entry.thumbnail))
    item.setIcon(QIcon(picture))
    return item


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QPushButton) else 0)
    return row

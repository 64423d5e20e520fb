"""Which laboratory is shown and how, and what of it can be saved."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QMenu, QWidget

from sgviz.gui.choices import QuietCombo
from sgviz.gui.icons import IconButton

NONE, CHOOSE = "None", "Choose a folder …"
_EXPORTS = (("csv", "Table (.csv) …"), ("png", "Picture (.png) …"))


class DepthBar(QWidget):
    """Values in, wishes out.

    ``lab_chosen(path)``; ``folder_wanted()``: one that is not listed;
    ``export_requested``: csv or png.
    """

    lab_chosen = Signal(object)
    folder_wanted = Signal()
    export_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._labs: tuple[Path, ...] = ()
        self._shown: Path | None = None
        self.labs = QuietCombo("Laboratory", "The laboratory that is shown")
        self.circle = QuietCombo("Circle", "Which of the recorded circles is drawn")
        self.same_scale = QCheckBox("Same scale")
        self.same_scale.setToolTip("One scale for all depths, or each as large as fits")
        self.same_scale.setAccessibleName("Same scale for all depths")
        self.same_scale.setChecked(True)
        self.export_button = IconButton(
            "tray-arrow-down", "Export", "Save the table or the picture"
        )
        menu = QMenu(self)
        for key, words in _EXPORTS:
            menu.addAction(words, partial(self.export_requested.emit, key))
        self.export_button.open_with(menu)
        self.labs.activated.connect(self._chosen)
        self._lay_out()
        self._fill()

    def set_labs(self, labs: tuple[Path, ...], shown: Path | None) -> None:
        """The laboratories there are, newest first, and the one that is shown."""
        # Where nothing has changed somebody may be choosing just now.
        if (labs, shown) != (self._labs, self._shown):
            self._labs, self._shown = labs, shown
            self._fill()

    def show_circles(self, names: tuple[str, ...]) -> int:
        """The circles there are; the number of the one that is chosen."""
        combo = self.circle
        if names != tuple(combo.itemText(k) for k in range(combo.count())):
            with QSignalBlocker(combo):
                combo.clear()
                combo.addItems(list(names))
        return max(0, combo.currentIndex())

    def set_filled(self, filled: bool) -> None:
        """Whether there is anything to look at."""
        for widget in (self.circle, self.same_scale, self.export_button):
            widget.setEnabled(filled)

    def _fill(self) -> None:
        labs, shown, combo = self._labs, self._shown, self.labs
        there = [*labs, *([shown] if shown and shown not in labs else [])]
        with QSignalBlocker(combo):
            combo.clear()
            if shown is None:
                combo.addItem(NONE, None)
            for path in there:
                combo.addItem(path.name, path)
                tip = Qt.ItemDataRole.ToolTipRole
                combo.setItemData(combo.count() - 1, str(path), tip)
            combo.insertSeparator(combo.count())
            combo.addItem(CHOOSE, CHOOSE)
            combo.setCurrentIndex(there.index(shown) if shown else 0)

    def _chosen(self) -> None:
        data = self.labs.currentData()
        if data == CHOOSE:
            self._fill()
            self.folder_wanted.emit()
        elif data is not None:
            self.lab_chosen.emit(data)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for text, combo, stretch in (
            ("Laboratory", self.labs, 5),
            ("Circle", self.circle, 2),
        ):
            label = QLabel(text)
            label.setBuddy(combo)
            row.addWidget(label)
            row.addWidget(combo, stretch)
        row.addWidget(self.same_scale)
        row.addWidget(self.export_button)

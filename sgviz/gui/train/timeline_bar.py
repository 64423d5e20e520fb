"""Which runs the timeline shows, and how it looks at them."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QWidget
from superqt import QFlowLayout

from sgviz.gui.choices import QuietCombo, QuietSpin, Segments
from sgviz.gui.icons import IconButton
from sgviz.gui.train.timeline_shelf import Gaze, coordinates
from sgviz.state import MAX_DIM, Pca

_EXPORTS = (
    ("csv", "Curves as a table (.csv) …"),
    ("png", "Curves as a picture (.png) …"),
    ("svg", "Curves as a drawing (.svg) …"),
    ("frame", "This frame (.png) …"),
)
NONE, CHOOSE = "None", "Choose a folder …"
TRAIL, MOST_TRAIL = 8, 60
_DIRECTIONS = (
    ("pca", "PCA", "Principal components of the first and the newest record together"),
    ("axes", "Coordinates", "Three neighbouring coordinates of W"),
)
_CENTRES = (
    ("w_avg", "w_avg", "Zero is the tracked average, which begins at zero"),
    ("mean", "Mean", "Zero is the mean of the recorded points"),
    ("zero", "Zero", "Nothing is subtracted: W as it is"),
)
_COLOURS = (
    ("angle", "Angle", "Colour is the angle on the circle in Z"),
    ("circle", "Circle", "One colour a circle"),
)


class RunBar(QWidget):
    """Two runs to choose, and what can be done with the moment that is shown.

    ``chosen(side, path or None)``; ``folder_wanted(side)``: one that is not listed;
    ``export_requested``: csv, png, svg or frame.
    """

    export_requested = Signal(str)
    chosen = Signal(int, object)
    folder_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[Path, ...] = ()
        self._shown: list[Path | None] = [None, None]
        self._listed: tuple[object, ...] = ()
        self.combos = (
            QuietCombo("Run", "The run whose timeline is shown"),
            QuietCombo("Beside it", "A second run, at the same kimg"),
        )
        self.explore_button = QPushButton("Open in Explore")
        self.export_button = IconButton(
            "tray-arrow-down", "Export", "Save the curves or this frame"
        )
        menu = QMenu(self)
        for key, words in _EXPORTS:
            menu.addAction(words, partial(self.export_requested.emit, key))
        self.export_button.open_with(menu)
        self._lay_out()
        self.set_runs(())

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for side, combo in enumerate(self.combos):
            label = QLabel(("Run A", "B")[side])
            label.setBuddy(combo)
            combo.setMinimumContentsLength(20 - 6 * side)
            combo.activated.connect(lambda _, side=side: self._activated(side))
            row.addWidget(label)
            row.addWidget(combo, 3 - side)
        row.addStretch(1)
        row.addWidget(self.explore_button)
        row.addWidget(self.export_button)

    def set_runs(self, runs: tuple[Path, ...]) -> None:
        """The runs there are, newest first; what is shown stays in the list."""
        if (runs, *self._shown) == self._listed:
            return  # somebody may be choosing just now
        self._runs, self._listed = runs, (runs, *self._shown)
        self.export_button.setEnabled(self._shown[0] is not None)
        for side, combo in enumerate(self.combos):
            shown = self._shown[side]
            there = [*runs, *([shown] if shown and shown not in runs else [])]
            with QSignalBlocker(combo):
                combo.clear()
                if side or shown is None:
                    combo.addItem(NONE, None)
                for path in there:
                    combo.addItem(path.name, path)
                    combo.setItemData(
                        combo.count() - 1, str(path), Qt.ItemDataRole.ToolTipRole
                    )
                combo.insertSeparator(combo.count())
                combo.addItem(CHOOSE, CHOOSE)
            self._select(side)

    def show_run(self, side: int, path: Path | None) -> None:
        """The run that is shown on a side."""
        if path != self._shown[side]:
            self._shown[side] = path
            self.set_runs(self._runs)

    def show_kept(self, kept: tuple[float, ...], kimg: float) -> None:
        """The kimg of the kept checkpoints, and the moment that is shown."""
        button = self.explore_button
        button.setEnabled(bool(kept))
        if not kept:
            button.setText("Open in Explore")
            button.setToolTip("This run keeps no checkpoint yet")
            return
        near = min(reversed(kept), key=lambda each: abs(each - kimg))
        button.setText(f"Open {near:g} kimg in Explore")
        button.setToolTip(
            f"The network of run A after {near:g} kimg: the kept checkpoint nearest to"
            f" {kimg:g} kimg. One edit, which undo takes back."
        )

    def _select(self, side: int) -> None:
        combo = self.combos[side]
        index = next(
            (k for k in range(combo.count()) if combo.itemData(k) == self._shown[side]),
            0,
        )
        with QSignalBlocker(combo):
            combo.setCurrentIndex(index)

    def _activated(self, side: int) -> None:
        data = self.combos[side].currentData()
        if data == CHOOSE:
            self._select(side)
            self.folder_wanted.emit(side)
        elif data != self._shown[side]:
            self.chosen.emit(side, data)


class LookBar(QWidget):
    """Directions, centre, colours and trails; ``changed()`` when one is another."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.directions = Segments(_DIRECTIONS)
        self.start = QuietSpin(0, MAX_DIM - 3, "The first of the three coordinates")
        self.centre = Segments(_CENTRES)
        self.colour = Segments(_COLOURS)
        self.trail = QuietSpin(0, MOST_TRAIL, "So many former records fade behind")
        self.trail.setPrefix("Trail ")
        self.trail.setValue(TRAIL)
        for spin in (self.start, self.trail):
            spin.setFixedHeight(self.centre.sizeHint().height())
        row = QFlowLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(6)
        row.setVerticalSpacing(4)
        for widget in (self.directions, self.start, self.centre, self.colour):
            row.addWidget(widget)
        row.addWidget(self.trail)
        for segments in (self.directions, self.centre, self.colour):
            segments.chosen.connect(self._changed)
        for spin in (self.start, self.trail):
            spin.valueChanged.connect(self._changed)
        self.start.setVisible(False)

    @property
    def gaze(self) -> Gaze:
        """How records are looked at."""
        axes = self.directions.chosen_key() == "axes"
        projection = coordinates(self.start.value()) if axes else Pca()
        return Gaze(projection, self.centre.chosen_key())

    @property
    def by_circle(self) -> bool:
        """Whether each circle has a colour of its own."""
        return self.colour.chosen_key() == "circle"

    def _changed(self) -> None:
        self.start.setVisible(self.directions.chosen_key() == "axes")
        self.changed.emit()

"""Where data and weights come from: sgviz itself, or a file of the user's."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sgviz.gui.choices import QuietCombo
from sgviz.gui.train.draft import PORTRAITS
from sgviz.gui.train.editors import Editor
from sgviz.gui.train.labels import tip_of
from sgviz.training.fields import FieldHelp

WEIGHTS_FILTER = "Weights (*.safetensors *.pkl *.pt);;All files (*)"
_PORTRAIT_WORDS = "Faces drawn from 36 known factors; no two alike."
_DROP_WORDS = "Or drop a folder or zip on this page."


class PathLabel(QLabel):
    """A path in one quiet line: its end is shown, all of it is in the tip."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._path = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setAccessibleName(name)
        self.setMinimumWidth(40)

    def show_path(self, path: str, otherwise: str = "") -> None:
        """Show a path, or other words where there is none."""
        self._path = path
        self.setWordWrap(not path)
        self.setToolTip(path or otherwise)
        if path:
            self._elide()
        else:
            self.setText(otherwise)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._path:
            self._elide()

    def _elide(self) -> None:
        left, width = Qt.TextElideMode.ElideLeft, self.width()
        self.setText(self.fontMetrics().elidedText(self._path, left, width))


class DataEditor(Editor):
    """Portraits, or a folder or zip of images; ``edited`` with what stands there."""

    def __init__(self, field: FieldHelp) -> None:
        super().__init__(field)
        self.combo = QuietCombo("Data", tip_of(field))
        self.combo.addItem("Portraits", PORTRAITS)
        self.combo.addItem("Images of my own", "")
        self.combo.activated.connect(self._taken)
        self.folder_button = _button("Folder…", "Choose a folder of images")
        self.zip_button = _button("Zip…", "Choose a zip of images")
        self.folder_button.clicked.connect(self._choose_folder)
        self.zip_button.clicked.connect(self._choose_zip)
        self.path = PathLabel("Where the images are")
        self._own = ""
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.folder_button)
        buttons.addWidget(self.zip_button)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.combo)
        column.addLayout(buttons)
        column.addWidget(self.path)
        self._row.addLayout(column, 1)
        self.show_value(PORTRAITS)

    @property
    def hands(self) -> tuple[QWidget, ...]:
        """What the keyboard reaches."""
        return (self.combo,)

    def show_value(self, value: object) -> None:
        """Show a value; the images chosen before are remembered."""
        own = value != PORTRAITS
        self._own = str(value) if own and value else self._own
        self.combo.setCurrentIndex(1 if own else 0)
        for button in (self.folder_button, self.zip_button):
            button.setVisible(own)
        words = _DROP_WORDS if own else _PORTRAIT_WORDS
        self.path.show_path(str(value) if own else "", words)

    def _taken(self, index: int) -> None:
        self.edited.emit(self._own if index else PORTRAITS)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "A folder of images", self._own)
        self._chosen(path)

    def _choose_zip(self) -> None:
        kinds = "Zip of images (*.zip);;All files (*)"
        path, _ = QFileDialog.getOpenFileName(self, "A zip of images", "", kinds)
        self._chosen(path)

    def _chosen(self, path: str) -> None:
        if path:
            self.edited.emit(path)


class StartChoice(QWidget):
    """Random weights, or those of a file; ``chosen(Path or None)``."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._path: Path | None = None
        tip = (
            "What the networks are at the first step.\nA checkpoint brings generator"
            " and discriminator; a generator alone starts with a fresh discriminator."
        )
        self.combo = QuietCombo("Start from", tip)
        self.combo.addItem("Random weights")
        self.combo.addItem("A file…")
        self.combo.activated.connect(self._taken)
        self.path = PathLabel("The file to start from")
        self.words = QLabel(wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.combo)
        column.addWidget(self.path)
        column.addWidget(self.words)
        self.show_path(None)
        self.say("")

    def say(self, words: str, wrong: bool = False) -> None:
        """What the file is, or why it cannot be one to start from."""
        role = QPalette.ColorRole
        self.words.setForegroundRole(role.BrightText if wrong else role.PlaceholderText)
        self.words.setText(words)
        self.words.setVisible(bool(words))

    @property
    def value(self) -> Path | None:
        """The file to start from; None for random weights."""
        return self._path

    def show_path(self, path: Path | None) -> None:
        """Show a choice; nothing is emitted."""
        self._path = path
        self.combo.setCurrentIndex(0 if path is None else 1)
        self.path.setVisible(path is not None)
        self.path.show_path("" if path is None else str(path))

    def _taken(self, index: int) -> None:
        path: Path | None = None
        if index:
            name, _ = QFileDialog.getOpenFileName(
                self, "Weights to start from", "", WEIGHTS_FILTER
            )
            path = Path(name) if name else self._path
        self.show_path(path)
        self.chosen.emit(path)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button

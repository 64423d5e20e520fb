"""A file of circles in the place of the list: its name, whether it has images."""

from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from sgviz.frame import Scene
from sgviz.gui.parts import column_of, text_button
from sgviz.state import CirclesFile


class CirclesFileRow(QWidget):
    """Which file the circles come from; ``back`` closes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file: CirclesFile | None = None
        self._scene: Scene | None = None
        self.name = QLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setWordWrap(True)
        self.name.setAccessibleName("File of circles")
        tip = "Close the file's circles, show the six"
        self.back = text_button("Back to the default circles", tip)
        column = column_of(self)
        column.addWidget(self.name)
        column.addWidget(self.back)

    def set_file(self, file: CirclesFile | None) -> None:
        """The file whose circles are shown; None: there is none."""
        self._file = file
        self.setVisible(file is not None)
        self._show()

    def set_scene(self, scene: Scene | None) -> None:
        """Whether the network that is open made them is known with their scene."""
        self._scene = scene
        self._show()

    def _show(self) -> None:
        if self._file is None:
            return
        name, scene = PurePath(self._file.path).name, self._scene
        if scene is None or scene.of != self._file:
            self.name.setText(name)
        elif scene.has_latents:
            self.name.setText(f"{name}: circles of this network, with images")
        else:
            self.name.setText(f"{name}: geometry only")

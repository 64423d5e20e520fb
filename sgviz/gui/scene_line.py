"""The line below the W view: facts of the scene that is drawn, or how far one is."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from sgviz.frame import Progress, Scene
from sgviz.gui.scene_words import scene_words


class SceneLine(QLabel):
    """One line, cut off where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self._scene: Scene | None = None
        self._colours = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "muted")
        self.setContentsMargins(8, 2, 8, 4)
        self.setMinimumWidth(1)

    def set_scene(self, scene: Scene, drawn: str, colours: str) -> None:
        """Another scene: see :func:`sgviz.gui.scene_words.scene_words`."""
        self._scene, self._colours = scene, colours
        self.set_drawn(drawn)

    def set_drawn(self, drawn: str) -> None:
        """More or less is drawn of the same scene."""
        if self._scene is not None:
            self.setText(scene_words(self._scene, drawn, self._colours))

    def set_progress(self, progress: Progress) -> None:
        """How far a scene is that takes a while."""
        share = "" if progress.share is None else f": {progress.share:.0%}"
        self.setText(f"{progress.what}{share}")

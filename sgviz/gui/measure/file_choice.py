"""A button that asks for a file and hashes it in a thread of its own."""

import threading
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget


class FileChoice(QToolButton):
    """``chosen(path, sha256)`` once a file was taken, ``refused(str)`` where not."""

    chosen = Signal(str, str)
    refused = Signal(str)
    _hashed = Signal(str, str)

    def __init__(
        self, text: str, tip: str, kinds: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kinds, self._title = kinds, tip
        self._reader: threading.Thread | None = None
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.clicked.connect(self.ask)
        self._hashed.connect(self._take)

    def ask(self) -> None:
        """Ask for a file."""
        path, _ = QFileDialog.getOpenFileName(self, self._title, "", self._kinds)
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Take this file, as soon as its hash is known."""
        self.setEnabled(False)
        self._reader = threading.Thread(
            target=self._hash, args=(path,), name="hash", daemon=True
        )
        self._reader.start()

    def _hash(self, path: Path) -> None:
        from sgviz.checkpoints.errors import FileError
        from sgviz.checkpoints.open_file import hash_file

        try:
            self._hashed.emit(str(path), hash_file(path))
        except FileError as error:
            self._hashed.emit(str(error), "")
        except RuntimeError:
            # The window is closed: nobody is asking any more.
            return

    def _take(self, path: str, sha256: str) -> None:
        self.setEnabled(True)
        if sha256:
            self.chosen.emit(path, sha256)
        else:
            self.refused.emit(path)

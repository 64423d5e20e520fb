"""Files and the window: open by content, drop, save a session, take pictures."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from sgviz.frame import Pixels, Problem
from sgviz.gui.loading import Loading
from sgviz.gui.main_window import MainWindow
from sgviz.gui.opening import (
    file_of,
    network_in,
    read_whole,
    state_beside,
    state_with,
    which_is_shown,
)
from sgviz.gui.pixmaps import from_qimage, to_qimage
from sgviz.gui.session import Edit, Session
from sgviz.state import State
from sgviz.state_json import to_json

if TYPE_CHECKING:
    from sgviz.checkpoints.open_file import Opened
    from sgviz.curves import CurveSet
    from sgviz.render.sources import Sources

log = logging.getLogger(__name__)

OPEN_FILTER = (
    "All that sgviz reads (*.safetensors *.pkl *.pt *.pth *.npz *.dat *.csv *.ply "
    "*.json *.png);;"
    "All files (*)"
)
CIRCLES_FILTER = (
    "With z and w (*.npz);;Table (*.csv);;3-D points (*.ply);;One circle (*.dat)"
)


# Checked and hashed, hashed again when it is taken, and its numbers.
PASSES = 3.0


class Files(QObject):
    """Reads files in a thread of their own; each ends as an edit or a sentence.

    A network is whole in memory before the state asks for it: until then the one on
    the screen goes on, and whoever cancels has changed nothing.
    """

    opened = Signal(object)
    recent_opened = Signal(str, str)
    _read = Signal(object, object, bool)
    _written = Signal(str)
    _failed = Signal(object)

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        sources: "Callable[[], Sources | None]" = lambda: None,
    ) -> None:
        super().__init__(window)
        self._session, self._window, self._sources = session, window, sources
        self.loading = Loading(window.notifications)
        self._readers: list[threading.Thread] = []
        self._reading = 0
        self._circles: list[str] = []
        self.problems: list[Problem] = []
        self._read.connect(self._take)
        self._written.connect(window.notifications.say)
        self._failed.connect(window.notifications.show_problem)
        window.files_dropped.connect(self.open_paths)
        window.files_dropped_beside.connect(self.open_beside)

    @property
    def reading(self) -> bool:
        """Whether a file is still being read."""
        return self._reading > 0

    def open_paths(self, paths: list[str], beside: bool = False) -> None:
        """Open files, in order; ``beside``: as the second network."""
        self._reading += len(paths)
        self._begin(self._read_all, paths, beside)

    def open_beside(self, paths: list[str]) -> None:
        """Draw the network in a file beside the one on the screen."""
        self.open_paths(paths[-1:], beside=True)

    def choose_beside(self) -> None:
        """Ask for a network's file, and draw it beside."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Open beside", "", OPEN_FILTER
        )
        if path:
            self.open_beside([path])

    def choose_and_open(self) -> None:
        """Ask for files and open them."""
        paths, _ = QFileDialog.getOpenFileNames(self._window, "Open", "", OPEN_FILTER)
        if paths:
            self.open_paths(paths)

    def save_session(self) -> None:
        """Ask for a name and write the session there."""
        self._save_as(
            "Save session", "session.json", "Session (*.json)", self._session_bytes
        )

    def save_view(self) -> None:
        """Ask for a name and write the window as a picture with its State."""
        self._save_as("Save screenshot", "sgviz.png", "PNG (*.png)", self.window_png)

    def save_pixels(self, pixels: Pixels, state: State, name: str) -> None:
        """Ask for a name and write a picture with the State that it shows."""
        self._save_as("Save", name, "PNG (*.png)", lambda: _png(pixels, state))

    def save_circles(self, make: "Callable[[], CurveSet]") -> None:
        """Ask for a name and write circles there; ``make`` runs in a thread."""
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Save circles", "circles.npz", CIRCLES_FILTER
        )
        if path:
            self._begin(self._write_circles, Path(path), make)

    def copy_view(self) -> None:
        """The window to the clipboard, as raw PNG bytes with the State too."""
        self.copy_pixels(self._window_pixels(), self._session.settled)

    def copy_pixels(self, pixels: Pixels, state: State) -> None:
        """A picture to the clipboard, as raw PNG bytes with its State too."""
        data = QMimeData()
        data.setImageData(to_qimage(pixels))
        data.setData("image/png", _png(pixels, state))
        QGuiApplication.clipboard().setMimeData(data)

    def window_png(self) -> bytes:
        """The window as PNG bytes that carry its State."""
        return _png(self._window_pixels(), self._session.settled)

    def wait(self, seconds: float | None) -> bool:
        """Until the last file is read; False where that takes longer."""
        for reader in self._readers:
            reader.join(seconds)
        return not any(reader.is_alive() for reader in self._readers)

    def _begin(self, work: Callable[..., None], *args: object) -> None:
        reader = threading.Thread(target=work, args=args, name="files")
        self._readers = [r for r in self._readers if r.is_alive()] + [reader]
        reader.start()

    def _window_pixels(self) -> Pixels:
        return from_qimage(self._window.grab().toImage())

    def _session_bytes(self) -> bytes:
        return to_json(self._session.settled).encode()

    def _save_as(
        self, title: str, name: str, kinds: str, make: Callable[[], bytes]
    ) -> None:
        path, _ = QFileDialog.getSaveFileName(self._window, title, name, kinds)
        if path:
            self.write(Path(path), make())

    def write(self, path: Path, content: bytes) -> bool:
        """Write a file whole or not at all; a sentence where that fails."""
        from sgviz.checkpoints.atomic import write_atomically

        try:
            write_atomically(path, lambda file: _write(file, content))
        except OSError as error:
            self._window.notifications.warn(f"{error}.")
            return False
        self._window.notifications.say(f"Saved {path.name}.")
        return True

    # In the reader's thread.

    def _write_circles(self, path: Path, make: "Callable[[], CurveSet]") -> None:
        from sgviz.checkpoints.circles_file import write_circles

        try:
            write_circles(make(), path)
        except OSError as error:
            self._failed.emit(Problem(str(error)))
        except ValueError as error:
            self._failed.emit(Problem(f"{path.name} was not saved: {error}"))
        else:
            self._written.emit(f"Saved {path.name}.")

    def _read_all(self, paths: list[str], beside: bool) -> None:
        from sgviz.checkpoints.watch import CancelledError

        for path in paths:
            try:
                self._read.emit(self._read_one(file_of(Path(path))), None, beside)
            except CancelledError:
                self._read.emit(None, None, beside)
            except (ValueError, OSError) as error:
                self._read.emit(None, Problem(str(error)), beside)
            except Exception as error:
                # The thread's last resort: whatever it is, the window must say it.
                log.exception("a file could not be read")
                what = f"{Path(path).name} could not be read: {error}"
                self._read.emit(None, Problem(what, repr(error)), beside)

    def _read_one(self, path: Path) -> "Opened":
        with self.loading.reading(path, PASSES) as watch:
            return read_whole(path, self._sources(), watch)

    # In the window's thread again.

    def _take(
        self, opened: "Opened | None", problem: Problem | None, beside: bool
    ) -> None:
        self._reading -= 1
        if opened is not None:
            self._place(opened, beside)
        elif problem is not None:
            self._refuse(problem)
        if not self._reading:
            names, self._circles = self._circles, []
            if len(names) > 1:
                self._window.notifications.warn(f"{which_is_shown(names)}.")

    def _place(self, opened: "Opened", beside: bool) -> None:
        name = opened.path.name
        if beside and network_in(opened) is None:
            self._refuse(Problem(f"{name} holds no network to be drawn beside"))
            return
        self.recent_opened.emit(str(opened.path), opened.sha256)
        change = state_beside if beside else state_with
        text = f"Open {name} beside" if beside else f"Open {name}"
        self._session.apply(Edit(change(self._session.state, opened), text))
        if opened.notice:
            self._window.notifications.show_problem(Problem(f"{name}: {opened.notice}"))
        if opened.kind == "circles":
            self._circles.append(name)
        self.opened.emit(opened)

    def _refuse(self, problem: Problem) -> None:
        self.problems.append(problem)
        self._window.notifications.show_problem(problem)


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)


def _png(pixels: Pixels, state: State) -> bytes:
    from sgviz.checkpoints.picture import png_bytes

    return png_bytes(pixels, state)

"""Files that are being read: said in the window, with how far, and a Cancel button."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from sgviz.gui.notification import Notifications, Progress

if TYPE_CHECKING:
    from sgviz.checkpoints.watch import Watch

# Who waits for less is told nothing.
PATIENCE_MS = 300
SIGNAL_SECONDS = 0.06


class Loading(QObject):
    """Shows what other threads read, after a moment; Cancel ends it.

    :meth:`reading` is for any thread. ``given_up``: Cancel was pressed.
    """

    given_up = Signal()

    _began = Signal(object)
    _moved = Signal(object)
    _ended = Signal(object)

    def __init__(self, notifications: Notifications) -> None:
        super().__init__(notifications)
        self._notifications = notifications
        self._notes: dict[_Reading, Progress | None] = {}
        self._began.connect(self._begin)
        self._moved.connect(self._move)
        self._ended.connect(self._end)

    @contextmanager
    def reading(self, path: Path, passes: float = 1.0) -> "Iterator[Watch]":
        """A file is read ``passes`` times over, in this thread; its watch."""
        from sgviz.checkpoints.watch import Watch

        reading = _Reading(path, passes, self._moved.emit)
        reading.watch = Watch(reading.hear)
        self._began.emit(reading)
        try:
            yield reading.watch
        finally:
            self._ended.emit(reading)

    def cancel_all(self) -> None:
        """Nobody waits for any file any more."""
        for reading in self._notes:
            reading.cancel()

    # In the window's thread.

    def _begin(self, reading: "_Reading") -> None:
        self._notes[reading] = None
        QTimer.singleShot(PATIENCE_MS, self, lambda: self._show(reading))

    def _show(self, reading: "_Reading") -> None:
        if reading in self._notes:
            what = f"Opening {reading.name} …"
            note = self._notifications.progress(what, lambda: self._cancel(reading))
            self._notes[reading] = note
            note.set_fraction(reading.fraction)

    def _cancel(self, reading: "_Reading") -> None:
        # First the state, so that nothing of it is begun once more.
        self.given_up.emit()
        reading.cancel()

    def _move(self, reading: "_Reading") -> None:
        note = self._notes.get(reading)
        if note is not None:
            note.set_fraction(reading.fraction)

    def _end(self, reading: "_Reading") -> None:
        note = self._notes.pop(reading, None)
        if note is not None:
            note.deleteLater()


class _Reading:
    """One file under way: written by the thread that reads it."""

    watch: "Watch"

    def __init__(
        self, path: Path, passes: float, moved: Callable[["_Reading"], None]
    ) -> None:
        self.name = path.name
        try:
            size = os.stat(path).st_size
        except (OSError, ValueError):
            size = 0
        self._total = max(1.0, passes * size)
        self._moved, self._said = moved, 0.0
        self.fraction = 0.0

    def hear(self, read: int) -> None:
        """So many bytes are read: tell the window now and then."""
        self.fraction = min(1.0, read / self._total)
        now = time.monotonic()
        if now - self._said >= SIGNAL_SECONDS:
            self._said = now
            self._moved(self)

    def cancel(self) -> None:
        """Nobody waits for it any more."""
        self.watch.cancel()

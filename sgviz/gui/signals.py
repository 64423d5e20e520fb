"""Ctrl-C and SIGTERM close the window as a click does, even when nothing happens."""

import os
import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, Signal

NUMBERS = (signal.SIGINT, signal.SIGTERM)
SIGNALLED = 128


class SignalWatch(QObject):
    """Says ``asked_to_end`` at the first signal; the second ends the process at once.

    Python runs its handlers between two of its own instructions, and an idle window
    runs none: so the number is written to a socket that Qt's event loop listens to.
    Made in the main thread; :meth:`release` gives the signals back.
    """

    asked_to_end = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.code = 0
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        self._notifier = QSocketNotifier(
            self._reading.fileno(), QSocketNotifier.Type.Read, self
        )
        self._notifier.activated.connect(self._read)
        self._fd = signal.set_wakeup_fd(self._writing.fileno())
        self._before = [signal.signal(number, self._second) for number in NUMBERS]
        self._seen = False

    def release(self) -> None:
        """The handlers that were there before are back."""
        for number, handler in zip(NUMBERS, self._before, strict=True):
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._fd)
        self._notifier.setEnabled(False)
        self._reading.close()
        self._writing.close()

    def _second(self, number: int, _frame: FrameType | None) -> None:
        if self._seen:
            os._exit(SIGNALLED + number)
        self._seen = True

    def _read(self) -> None:
        for number in self._reading.recv(16):
            self.code = self.code or SIGNALLED + number
        self.asked_to_end.emit()

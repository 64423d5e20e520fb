"""How long images and frames took, for the status bar."""

import time
from collections import deque

from sgviz.gui.status_bar import StatusBar

STATUS_MS = 100.0
REMEMBERED = 256


class StatusFigures:
    """When each request was asked, and figures of it ten times a second at most."""

    def __init__(self, status: StatusBar) -> None:
        self._status = status
        self._asked: deque[tuple[int, float]] = deque(maxlen=REMEMBERED)
        self._shown = {"image": 0.0, "frame": 0.0}
        self.image_serial = 0
        self._waits = True  # for torch, with the first network

    def ask(self, serial: int) -> None:
        """A request leaves now."""
        self._asked.append((serial, time.perf_counter()))

    def forget(self) -> None:
        """What was asked so far waited for something else: that is no latency."""
        self._asked.clear()

    def network_shown(self) -> None:
        """The first one: what was asked until then waited for torch."""
        if self._waits:
            self._waits = False
            self.forget()

    def image_painted(self) -> int:
        """The newest image is on the screen; the number of its request."""
        asked = dict(self._asked).get(self.image_serial)
        if asked is not None and self._is_due("image"):
            self._status.set_latency(1000.0 * (time.perf_counter() - asked))
        return self.image_serial

    def frame_painted(self, milliseconds: float) -> None:
        """A frame of the 3-D view took so long."""
        if self._is_due("frame"):
            self._status.set_frame_time(milliseconds)

    def _is_due(self, figure: str) -> bool:
        now = time.perf_counter()
        due = 1000.0 * (now - self._shown[figure]) >= STATUS_MS
        if due:
            self._shown[figure] = now
        return due

"""``python main.py`` with a watch on it: when it is painted, and when it stalls.

Prints one line of JSON: ``painted`` and ``image`` (when the window, and when its first
image, had been painted; seconds of perf_counter) and ``stall_ms``, the longest time
for which the event loop did not answer between the two.
"""

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

PROBE_MS = 5


class Watch(QObject):
    """Waits for the first paint of an exposed main window, then probes the loop."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.app = app
        self.painted = self.image = self.last = 0.0
        self.gaps: list[float] = []
        self.window = None
        self.timer = QTimer(interval=PROBE_MS)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.probe)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and hasattr(watched, "notifications"):
            handle = watched.windowHandle()  # type: ignore[attr-defined]
            if handle is not None and handle.isExposed():
                self.window = watched  # type: ignore[assignment]
                self.app.removeEventFilter(self)
                # When the loop comes back, the paint is on the screen.
                QTimer.singleShot(0, self.begin)
        return False

    def begin(self) -> None:
        self.painted = self.last = time.perf_counter()
        self.window.image.image_painted.connect(self.end)  # type: ignore[attr-defined]
        self.timer.start()

    def probe(self) -> None:
        now = time.perf_counter()
        self.gaps.append(1000.0 * (now - self.last) - PROBE_MS)
        self.last = now

    def end(self) -> None:
        self.image = time.perf_counter()
        self.timer.stop()
        QTimer.singleShot(0, self.window.close)  # type: ignore[attr-defined]


def main() -> int:
    watches: list[Watch] = []
    run = QApplication.exec

    def watched_exec(app: QApplication) -> int:
        watches.append(Watch(app))
        return run()

    QApplication.exec = watched_exec  # type: ignore[method-assign, assignment]
    from sgviz.cli import main as command_line

    code = command_line([])
    watch = watches[0]
    stall = max(watch.gaps, default=0.0)
    figures = {"painted": watch.painted, "image": watch.image, "stall_ms": stall}
    print(json.dumps(figures))
    return code


if __name__ == "__main__":
    sys.exit(main())

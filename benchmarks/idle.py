"""A window at rest: nothing plays or trains, and no text field has the focus.

Counts every paint of every widget for five seconds, and the time that all threads of
the process spend on a processor meanwhile.
"""

import time
from collections import Counter

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.stand import facts, live, window_of
from benchmarks.table import Row

SECONDS = 5.0
CPU_SHARE = 0.01


class Paints(QObject):
    """Counts paints; sees every event of the application, so it is used alone."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[str] = Counter()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget):
            self.seen[type(watched).__name__] += 1
        return False


def measure() -> tuple[list[Row], dict[str, object]]:
    with window_of() as instrument:
        live(2.0)
        app = QApplication.instance()
        paints = Paints()
        app.installEventFilter(paints)  # type: ignore[union-attr]
        live(SECONDS)
        app.removeEventFilter(paints)  # type: ignore[union-attr]
        start, spent = time.perf_counter(), time.process_time()
        live(SECONDS)
        share = (time.process_time() - spent) / (time.perf_counter() - start)
        count = sum(paints.seen.values())
        who = ", ".join(f"{k} {v}" for k, v in paints.seen.most_common(3))
        rows = [
            Row(
                "idle: repaints in 5 s",
                "0",
                f"{count} ({who})" if count else "0",
                count == 0,
                {"repaints": count},
            ),
            Row(
                "idle: share of a core",
                "< 1 %",
                f"{100 * share:.2f} %",
                share < CPU_SHARE,
                {"share": share},
            ),
        ]
        return rows, facts(instrument)

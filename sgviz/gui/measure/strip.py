"""One quiet line below a panel: what is being measured, how far it is, and Stop."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from sgviz.frame import Progress

PATIENCE_MS = 250
STOPPED, OF_BEFORE = "Stopped.", "Stopped. What is shown is of before."


class Strip(QWidget):
    """Shown where work lasts; ``stop_asked(True)``: stop, False: go on."""

    stop_asked = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._under_way: dict[str, Progress] = {}
        self._is_stopped = self._is_stale = False
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setMinimumWidth(1)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Progress")
        self.button = QToolButton()
        self.button.clicked.connect(self._press)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 6, 3)
        row.addWidget(self._words, 1)
        row.addWidget(self._bar, 1)
        row.addWidget(self.button)
        self._timer = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._timer.timeout.connect(self._show)
        self._show()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def set_progress(self, name: str, progress: Progress | None) -> None:
        """How far a measure is; None: it is done."""
        if progress is None:
            self._under_way.pop(name, None)
        elif not self._is_stopped:
            self._under_way[name] = progress
        if not self._under_way or self.isVisible():
            self._show()
        elif not self._timer.isActive():
            # Work of a moment shows no bar that would flicker.
            self._timer.start()

    def set_stopped(self, stopped: bool) -> None:
        """Whether the work was stopped by hand."""
        self._is_stopped = stopped
        if stopped:
            self._under_way.clear()
        self._show()

    def set_stale(self, stale: bool) -> None:
        """Whether what is shown above is of before."""
        if stale != self._is_stale:
            self._is_stale = stale
            self._show()

    def _press(self) -> None:
        self.stop_asked.emit(not self._is_stopped)

    def _show(self) -> None:
        self._timer.stop()
        now = next(iter(self._under_way.values()), None)
        self.setVisible(self._is_stopped or now is not None)
        self._bar.setVisible(now is not None)
        stop = "Measure on" if self._is_stopped else "Stop"
        self.button.setText(stop)
        self.button.setToolTip(
            "Go on with the measuring" if self._is_stopped else "Stop this measuring"
        )
        self.button.setAccessibleName(stop)
        if self._is_stopped:
            self._words.setText(OF_BEFORE if self._is_stale else STOPPED)
        elif now is not None:
            self._words.setText(now.what)
            self._bar.setRange(0, 1000 if now.share is not None else 0)
            if now.share is not None:
                self._bar.setValue(round(1000 * now.share))

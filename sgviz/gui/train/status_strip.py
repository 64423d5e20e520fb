"""Where a run stands: a word, a bar, and three figures."""

from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from sgviz.gui.train.run_words import kimg_words
from sgviz.gui.train.runs import STATE_WORDS, RunState, duration_words
from sgviz.training.events import Losses


class StatusStrip(QWidget):
    """State, kimg of the total, images a second, time left."""

    def __init__(self) -> None:
        super().__init__()
        self._state, self._total = RunState.IDLE, 0.0
        self._last: Losses | None = None
        self._words, self._figures = QLabel(), QLabel(wordWrap=True)
        self._figures.setProperty("role", "muted")
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Progress of the run")
        self._bar.setToolTip("Images shown, of all this run will show")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._words, self._bar, self._figures):
            column.addWidget(part)
        self.set_state(RunState.IDLE)

    @property
    def text(self) -> str:
        """All the words."""
        return f"{self._words.text()} {self._figures.text()}".strip()

    def begin(self, total: float) -> None:
        """A new run of ``total`` kimg."""
        self._total, self._last = total, None
        self._show()

    def set_state(self, state: RunState, words: str = "") -> None:
        """Where the run stands, in other words than the usual where given."""
        self._state = state
        self._words.setText(words or STATE_WORDS[state])
        self._show()

    def set_last(self, last: Losses) -> None:
        """The newest figures of the run."""
        self._last = last
        self._show()

    def _show(self) -> None:
        last = self._last
        if last is None:
            self._bar.setValue(0)
            self._figures.setText("")
            return
        kimg, rate = last.stats.images / 1000.0, last.images_per_second
        # Paused, single steps are made: each must be seen to count.
        each = self._state is RunState.PAUSED
        words = [kimg_words(last.stats.images, self._total, each)]
        if "kimg" in self._words.text():
            words = []
        if self._state is RunState.RUNNING and rate > 0:
            words.append(f"{rate:.{0 if rate >= 10 else 1}f} images/s")
            left = max(0.0, 1000.0 * self._total - last.stats.images) / rate
            words.append(f"{duration_words(left)} left")
        if self._total:
            self._bar.setValue(round(1000.0 * min(1.0, kimg / self._total)))
        self._figures.setText(" · ".join(words))

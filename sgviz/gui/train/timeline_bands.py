"""The thread that asks untrained networks what they would show, one size at a time."""

import logging
import threading

from PySide6.QtCore import QObject, Signal

from sgviz.gui.mailbox import Mailbox
from sgviz.gui.train.timeline_panels import Bands
from sgviz.training.config import TrainConfig

log = logging.getLogger(__name__)

Sizes = tuple[int, int, int]


def sizes_of(config: TrainConfig) -> Sizes:
    """What the bands of a run depend on: z_dim, w_dim and the mapping's depth."""
    return config.z_dim, config.w_dim, config.depth


class BandsThread(QObject):
    """Measures untrained twins; ``ready`` when there are more than before.

    Takes a second or two for each size, once. What nobody wants any more is left.
    """

    ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox: Mailbox[tuple[int, tuple[TrainConfig, ...]]] = Mailbox()
        self._wanted: tuple[TrainConfig, ...] = ()
        self._serial = 0
        self.bands: dict[Sizes, Bands] = {}
        self.problem = ""
        self._thread = threading.Thread(target=self._run, name="untrained twins")

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def want(self, *configs: TrainConfig) -> None:
        """Measure these sizes, in order; what else is being measured is given up."""
        if configs != self._wanted and not self._mailbox.closed:
            self._wanted = configs
            self._serial += 1
            self._mailbox.put((self._serial, configs))
            if not self._thread.is_alive():
                self._thread.start()

    def stop(self, seconds: float | None) -> bool:
        """End after the layer under way; False where that takes longer."""
        self._mailbox.close()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    # In the thread.

    def _run(self) -> None:
        while not self._mailbox.closed:
            letter = self._mailbox.take(wait=True)
            serial, configs = letter or (0, ())
            for config in configs:
                if sizes_of(config) not in self.bands and self._is_wanted(serial):
                    self._measure(config, serial)

    def _is_wanted(self, serial: int) -> bool:
        return serial == self._serial and not self._mailbox.closed

    def _measure(self, config: TrainConfig, serial: int) -> None:
        from sgviz.training.reference import reference

        try:
            found = reference(config, lambda: not self._is_wanted(serial))
        except Exception as error:
            # The thread's last resort: whatever it is, the page must say it.
            log.exception("untrained networks could not be measured")
            self.problem = f"no untrained networks to compare with: {error}"
            self.ready.emit()
            return
        if found:
            self.bands[sizes_of(config)] = found
            self.ready.emit()

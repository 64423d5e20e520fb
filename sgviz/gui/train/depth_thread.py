"""The thread in which a depth laboratory is trained."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sgviz.frame import Problem
from sgviz.gui.threads import RenderThread
from sgviz.gui.train.giving_way import giving_way
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control
from sgviz.training.depth_events import LabEnded

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LabTask:
    """A laboratory to go on with; a new one where ``depths`` and ``base`` are given."""

    path: Path
    depths: tuple[int, ...] = ()
    base: TrainConfig | None = None


class LabThread(QObject):
    """One laboratory at a time.

    ``happened`` with each event, or the Problem that ended it all, in the thread.
    """

    happened = Signal(object)

    def __init__(self, render: RenderThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._render = render
        self._thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, task: LabTask, control: Control) -> None:
        """Train, under this hand; the one before has said its last word."""
        self.wait(None)
        self._thread = threading.Thread(
            target=self._work, args=(task, control), name="depth laboratory"
        )
        self._thread.start()

    def wait(self, seconds: float | None) -> bool:
        """Until it has ended; False where that takes longer."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.alive

    def _work(self, task: LabTask, control: Control) -> None:
        try:
            with giving_way():
                self._train(task, control)
        except MemoryError:
            self.happened.emit(Problem("There is not enough memory to train this."))
        except (ValueError, OSError) as error:
            self.happened.emit(Problem(str(error)))
        except Exception as error:
            # The thread's last resort: whatever it is, the page must say it.
            log.exception("the depth laboratory ended")
            self.happened.emit(Problem(f"The laboratory ended: {error}", repr(error)))

    def _train(self, task: LabTask, control: Control) -> None:
        sources = self._render.wait_for_sources()
        # torch is there by now: nobody waits for its import a second time.
        from sgviz.models.device import choose_device
        from sgviz.training.depth_lab import create_lab, read_lab, run_lab

        if control.stopped:
            self.happened.emit(LabEnded(False, True, "stopped"))
            return
        if task.base is None:
            lab = read_lab(task.path)
        else:
            lab = create_lab(task.path, task.depths, task.base)
        device = sources.device if sources is not None else choose_device("auto")
        for event in run_lab(lab, control, device):
            self.happened.emit(event)

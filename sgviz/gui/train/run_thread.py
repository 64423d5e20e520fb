"""The thread in which a run is trained: torch is used here, away from the window."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sgviz.frame import Problem
from sgviz.gui.threads import RenderThread
from sgviz.gui.train.giving_way import giving_way
from sgviz.gui.train.past_run import read_past
from sgviz.gui.train.run_words import NO_MEMORY
from sgviz.gui.train.runs import RunRequest
from sgviz.training.control import Control
from sgviz.training.events import Event, Finished, SnapshotReady

if TYPE_CHECKING:
    from sgviz.models.snapshot import Snapshot
    from sgviz.training.run_folder import RunFolder

log = logging.getLogger(__name__)

SAMPLES, REAL = 16, 16
EARLY = "it was stopped before it had begun"


@dataclass(frozen=True)
class Task:
    """What the thread is to do: a new run in ``folder``, or to go on with one."""

    folder: Path
    request: RunRequest
    resume: bool = False


class RunThread(QObject):
    """One run at a time; every signal is emitted in its thread.

    ``happened`` with each event, or the Problem that ended it all; ``sampled`` and
    ``learned_from`` with finished pixels, u8 [K, H, W, 3]; samples only while they are
    wanted. ``remembered`` with the PastRun of a run that goes on. ``keep`` is given
    each newest network, in the thread too.
    """

    happened = Signal(object)
    sampled = Signal(object, float)
    learned_from = Signal(object)
    remembered = Signal(object)

    def __init__(
        self,
        render: RenderThread,
        keep: "Callable[[Snapshot], None]",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._render, self._keep = render, keep
        self._thread: threading.Thread | None = None
        self.samples_wanted = True

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self, task: Task, control: Control) -> None:
        """Train, under this hand."""
        self._thread = threading.Thread(
            target=self._work, args=(task, control), name="training"
        )
        self._thread.start()

    def wait(self, seconds: float | None) -> bool:
        """Until it has ended; False where that takes longer."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.alive

    def _work(self, task: Task, control: Control) -> None:
        try:
            with giving_way():
                self._train(task, control)
        except (ValueError, OSError) as error:
            self.happened.emit(Problem(str(error)))
        except MemoryError:
            self.happened.emit(Problem(NO_MEMORY))
        except Exception as error:
            # The thread's last resort: whatever it is, the page must say it.
            log.exception("the training thread ended")
            self.happened.emit(Problem(f"The run ended: {error}", repr(error)))

    def _train(self, task: Task, control: Control) -> None:
        sources = self._render.wait_for_sources()
        if control.stopped:
            early = Finished(0, complete=False, saved=False, reason=EARLY)
            self.happened.emit(early)
            return
        # torch is there by now: nobody waits for its import a second time.
        from sgviz.models.device import choose_device
        from sgviz.training.going_on import start_or_resume
        from sgviz.training.run import run
        from sgviz.training.samples import real_pixels

        request, config = task.request, task.request.config
        device = choose_device(request.device)
        if request.device == "auto" and sources is not None:
            device = sources.device
        if request.start_from is None:
            trainer, folder = start_or_resume(
                task.folder, config, task.resume, device, config.kimg
            )
        else:
            from sgviz.training.start import read_beginning

            begins = read_beginning(request.start_from)
            trainer, folder = start_or_resume(
                task.folder, config, False, device, begins=begins
            )
        with folder:
            if task.resume:
                self.remembered.emit(read_past(task.folder, lambda: control.stopped))
            self.learned_from.emit(real_pixels(trainer.data, REAL))
            for event in run(trainer, folder, control):
                self._report(event, folder)

    def _report(self, event: Event, folder: "RunFolder") -> None:
        if isinstance(event, SnapshotReady):
            self._keep(event.snapshot)
            if self.samples_wanted:
                self._sample(event.snapshot)
        elif isinstance(event, Finished) and event.saved:
            event = verified(event, folder)
        self.happened.emit(event)

    def _sample(self, snapshot: "Snapshot") -> None:
        from sgviz.training.samples import sample_pixels

        pixels = sample_pixels(snapshot.build(), SAMPLES, fast=True)
        self.sampled.emit(pixels, snapshot.kimg)


def verified(event: Finished, folder: "RunFolder") -> Finished:
    """Saved only where the checkpoint still lies there: a folder can vanish."""
    from sgviz.checkpoints.of_run import checkpoint_path

    checkpoint = checkpoint_path(folder.path, event.images)
    for path in (checkpoint, folder.g_ema, folder.path / "config.json"):
        if not path.is_file():
            reason = f"{path.name} is not there any more"
            return replace(event, saved=False, reason=reason)
    return event

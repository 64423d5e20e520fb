"""A training run of the window: the tab's buttons, its thread, the live model."""

import logging
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from sgviz.frame import Problem
from sgviz.gui.main_window import MainWindow
from sgviz.gui.session import Edit, Session
from sgviz.gui.threads import RenderThread
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.prefs import window_threads
from sgviz.state import Live
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control
from sgviz.training.events import (
    Event,
    Finished,
    Losses,
    Paused,
    Resumed,
    SaveFailed,
    Skipped,
    SnapshotReady,
    Started,
)
from sgviz.training.presets import PRESETS

if TYPE_CHECKING:
    from sgviz.models.snapshot import Snapshot

log = logging.getLogger(__name__)

SAMPLES, REAL = 16, 9


class TrainingDesk(QObject):
    """At most one run at a time; the tab asks, the worker thread trains.

    ``snapshot_ready`` says that the live network has moved.
    """

    snapshot_ready = Signal()
    _happened = Signal(object)
    _sampled = Signal(object, float)
    _learned_from = Signal(object)

    def __init__(
        self, session: Session, window: MainWindow, render: RenderThread, runs: Path
    ) -> None:
        super().__init__(window)
        self._session, self._tab, self._render = session, window.train.run, render
        self._say = window.notifications.say
        self._runs = runs
        self._control: Control | None = None
        self._worker: threading.Thread | None = None
        self._run = ""
        self._newest: Snapshot | None = None
        self._following, self._was_shown = True, False
        # A worker must never fill the queue of a window that is busy elsewhere.
        queued = Qt.ConnectionType.QueuedConnection
        self._happened.connect(self._take, queued)
        self._sampled.connect(self._tab.set_samples, queued)
        self._learned_from.connect(self._tab.set_data_samples, queued)
        self._tab.start_requested.connect(self.start)
        self._tab.pause_requested.connect(self._pause)
        self._tab.stop_requested.connect(self._stop)
        self._tab.follow_toggled.connect(self.follow)
        session.changed.connect(self._state_changed)

    @property
    def alive(self) -> bool:
        """Whether a run's thread still works."""
        return self._worker is not None and self._worker.is_alive()

    @property
    def run(self) -> str:
        """The name of the newest run; empty where there was none."""
        return self._run

    @property
    def folder(self) -> Path:
        """Where the newest run lies."""
        return self._runs / self._run

    def start(self, request: RunRequest) -> None:
        """Train; Explore follows, which is one edit that can be undone."""
        if self.alive:
            return
        config = replace(
            PRESETS[request.preset],
            seed=request.seed,
            kimg=request.kimg,
            threads=window_threads(),
        )
        self._run = new_name(self._runs, request.preset)
        self._control, self._newest = Control(snapshots=True), None
        self._tab.begin(request)
        self._tab.set_running(RunState.STARTING)
        self._worker = threading.Thread(
            target=self._work, args=(config, self._control), name="training"
        )
        self._worker.start()
        if self._render.sources is not None:
            self._render.sources.expect(self._run)
        self._follow_run()

    def follow(self, on: bool) -> None:
        """Whether Explore shows the run's newest snapshot, or stays where it is."""
        self._following = on
        if on and self.alive:
            self._follow_run()
            self._install()
            self.snapshot_ready.emit()

    def stop(self, seconds: float | None) -> bool:
        """End after the step under way, saved; False where that takes longer."""
        if self._control is not None:
            self._control.stop()
        if self._worker is not None and self._worker.is_alive():
            self._worker.join(seconds)
        return not self.alive

    def close(self) -> None:
        """The window goes: end saved, and show nothing more."""
        if self._control is not None:
            self._control.show_snapshots(False)
        self.stop(0.0)

    def _follow_run(self) -> None:
        state, live = self._session.state, Live(self._run)
        if self._following and state.model != live:
            look = replace(state.look, camera=None)
            edit = Edit(replace(state, model=live, look=look), "Follow the run")
            self._session.apply(edit)

    def _state_changed(self) -> None:
        """Undo leaves the run, redo comes back to it: the switch says so."""
        shown = bool(self._run) and self._session.state.model == Live(self._run)
        if self.alive and shown != self._was_shown:
            self._following = shown
            self._tab.set_follow(shown)
        self._was_shown = shown

    def _install(self) -> None:
        """Let Explore have the newest snapshot, from any thread."""
        sources = self._render.sources
        if self._following and sources is not None and self._newest is not None:
            sources.install(self._run, self._newest)

    def _pause(self, on: bool) -> None:
        if self._control is not None:
            (self._control.pause if on else self._control.resume)()

    def _stop(self) -> None:
        if self.alive:
            self._tab.set_running(RunState.STOPPING)
            self.stop(0.0)

    # In the worker thread.

    def _work(self, config: TrainConfig, control: Control) -> None:
        try:
            self._train(config, control)
        except (ValueError, OSError) as error:
            self._happened.emit(Problem(str(error)))
        except Exception as error:
            # The thread's last resort: whatever it is, the tab must say it.
            log.exception("the training thread ended")
            self._happened.emit(Problem(f"The run ended: {error}", repr(error)))

    def _train(self, config: TrainConfig, control: Control) -> None:
        sources = self._render.wait_for_sources()
        if control.stopped:
            why = "it was stopped before it had begun"
            self._happened.emit(Finished(0, complete=False, saved=False, reason=why))
            return
        # torch is there by now: nobody waits for its import a second time.
        from sgviz.models.device import choose_device
        from sgviz.training.run import run, start_or_resume
        from sgviz.training.samples import real_pixels

        device = sources.device if sources else choose_device("auto")
        trainer, folder = start_or_resume(self.folder, config, False, device)
        with folder:
            self._learned_from.emit(real_pixels(trainer.data, REAL))
            for event in run(trainer, folder, control):
                self._report(event)

    def _report(self, event: Event) -> None:
        if isinstance(event, SnapshotReady):
            from sgviz.training.samples import sample_pixels

            self._newest = event.snapshot
            self._install()
            pixels = sample_pixels(event.snapshot.build(), SAMPLES)
            self._sampled.emit(pixels, event.snapshot.kimg)
        self._happened.emit(event)

    # In the window's thread again.

    def _take(self, event: Event | Problem) -> None:
        tab = self._tab
        if isinstance(event, Problem):
            tab.set_problem(event)
            tab.set_running(RunState.IDLE)
        elif isinstance(event, Losses):
            tab.add_stats([event])
        elif isinstance(event, SnapshotReady):
            self.snapshot_ready.emit()
        elif isinstance(event, SaveFailed | Skipped):
            self._say(event.reason)
        elif isinstance(event, Started | Resumed | Paused | Finished):
            self._show_running(event)

    def _show_running(self, event: Event) -> None:
        stopping = self._control is not None and self._control.stopped
        if isinstance(event, Finished):
            self._tab.set_running(RunState.FINISHED)
            if event.saved:
                self._say(f"The run is saved in {self.folder}")
            else:
                self._tab.set_problem(Problem(f"The run was not saved: {event.reason}"))
        elif not stopping:
            paused = isinstance(event, Paused)
            self._tab.set_running(RunState.PAUSED if paused else RunState.RUNNING)


def new_name(runs: Path, preset: str) -> str:
    """A name that no run in a folder has: the preset and the time, counted on."""
    name = f"{preset} {datetime.now():%Y-%m-%d %H.%M.%S}"
    names = (name, *(f"{name} - {count}" for count in range(2, 1000)))
    return next((free for free in names if not (runs / free).exists()), name)

"""A training run of the window: the page's wishes, its thread, the live model."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from sgviz.frame import Problem
from sgviz.gui.main_window import MainWindow
from sgviz.gui.session import Edit, Session
from sgviz.gui.threads import RenderThread
from sgviz.gui.train.gaze import Gaze
from sgviz.gui.train.run_index import RunEntry, request_of
from sgviz.gui.train.run_report import RunReport
from sgviz.gui.train.run_thread import RunThread, Task
from sgviz.gui.train.run_words import is_fine
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.prefs import window_threads
from sgviz.state import Live
from sgviz.training.control import Control
from sgviz.training.events import Event, Finished, SnapshotReady, Started

if TYPE_CHECKING:
    from sgviz.models.snapshot import Snapshot


class TrainingDesk(QObject):
    """At most one run at a time; the page asks, the worker thread trains.

    ``snapshot_ready`` says that the live network has moved, ``began(folder)`` and
    ``ended(saved)`` that a run did; ``saved`` and nothing wrong with it.
    """

    snapshot_ready = Signal()
    began = Signal(object)
    ended = Signal(bool)

    def __init__(
        self, session: Session, window: MainWindow, render: RenderThread, runs: Path
    ) -> None:
        super().__init__(window)
        self._session, self._render = session, render
        self._page = window.train.pages.run
        self._report = RunReport(self._page, window.notifications.say)
        self._runs = runs
        self._control = Control()  # on nothing yet
        self._worker = RunThread(render, self._keep, self)
        self._run, self._held, self._first = "", "", False
        self._newest: Snapshot | None = None
        # What the hand on the switch said last: undo moves it for one run alone.
        self._wished, self._following, self._was_shown = True, True, False
        self.gaze = Gaze(self._page, window.docks.values(), self)
        self._connect()
        session.changed.connect(self._state_changed)

    @property
    def alive(self) -> bool:
        """Whether a run's thread still works."""
        return self._worker.alive

    @property
    def run(self) -> str:
        """The name of the newest run; empty where there was none."""
        return self._run

    @property
    def folder(self) -> Path:
        """Where the newest run lies."""
        return self._runs / self._run

    @property
    def runs(self) -> Path:
        """Where all runs lie."""
        return self._runs

    @property
    def render(self) -> RenderThread:
        """The thread whose device and torch all training shares."""
        return self._render

    def hold(self, reason: str) -> None:
        """No run can be begun because of this; empty: again it can."""
        self._held = reason
        self._page.set_held(reason)

    def start(self, request: RunRequest) -> None:
        """Train; once it has begun Explore follows: one edit, which undo takes back."""
        threads = request.config.threads or window_threads()
        config = replace(request.config, threads=threads)
        folder = self._runs / new_name(self._runs, request.preset)
        self._launch(Task(folder, replace(request, config=config)))

    def resume(self, entry: RunEntry, kimg: float) -> None:
        """Go on with a run that was stopped, exactly, to so many kimg in all."""
        request = request_of(entry)
        if request is not None:
            config = replace(request.config, kimg=kimg)
            task = Task(entry.path, replace(request, config=config), resume=True)
            self._launch(task)

    def follow(self, on: bool) -> None:
        """Whether Explore shows the run's newest snapshot, or stays where it is."""
        self._wished = self._following = on
        if on and self.alive:
            self._follow_run()
            self._install()
        self._look()

    @property
    def followed(self) -> bool:
        """Whether Explore shows the newest snapshot of a run that goes on."""
        return self.alive and self._following

    def catch_up(self) -> None:
        """Let Explore have the newest snapshot, where it follows."""
        if self.followed:
            self.snapshot_ready.emit()

    def _look(self) -> None:
        """Snapshots and samples are made for those who see them; catch up."""
        self._control.show_snapshots(self.gaze.on_page or self._following)
        self._worker.samples_wanted = self.gaze.on_page
        if self.gaze.on_explore:
            self.catch_up()

    def stop(self, seconds: float | None) -> bool:
        """End after the step under way, saved; False where that takes longer."""
        self._control.stop()
        return self._worker.wait(seconds)

    def close(self) -> None:
        """The window goes: end saved, and show nothing more."""
        self._control.show_snapshots(False)
        self.stop(0.0)

    def _connect(self) -> None:
        # A worker must never fill the queue of a window that is busy elsewhere.
        queued = Qt.ConnectionType.QueuedConnection
        page, worker = self._page, self._worker
        self.gaze.changed.connect(self._look)
        worker.happened.connect(self._take, queued)
        worker.sampled.connect(page.set_samples, queued)
        worker.learned_from.connect(page.board.set_data, queued)
        worker.remembered.connect(page.board.show_past, queued)
        page.start_requested.connect(self.start)
        page.runs.continue_requested.connect(self.resume)
        page.form.live_edited.connect(self._change)
        control = page.control
        control.pause_requested.connect(self._pause)
        control.stop_requested.connect(self._stop)
        control.step_requested.connect(lambda part: self._control.single(part))
        control.slow_changed.connect(lambda seconds: self._control.slow(seconds))
        control.follow_toggled.connect(self.follow)

    def _launch(self, task: Task) -> None:
        if self.alive or self._held:
            return
        self._run = task.folder.name
        self._state_changed()
        self._report.begin(task.request.config)
        self._control, self._newest, self._first = Control(True), None, True
        self._page.begin(task.request)
        self._page.set_running(RunState.STARTING)
        self._control.slow(self._page.control.slow.slider.value())
        self._following = self._wished
        self._page.control.set_follow(self._following)
        self._worker.begin(task, self._control)
        if self._render.sources is not None:
            self._render.sources.expect(self._run)
        self._look()
        self.began.emit(task.folder)

    def _follow_run(self) -> None:
        state, live = self._session.state, Live(self._run)
        starting = self._page.run_state is RunState.STARTING
        if self._following and state.model != live and not starting:
            look = state.look.framed()
            edit = Edit(replace(state, model=live, look=look), "Follow the run")
            self._session.apply(edit)

    def _state_changed(self) -> None:
        """Undo leaves the run, redo comes back to it: the switch says so."""
        shown = bool(self._run) and self._session.state.model == Live(self._run)
        if self.alive and shown != self._was_shown:
            self._following = shown
            self._page.control.set_follow(shown)
            self._look()
        self._was_shown = shown

    def _keep(self, snapshot: "Snapshot") -> None:
        """A newer network, from the worker's thread."""
        self._newest = snapshot
        self._install()

    def _install(self) -> None:
        """Let Explore have the newest snapshot, from any thread."""
        sources = self._render.sources
        if self._following and sources is not None and self._newest is not None:
            sources.install(self._run, self._newest)

    def _pause(self, on: bool) -> None:
        (self._control.pause if on else self._control.resume)()

    def _stop(self) -> None:
        if self.alive:
            self._page.set_running(RunState.STOPPING)
            self.stop(0.0)

    def _change(self, values: dict[str, object]) -> None:
        self._control.change(**values)

    def _take(self, event: Event | Problem) -> None:
        self._report.show(event, self.folder, self._control.stopped)
        if isinstance(event, SnapshotReady):
            if self.gaze.on_explore or self._first:
                self.snapshot_ready.emit()  # the first one names the run everywhere
            self._first = False
        elif isinstance(event, Started):
            self._follow_run()
        elif isinstance(event, Problem | Finished):
            self.snapshot_ready.emit()
            self.ended.emit(is_fine(event))


def new_name(runs: Path, preset: str) -> str:
    """A name that no run in a folder has: the preset and the time, counted on."""
    name = f"{preset} {datetime.now():%Y-%m-%d %H.%M.%S}"
    names = (name, *(f"{name} - {count}" for count in range(2, 1000)))
    return next((free for free in names if not (runs / free).exists()), name)

"""The Depth laboratory at work: its training thread, its files, one at a time."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog

from sgviz.frame import Problem
from sgviz.gui.files import Files
from sgviz.gui.main_window import MainWindow
from sgviz.gui.train.depth_form import LabRequest
from sgviz.gui.train.depth_paint import board_png
from sgviz.gui.train.depth_progress import LabProgress
from sgviz.gui.train.depth_reading import LabPace, LabReading, base_of
from sgviz.gui.train.depth_thread import LabTask, LabThread
from sgviz.gui.train.depth_words import conclusion, to_csv
from sgviz.gui.train.desk import TrainingDesk
from sgviz.gui.train.job import Job
from sgviz.gui.train.runs import RunState
from sgviz.training.control import Control
from sgviz.training.depth_events import LabEvent

FOLDER = "laboratories"
RUN_TRAINS = (
    "A run is training, and one trains at a time: stop it on the Run page to begin"
    " here."
)
LAB_TRAINS = (
    "The depth laboratory is training, and one trains at a time: stop it on its page"
    " to begin here."
)
_KINDS = {
    "csv": ("Save the table", "depths.csv", "Table (*.csv)"),
    "png": ("Save the picture", "depths.png", "PNG (*.png)"),
}


class DepthDesk(QObject):
    """At most one laboratory trains at a time, and none beside a run.

    ``began()`` and ``ended(saved)`` say that one did; saved and nothing wrong with it.
    """

    began = Signal()
    ended = Signal(bool)

    def __init__(
        self, window: MainWindow, training: TrainingDesk, files: Files
    ) -> None:
        super().__init__(window)
        self._window, self._training, self._files = window, training, files
        self._page = window.train.pages.laboratory
        self._folder = training.runs.parent / FOLDER
        self.reading = LabReading(self._page, self._folder)
        self.pace = LabPace(self._page)
        self._control: Control | None = None
        self._progress: LabProgress | None = None
        self._worker = LabThread(training.render, self)
        self._connect()

    @property
    def alive(self) -> bool:
        """Whether a laboratory's thread still works."""
        return self._worker.alive

    @property
    def busy(self) -> bool:
        """Whether something that can be seen is still to come."""
        return self._page.isVisible() and any(job.busy for job in self._jobs)

    @property
    def folder(self) -> Path:
        """Where the laboratories of the window lie."""
        return self._folder

    def start(self, request: LabRequest) -> None:
        """Train a new laboratory, and show it."""
        path = self._folder / new_name(self._folder, request.depths)
        self._launch(LabTask(path, request.depths, base_of(request)))

    def go_on(self) -> None:
        """Go on with the laboratory that is shown."""
        if self.reading.seen.path is not None:
            self._launch(LabTask(self.reading.seen.path))

    def export(self, kind: str) -> None:
        """Ask for a name and write the table or the picture there."""
        title, name, kinds = _KINDS[kind]
        path, _ = QFileDialog.getSaveFileName(self._window, title, name, kinds)
        if path:
            self._files.write(Path(path), self.exported(kind))

    def exported(self, kind: str) -> bytes:
        """What :meth:`export` writes: ``csv`` or ``png``."""
        board, bands = self._page.board.board, self.reading.bands
        if kind == "csv":
            return to_csv(board.depths, bands).encode("utf-8")
        plain = replace(board, hovered=None, states={})
        return board_png(plain, conclusion(board.depths, bands), self._page.font())

    def close(self) -> None:
        """The window goes: end saved, and begin nothing more."""
        if self._control is not None:
            self._control.stop()
        for job in self._jobs:
            job.close()

    def wait(self, seconds: float | None) -> bool:
        """Until all work has ended; a laboratory is always saved, whatever it takes."""
        if self._control is not None:
            self._control.stop()
        self._worker.wait(None)
        ended = [job.wait(seconds) for job in self._jobs]
        return all(ended)

    @property
    def _jobs(self) -> tuple[Job, ...]:
        return *self.reading.jobs, self.pace.job

    def _connect(self) -> None:
        # A worker must never fill the queue of a window that is busy elsewhere.
        self._worker.happened.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.reading.changed.connect(self._show)
        page, controls = self._page, self._page.controls
        self._training.began.connect(lambda _: page.set_held(RUN_TRAINS))
        self._training.ended.connect(lambda: page.set_held(""))
        page.folder_wanted.connect(self._choose_folder)
        page.export_requested.connect(self.export)
        controls.start_requested.connect(self._start)
        controls.continue_requested.connect(self.go_on)
        controls.pause_requested.connect(self._pause)
        controls.stop_requested.connect(self._stop)

    # From the hand.

    def _start(self) -> None:
        form = self._page.form
        if form.commit() and not form.problem:
            self.start(form.request())

    def _launch(self, task: LabTask) -> None:
        if self._control is not None or self._page.held:
            return
        self.pace.cancel()
        self._control, self._progress = Control(), LabProgress(task.path)
        self._page.set_problem(None)
        self._page.set_state(RunState.STARTING)
        self._page.progress.say("Getting ready …")
        self._training.hold(LAB_TRAINS)
        self._worker.begin(task, self._control)
        self.began.emit()

    def _pause(self, on: bool) -> None:
        if self._control is not None:
            (self._control.pause if on else self._control.resume)()

    def _stop(self) -> None:
        if self._control is not None:
            self._control.stop()
            self._page.set_state(RunState.STOPPING)

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(
            self._window, "A laboratory's folder", str(self._folder)
        )
        if path:
            self.reading.show(Path(path))

    # What the threads tell.

    def _take(self, event: LabEvent | Problem) -> None:
        progress, control = self._progress, self._control
        if progress is None or control is None:
            return
        before = progress.depth
        progress.take(event)
        if progress.depth != before and not before:
            # Its folder is there by now.
            self.reading.show(progress.path)
        if progress.ended:
            self._end(progress.problem is None)
        elif not control.stopped and progress.state is not self._page.controls.state:
            self._page.set_state(progress.state)
        self._page.set_problem(progress.problem)
        self._tell_progress()

    def _end(self, saved: bool) -> None:
        self._control = None
        self._page.set_state(RunState.FINISHED)
        self._training.hold("")
        self.reading.look()
        self.ended.emit(saved)

    def _show(self, other: bool) -> None:
        """Another reading: maybe of another laboratory."""
        seen, page, idle = self.reading.seen, self._page, self._control is None
        page.controls.set_unfinished(bool(seen.facts) and not seen.done)
        if seen.problem is not None or (other and idle):
            page.set_problem(seen.problem)
        if other and idle and seen.base is not None:
            depths = tuple(facts.depth for facts in seen.facts)
            page.form.show_request(LabRequest(depths, seen.base.kimg, seen.base.seed))
            self.pace.tell()
        self._tell_progress()

    def _tell_progress(self) -> None:
        seen, progress = self.reading.seen, self._progress
        if progress is None or progress.path != seen.path:
            shares = {f.depth: min(1.0, f.kimg / f.total) for f in seen.facts}
            words = "" if self._control is None else "Another laboratory is training."
            self._page.set_progress(shares, {}, words)
            return
        facts = seen.facts
        states = progress.states(facts)
        self._page.set_progress(progress.shares(facts), states, progress.words(facts))


def new_name(folder: Path, depths: tuple[int, ...]) -> str:
    """A name that no laboratory in a folder has: the depths and the time."""
    listed = ", ".join(map(str, depths))
    name = f"Depths {listed} - {datetime.now():%Y-%m-%d %H.%M.%S}"
    names = (name, *(f"{name} - {count}" for count in range(2, 1000)))
    return next((free for free in names if not (folder / free).exists()), name)

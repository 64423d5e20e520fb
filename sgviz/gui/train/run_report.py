"""Tells the Run page what happens in a run, event by event."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sgviz.frame import Problem
from sgviz.gui.train.run_page import RunPage
from sgviz.gui.train.run_words import (
    as_sentence,
    changes,
    end_problem,
    images_of,
    log_line,
    save_problem,
    step_words,
    stopped_words,
)
from sgviz.gui.train.runs import RunState
from sgviz.training.config import TrainConfig
from sgviz.training.events import (
    Changed,
    Event,
    Finished,
    Losses,
    Paused,
    Recorded,
    Resumed,
    Saved,
    SaveFailed,
    Started,
    StepStats,
)

NOT_SAVED = "Ended, not saved"


class RunReport:
    """``say`` is for what should be seen on every tab."""

    def __init__(self, page: RunPage, say: Callable[[str], None]) -> None:
        self._page, self._say = page, say
        self._config = TrainConfig()
        self._unsaved = ""  # why it could not be saved last
        self._back: Callable[[], None] | None = None

    def begin(self, config: TrainConfig) -> None:
        """A new run, with this configuration; the page still shows what was before."""
        self._config, self._unsaved = config, ""
        side, settings = self._page.sides.chosen_key(), self._page.form.kept()

        def back() -> None:
            settings()
            self._page.show_side(side)

        self._back = back

    def show(self, event: Event | Problem, folder: Path, stopping: bool) -> None:
        """Show what happened to the run in ``folder``, which may be ``stopping``."""
        page = self._page
        if isinstance(event, Problem):
            self._fail(replace(event, what=as_sentence(event.what)))
            return
        self._log(event)
        if isinstance(event, Started):
            self._back = None
        if isinstance(event, Losses):
            page.add_stats([event])
            if page.run_state is RunState.PAUSED:
                self._tell_step(event.stats)
        elif isinstance(event, Recorded):
            if event.figures is not None and event.figures.coverage:
                page.board.set_coverage(event.figures.coverage)
        elif isinstance(event, SaveFailed):
            self._unsaved = event.reason
            page.set_problem(save_problem(event))
        elif isinstance(event, Saved):
            self._unsaved = ""
            page.set_problem(None)
        elif isinstance(event, Changed):
            self._config = event.config
        elif isinstance(event, Finished):
            self._finish(event, folder)
        elif isinstance(event, Started | Resumed | Paused) and not stopping:
            paused = isinstance(event, Paused)
            page.set_running(RunState.PAUSED if paused else RunState.RUNNING)

    def _fail(self, problem: Problem) -> None:
        """It ended with this; where it never began, what stood there is back."""
        page, back = self._page, self._back
        page.set_problem(problem)
        page.set_running(RunState.IDLE)
        page.board.log.say(problem.what, bad=True)
        self._back = None
        if back is not None:
            back()

    def _log(self, event: Event) -> None:
        images = images_of(event)
        kimg = None if images is None else images / 1000.0
        for sentence, bad in self._lines(event):
            self._page.board.log.say(sentence, kimg, bad)

    def _lines(self, event: Event) -> Iterator[tuple[str, bool]]:
        if isinstance(event, Changed):
            yield from ((line, False) for line in changes(self._config, event))
        elif (line := log_line(event)) is not None:
            yield line

    def _tell_step(self, stats: StepStats) -> None:
        """Figures that come while a run is paused are those of a single step."""
        if (words := step_words(stats)) is not None:
            self._page.board.log.say(words, stats.images / 1000.0, each=True)

    def _finish(self, event: Finished, folder: Path) -> None:
        page = self._page
        words = "" if event.complete else stopped_words(event, self._config.kimg)
        page.set_running(RunState.FINISHED, words if event.saved else NOT_SAVED)
        page.set_problem(end_problem(event, self._unsaved))
        if event.saved:
            self._say(f"The run is saved in {folder}")

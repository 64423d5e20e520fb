"""Progress for whoever looks at a terminal; plain, rare lines where nobody does."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sgviz.training.events import (
    Event,
    Finished,
    Losses,
    Saved,
    SaveFailed,
    Skipped,
    Started,
)

PLAIN_SECONDS = 10.0


class Bar:
    """A progress bar on stderr, in a ``with``; nothing where that is no terminal."""

    def __init__(self, text: str) -> None:
        console = Console(stderr=True)
        self.shown = console.is_terminal
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            # What is printed goes above the bar, but not out of its file into it.
            redirect_stdout=sys.stdout is not None and sys.stdout.isatty(),
            disable=not self.shown,
        )
        self._task = self._progress.add_task(text, total=None)

    def show(self, done: float, total: float, text: str | None = None) -> None:
        """``done`` of ``total``; another text if one is given."""
        self._progress.update(self._task, completed=done, total=total, description=text)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()


class TrainReport:
    """Tells the events of a training run: a bar, or a line now and then."""

    def __init__(
        self, bar: Bar, say: Callable[[str], None], note: Callable[[str], None]
    ) -> None:
        self._bar, self._say, self._note = bar, say, note
        self._total = 0.0
        self._said = time.monotonic()

    def show(self, event: Event) -> None:
        """Tell what happened, where it is worth telling."""
        match event:
            case Started(images=images, total=total):
                self._total = total
                self._say(f"training from {images / 1000:g} to {total / 1000:g} kimg")
            case Losses():
                self._losses(event)
            case Saved(path=path):
                self._say(f"saved {path.name}")
            case SaveFailed(reason=reason) | Skipped(reason=reason):
                self._note(reason)
            case Finished(images=images, reason=reason):
                self._say(f"{reason}, at {images / 1000:g} kimg")

    def _losses(self, event: Losses) -> None:
        stats = event.stats
        text = (
            f"{stats.images / 1000:.2f} kimg  {event.images_per_second:.1f} images/s  "
            f"G {stats.loss_g:.3f}  D {stats.loss_d:.3f}"
        )
        self._bar.show(stats.images, self._total, text)
        if not self._bar.shown and time.monotonic() - self._said >= PLAIN_SECONDS:
            self._said = time.monotonic()
            self._say(text)

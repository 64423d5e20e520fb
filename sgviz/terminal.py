"""Progress for whoever looks at a terminal; plain, rare lines where nobody does.

And a JSON object a line for a program that watches a training run.
"""

import json
import math
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from sgviz.training.depth_events import DepthBegan, LabEnded
from sgviz.training.events import (
    Began,
    Changed,
    Event,
    Finished,
    LeftOut,
    Losses,
    Recorded,
    Saved,
    SaveFailed,
    Skipped,
    SnapshotReady,
    Started,
)
from sgviz.training.fields import LIVE

PLAIN_SECONDS = 10.0
NAMED = 10

Say = Callable[[str], None]
Bad = tuple[str, str]


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


class DataSet(Protocol):
    """Files that are learned from: how many, which are bad, what should be known."""

    def __len__(self) -> int:
        """How many can be used."""
        ...

    @property
    def bad(self) -> tuple[Bad, ...]:
        """Name and reason of each that cannot."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """What should be known before training, a sentence each."""
        ...


class TrainReport:
    """Tells the events of a training run: a bar, or a line now and then."""

    def __init__(self, bar: Bar, say: Say, note: Say) -> None:
        self._bar, self._say, self._note = bar, say, note
        self._total = 0.0
        self._said = time.monotonic()

    def data(self, name: str, data: DataSet) -> None:
        """Tell what is learned from: how many images, which are left out."""
        count = len(data)
        text = f"{name}: {count:,} image{'s' * (count != 1)}"
        if data.bad:
            text += f", {len(data.bad):,} left out"
        self._say(text)
        self._left_out(data.bad)
        for sentence in data.notices:
            self._note(sentence)

    def show(self, event: Event | DepthBegan | LabEnded) -> None:
        """Tell what happened, where it is worth telling."""
        match event:
            case DepthBegan(depth=depth, number=number, count=count):
                self._say(f"depth {depth}, {number} of {count}")
            case LabEnded(reason=reason):
                self._say(reason)
            case Started(images=images, total=total):
                self._total = total
                self._say(f"training from {images / 1000:g} to {total / 1000:g} kimg")
            case Began(notice=notice):
                self._say(notice)
            case Losses():
                self._losses(event)
            case Saved(path=path):
                self._say(f"saved {path.name}")
            case SaveFailed(reason=reason) | Skipped(reason=reason):
                self._note(reason)
            case LeftOut(files=files):
                self._left_out(files)
            case Finished(images=images, reason=reason, saved=saved):
                end = "" if saved else "; this state is not saved"
                tell = self._note if event.failed else self._say
                tell(f"{reason}, at {images / 1000:g} kimg{end}")

    def _left_out(self, files: tuple[Bad, ...]) -> None:
        for name, why in files[:NAMED]:
            self._note(f"{name} {why}")
        if len(files) > NAMED:
            self._note(f"and {len(files) - NAMED:,} more")

    def _losses(self, event: Losses) -> None:
        stats = event.stats
        text = (
            f"{stats.images / 1000:.2f} kimg  {event.images_per_second:.1f} images/s  "
            f"{_loss('G', stats.loss_g)}  {_loss('D', stats.loss_d)}"
        )
        self._bar.show(stats.images, self._total, text)
        if not self._bar.shown and time.monotonic() - self._said >= PLAIN_SECONDS:
            self._said = time.monotonic()
            self._say(text)


def _loss(player: str, value: float) -> str:
    """A player's loss; a player that had no turn waits."""
    return f"{player} waits" if math.isnan(value) else f"{player} {value:.3f}"


class EventLines:
    """Tells a program: every event as a JSON object of one line."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def data(self, name: str, data: DataSet) -> None:
        """What is learned from, before the first event."""
        self._line(
            "data",
            {
                "name": name,
                "count": len(data),
                "bad": [list(file) for file in data.bad],
                "notices": list(data.notices),
            },
        )

    def show(self, event: Event | DepthBegan | LabEnded) -> None:
        """An event; what stands in it is said in docs/command-line.md."""
        kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()
        match event:
            case Losses(stats=stats, images_per_second=rate):
                self._line(kind, asdict(stats) | {"images_per_second": rate})
            case Saved(path=path, images=images):
                self._line(kind, {"path": str(path), "images": images})
            case Changed(config=config, images=images):
                live = {name: getattr(config, name) for name in LIVE}
                self._line(kind, {"images": images, "config": live})
            case Recorded(images=images, figures=figures):
                values = None if figures is None else asdict(figures)
                self._line(kind, {"images": images, "figures": values})
            case SnapshotReady():
                pass
            case _:
                self._line(kind, asdict(event))

    def _line(self, kind: str, values: dict[str, object]) -> None:
        values = {name: _finite(value) for name, value in values.items()}
        self._say(json.dumps({"event": kind} | values))


def _finite(value: object) -> object:
    """JSON has no numbers that are not finite: null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value

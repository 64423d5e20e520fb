"""The loop around Trainer.step(), as a generator of events.

The command line and the worker thread of the window iterate the same generator. It
owns the clock: pause, stop, saving and snapshots happen between two steps. Time is
monotonic, so a clock that is set does no harm.
"""

import time
from collections.abc import Iterator
from dataclasses import replace

from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.models.device import is_out_of_memory
from sgviz.training.control import Clock, Control, Meter, Part, Timer
from sgviz.training.data import left_out
from sgviz.training.events import (
    STOPPED,
    Began,
    Changed,
    Event,
    Finished,
    LeftOut,
    Losses,
    Paused,
    Recorded,
    Resumed,
    Saved,
    SaveFailed,
    Skipped,
    SnapshotReady,
    Started,
)
from sgviz.training.run_folder import RunFolder
from sgviz.training.samples import sheet_png
from sgviz.training.team import TeamError
from sgviz.training.timeline import open_timeline
from sgviz.training.trainer import DivergedError, Trainer

LOSSES_SECONDS = 0.1
SNAPSHOT_SECONDS = 0.5
RETRY_SECONDS = 30.0
HEARTBEAT_SECONDS = 60.0
LOG_STEPS = 4


def run(
    trainer: Trainer,
    folder: RunFolder,
    control: Control,
    clock: Clock = time.monotonic,
) -> Iterator[Event]:
    """Train to the end, or until told to stop; ends saved, with ``Finished``.

    The caller closes the folder. An error of the disk is an event and the run goes
    on; only errors of the program itself, or of the device, are raised.
    """
    loop = _Loop(trainer, folder, control, clock)
    yield Started(trainer.images, trainer.config.total_images)
    if trainer.notice:
        yield Began(trainer.notice)
    yield from loop.guarded(loop.begin())
    yield from loop.guarded(loop.go_on())
    yield from loop.guarded(loop.look_back())
    yield from loop.guarded(loop.keep_end())
    yield loop.end()


class _Loop:
    """What happens between two steps."""

    def __init__(
        self, trainer: Trainer, folder: RunFolder, control: Control, clock: Clock
    ) -> None:
        self.trainer, self.folder, self.control = trainer, folder, control
        self.shown, self.logged = Meter(), Meter()
        self.timeline = open_timeline(folder.path, trainer.config)
        self.losses = Timer(clock, LOSSES_SECONDS)
        self.snapshots = Timer(clock, SNAPSHOT_SECONDS)
        self.heartbeat = Timer(clock, HEARTBEAT_SECONDS)
        # Two: complaints about the log must not put a checkpoint off.
        self.retry, self.grief = (
            Timer(clock, RETRY_SECONDS),
            Timer(clock, RETRY_SECONDS),
        )
        self.failed = self.paused = False
        self.saved_at = trainer.images if trainer.images else -1
        # A step of G alone shows no images, but it has to be saved too.
        self.saved = trainer.counters if trainer.images else None
        self.reason, self.keep = "", True

    def guarded(self, work: Iterator[Event]) -> Iterator[Event]:
        """The work; what a run cannot survive becomes the reason of its end."""
        try:
            yield from work
        except (DivergedError, TeamError) as error:
            self.reason, self.keep = str(error), False
        except FileError as error:
            # The data set: it is asked before anything of a step is made.
            self.reason = str(error)
            yield from self.tell_bad()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            batch = self.trainer.config.batch
            self.reason = f"training stopped: no memory for {batch} images"
            self.keep = self.trainer.whole  # of half a step nothing can go on

    def begin(self) -> Iterator[Event]:
        """What there is before the first step."""
        yield from self.record()
        if self.trainer.images == 0:
            yield from self.save()
        yield from self.show(now=True)

    def go_on(self) -> Iterator[Event]:
        """Step by step to the end, or until any process of the team is told to stop."""
        trainer = self.trainer
        while not (trainer.done or self.reason):
            if trainer.team.any(self.control.stopped):
                break
            yield from self.turn()

    def turn(self) -> Iterator[Event]:
        """One step, or one wait for what a hand on the control says next."""
        control = self.control
        if self.trainer.team.size > 1:
            # The others step whenever this one asks them whether to stop.
            yield from self.step("both")
            return
        yield from self.change()
        if control.waits and not self.paused:
            self.paused = True
            yield from self.report(now=True)
            yield Paused(self.trainer.images)
        part = control.next_part(HEARTBEAT_SECONDS)
        if part is None:
            self.folder.touch()
            return
        if self.paused and not control.paused:
            self.paused = False
            yield Resumed(self.trainer.images)
        yield from self.step(part)
        if control.paused:
            yield from self.report(now=True)
            yield from self.show(now=True)
        control.rest()

    def change(self) -> Iterator[Event]:
        """Take what was changed live, in config.json and the log too."""
        trainer, values = self.trainer, self.control.take_changes()
        config = replace(trainer.config, **values)  # type: ignore[arg-type]
        if config == trainer.config:
            return
        trainer.configure(config)
        try:
            self.folder.change(config, trainer.images)
        except WriteError as error:
            yield SaveFailed(str(error), trainer.images)
        yield Changed(config, trainer.images)

    def step(self, part: Part) -> Iterator[Event]:
        """One step, and what is due after it."""
        stats = self.trainer.step(part)
        if stats.skipped:
            yield Skipped(stats.skipped, stats.images)
        yield from self.tell_bad()
        self.shown.add(stats)
        self.logged.add(stats)
        yield from self.report()
        yield from self.show()
        yield from self.record()
        if self.heartbeat.due():
            self.folder.touch()
        interval = 1000.0 * self.trainer.config.checkpoint_kimg
        due = stats.images // interval > self.saved_at // interval
        # After a failure not at every step: the disk may stay full for long. And
        # not after a skipped step: what made it so may be the weights themselves.
        if due and not stats.skipped and (not self.failed or self.retry.due()):
            yield from self.save()

    def tell_bad(self) -> Iterator[Event]:
        """Files of the data set that turned out bad just now."""
        if files := left_out(self.trainer.data):
            yield LeftOut(files, self.trainer.images)

    def report(self, now: bool = False) -> Iterator[Event]:
        """Losses to the eye at most ten times a second, to the log every 4 steps."""
        if len(self.logged) >= (1 if now else LOG_STEPS):
            try:
                self.folder.append(self.logged.take())
            except WriteError as error:
                yield from self.complain("the log", error)
        if len(self.shown) and (self.losses.due() or now):
            stats = self.shown.take()
            rate = self.trainer.config.batch / max(stats.seconds, 1e-9)
            yield Losses(stats, rate)

    def show(self, now: bool = False) -> Iterator[Event]:
        """A snapshot for whoever looks, about twice a second."""
        if self.control.wants_snapshots and (now or self.snapshots.due()):
            yield SnapshotReady(self.trainer.snapshot())
            self.snapshots.done()

    def record(self, last: bool = False) -> Iterator[Event]:
        """A record of the timeline, where one is due; before a checkpoint, never after.

        So every checkpoint has the records up to its images.
        """
        images = self.trainer.images
        if self.timeline is None or not self.timeline.due(images, last):
            return
        if not self.folder.is_ours:
            # A record alone would make a folder again that holds no run.
            return
        try:
            figures = self.timeline.record(images, self.trainer.average, last)
        except WriteError as error:
            yield from self.complain("the timeline", error)
            return
        if figures is not None:
            yield Recorded(images, figures)

    def save(self) -> Iterator[Event]:
        """Write a checkpoint, or say why it could not be written."""
        trainer, images = self.trainer, self.trainer.images
        try:
            if self.folder.config != trainer.config:
                self.folder.change(trainer.config, images)
            path = self.folder.save(trainer)
        except WriteError as error:
            self.failed = True
            self.retry.due()
            yield SaveFailed(str(error), images)
            return
        self.failed, self.saved_at = False, images
        self.saved = trainer.counters
        trouble = write_sheet(trainer, self.folder)
        yield Saved(path, images)
        if trouble is not None:
            yield from self.complain("samples", trouble)

    def complain(self, what: str, error: WriteError) -> Iterator[Event]:
        """Say now and then what cannot be written beside checkpoints: it may last."""
        if self.grief.due():
            # That the folder is not ours any more is of all that is in it.
            reason = f"{what}: {error}" if self.folder.is_ours else str(error)
            yield SaveFailed(reason, self.trainer.images)

    def look_back(self) -> Iterator[Event]:
        """The last losses, snapshot and record."""
        yield from self.report(now=True)
        yield from self.show(now=True)
        yield from self.record(last=self.keep)

    def keep_end(self) -> Iterator[Event]:
        """A checkpoint of the end, where it is to be kept and is not yet."""
        if self.keep and self.saved != self.trainer.counters:
            yield from self.save()

    def end(self) -> Finished:
        """How it ended."""
        trainer = self.trainer
        saved = self.saved == trainer.counters and self.folder.is_there
        complete = trainer.done and not self.reason
        ended = "all images were shown" if complete else STOPPED
        return Finished(trainer.images, complete, saved, self.reason or ended)


def write_sheet(trainer: Trainer, folder: RunFolder) -> WriteError | None:
    """The samples of a checkpoint, which is one without them too; what went wrong."""
    try:
        if trainer.config.samples:
            folder.write_sheet(trainer.images, sheet_png(trainer.average))
    except WriteError as error:
        return error
    return None

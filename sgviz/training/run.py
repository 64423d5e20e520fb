"""The loop around Trainer.step(), as a generator of events.

The command line and the worker thread of the window iterate the same generator. It
owns the clock: pause, stop, saving and snapshots happen between two steps. Time is
monotonic, so a clock that is set does no harm.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.training.config import TrainConfig
from sgviz.training.control import Clock, Control, Meter, Part, Timer
from sgviz.training.data import Images, images_of, left_out
from sgviz.training.events import (
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
from sgviz.training.going_on import go_on
from sgviz.training.phases import generator_config
from sgviz.training.run_folder import RunFolder, create
from sgviz.training.samples import sheet_png
from sgviz.training.start import Beginning, begin, check_sizes
from sgviz.training.survey import Progress
from sgviz.training.team import ALONE, Team, TeamError
from sgviz.training.timeline import open_timeline
from sgviz.training.trainer import DivergedError, Trainer

LOSSES_SECONDS = 0.1
SNAPSHOT_SECONDS = 0.5
RETRY_SECONDS = 30.0
HEARTBEAT_SECONDS = 60.0
LOG_STEPS = 4


def start_or_resume(
    out: Path,
    config: TrainConfig | None,
    resume: bool,
    device: torch.device,
    kimg: float | None = None,
    images: Images | None = None,
    data: str | None = None,
    progress: Progress | None = None,
    begins: Beginning | None = None,
    team: Team = ALONE,
) -> tuple[Trainer, RunFolder]:
    """The trainer and its locked folder, ready for :func:`run`.

    A new run takes ``config``; a resumed one takes everything from
    ``out/config.json`` but the total ``kimg`` and the place of the ``data``, where
    these are given. A new run whose data cannot be used leaves no folder; it
    ``begins`` with the networks of a file, or with random weights.
    ``progress`` hears how many files of the data were looked at.

    Raises
    ------
    FileError, WriteError
        One sentence: a run is there already, or none, another process writes it, no
        checkpoint can be read, no file written, or :mod:`sgviz.training.going_on`.
    """
    if resume:
        folder, config = go_on(out, kimg, data)
    elif config is None:
        raise FileError("a new run needs a configuration")
    else:
        team.check(config)
        if begins is not None:
            check_sizes(generator_config(config), begins)
        images = images_of(config, progress) if images is None else images
        folder = create(out, config)
    try:
        images = images_of(config, progress) if images is None else images
        if folder.config != config:
            folder.change(config)
        trainer = Trainer(folder.config, device, images, team)
        if resume:
            folder.resume(trainer)
        elif begins is not None:
            trainer.notice = begin(trainer, begins)
    except BaseException as error:
        folder.close()
        if isinstance(error, RuntimeError) and is_out_of_memory(error):
            raise MemoryError from error
        raise
    return trainer, folder


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
    yield from loop.record()
    if trainer.images == 0:
        yield from loop.save()
    yield from loop.show(now=True)
    reason, keep = "", True
    while not (trainer.done or reason):
        try:
            if trainer.team.any(control.stopped):
                break
            yield from loop.turn()
        except (DivergedError, TeamError) as error:
            reason, keep = str(error), False
        except FileError as error:
            # The data set: it is asked before anything of a step is made.
            reason = str(error)
            yield from loop.tell_bad()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            reason = f"training stopped: no memory for {trainer.config.batch} images"
            keep = trainer.whole  # of half a step nothing can go on
    yield from loop.finish(reason, keep)


def is_out_of_memory(error: Exception) -> bool:
    """Whether a device ran out of memory, or the CPU, for which torch has no class."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return "can't allocate memory" in str(error)


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
        self.retry = Timer(clock, RETRY_SECONDS)
        self.failed = self.paused = False
        self.saved_at = trainer.images if trainer.images else -1
        # A step of G alone shows no images, but it has to be saved too.
        self.saved = trainer.counters if trainer.images else None

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
            self.folder.change(config)
            self.folder.append_change(values, trainer.images)
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
                if self.retry.due():
                    yield SaveFailed(str(error), self.trainer.images)
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
        if not self.folder.is_there:
            # A record alone would make a folder again that holds no run.
            return
        try:
            figures = self.timeline.record(images, self.trainer.average, last)
        except WriteError as error:
            yield SaveFailed(str(error), images)
            return
        if figures is not None:
            yield Recorded(images, figures)

    def save(self) -> Iterator[Event]:
        """Write a checkpoint, or say why it could not be written."""
        images = self.trainer.images
        try:
            if self.folder.config != self.trainer.config:
                self.folder.change(self.trainer.config)
            path = self.folder.save(self.trainer)
            if self.trainer.config.samples:
                self.folder.write_sheet(images, sheet_png(self.trainer.average))
        except WriteError as error:
            self.failed = True
            self.retry.due()
            yield SaveFailed(str(error), images)
            return
        self.failed, self.saved_at = False, images
        self.saved = self.trainer.counters
        yield Saved(path, images)

    def finish(self, reason: str, keep: bool) -> Iterator[Event]:
        """The last losses and snapshot, and a checkpoint where the end is kept."""
        trainer = self.trainer
        yield from self.report(now=True)
        yield from self.show(now=True)
        yield from self.record(last=keep)
        if keep and self.saved != trainer.counters:
            yield from self.save()
        saved = self.saved == trainer.counters and self.folder.is_there
        complete = trainer.done and not reason
        ended = "all images were shown" if complete else "stopped"
        yield Finished(trainer.images, complete, saved, reason or ended)

"""RunFolder: where a training run lies on the disk, and who may write there.

    RUN/config.json                         the configuration
    RUN/log.jsonl                           losses, one JSON object a line
    RUN/checkpoints/IIIIIIIII.safetensors   images shown so far, nine digits
    RUN/g_ema.safetensors                   the averaged generator alone
    RUN/samples/IIIIIIIII.png               a sheet of samples
    RUN/timeline/IIIIIIIII.safetensors      circles and samples along the run
    RUN/lock                                while somebody writes

Every file but the log appears whole or not at all (:mod:`sgviz.checkpoints.atomic`).
"""

import contextlib
import errno
import math
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from sgviz.checkpoints import native
from sgviz.checkpoints.atomic import (
    flush_folder,
    sweep_orphans,
    write_atomically,
    write_text_atomically,
)
from sgviz.checkpoints.errors import FileError, WriteError, printable, shown_name
from sgviz.checkpoints.of_run import checkpoint_path, checkpoints_of
from sgviz.checkpoints.source import open_source, read_exactly
from sgviz.training import run_log
from sgviz.training.checkpoint import load_checkpoint, save_checkpoint
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import from_json, to_json
from sgviz.training.events import StepStats
from sgviz.training.fields import LIVE
from sgviz.training.lock import RunLock
from sgviz.training.timeline import cut_timeline
from sgviz.training.trainer import Trainer

NEWEST = 2
LAB_FILE = "lab.json"  # of a depth laboratory, which has a folder of its own
CONFIG_LIMIT = 1024 * 1024


class RunFolder:
    """The one writer of a run folder; made by :func:`create` or :func:`reopen`.

    Use it in a ``with``: leaving it releases the lock.
    """

    def __init__(self, path: Path, config: TrainConfig, lock: RunLock) -> None:
        self.path, self.config = path, config
        self._lock = lock

    @property
    def g_ema(self) -> Path:
        """The averaged generator alone."""
        return self.path / "g_ema.safetensors"

    @property
    def log(self) -> Path:
        """The losses, one JSON object a line."""
        return self.path / "log.jsonl"

    @property
    def is_there(self) -> bool:
        """Whether the run still lies there: without config.json none goes on."""
        return (self.path / "config.json").is_file()

    @property
    def is_ours(self) -> bool:
        """Whether this process may write: the run lies there, under our lock."""
        return self.is_there and self._lock.is_ours

    def save(self, trainer: Trainer) -> Path:
        """Write a checkpoint and g_ema, drop old ones; returns the checkpoint.

        Raises
        ------
        WriteError
            One sentence; all older files are as they were.
        """
        self._check_ours()
        self.touch()
        path = checkpoint_path(self.path, trainer.images)
        make_folder(path.parent)
        save_checkpoint(trainer, path)
        native.save(trainer.snapshot(), self.g_ema)
        self._prune()
        return path

    def write_sheet(self, images: int, png: bytes) -> None:
        """Write a sheet of samples beside the checkpoint of ``images``; WriteError."""
        self._check_ours()
        path = self.path / "samples" / f"{images:09d}.png"
        make_folder(path.parent)

        def write(file: BinaryIO) -> None:
            file.write(png)

        write_atomically(path, write)

    def append(self, stats: StepStats) -> None:
        """Add a line to the log; numbers that are not finite become null.

        Raises
        ------
        WriteError
            One sentence.
        """
        self._check_ours()
        run_log.append_stats(self.log, stats)

    def change(self, config: TrainConfig, images: int) -> None:
        """Take what was changed live after ``images``: in config.json and in the log.

        Raises
        ------
        WriteError
            One sentence; both still say what was before, or config.json the new.
        """
        before, now = asdict(self.config), asdict(config)
        self.replace(config)
        values = {name: now[name] for name in LIVE if now[name] != before[name]}
        run_log.append(self.log, {"images": images, run_log.CHANGED: values})

    def resume(self, trainer: Trainer) -> Path | None:
        """Restore the newest checkpoint that can be read; None if there is none yet.

        Raises
        ------
        FileError
            There are checkpoints, and none of them can be read.
        """
        candidates = list(reversed(checkpoints_of(self.path)))
        why: FileError | None = None
        for path in candidates:
            try:
                load_checkpoint(trainer, path)
            except FileError as error:
                why = error
                continue
            self._cut(trainer.images)
            return path
        if why is not None:
            raise FileError(
                f"none of the {len(candidates)} checkpoints can be read ({why})"
            )
        self._cut(0)
        return None

    def replace(self, config: TrainConfig) -> None:
        """Replace the configuration, in config.json too; WriteError."""
        self._check_ours()
        write_text_atomically(self.path / "config.json", to_json(config) + "\n")
        self.config = config

    def touch(self) -> None:
        """Say that this run is still being written (a paused run does so too)."""
        self._lock.touch()

    def close(self) -> None:
        """Release the lock; can be called twice."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _check_ours(self) -> None:
        """WriteError, in one sentence, where this process must not write any more."""
        if self.is_ours:
            return
        why, number = "its folder is not there any more", errno.ENOENT
        if self.is_there:
            why = "its lock was taken away, so another may be writing there"
            number = errno.EBUSY
        raise WriteError(
            number, f"the run {shown_name(self.path)} was not saved: {why}"
        )

    def _prune(self) -> None:
        span = self.config.checkpoint_kimg * 1000.0 * self.config.keep_every
        paths = checkpoints_of(self.path)
        for path in set(paths) - set(kept(paths, span)):
            # A file that will not go is no reason to stop: next time.
            with contextlib.suppress(OSError):
                path.unlink()

    def _cut(self, images: int) -> None:
        """Drop what was written of steps after the checkpoint, which happen again."""
        cut_timeline(self.path, images)
        run_log.cut(self.log, images)


def create(path: Path, config: TrainConfig) -> RunFolder:
    """A new run folder, locked, with its config.json.

    Raises
    ------
    FileError
        There is a run or a laboratory already, or another process writes it.
    WriteError
        The folder cannot be made or written.
    """
    name = shown_name(path)
    if (path / LAB_FILE).exists():
        raise FileError(f"{name} holds a depth laboratory: a run needs its own folder")
    make_folder(path)
    lock = RunLock(path)
    try:
        if (path / "config.json").exists() or checkpoints_of(path):
            raise FileError(f"{name} holds a run already: resume it, or use another")
        sweep_orphans(path)
        write_text_atomically(path / "config.json", to_json(config) + "\n")
    except (FileError, WriteError):
        lock.release()
        raise
    return RunFolder(path, config, lock)


def reopen(path: Path) -> RunFolder:
    """An existing run folder, locked, swept of what a killed writer left.

    Raises
    ------
    FileError
        There is no run, its configuration cannot be read, or another process
        writes it.
    """
    read_config(path)
    lock = RunLock(path)
    try:
        config = read_config(path)
        for name in ("", "checkpoints", "samples", "timeline"):
            sweep_orphans(path / name)
    except (FileError, OSError):
        lock.release()
        raise
    return RunFolder(path, config, lock)


def read_config(path: Path) -> TrainConfig:
    """The configuration of the run in a folder; FileError."""
    name = shown_name(path)
    config = path / "config.json"
    if not config.exists():
        raise FileError(f"{name} holds no run: it has no config.json")
    with open_source(config, CONFIG_LIMIT) as (file, size):
        raw = bytes(read_exactly(file, size, "config.json"))
    try:
        return from_json(raw.decode("utf-8"))
    except ValueError as error:
        why = printable(str(error), 200)
        raise FileError(f"config.json of {name} cannot be used: {why}") from error


def kept(paths: list[Path], span: float) -> list[Path]:
    """Of checkpoints in order: the newest two, the first in each ``span`` images."""
    keep = dict.fromkeys(paths[-NEWEST:])
    seen: set[int] = set()
    for path in paths:
        place = math.floor(int(path.stem) / span)
        if place not in seen:
            seen.add(place)
            keep[path] = None
    return sorted(keep)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, to last; WriteError with one sentence."""
    try:
        missing = [each for each in (path, *path.parents) if not each.exists()]
        path.mkdir(parents=True, exist_ok=True)
        for made in missing:
            flush_folder(made.parent)
    except OSError as error:
        reason = f"the folder {shown_name(path)} cannot be made: {error.strerror}"
        raise WriteError(error.errno, reason) from error

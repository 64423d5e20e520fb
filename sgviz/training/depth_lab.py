"""The depth laboratory: the same small generator with mappings of several depths.

    LAB/lab.json      the depths, and the configuration that they share
    LAB/depth-1       an ordinary run folder
    LAB/depth-2 ...

The runs differ in ``depth`` and in nothing else: the same images in the same order,
the same latents, noise and mixing at every step, and the same start. A network draws
its weights from one stream, the mapping first; behind a deeper mapping the synthesis
would be another one. So here its weights are drawn from a stream of their own. The
discriminator always has one, and the layers of a shallower mapping are the first ones
of a deeper mapping.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import torch
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from sgviz.checkpoints.atomic import write_text_atomically
from sgviz.checkpoints.errors import FileError, printable, shown_name
from sgviz.checkpoints.of_run import checkpoints_of, images_of
from sgviz.checkpoints.source import open_source, read_exactly
from sgviz.models.layers import own_stream
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import sentence
from sgviz.training.control import Control
from sgviz.training.data import Images
from sgviz.training.depth_events import DepthBegan, DepthEvent, LabEnded, LabEvent
from sgviz.training.events import Finished
from sgviz.training.going_on import check_total, start_or_resume
from sgviz.training.run import run
from sgviz.training.run_folder import LAB_FILE, RunFolder, make_folder, read_config
from sgviz.training.trainer import Trainer

FILE, FILE_LIMIT = LAB_FILE, 1024 * 1024
DEEPEST, STREAM = 16, "depth laboratory"
ALL_TRAINED = "all depths are trained"
# What may differ between a run of the laboratory and what its lab.json says now.
MOVES = ("kimg", "threads")


@dataclass(frozen=True)
class Member:
    """One depth of a laboratory: its configuration, and the folder of its run."""

    depth: int
    config: TrainConfig
    path: Path

    @property
    def images(self) -> int:
        """Images shown by the newest checkpoint; 0 before there is one."""
        kept = checkpoints_of(self.path)
        return images_of(kept[-1]) if kept else 0

    @property
    def done(self) -> bool:
        """Whether it has shown all its images."""
        return self.images >= self.config.total_images


@dataclass(frozen=True)
class Lab:
    """A laboratory by value: where it lies, its depths, what they share."""

    path: Path
    depths: tuple[int, ...]
    base: TrainConfig

    @property
    def members(self) -> tuple[Member, ...]:
        """A run for each depth, shallow ones first."""
        return plan(self.depths, self.base, self.path)

    @property
    def done(self) -> bool:
        """Whether every depth has shown all its images."""
        return all(member.done for member in self.members)


@checked(frozen=True, config=ConfigDict(extra="forbid", allow_inf_nan=False))
class _File:
    """What lab.json holds."""

    format: Literal["sgviz depth laboratory"]
    version: Literal[1]
    depths: Annotated[
        tuple[Annotated[int, Field(ge=1, le=DEEPEST)], ...],
        Field(min_length=1, max_length=DEEPEST),
    ]
    config: TrainConfig


_ADAPTER = TypeAdapter(_File)


def plan(depths: Iterable[int], base: TrainConfig, folder: Path) -> tuple[Member, ...]:
    """A run for each depth, shallow ones first; all keep a timeline.

    Raises
    ------
    ValueError
        One sentence: no depth, or one that is not from 1 to 16.
    """
    wanted = sorted(set(depths))
    if not wanted:
        raise ValueError("a laboratory needs at least one depth")
    if wrong := [depth for depth in wanted if not 1 <= depth <= DEEPEST]:
        raise ValueError(f"a mapping has 1 to {DEEPEST} layers, not {wrong[0]}")
    return tuple(
        Member(
            depth,
            replace(base, depth=depth, timeline=True),
            folder / f"depth-{depth}",
        )
        for depth in wanted
    )


def create_lab(path: Path, depths: Iterable[int], base: TrainConfig) -> Lab:
    """A new laboratory with its lab.json; nothing is trained yet.

    Raises
    ------
    ValueError
        One sentence: no depth, or an impossible one.
    FileError, WriteError
        One sentence: something is there already, or the folder cannot be written.
    """
    found = tuple(member.depth for member in plan(depths, base, path))
    name = shown_name(path)
    if (path / FILE).exists():
        raise FileError(f"{name} holds a laboratory already: resume it, or use another")
    if (path / "config.json").exists():
        raise FileError(f"{name} holds a run: a laboratory needs a folder of its own")
    make_folder(path)
    lab = Lab(path, found, replace(base, depth=found[0], timeline=True))
    _write(lab)
    return lab


def read_lab(path: Path, kimg: float | None = None) -> Lab:
    """The laboratory in a folder, ``kimg`` long instead where that is given.

    Raises
    ------
    FileError
        One sentence: there is none, or its lab.json cannot be used.
    """
    name = shown_name(path)
    if not is_lab(path):
        raise FileError(f"{name} holds no depth laboratory: it has no {FILE}")
    with open_source(path / FILE, FILE_LIMIT) as (file, size):
        raw = bytes(read_exactly(file, size, FILE))
    try:
        found = _ADAPTER.validate_json(raw)
    except ValidationError as error:
        why = printable(sentence(error), 200)
        raise FileError(f"{FILE} of {name} cannot be used: {why}") from error
    base = found.config if kimg is None else replace(found.config, kimg=kimg)
    return Lab(path, tuple(sorted(set(found.depths))), base)


def is_lab(path: Path) -> bool:
    """Whether a folder is that of a laboratory."""
    return (path / FILE).is_file()


def labs_in(folder: Path) -> tuple[Path, ...]:
    """The laboratories in a folder, the newest first; none where there is no folder."""
    found: list[tuple[float, Path]] = []
    try:
        for path in folder.iterdir():
            if is_lab(path):
                found.append(((path / FILE).stat().st_mtime, path))
    except OSError:
        return ()
    return tuple(path for _, path in sorted(found, reverse=True))


def run_lab(
    lab: Lab, control: Control, device: torch.device, images: Images | None = None
) -> Iterator[LabEvent]:
    """Train one depth after the other, each to its end, or until told to stop.

    Depths that are done are passed over, one that was stopped goes on exactly where it
    was. Pause, stop and the rest through ``control``, as with a run. ``images``
    replaces the data set, which is looked at once for all.

    Raises
    ------
    FileError, WriteError
        One sentence: a folder holds something else, or cannot be written, or a depth
        has shown more than a new total.
    """
    before = read_lab(lab.path)
    if before != lab:
        for member in lab.members:
            name = f"depth {member.depth}"
            check_total(member.path, before.base.kimg, lab.base.kimg, name)
        _write(lab)
    saved, reason = True, ""
    members = lab.members
    for number, member in enumerate(members, start=1):
        if member.done:
            continue
        if control.stopped:
            break
        trainer, folder = begin_member(member, device, images)
        images = trainer.data
        with folder:
            yield DepthBegan(member.depth, number, len(members), trainer.images)
            for event in run(trainer, folder, control):
                yield DepthEvent(member.depth, event)
                if isinstance(event, Finished) and not (event.complete and event.saved):
                    saved = saved and event.saved
                    end = "" if event.saved else "; this state is not saved"
                    reason = reason or f"depth {member.depth}: {event.reason}{end}"
        # Two of them at once would need the memory of both.
        del trainer
    complete = lab.done
    ended = ALL_TRAINED if complete else "stopped"
    if control.stopped and saved:
        reason = ""
    yield LabEnded(complete, saved, reason or ended)


def begin_member(
    member: Member, device: torch.device, images: Images | None = None
) -> tuple[Trainer, RunFolder]:
    """The trainer of a depth and its locked folder, new or where it was stopped.

    Raises
    ------
    FileError, WriteError
        One sentence: the folder holds another run, or cannot be written.
    """
    there = (member.path / "config.json").exists()
    if there:
        _check_same(member)
    trainer, folder = start_or_resume(
        member.path,
        None if there else member.config,
        there,
        device,
        kimg=member.config.kimg,
        images=images,
    )
    if trainer.counters.steps == trainer.counters.steps_g == 0:
        same_start(trainer)
    return trainer, folder


def same_start(trainer: Trainer) -> None:
    """Give a trainer that has made no step the synthesis that all depths begin with."""
    stream = own_stream(trainer.config.seed, STREAM)
    trainer.generator.synthesis.reset(stream)
    trainer.average.load_state_dict(trainer.generator.state_dict())


def _check_same(member: Member) -> None:
    found = read_config(member.path)
    moved = {name: getattr(member.config, name) for name in MOVES}
    if replace(found, **moved) != member.config:
        raise FileError(
            f"{member.path.name} holds a run with other settings than the laboratory's"
        )


def _write(lab: Lab) -> None:
    make_folder(lab.path)
    held = _File("sgviz depth laboratory", 1, lab.depths, lab.base)
    text = _ADAPTER.dump_json(held, indent=1).decode("utf-8")
    write_text_atomically(lab.path / FILE, text + "\n")

"""The command ``train``: alone, as the first process of a team, or as another one."""

import os
import signal
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

from sgviz.lab_command import is_for_lab, refuse_beginnings, train_depths

if TYPE_CHECKING:
    import torch

    from sgviz.training.config import TrainConfig
    from sgviz.training.control import Control
    from sgviz.training.start import Beginning
    from sgviz.training.team import Team

Say = Callable[[str], None]

DONE, FAILED, SIGNALLED = 0, 1, 128


def train(args: Namespace, say: Say, note: Say) -> int:
    """Train until the total is reached or a signal says stop; ends saved."""
    if is_for_lab(args):
        from sgviz.training.control import Control

        control = Control()
        with signals_stop(control) as received:
            return train_depths(args, control, received, say, note)
    if args.resume:
        refuse_beginnings(args, "run", "all but --kimg and --data from its config.json")
    from sgviz.models.device import choose_device
    from sgviz.training.team import join

    team, device = join(choose_device(args.device))
    try:
        lead = _lead if team.rank == 0 else _follow
        return lead(args, team, device, say, note)
    finally:
        team.leave()


def _lead(
    args: Namespace, team: "Team", device: "torch.device", say: Say, note: Say
) -> int:
    """Train as the first process, or the only one: with the run folder."""
    from sgviz.terminal import Bar, EventLines, TrainReport
    from sgviz.training.control import Control
    from sgviz.training.data import data_name
    from sgviz.training.events import Finished
    from sgviz.training.going_on import start_or_resume
    from sgviz.training.images import ImageFolder
    from sgviz.training.run import run
    from sgviz.training.start import newest_of, read_beginning
    from sgviz.training.together import lead

    begins = read_beginning(newest_of(args.begins)) if args.begins else None
    config = None if args.resume else _train_config(args, begins)
    with Bar("getting ready") as bar:
        trainer, folder = start_or_resume(
            args.out,
            config,
            args.resume,
            device,
            kimg=args.kimg,
            data=args.data,
            progress=bar.show,
            begins=begins,
            team=team,
        )
    control, event = Control(), None
    with folder, signals_stop(control) as received, Bar("training") as bar:
        lead(trainer)
        report = EventLines(say) if args.events else TrainReport(bar, say, note)
        if isinstance(trainer.data, ImageFolder):
            report.data(data_name(trainer.config.data), trainer.data)
        for event in run(trainer, folder, control):
            report.show(event)
    if not isinstance(event, Finished) or not event.saved or event.failed:
        return FAILED
    return DONE if event.complete or not received else SIGNALLED + received[0]


def _follow(
    args: Namespace, team: "Team", device: "torch.device", say: Say, note: Say
) -> int:
    """Train as one of the other processes: what the first one says, and no folder."""
    from sgviz.training.control import Control
    from sgviz.training.together import follow, join_run

    control = Control()
    with signals_stop(control) as received:
        reason = follow(join_run(team, device), control)
    if reason:
        note(reason)
        return FAILED
    return SIGNALLED + received[0] if received else DONE


def _train_config(args: Namespace, begins: "Beginning | None") -> "TrainConfig":
    """The preset with what a file and the command line say otherwise."""
    from sgviz.training.presets import PRESETS
    from sgviz.training.settings import with_settings
    from sgviz.training.start import begun, fitted

    given = {"seed": args.seed, "kimg": args.kimg, "data": args.data}
    changes = {name: value for name, value in given.items() if value is not None}
    config = replace(PRESETS[args.preset or "portraits"], **changes)
    if begins is not None:
        config = begun(config if args.preset else fitted(config, begins), begins)
    return with_settings(config, args.settings)


@contextmanager
def signals_stop(control: "Control") -> Iterator[list[int]]:
    """Ctrl-C and SIGTERM stop a run after its step; a second one ends at once."""
    received: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if received:
            os._exit(SIGNALLED + number)
        received.append(number)
        control.stop()

    with signals(stop):
        yield received


@contextmanager
def signals(
    handler: Callable[[int, FrameType | None], None] | signal.Handlers,
) -> Iterator[None]:
    """Another handler for Ctrl-C and SIGTERM while the block runs."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handler) for number in numbers]
    try:
        yield
    finally:
        for number, old in zip(numbers, before, strict=True):
            signal.signal(number, old)

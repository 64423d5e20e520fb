"""The command ``train`` with several depths: a laboratory, one run after another."""

import os
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sgviz.argument_parser import UsageError

if TYPE_CHECKING:
    from sgviz.training.control import Control
    from sgviz.training.depth_lab import Lab

Say = Callable[[str], None]

DONE, FAILED, SIGNALLED = 0, 1, 128
KIMG = 3.0


def is_for_lab(args: Namespace) -> bool:
    """Whether ``train`` is about a laboratory: a new one, or one that goes on.

    Raises
    ------
    UsageError
        The options do not go together.
    """
    if not args.depths:
        return bool(args.resume and (Path(args.out) / "lab.json").is_file())
    if args.resume:
        raise UsageError(
            "--depths is for a new laboratory: one that goes on takes all but --kimg"
            " from its lab.json"
        )
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise UsageError("--depths is for one process, not for a team of them")
    if args.begins:
        raise UsageError("--depths and --from: a file has one depth alone")
    if any(name in ("depth", "timeline") for name, _ in args.settings):
        raise UsageError("--depths says the depth of each run; all keep a timeline")
    return True


def refuse_beginnings(
    args: Namespace, what: str, takes: str, others: tuple[str, ...] = ()
) -> None:
    """Refuse options of a new run where one goes on, which ``takes`` them elsewhere.

    Raises
    ------
    UsageError
        One is given: it would change nothing.
    """
    names = {"settings": "set", "begins": "from"}
    for name in ("settings", "begins", "preset", "seed", *others):
        if getattr(args, name) not in (None, []):
            raise UsageError(
                f"--{names.get(name, name)} is for a new {what}: one that goes on"
                f" takes {takes}"
            )


def train_depths(
    args: Namespace, control: "Control", received: list[int], say: Say, note: Say
) -> int:
    """Train every depth until its end or until ``control`` says stop; ends saved.

    ``received`` are the signals that made it say so.
    """
    from sgviz.models.device import choose_device
    from sgviz.terminal import Bar, EventLines, TrainReport
    from sgviz.training.depth_events import DepthEvent, LabEnded
    from sgviz.training.depth_lab import run_lab

    lab, event = _lab(args), None
    device = choose_device(args.device)
    with Bar("training") as bar:
        report = EventLines(say) if args.events else TrainReport(bar, say, note)
        for event in run_lab(lab, control, device):
            report.show(event.event if isinstance(event, DepthEvent) else event)
    if not isinstance(event, LabEnded) or not event.saved:
        return FAILED
    if event.complete:
        return DONE
    return SIGNALLED + received[0] if received else FAILED


def _lab(args: Namespace) -> "Lab":
    from sgviz.training.depth_lab import create_lab, read_lab
    from sgviz.training.presets import PRESETS
    from sgviz.training.settings import with_settings

    if args.resume:
        takes = "all but --kimg from its lab.json"
        refuse_beginnings(args, "laboratory", takes, ("data",))
        return read_lab(args.out, args.kimg)
    base = PRESETS[args.preset or "tiny"]
    given = {"seed": args.seed, "data": args.data, "kimg": args.kimg}
    if not args.preset:
        base = replace(base, kimg=KIMG)
    changes = {name: value for name, value in given.items() if value is not None}
    base = with_settings(replace(base, **changes), args.settings)
    return create_lab(args.out, args.depths, base)

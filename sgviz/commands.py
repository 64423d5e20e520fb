"""What the commands do; torch and Qt are imported when one is run, not before.

Each takes the parsed arguments, ``say`` for what was asked for (stdout) and ``note``
for people (stderr), and returns the exit code. Errors are raised as exceptions: a
ValueError is wrong use or bad input, everything else is work that failed.
"""

import atexit
import math
import os
import signal
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from sgviz import arguments
from sgviz.argument_parser import UsageError
from sgviz.measure_command import measure
from sgviz.train_command import DONE, FAILED, Say, signals, train
from sgviz.virtual_screen import NoScreenError, has_screen, virtual_screen

if TYPE_CHECKING:
    from sgviz.state import State

Command = Callable[[Namespace, Say, Say], int]


def app(args: Namespace, say: Say, note: Say) -> int:
    """Open the window with the given files."""
    for path in args.files:
        if not os.path.lexists(path):
            names = ", ".join(arguments.COMMANDS)
            raise UsageError(f"there is no file {path.name!r}; commands are: {names}")
    if not has_screen(os.environ):
        raise UsageError(
            "there is no display to open a window on; "
            "'snapshot OUT.png' makes a picture of it without one"
        )
    from sgviz.gui.app import run

    return run([str(path) for path in args.files], args.device)


def snapshot(args: Namespace, say: Say, note: Say) -> int:
    """Save a picture of the window; on a screen of our own where there is none."""
    from sgviz.state import State

    state = State() if args.state is None else _state_in(args.state)
    if not has_screen(os.environ):
        _bring_screen(args.size)
    from sgviz.gui.measure.panels import PANELS
    from sgviz.gui.snapshot import SnapshotError, take

    names = [line.name for line in PANELS]
    for name in args.measure:
        if name not in names:
            known = ", ".join(names)
            raise UsageError(f"there is no panel {name!r}; there are: {known}")

    files = [str(path) for path in args.files]
    # Nothing is half done while a picture is taken: a signal may end it at once,
    # which Python's own handlers could not do inside Qt's event loop.
    with signals(signal.SIG_DFL):
        try:
            panels = take(
                args.out,
                files,
                state,
                args.size,
                args.theme,
                args.tab,
                args.device,
                args.measure,
                args.about,
            )
        except SnapshotError as error:
            note(str(error))
            return FAILED
    if args.json:
        say(panels)
    return DONE


def circles(args: Namespace, say: Say, note: Say) -> int:
    """Map great circles of Z into W and write them."""
    from sgviz.export.circles import export_circles

    say(
        export_circles(
            args.out,
            args.model,
            circles=args.circles,
            points=args.points,
            seed=args.seed,
            psi=args.psi,
            device=args.device,
            class_index=args.class_index,
            generator=args.network,
        )
    )
    return DONE


def images(args: Namespace, say: Say, note: Say) -> int:
    """Make images of seeds, or of latents in a file."""
    from sgviz.export.images import Look, export_images
    from sgviz.state import Placement
    from sgviz.terminal import Bar

    place = Placement(args.right, args.down, math.radians(args.turn))
    look = Look(args.psi, args.noise, args.fast, args.class_index, place)
    with Bar("images") as bar:
        written = export_images(
            args.out,
            args.model,
            seeds=args.seeds,
            z=args.z,
            w=args.w,
            look=look,
            kind=args.format,
            device=args.device,
            generator=args.network,
            progress=bar.show,
        )
    say(written)
    return DONE


def convert(args: Namespace, say: Say, note: Say) -> int:
    """Write a network of another program as a file of ours."""
    from sgviz.export.convert import convert as convert_file

    say(convert_file(args.source, args.out, args.network))
    return DONE


def info(args: Namespace, say: Say, note: Say) -> int:
    """Say what a file holds, or the folder of a run."""
    from sgviz.export.info import as_json, as_text, describe

    if args.file.is_dir():
        from sgviz.training.run_info import describe_run

        found = describe_run(args.file)
    else:
        found = describe(args.file, args.network)
    say(as_json(found) if args.json else as_text(found))
    return DONE


def portraits(args: Namespace, say: Say, note: Say) -> int:
    """Draw images of the procedural data set into a folder."""
    from sgviz.export.portraits_folder import write_portraits
    from sgviz.terminal import Bar
    from sgviz.training.portraits import FACTORS, Portraits

    names = [factor.name for factor in FACTORS]
    images = Portraits(args.size, args.seed)
    with Bar("portraits") as bar:

        def show(done: int) -> None:
            bar.show(done, args.count)

        write_portraits(args.out, images, names, args.count, show)
    plural = "s" * (args.count != 1)
    say(f"{args.out.name}: {args.count} portrait{plural} and factors.csv")
    return DONE


def _bring_screen(size: tuple[int, int]) -> None:
    """A virtual screen until this process ends; UsageError where none can be had."""
    screen = ExitStack()
    try:
        screen.enter_context(virtual_screen(*size))
    except NoScreenError as error:
        raise UsageError(str(error)) from error
    # Qt says goodbye to its screen first: its own hook is registered later.
    atexit.register(screen.close)


def _state_in(path: Path) -> "State":
    """The State that a session or an exported picture carries; FileError."""
    from sgviz.checkpoints.errors import FileError, shown_name
    from sgviz.checkpoints.open_file import open_file

    opened = open_file(path)
    if opened.state is None:
        raise FileError(f"{shown_name(path)} is no session: it holds {opened.kind}")
    return opened.state


COMMANDS: dict[str, Command] = {
    "app": app,
    "snapshot": snapshot,
    "circles": circles,
    "convert": convert,
    "images": images,
    "info": info,
    "portraits": portraits,
    "measure": measure,
    "train": train,
}

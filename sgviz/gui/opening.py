"""What a file that was opened makes of a State."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.checkpoints.of_run import checkpoints_of
from sgviz.state import CircleSet, CirclesFile, File, ModelRef, State

if TYPE_CHECKING:
    from sgviz.checkpoints.open_file import Opened
    from sgviz.checkpoints.watch import Watch
    from sgviz.render.sources import Sources

EMA_OF_A_RUN = "g_ema.safetensors"
NO_NETWORK_YET = (
    "is a run that has saved no network yet; it does so at its first checkpoint and "
    "when it is stopped: wait, or continue it"
)


def file_of(path: Path) -> Path:
    """A run's folder stands for its network; all else for itself.

    Raises
    ------
    FileError
        It is a folder, and there is no network in it: what can be done.
    """
    network = path / EMA_OF_A_RUN
    if network.is_file():
        return network
    if not path.is_dir():
        return path
    if checkpoints := checkpoints_of(path):
        return checkpoints[-1]
    raise FileError(f"{shown_name(path)} {_why_no_network(path)}")


def _why_no_network(folder: Path) -> str:
    from sgviz.training.run_folder import LAB_FILE, read_config

    if (folder / LAB_FILE).is_file():
        return "is a depth laboratory: open the folder of one of its depths"
    try:
        read_config(folder)
    except FileError:
        return "is a folder: open a file, or the folder of a run"
    return NO_NETWORK_YET


def network_in(opened: "Opened") -> ModelRef | None:
    """The network that a file is, or that its session shows; None for others."""
    if opened.kind == "model":
        return File(str(opened.path), opened.sha256)
    return opened.state.model if opened.state is not None else None


def state_with(state: State, opened: "Opened") -> State:
    """The state with what a file holds in the place of what was shown."""
    path, sha256 = str(opened.path), opened.sha256
    look = state.look.framed()
    if opened.kind == "circles":
        file = CirclesFile(path, sha256)
        return replace(state, circles=file, ring=0, look=look)
    if opened.kind == "model":
        circles = state.circles
        if isinstance(circles, CirclesFile):
            circles = CircleSet()
        return replace(state, model=File(path, sha256), circles=circles, look=look)
    if opened.state is None:
        raise TypeError(f"{opened.kind} without a state")
    return opened.state


def state_beside(state: State, opened: "Opened") -> State:
    """The state with a file's network beside the one that is shown."""
    return replace(state, beside=replace(state.beside, model=network_in(opened)))


def which_is_shown(names: list[str]) -> str:
    """What of several files of circles that were opened together is on the screen."""
    *_, before, shown = names
    return (
        f"{shown} is shown: the window has the circles of one file at a time. "
        f"Undo shows {before}; measure takes all files together"
    )


def read_whole(path: Path, sources: "Sources | None", watch: "Watch") -> "Opened":
    """A file that was read, with its network; raises as :func:`prepare`."""
    from sgviz.checkpoints.open_file import open_file

    opened = open_file(path, watch)
    prepare(opened, sources, watch)
    watch.check()
    return opened


def prepare(opened: "Opened", sources: "Sources | None", watch: "Watch") -> None:
    """Have the network ready that a file is, or that its session asks for.

    Raises
    ------
    FileError
        It is a network, and cannot be read. A session is shown without its network,
        which says itself what it lacks.
    CancelledError
        Nobody waits for it any more.
    """
    ref = network_in(opened)
    if sources is None or not isinstance(ref, File):
        return
    try:
        sources.prepare(ref, watch)
    except ValueError:
        if opened.kind == "model":
            raise

"""What a run that goes on may take otherwise than its config.json says."""

from dataclasses import replace
from pathlib import Path

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.of_run import checkpoints_of, images_of
from sgviz.training.config import TrainConfig
from sgviz.training.data import PORTRAITS
from sgviz.training.run_folder import RunFolder, reopen


def go_on(
    out: Path, kimg: float | None, data: str | None
) -> tuple[RunFolder, TrainConfig]:
    """The locked folder of a run, and what it goes on with; config.json stays.

    ``kimg`` is another total, ``data`` another place of the same kind of images; None
    is what it had.

    Raises
    ------
    FileError
        One sentence: there is no run, another process writes it, it has shown more
        than ``kimg``, or ``data`` is of another kind.
    """
    folder = reopen(out)
    try:
        config = folder.config
        if kimg is not None:
            check_total(out, config.kimg, kimg)
        if data is not None:
            check_kind(config.data, data)
        kimg = config.kimg if kimg is None else kimg
        data = config.data if data is None else data
        return folder, replace(config, kimg=kimg, data=data)
    except BaseException:
        folder.close()
        raise


def check_total(path: Path, before: float, kimg: float, name: str = "the run") -> None:
    """Refuse another total than before that is below what was shown; FileError.

    The total it had is never refused: the last batch may go beyond it.
    """
    kept = checkpoints_of(path)
    shown = images_of(kept[-1]) / 1000.0 if kept else 0.0
    if kimg != before and kimg < shown:
        raise FileError(f"{name} has shown {shown:g} kimg already; give more than that")


def check_kind(before: str, data: str) -> None:
    """Refuse portraits for a folder or a zip, and the other way round; FileError."""
    if (before == PORTRAITS) == (data == PORTRAITS):
        return
    kind = "portraits" if before == PORTRAITS else "images of a folder or a zip"
    raise FileError(
        f"the run learns from {kind}: other data is for a new run, which may begin"
        " from this one's networks"
    )

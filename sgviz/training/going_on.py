"""The trainer and its locked folder: of a new run, or of one that goes on.

What a run that goes on may take otherwise than its config.json says is decided here.
"""

from dataclasses import replace
from pathlib import Path

import torch

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.of_run import checkpoints_of
from sgviz.checkpoints.of_run import images_of as images_in
from sgviz.models.device import is_out_of_memory
from sgviz.training.config import TrainConfig
from sgviz.training.data import PORTRAITS, Images, images_of
from sgviz.training.phases import generator_config
from sgviz.training.run_folder import RunFolder, create, reopen
from sgviz.training.start import Beginning, begin, check_sizes
from sgviz.training.survey import Progress
from sgviz.training.team import ALONE, Team
from sgviz.training.trainer import Trainer


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
        checkpoint can be read, no file written, or :func:`go_on`.
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
            folder.replace(config)
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
    shown = images_in(kept[-1]) / 1000.0 if kept else 0.0
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

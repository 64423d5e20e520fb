"""What a run learns from: an endless numbered row of images."""

from pathlib import Path
from typing import Protocol

from torch import Tensor

from sgviz.checkpoints.errors import FileError, shown_name
from sgviz.training.config import TrainConfig
from sgviz.training.images import ImageFolder
from sgviz.training.portraits import Portraits
from sgviz.training.survey import Bad, Progress

PORTRAITS = "portraits"


class Images(Protocol):
    """A data set: image k of a run is a function of k alone."""

    def batch(self, first_index: int, count: int) -> Tensor:
        """Images [count, 3, R, R] in [-1, 1], float32 on the CPU."""
        ...


def images_of(config: TrainConfig, progress: Progress | None = None) -> Images:
    """The data set that a configuration names: the portraits, a folder, or a zip.

    ``progress`` hears how many files of how many were looked at.

    Raises
    ------
    FileError
        There is no such data set, it holds no usable image, or it cannot be had in
        this resolution.
    """
    if config.data != PORTRAITS:
        return ImageFolder(Path(config.data), config, progress=progress)
    if config.resolution < 16:
        raise FileError("portraits are drawn from 16x16 upwards")
    return Portraits(config.resolution, config.seed)


def data_name(data: str) -> str:
    """What a data set is called where others read it: of a path the name alone."""
    return data if data == PORTRAITS else shown_name(Path(data))


def fingerprint_of(images: Images) -> str:
    """Changes where the files of a data set do; "" where it is made of none."""
    return images.fingerprint if isinstance(images, ImageFolder) else ""


def left_out(images: Images) -> tuple[Bad, ...]:
    """Files of a data set found bad since this was last asked: name and why."""
    return tuple(images.take_news()) if isinstance(images, ImageFolder) else ()

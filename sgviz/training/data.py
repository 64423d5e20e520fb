"""What a run learns from: an endless numbered row of images."""

from typing import Protocol

from torch import Tensor

from sgviz.checkpoints.errors import FileError, printable
from sgviz.training.config import TrainConfig
from sgviz.training.portraits import Portraits


class Images(Protocol):
    """A data set: image k of a run is a function of k alone."""

    def batch(self, first_index: int, count: int) -> Tensor:
        """Images [count, 3, R, R] in [-1, 1], float32 on the CPU."""
        ...


def images_of(config: TrainConfig) -> Images:
    """The data set that a configuration names.

    Raises
    ------
    FileError
        There is no such data set, or it cannot be had in this resolution.
    """
    if config.data != "portraits":
        shown = printable(config.data, 80)
        raise FileError(f"{shown} is no data set of this sgviz: it has portraits")
    if config.resolution < 16:
        raise FileError("portraits are drawn from 16x16 upwards")
    return Portraits(config.resolution, config.seed)

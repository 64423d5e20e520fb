"""When the timeline is recorded, and which of its records stay: plain arithmetic.

A function of the images shown alone, so that a run that was resumed has the records
of one that was not. No torch.
"""

from pathlib import Path

from sgviz.training.config import TrainConfig

FOLDER = "timeline"
CIRCLES, POINTS, SAMPLES, SIDE = 4, 96, 16, 64
MAX_RECORDS, MAX_BYTES = 500, 300_000_000
HEADER_BYTES = 8192
# At first so many records in the whole run, at most so many images apart, and at least
# so many steps: a record costs about a third of a step of the smallest networks.
PLANNED, FIRST_IMAGES, FIRST_STEPS = 100, 400, 8


def timeline_folder(run: Path) -> Path:
    """Where the timeline of a run folder lies."""
    return run / FOLDER


def first_interval(config: TrainConfig) -> int:
    """Images between two records at first: whole steps, ``FIRST_STEPS`` or more."""
    wanted = min(config.total_images / PLANNED, FIRST_IMAGES)
    return config.batch * max(FIRST_STEPS, round(wanted / config.batch))


def record_bytes(config: TrainConfig) -> int:
    """What a record takes on the disk, at most."""
    side = min(config.resolution, SIDE)
    numbers = (2 * CIRCLES * POINTS + 4) * config.w_dim
    return numbers + 3 * SAMPLES * side * side + HEADER_BYTES


def record_limit(config: TrainConfig) -> int:
    """A timeline has always fewer records than this."""
    return min(MAX_RECORDS, MAX_BYTES // record_bytes(config))


def interval_at(images: int, first: int, limit: int) -> int:
    """Images between two records: ``first``, doubled until fewer than ``limit`` fit."""
    interval = first
    while images // interval + 4 > limit:
        interval *= 2
    return interval


def is_due(images: int, newest: int, interval: int) -> bool:
    """Whether a record belongs here, after the ``newest``; -1: there is none yet."""
    return newest < 0 or images // interval > newest // interval


def kept_records(recorded: list[int], interval: int) -> list[int]:
    """Of records in order: the first in each interval, and the newest."""
    firsts: dict[int, int] = {}
    for images in recorded:
        firsts.setdefault(images // interval, images)
    return sorted({*firsts.values(), *recorded[-1:]})

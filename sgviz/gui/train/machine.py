"""What a run needs of this machine, in words; no widgets, no torch."""

import os
from dataclasses import dataclass
from pathlib import Path

from sgviz.gui.train.runs import duration_words

_MEMINFO = Path("/proc/meminfo")
_TIGHT = 0.8


@dataclass(frozen=True)
class Need:
    """Bytes a run takes, seconds for a kimg (0: not measured), bytes that are free."""

    bytes: int
    seconds_per_kimg: float
    free: int | None

    @property
    def too_much(self) -> bool:
        """Whether the memory will not suffice."""
        return self.free is not None and self.bytes > self.free

    @property
    def tight(self) -> bool:
        """Whether it may not suffice beside everything else."""
        return self.free is not None and self.bytes > _TIGHT * self.free


def bytes_words(count: float) -> str:
    """About how many: ``620 MB``, ``1.4 GB``."""
    mega = count / 1e6
    if mega < 1000:
        return f"{mega:.0f} MB" if mega >= 10 else f"{mega:.1f} MB"
    return f"{mega / 1000:.1f} GB"


def seconds_words(seconds: float) -> str:
    """A short time: ``33 s``, ``2 min 10 s``; longer ones as durations."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 600:
        return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"
    return duration_words(seconds)


def need_words(need: Need, kimg: float) -> str:
    """What a run of ``kimg`` needs, in a sentence."""
    words = f"Needs about {bytes_words(need.bytes)} of memory"
    if need.seconds_per_kimg <= 0:
        return f"{words}."
    each = seconds_words(need.seconds_per_kimg)
    whole = duration_words(need.seconds_per_kimg * kimg)
    return f"{words}; a kimg takes about {each} here: {kimg:g} kimg in {whole}."


def warning_words(need: Need) -> str:
    """A warning where the memory is short; empty where it is not."""
    if not need.tight or need.free is None:
        return ""
    free = bytes_words(need.free)
    if need.too_much:
        return f"Only {free} are free: halve the batch, or take a smaller network."
    return f"Only {free} are free: it may not suffice."


def free_memory() -> int | None:
    """Bytes of memory that programs can still have; None where nobody says."""
    try:
        for line in _MEMINFO.read_text("ascii", errors="replace").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return None

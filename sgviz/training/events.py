"""What happens in a training run, as frozen values; no torch, no Qt at import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sgviz.models.snapshot import Snapshot
    from sgviz.training.config import TrainConfig
    from sgviz.training.figures import Figures

STOPPED = "stopped"


@dataclass(frozen=True)
class StepStats:
    """Figures of a step, or means over several.

    ``r1`` is the mean squared gradient norm when it was last computed (without
    gamma), ``sign_*`` the mean signs of D's logits in [-1, 1], ``images`` the images
    shown so far in the run, ``seconds`` the time a step took; ``path_length`` the
    mean length when it was last computed, ``augment_p`` the probability just now.
    """

    loss_g: float
    loss_d: float
    r1: float
    sign_real: float
    sign_fake: float
    images: int
    seconds: float
    skipped: str = ""
    path_length: float = 0.0
    augment_p: float = 0.0


@dataclass(frozen=True)
class Started:
    """The run goes on from ``images``."""

    images: int
    total: float


@dataclass(frozen=True)
class Began:
    """The run began from a file: one sentence says what goes on and what is new."""

    notice: str


@dataclass(frozen=True)
class Losses:
    """Means since the last such event, at most ten a second."""

    stats: StepStats
    images_per_second: float


@dataclass(frozen=True)
class SnapshotReady:
    """A copy of the averaged generator, at most twice a second."""

    snapshot: Snapshot


@dataclass(frozen=True)
class Saved:
    """A checkpoint lies verified under this name."""

    path: Path
    images: int


@dataclass(frozen=True)
class SaveFailed:
    """Nothing was saved this time, one sentence says why; the run goes on."""

    reason: str
    images: int


@dataclass(frozen=True)
class Skipped:
    """A step changed nothing, one sentence says why."""

    reason: str
    images: int


@dataclass(frozen=True)
class LeftOut:
    """Files of the data set were found bad and are skipped from now on.

    Name and reason of each, to be read one after the other as a sentence.
    """

    files: tuple[tuple[str, str], ...]
    images: int


@dataclass(frozen=True)
class Paused:
    """The run waits between two steps."""

    images: int


@dataclass(frozen=True)
class Resumed:
    """The run goes on after a pause."""

    images: int


@dataclass(frozen=True)
class Changed:
    """Live fields of the configuration were changed between two steps."""

    config: TrainConfig
    images: int


@dataclass(frozen=True)
class Recorded:
    """The timeline has a new record, at this many images, with these figures."""

    images: int
    figures: Figures | None = None


@dataclass(frozen=True)
class Finished:
    """The last event. ``saved``: the newest state lies in the run folder.

    ``reason``: one sentence, why it ended; ``complete``: all images were shown.
    """

    images: int
    complete: bool
    saved: bool
    reason: str

    @property
    def failed(self) -> bool:
        """Whether it ended early, and nobody had told it to."""
        return not self.complete and self.reason != STOPPED


Event = (
    Started
    | Began
    | Losses
    | SnapshotReady
    | Saved
    | SaveFailed
    | Skipped
    | LeftOut
    | Paused
    | Resumed
    | Changed
    | Recorded
    | Finished
)

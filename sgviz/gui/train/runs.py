"""What the Train tab says about a run, and the words it uses; no widgets here."""

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from sgviz.prefs import Device
from sgviz.training.config import TrainConfig
from sgviz.training.presets import PRESETS, Preset


@dataclass(frozen=True)
class RunRequest:
    """What Start asks for: a configuration, the preset it began as, and where.

    ``start_from`` is a file of weights, None for random ones.
    """

    config: TrainConfig
    preset: Preset = "portraits"
    device: Device = "auto"
    start_from: Path | None = None

    @classmethod
    def of(cls, preset: Preset, seed: int, kimg: float) -> "RunRequest":
        """A preset with a seed and a length of its own."""
        return cls(replace(PRESETS[preset], seed=seed, kimg=kimg), preset)


class RunState(Enum):
    """Where a run stands."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    FINISHED = "finished"

    @property
    def is_busy(self) -> bool:
        """Whether there is a run whose end is still to come."""
        return self not in (RunState.IDLE, RunState.FINISHED)


STATE_WORDS = {
    RunState.IDLE: "Ready",
    RunState.STARTING: "Starting …",
    RunState.RUNNING: "Training",
    RunState.PAUSED: "Paused",
    RunState.STOPPING: "Stopping: the last step is being saved …",
    RunState.FINISHED: "Finished and saved",
}

_CHARACTER: dict[Preset, str] = {
    "tiny": "A small network, for a look within minutes.",
    "portraits": "The size of the network that comes with sgviz.",
    "large": "For a GPU and days of patience.",
}


def preset_words(preset: Preset) -> str:
    """One line about a preset: what it is for, and its sizes."""
    config = PRESETS[preset]
    side = config.resolution
    facts = f"{side}×{side}, z = {config.z_dim}, {config.depth}-layer mapping"
    return f"{_CHARACTER[preset]} {facts}."


def duration_words(seconds: float) -> str:
    """About how long, in one or two units: ``41 min``, ``2 h 10 min``, ``3 days``."""
    if seconds < 60:
        return "less than a minute"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes / 1440:.0f} days"

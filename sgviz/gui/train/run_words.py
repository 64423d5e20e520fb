"""What is said of the events of a run: lines of the log, faults with advice."""

from dataclasses import asdict
from math import isnan

from sgviz.frame import Problem
from sgviz.gui.train.labels import label_of
from sgviz.training.config import TrainConfig
from sgviz.training.events import (
    Began,
    Changed,
    Event,
    Finished,
    LeftOut,
    Paused,
    Resumed,
    Saved,
    SaveFailed,
    Skipped,
    Started,
    StepStats,
)

NO_MEMORY = (
    "There is no memory for this run: halve the batch, choose a smaller network or"
    " resolution, or another device."
)
_RETRY = "The run goes on and tries again; what was saved before is kept."
_NOT_SAVED = (
    ("disk is full", "Free some space. " + _RETRY),
    ("is not there", "Its folder is gone: bring it back. " + _RETRY),
    ("cannot be written", "Its folder is read-only: change that. " + _RETRY),
    (
        "lock was taken",
        "End one of the two: this one saves no more; what was saved before is kept.",
    ),
)
_ENDED = (
    (
        "no memory",
        "Halve the batch, choose a smaller network or resolution, or another device;"
        " then continue it from the list of runs.",
    ),
    (
        "not a finite number",
        "The last good checkpoint is kept. Lower the learning rates or raise R1 gamma,"
        " and start from it.",
    ),
    ("disk is full", "Free some space and continue it from the list of runs."),
    ("there", "What was saved before its folder went is all there is."),
)


def log_line(event: Event) -> tuple[str, bool] | None:
    """The sentence of an event for the log, and whether it is a bad one."""
    if isinstance(event, Started):
        begun = event.images == 0
        return ("Begun." if begun else "Continued from its checkpoint."), False
    if isinstance(event, Began):
        return as_sentence(event.notice), False
    if isinstance(event, LeftOut):
        return f"Left out: {', '.join(' '.join(file) for file in event.files)}.", True
    if isinstance(event, Saved):
        return "Saved and verified.", False
    if isinstance(event, SaveFailed | Skipped):
        return as_sentence(event.reason), True
    if isinstance(event, Paused):
        return "Paused.", False
    if isinstance(event, Resumed):
        return "Resumed.", False
    if isinstance(event, Finished):
        saved = "saved and verified" if event.saved else "not saved"
        return f"Ended, {saved}: {event.reason}.", not event.saved
    return None


def step_words(stats: StepStats) -> str | None:
    """A single step for the log: whose it was; None where nothing was computed."""
    g, d = not isnan(stats.loss_g), not isnan(stats.loss_d)
    if g and d:
        return "One step of both."
    return f"One step of {'G' if g else 'D'}." if g or d else None


def stopped_words(event: Finished, total: float) -> str:
    """Where a run stands that was saved before all of ``total`` kimg were shown."""
    return f"Stopped at {kimg_words(event.images, total)}, saved"


def kimg_words(images: int, total: float, each: bool = False) -> str:
    """Images shown, of ``total`` kimg; with ``each`` every image can be told."""
    return f"{images / 1000.0:.{3 if each else 1}f} of {total:g} kimg"


def images_of(event: Event) -> int | None:
    """How many images had been shown when that happened."""
    images = getattr(event, "images", None)
    return images if isinstance(images, int) else None


def changes(before: TrainConfig, event: Changed) -> list[str]:
    """What was changed while it ran, a sentence a field."""
    old, new = asdict(before), asdict(event.config)
    return [
        f"{label_of(name)}: {_value(old[name])} → {_value(new[name])}."
        for name in new
        if old[name] != new[name]
    ]


def save_problem(event: SaveFailed) -> Problem:
    """Nothing was saved: why, and what to do."""
    what = f"{as_sentence(event.reason)} {_advice(event.reason, _NOT_SAVED, _RETRY)}"
    return Problem(what)


def end_problem(event: Finished, why: str = "") -> Problem | None:
    """What is wrong with an end and what to do; None where it is as wished.

    ``why`` it could not be saved, where that is known.
    """
    advice = _advice(event.reason, _ENDED, "")
    if event.saved and not advice:
        return None
    lost = as_sentence(why) if why else "The newest steps were not saved."
    words = [as_sentence(event.reason), "" if event.saved else lost, advice]
    return Problem(" ".join(filter(None, words)))


def is_fine(event: Finished | Problem) -> bool:
    """Whether a run has ended saved, and as it was told to."""
    return isinstance(event, Finished) and event.saved and not event.failed


def _advice(reason: str, table: tuple[tuple[str, str], ...], otherwise: str) -> str:
    return next((words for sign, words in table if sign in reason), otherwise)


def as_sentence(words: str) -> str:
    """Words of an event or an error as a sentence of its own; names of files stay."""
    plain = words.partition(" ")[0].isalpha()
    first = words[:1].upper() if plain else words[:1]
    return f"{first}{words[1:]}".rstrip(".") + "."


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

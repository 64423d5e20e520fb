"""Draft: the settings of a run while they are edited, right or wrong; no widgets.

A :class:`~sgviz.training.config.TrainConfig` is valid from the moment it is made. What
stands in a form need not be: a draft keeps it, says what is wrong with which field,
and becomes a configuration once nothing is.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from math import log2

from pydantic import ValidationError

from sgviz.gui.train.labels import limits_of
from sgviz.training.config import TrainConfig
from sgviz.training.fields import field_help
from sgviz.training.presets import PRESETS, Preset

FIELDS = {each.name: each for each in field_help()}
PORTRAITS = "portraits"
NO_IMAGES = "Choose a folder or a zip of images."
# Neither makes another network or another kind of run of a preset.
_OWN = ("seed", "data", "threads")
_ROWS = ("channels", "channels_d")
_LEAST_CHANNELS = 8
_LEAST_PORTRAITS = 16


@dataclass(frozen=True)
class Draft:
    """Every field by name as it stands in the form, beside what it came from.

    ``base`` is the configuration a reset goes back to; ``tails`` remembers channels
    that a lower resolution has cut off.
    """

    preset: Preset
    base: TrainConfig
    values: Mapping[str, object]
    tails: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def with_value(self, name: str, value: object) -> "Draft":
        """Another value in one field; the channels follow the resolution."""
        values = {**self.values, name: value}
        tails = dict(self.tails)
        if name in _ROWS and isinstance(value, tuple):
            tails[name] = value + self._tail(name)[len(value) :]
        draft = replace(self, values=values, tails=tails)
        if name == "resolution" and isinstance(value, int):
            draft = draft._fitted(value)
        return draft

    def reset(self, name: str) -> "Draft":
        """One field as it was at first."""
        return self.with_value(name, getattr(self.base, name))

    def with_preset(self, preset: Preset) -> "Draft":
        """Another preset; data and seed stay."""
        kept = {name: self.values[name] for name in _OWN}
        new = of_preset(preset)
        return replace(new, values={**new.values, **kept})

    @property
    def changed(self) -> tuple[str, ...]:
        """The fields that are not as they were at first."""
        base = self.base
        return tuple(n for n, v in self.values.items() if v != getattr(base, n))

    @property
    def is_preset(self) -> bool:
        """Whether this is the preset itself; data and seed are everybody's own."""
        return not [name for name in self.changed if name not in _OWN]

    def errors(self) -> dict[str, str]:
        """What is wrong, a sentence for each field; empty where nothing is.

        Two fields that do not fit each other both say so.
        """
        found: dict[str, str] = {}
        try:
            TrainConfig(**self.values)  # type: ignore[arg-type]
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False):
                message = each["msg"].removeprefix("Value error, ")
                for name in _names_in(each["loc"], message):
                    found[name] = _sentence(name, message, bool(each["loc"]))
        side = self.values["resolution"]
        if self.values["data"] == PORTRAITS:
            if isinstance(side, int) and side < _LEAST_PORTRAITS:
                found["resolution"] = "Portraits are drawn from 16×16 upwards."
        elif not self.values["data"]:
            found["data"] = NO_IMAGES
        return found

    def config(self) -> TrainConfig:
        """The configuration; ValidationError where something is wrong."""
        return TrainConfig(**self.values)  # type: ignore[arg-type]

    def _tail(self, name: str) -> tuple[int, ...]:
        row = self.tails.get(name, self.values[name])
        return row if isinstance(row, tuple) else ()

    def _fitted(self, resolution: int) -> "Draft":
        levels = int(log2(resolution)) - 1
        values, tails = dict(self.values), dict(self.tails)
        for name in _ROWS:
            full = self._tail(name)
            row = fit_row(full, levels)
            values[name], tails[name] = row, (row + full[levels:])
        return replace(self, values=values, tails=tails)


def of_preset(preset: Preset) -> Draft:
    """A preset as it stands in the table."""
    return of_config(preset, PRESETS[preset])


def of_config(preset: Preset, config: TrainConfig) -> Draft:
    """A configuration that a reset goes back to."""
    return Draft(preset, config, asdict(config))


def fit_row(row: tuple[int, ...], levels: int) -> tuple[int, ...]:
    """Channels for so many resolutions: cut, or continued with half of the last."""
    row = row[:levels] or (_LEAST_CHANNELS,)
    while len(row) < levels:
        row = (*row, max(min(_LEAST_CHANNELS, row[-1]), row[-1] // 2))
    return row


def _names_in(place: tuple[int | str, ...], message: str) -> tuple[str, ...]:
    """The fields that an error is about; the empty name where that is not said."""
    if place and place[0] in FIELDS:
        return (str(place[0]),)
    if message.startswith("a batch"):
        return ("batch", "mbstd_group")
    first = message.partition(" ")[0]
    if first in FIELDS:
        return (first,)
    return ("resolution",) if "resolution" in message else ("",)


def _sentence(name: str, message: str, own: bool) -> str:
    """A limit in words where a value is out of it, else what validation says."""
    limits = limits_of(FIELDS[name]) if own and name in FIELDS else ""
    return limits or f"{message[:1].upper()}{message[1:]}".rstrip(".") + "."

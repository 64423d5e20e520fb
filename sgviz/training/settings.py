"""A configuration with some of its fields set by words: NAME=VALUE."""

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from pydantic import ValidationError

from sgviz.checkpoints.errors import printable
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import sentence
from sgviz.training.fields import FieldHelp, field_help

NONE = ("none", "null", "")


def with_settings(
    config: TrainConfig, settings: Iterable[tuple[str, str]]
) -> TrainConfig:
    """``config`` with these names set to these words, all at once.

    A row of numbers is written with commas, and ``none`` is the absence of an
    optional value. Of a name that comes twice the last word counts.

    Raises
    ------
    ValueError
        One sentence: an unknown name, or a value that cannot be.
    """
    fields = {field.name: field for field in field_help()}
    changes: dict[str, object] = {}
    for name, word in settings:
        if name not in fields:
            raise ValueError(_unknown(name, list(fields)))
        changes[name] = _value(fields[name], word)
    try:
        # Words become numbers and switches where the configuration is validated.
        return replace(config, **changes)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ValueError(sentence(error)) from error


def _value(field: FieldHelp, word: str) -> object:
    if field.optional and word.lower() in NONE:
        return None
    return tuple(word.split(",")) if field.kind == "row" else word


def _unknown(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, 1)
    hint = f"; {close[0]} is one" if close else ""
    return f"{printable(name, 40)} is no field of a run{hint}"

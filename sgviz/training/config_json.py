"""A configuration as JSON, and back in one sentence where it cannot be."""

from pydantic import TypeAdapter, ValidationError

from sgviz.training.config import TrainConfig

# What pydantic says, in the words of somebody who fills in a form.
PLAIN = {
    "Input should be": "it must be",
    "Tuple should have": "it must have",
    " after validation": "",
    "items": "numbers",
    "Unexpected keyword argument": "there is no such field",
    "Extra inputs are not permitted": "there is no such field",
    "Field required": "it is missing",
    "Invalid JSON:": "no JSON:",
}

_ADAPTER = TypeAdapter(TrainConfig)


def to_json(config: TrainConfig) -> str:
    """A configuration as JSON."""
    return _ADAPTER.dump_json(config, indent=1).decode("utf-8")


def from_json(text: str) -> TrainConfig:
    """The configuration in a JSON text.

    Raises
    ------
    ValueError
        One sentence: no JSON, an unknown field, or a value out of its limits.
    """
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise ValueError(sentence(error)) from error


def sentence(error: ValidationError) -> str:
    """What a validation error says about a configuration, as one sentence."""
    first = error.errors(include_url=False, include_input=False, include_context=False)
    place = ".".join(str(part) for part in first[0]["loc"])
    message = first[0]["msg"].removeprefix("Value error, ")
    for words, plain in PLAIN.items():
        message = message.replace(words, plain)
    return f"{place}: {message}"[:300] if place else message[:300]

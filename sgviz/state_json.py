"""A State as JSON, for session files and inside pictures; reading trusts nothing."""

import json
from pathlib import PurePath

from pydantic import TypeAdapter, ValidationError

from sgviz.state import State

VERSION = 1
JSON_LIMIT = 4 * 1024 * 1024
DEPTH_LIMIT = 40


class StateError(ValueError):
    """A state that cannot be: one sentence that says what is wrong."""


_ADAPTER = TypeAdapter(State)


def to_json(state: State, portable: bool = False) -> str:
    """A state as JSON; ``portable`` keeps only the names of files, no folders."""
    data = _ADAPTER.dump_python(state, mode="json")
    return json.dumps(_names_only(data) if portable else data, indent=1)


def from_json(text: str) -> State:
    """The state in a JSON text.

    Raises
    ------
    StateError
        One sentence: not JSON, too large, too deep, a newer version, a bad value.
    """
    if len(text) > JSON_LIMIT:
        raise StateError("this session is too large to be one of ours")
    try:
        data = json.loads(text, parse_constant=_no_constant)
        if not isinstance(data, dict) or "version" not in data:
            raise StateError("this JSON is no sgviz session: it has no version")
        _check_version(data["version"])
        _check_depth(data)
        return _ADAPTER.validate_python(data)
    except StateError:
        raise
    except ValidationError as error:
        raise StateError(_sentence(error)) from error
    except (ValueError, RecursionError) as error:
        raise StateError(f"this is not a readable session ({error})"[:300]) from error


def _check_version(version: object) -> None:
    if not isinstance(version, int) or isinstance(version, bool):
        raise StateError("the session's version is not a number")
    if version != VERSION:
        raise StateError(
            f"the session has version {version}; this sgviz reads version {VERSION}"
        )


def _check_depth(data: object) -> None:
    level = [data]
    for _ in range(DEPTH_LIMIT):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise StateError("the session is nested too deeply to be one of ours")


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return list(node) if isinstance(node, list) else []


def _names_only(node: object) -> object:
    if isinstance(node, dict):
        return {
            key: PurePath(str(value)).name if key == "path" else _names_only(value)
            for key, value in node.items()
        }
    return [_names_only(item) for item in node] if isinstance(node, list) else node


def _no_constant(name: str) -> float:
    raise StateError(f"the session holds {name}, which is no number")


# What a number or a list must be, by pydantic's name of the rule and of its limit.
_LIMITS = {
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
}


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the session"
    limits, given = first.get("ctx", {}), first.get("input")
    said = f"is not usable: {first['msg']}"
    if first["type"] in _LIMITS and type(given) in (int, float):
        key, words = _LIMITS[first["type"]]
        said = f"is {given:,}, and can be {words} {limits[key]:,}"
    if first["type"] == "too_long" and isinstance(given, list):
        said = f"are {len(given):,}, and can be at most {limits['max_length']:,}"
    return f"the session's {place} {said}"[:300]

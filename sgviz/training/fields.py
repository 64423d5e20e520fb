"""What a form or the command line needs to know about each field of a run."""

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from sgviz.training.config import Group, TrainConfig

Kind = Literal["whole", "number", "switch", "choice", "text", "row"]


@dataclass(frozen=True)
class FieldHelp:
    """A field: where it stands, what it means, and what it takes.

    ``kind`` says which widget it wants: a whole number, a number, a switch, one of
    ``choices``, a text, or a row of whole numbers; ``optional`` fields may be None.
    ``low`` itself is refused where ``above`` is set, ``high`` where ``below`` is.
    ``live``: it may change while a run goes on.
    """

    name: str
    group: Group
    help: str
    unit: str
    kind: Kind
    low: float | None
    high: float | None
    above: bool = False
    below: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()
    live: bool = False


def field_help() -> tuple[FieldHelp, ...]:
    """Every field of :class:`TrainConfig` in order."""
    hints = get_type_hints(TrainConfig, include_extras=True)
    return tuple(_one_help(name, *get_args(hint)) for name, hint in hints.items())


def _one_help(name: str, type_: object, info: FieldInfo) -> FieldHelp:
    limits = {
        rule_name: float(value)
        for rule in info.metadata
        for rule_name in ("ge", "gt", "le", "lt")
        if (value := getattr(rule, rule_name, None)) is not None
    }
    extra = info.json_schema_extra
    if not isinstance(extra, dict):
        raise TypeError(f"the field {name} has no group")
    optional = get_origin(type_) in (Union, UnionType)
    if optional:
        type_ = next(part for part in get_args(type_) if part is not NoneType)
    kind, choices = _kind(type_)
    return FieldHelp(
        name=name,
        group=extra["group"],  # type: ignore[arg-type]
        help=info.description or "",
        unit=str(extra["unit"]),
        kind=kind,
        low=limits.get("ge", limits.get("gt")),
        high=limits.get("le", limits.get("lt")),
        above="gt" in limits,
        below="lt" in limits,
        optional=optional,
        choices=choices,
        live=bool(extra["live"]),
    )


def _kind(type_: object) -> tuple[Kind, tuple[str, ...]]:
    if get_origin(type_) is Literal:
        return "choice", tuple(get_args(type_))
    if get_origin(type_) is tuple:
        return "row", ()
    kinds: dict[object, Kind] = {int: "whole", float: "number", bool: "switch"}
    return kinds.get(type_, "text"), ()


LIVE = tuple(field.name for field in field_help() if field.live)

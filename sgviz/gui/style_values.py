"""What the sliders of the styles panel edit: three values a row, by row or group."""

from dataclasses import dataclass
from functools import lru_cache

from sgviz.gui.controls import ValueSpec
from sgviz.naming import GROUPS, row_group
from sgviz.state import State, StyleKind, Styles
from sgviz.style_rows import StyleRows, fit_styles


@dataclass(frozen=True)
class Kind:
    """One of the three values that a row of ws has."""

    key: StyleKind
    title: str
    letter: str
    low: float
    high: float
    tip: str


KINDS = (
    Kind("psi", "Psi", "ψ", -1.0, 2.0, "Truncation: 0 is the average image, 1 is w."),
    Kind("mix", "Mix to B", "B", 0.0, 1.0, "From latent A (0) to latent B (1)."),
    Kind("noise", "Noise", "n", 0.0, 3.0, "Multiplies the learned noise strength."),
)


@dataclass(frozen=True)
class Shown:
    """What a row shows: a value, its own or the default, and the span of a group."""

    value: float
    default: float
    own: bool
    low: float
    high: float


def default_rows(state: State, num_ws: int) -> StyleRows:
    """What the rows have where they are not edited: psi and cutoff, 0, or 1."""
    return _default_rows(state.psi, state.cutoff, num_ws)


@lru_cache(maxsize=8)
def _default_rows(psi: float, cutoff: int | None, num_ws: int) -> StyleRows:
    return fit_styles(State(psi=psi, cutoff=cutoff), num_ws)


def layers_of(
    where: str | int, kind: StyleKind, names: tuple[str, ...], noisy: int
) -> tuple[int, ...]:
    """The row itself, or the rows of a group or "all", that have this value.

    Only the first ``noisy`` rows feed a layer that has noise.
    """
    count = noisy if kind == "noise" else len(names)
    return tuple(
        layer
        for layer, name in enumerate(names[:count])
        if where in (layer, "all", row_group(name))
    )


def shown(
    own: dict[int, float], defaults: tuple[float, ...], layers: tuple[int, ...]
) -> Shown:
    """The mean of some rows and how far they are apart (one row: its value)."""
    values = [own.get(layer, defaults[layer]) for layer in layers]
    return Shown(
        value=sum(values) / len(values),
        default=sum(defaults[layer] for layer in layers) / len(layers),
        own=not own.keys().isdisjoint(layers),
        low=min(values),
        high=max(values),
    )


def spec(kind: Kind, what: str, default: float) -> ValueSpec:
    """The limits and the words of a row's or a group's value."""
    name = f"{kind.title} of {what}"
    return ValueSpec(name, kind.tip, kind.low, kind.high, round(default, 6))


def count_edited(styles: Styles, num_ws: int) -> int:
    """How many values are edited in the rows that this network has."""
    every = (*styles.psi, *styles.mix, *styles.noise)
    return sum(layer < num_ws for layer, _ in every)


def where_edited(styles: Styles) -> tuple[tuple[int, ...], ...]:
    """The rows that are edited, of each kind of value: not what they are edited to."""
    kinds = (styles.psi, styles.mix, styles.noise)
    return tuple(tuple(layer for layer, _ in values) for values in kinds)


def edited_letters(styles: Styles, layer: int, but: StyleKind) -> str:
    """The letters of the other kinds of value that are edited in a row: "ψ n"."""
    return " ".join(
        kind.letter
        for kind in KINDS
        if kind.key != but and styles.value(kind.key, layer) is not None
    )


def what_group(key: str) -> str:
    """A group in a sentence: "the coarse rows"."""
    return "all rows" if key == "all" else f"the {key} rows"


GROUP_KEYS = ("all", *GROUPS)

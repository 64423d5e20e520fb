"""A state's sparse styles fitted to a network: one value for every row of ws."""

from pydantic.dataclasses import dataclass

from sgviz.state import State
from sgviz.values.limits import FROZEN


@dataclass(frozen=True, config=FROZEN)
class StyleRows:
    """Styles fitted to a network: one value per row of ws ([num_ws] each)."""

    psi: tuple[float, ...]
    mix: tuple[float, ...]
    noise: tuple[float, ...]


def effective_psi(state: State, layer: int) -> float:
    """Psi of a row of ws: its own, else the global one below the cutoff, else 1."""
    own = state.styles.value("psi", layer)
    if own is not None:
        return own
    below = state.cutoff is None or layer < state.cutoff
    return state.psi if below else 1.0


def fit_styles(state: State, num_ws: int) -> StyleRows:
    """The styles of a state fitted to a network of ``num_ws`` rows."""
    rows = range(num_ws)
    mix, noise = dict(state.styles.mix), dict(state.styles.noise)
    return StyleRows(
        psi=tuple(effective_psi(state, i) for i in rows),
        mix=tuple(mix.get(i, 0.0) for i in rows),
        noise=tuple(noise.get(i, 1.0) for i in rows),
    )

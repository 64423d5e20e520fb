"""From latents and styles to ws, and from ws to images, as the stages need it."""

from collections.abc import Generator, Hashable, Iterator, Sequence

import torch
from torch import Tensor

from sgviz.curves import Clock
from sgviz.models.device import is_bf16_fast
from sgviz.models.generator import styled
from sgviz.models.synthesis import START, Entering
from sgviz.render.desk import Desk
from sgviz.render.moving import matrix
from sgviz.render.sources import Model
from sgviz.state import MAX_LAYERS, Latent, Placement, State
from sgviz.style_rows import StyleRows, fit_styles

# Below this size a bf16 synthesis is no faster than the exact one.
FAST_FROM = 128


def rows_of(model: Model, state: State) -> StyleRows:
    """The styles of a state, fitted to a network."""
    return fit_styles(state, model.generator.num_ws)


def styled_rows(
    desk: Desk, model: Model, state: State, latents: Sequence[Latent]
) -> Tensor:
    """Ws [N, num_ws, w_dim] of latents, each row truncated and mixed as edited."""
    rows = rows_of(model, state)
    device = desk.sources.device
    label = model.class_of(state)
    w = torch.cat([desk.w_of(model, latent, label) for latent in latents])
    w_b = desk.w_of(model, state.latent_b, label) if any(rows.mix) else w
    psi = torch.tensor(rows.psi, device=device)
    mix = torch.tensor(rows.mix, device=device)
    return styled(w, w_b, model.generator.mapping.w_avg, psi, mix)


def fast_pays(model: Model) -> bool:
    """Whether a picture in bf16 is worth its rounding on this device."""
    device = model.generator.mapping.w_avg.device
    return model.generator.config.resolution >= FAST_FROM and is_bf16_fast(device)


def synthesize(
    model: Model, state: State, ws: Tensor, fast: bool, since: Entering = START
) -> Tensor:
    """Raw images [N, 3, R, R]; random noise is that of the state's noise seed."""
    with torch.no_grad():
        image: Tensor = model.generator.synthesis(
            ws,
            state.noise,
            *_noise(model, state),
            dtype=_dtype(fast),
            since=since,
            transform=transform_of(model, state),
        )
    return image


def synthesize_steps(
    model: Model,
    state: State,
    ws: Tensor,
    clock: Clock,
    fast: bool = False,
    since: Entering = START,
) -> Generator[None, None, Tensor]:
    """:func:`synthesize`, resting between rows as the clock says.

    Grad mode belongs to the thread, so it is never off across a yield.
    """
    noise = _noise(model, state)
    rows = model.generator.synthesis.walk(
        ws,
        state.noise,
        *noise,
        dtype=_dtype(fast),
        since=since,
        transform=transform_of(model, state),
    )
    image = None
    while (at := _next_row(rows)) is not None:
        image = at.rgb
        if clock.is_over():
            yield
            clock.restart()
    assert image is not None  # the last row always makes colours
    return image


@torch.no_grad()
def _next_row(rows: Iterator[Entering]) -> Entering | None:
    return next(rows, None)


def enter(model: Model, state: State, ws: Tensor, fast: bool, row: int) -> Entering:
    """What enters ``row``: to be kept while that row is dragged."""
    with torch.no_grad():
        return model.generator.synthesis.enter(
            row,
            ws,
            state.noise,
            *_noise(model, state),
            dtype=_dtype(fast),
            transform=transform_of(model, state),
        )


def transform_of(model: Model, state: State) -> Tensor | None:
    """Where the state has the picture drawn, [3, 3]; None: where the network has it."""
    if not model.generator.synthesis.can_move or state.placement == Placement():
        return None
    return matrix(state.placement).to(model.generator.mapping.w_avg.device)


def before_row(model: Model, state: State, row: int) -> Hashable:
    """What the activation that enters ``row`` depends on, the latents apart."""
    rows = rows_of(model, state)
    kept = (rows.psi[:row], rows.mix[:row], rows.noise[:row])
    return (kept, state.noise, state.noise_seed, state.latent_b, state.placement)


def _noise(model: Model, state: State) -> tuple[Tensor, torch.Generator]:
    """The rows' noise strengths, and what random noise is drawn from."""
    device = model.generator.mapping.w_avg.device
    strength = torch.tensor(rows_of(model, state).noise, device=device)
    generator = torch.Generator().manual_seed(state.noise_seed)
    return strength, generator


def _dtype(fast: bool) -> torch.dtype:
    return torch.bfloat16 if fast else torch.float32


def look_of(state: State, desk: Desk) -> Hashable:
    """What an image depends on beside the network and the latent."""
    rows = fit_styles(state, MAX_LAYERS)
    latent_b = state.latent_b if any(rows.mix) else None
    return (rows, latent_b, state.noise, state.noise_seed, desk.class_of(state))

"""Images around the ring of Z, and within it those of a second network."""

import time
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from sgviz.curves import Clock
from sgviz.families import seen
from sgviz.frame import NO_THUMBNAILS, Thumbnails
from sgviz.models.generator import to_pixels
from sgviz.render.desk import Desk, request_at_rest, ring_of
from sgviz.render.others import second_key
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.render.stage import Steps
from sgviz.render.styling import look_of, styled_rows, synthesize_steps
from sgviz.state import CircleSet, Fan, Focus, Latent, State

THUMBNAIL_COUNT, INNER_COUNT = 24, 12
THUMBNAIL_SIDE = 96
SHOWN_EVERY = 0.1  # seconds; what is made within is shown together


# thumbnails: around the ring, with the styles at rest.


def thumbnails_key(request: Request, desk: Desk) -> Key:
    """The circle by value, the styles at rest, the network."""
    state, rest = request.state, request_at_rest(request).state
    ring: Hashable = (state.circles, state.ring)
    if isinstance(state.circles, CircleSet):
        # By value: another number of points changes nothing here.
        ring = (state.circles.circles[ring_of(state.circles, state.ring)], state.ring)
    look = (look_of(_on_ring(request), desk), rest.placement)
    return Key((rest.model, ring, look), desk.model_key(rest))


def _on_ring(request: Request) -> State:
    """The state at rest, with the psi of the row that is on the ring."""
    at = Focus(circle=request.state.ring)
    psi = (
        seen(request.state, at).psi if isinstance(request.state.circles, Fan) else None
    )
    rest = request_at_rest(request).state
    return rest if psi is None else replace(rest, psi=psi)


def thumbnails(request: Request, desk: Desk) -> Steps:
    """Images at equal angles of the circle on the ring."""
    rest = _on_ring(request)
    circle, latents = desk.ring_latents(request.state, THUMBNAIL_COUNT)
    return (yield from _made(desk, desk.model(rest), rest, circle, latents))


# thumbnails_beside: those of the second network, within the ring.


def inner_key(request: Request, desk: Desk) -> Key:
    """What thumbnails depend on, and the second network."""
    ref = request.state.beside.model
    if ref is None:
        return Key(None)
    key = thumbnails_key(request, desk)
    return Key((key.what, ref), second_key(request.state.beside, desk))


def inner(request: Request, desk: Desk) -> Steps:
    """Fewer images at equal angles, through the second network; none without one."""
    ref, rest = request.state.beside.model, _on_ring(request)
    if ref is None:
        return NO_THUMBNAILS
    circle, latents = desk.ring_latents(request.state, INNER_COUNT)
    return (yield from _made(desk, desk.sources.network(ref), rest, circle, latents))


def _made(
    desk: Desk, model: Model, rest: State, circle: int, latents: list[Latent]
) -> Steps:
    """Thumbnails of a network, one after another."""
    angles = np.linspace(0.0, 2.0 * np.pi, len(latents), endpoint=False)
    made: list[np.ndarray[Any, np.dtype[np.uint8]]] = []
    clock, shown = Clock(), time.perf_counter()
    for latent in latents:
        # One by one: an image alone takes less time than one of a batch does.
        ws = styled_rows(desk, model, rest, [latent])
        img = yield from synthesize_steps(model, rest, ws, clock)
        made.extend(to_pixels(_small(img)).cpu().numpy())
        thumbnails = Thumbnails(
            circle=circle,
            pixels=np.stack(made),
            angles=angles[: len(made)].astype(np.float32),
            total=len(latents),
        )
        now = time.perf_counter()
        if now - shown > SHOWN_EVERY and len(made) < len(latents):
            yield thumbnails
            shown = now
            clock.restart()
    return thumbnails


def _small(img: torch.Tensor) -> torch.Tensor:
    """Images of at most ``THUMBNAIL_SIDE`` pixels a side, averaged by area."""
    factor = max(1, img.shape[-1] // THUMBNAIL_SIDE)
    return torch.nn.functional.avg_pool2d(img, factor) if factor > 1 else img

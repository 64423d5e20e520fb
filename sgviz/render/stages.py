"""The table of stages: what a frame is made of, in the order dear to the eye."""

import time
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from sgviz.curves import Clock
from sgviz.families import seen
from sgviz.frame import Image, ModelInfo, Thumbnails
from sgviz.models.generator import FAMILY_NAMES, to_pixels
from sgviz.models.synthesis import START
from sgviz.render.companions import companions, companions_key
from sgviz.render.desk import Desk, request_at_rest, ring_of
from sgviz.render.image_beside import image_beside, image_beside_key
from sgviz.render.keepsake import KEEPSAKE
from sgviz.render.measures.curves import STATISTICS
from sgviz.render.measures.table import MEASURES
from sgviz.render.moving import Placed
from sgviz.render.request import Key, Request
from sgviz.render.scene import marker, marker_key, scene, scene_key
from sgviz.render.stage import Stage, Steps, at_once
from sgviz.render.styling import (
    before_row,
    enter,
    fast_pays,
    styled_rows,
    synthesize,
    synthesize_steps,
)
from sgviz.state import MAX_LAYERS, CircleSet, CirclesFile, Fan, Focus, State
from sgviz.style_rows import fit_styles

THUMBNAIL_COUNT = 24
THUMBNAIL_SIDE = 96
SHOWN_EVERY = 0.1  # seconds; what is made within is shown together


# model: what the panels must know about the network.


def _model_key(request: Request, desk: Desk) -> Key:
    return Key(desk.model_key(request.state))


def _model(request: Request, desk: Desk) -> ModelInfo:
    model = desk.model(request.state)
    config = model.generator.config
    return ModelInfo(
        label=model.label,
        family=FAMILY_NAMES[config.family],
        device=desk.sources.device_name,
        resolution=0 if config.family == "geometry" else config.resolution,
        z_dim=config.z_dim,
        w_dim=config.w_dim,
        depth=config.depth,
        rows=model.generator.synthesis.row_names,
        kimg=model.kimg,
        sha256=model.sha256,
        notice=model.notice,
        noise=tuple(layer.loudness() for layer in model.generator.synthesis.noisy),
        c_dim=config.c_dim,
        facts=model.facts,
        ref=request.state.model,
        networks=model.networks,
        can_move=model.generator.synthesis.can_move,
    )


# image: the latent under the hand, else the state's.


def _image_key(request: Request, desk: Desk) -> Key:
    state, focus = seen(request.state, request.focus), request.focus
    shown: Hashable = (state.latent, focus.circle, focus.angle)
    if focus.circle is not None or isinstance(state.circles, CirclesFile):
        shown = (shown, state.circles)
    model = desk.model_key(state)
    look = (_look(state, desk), state.placement)
    return Key((model, shown, look, _fast(request, desk)))


def _look(state: State, desk: Desk) -> Hashable:
    """What an image depends on beside the network and the latent."""
    rows = fit_styles(state, MAX_LAYERS)
    latent_b = state.latent_b if any(rows.mix) else None
    return (rows, latent_b, state.noise, state.noise_seed, desk.class_of(state))


def _image(request: Request, desk: Desk) -> Steps:
    start = time.perf_counter()
    state, row = seen(request.state, request.focus), request.focus.layer
    model = desk.model(state)
    latent = desk.shown_latent(state, request.focus)
    fast = _fast(request, desk)
    ws = styled_rows(desk, model, state, [latent])
    of = (model.key, latent, _look(state, desk))
    can_move, drawn = model.generator.synthesis.can_move, desk.placed
    moving = request.focus.moving and can_move
    if moving and drawn and drawn.of == of and drawn.place != state.placement:
        yield _picture(drawn.moved(state.placement), start, exact=False)
    since = START
    if row is not None and 0 < row < model.generator.num_ws:
        label = model.class_of(state)
        key = (model.key, latent, label, fast, row, before_row(model, state, row))
        if desk.entering is None or desk.entering[0] != key:
            desk.entering = (key, enter(model, state, ws, fast, row))
        since = desk.entering[1]
    if moving:
        # These networks are slow: the next movement of the hand need not wait.
        img = yield from synthesize_steps(model, state, ws, Clock(), fast, since)
    else:
        img = synthesize(model, state, ws, fast, since)
        desk.placed = Placed(of, img, state.placement) if can_move else None
    return _picture(img, start, exact=not fast)


def _picture(img: torch.Tensor, start: float, *, exact: bool) -> Image:
    pixels = to_pixels(img)[0].cpu().numpy()
    return Image(pixels, 1000.0 * (time.perf_counter() - start), exact)


def _fast(request: Request, desk: Desk) -> bool:
    """Fast while something moves, exact when it rests."""
    if not request.focus.moving:
        return False
    try:
        return fast_pays(desk.model(request.state))
    except ValueError:
        return False


# thumbnails: around the ring, with the styles at rest.


def _thumbnails_key(request: Request, desk: Desk) -> Key:
    state, rest = request.state, request_at_rest(request).state
    ring: Hashable = (state.circles, state.ring)
    if isinstance(state.circles, CircleSet):
        # By value: another number of points changes nothing here.
        ring = (state.circles.circles[ring_of(state.circles, state.ring)], state.ring)
    look = (_look(_on_ring(request), desk), rest.placement)
    return Key((rest.model, ring, look), desk.model_key(rest))


def _on_ring(request: Request) -> State:
    """The state at rest, with the psi of the row that is on the ring."""
    at = Focus(circle=request.state.ring)
    psi = (
        seen(request.state, at).psi if isinstance(request.state.circles, Fan) else None
    )
    rest = request_at_rest(request).state
    return rest if psi is None else replace(rest, psi=psi)


def _thumbnails(request: Request, desk: Desk) -> Steps:
    rest = _on_ring(request)
    model = desk.model(rest)
    circle, latents = desk.ring_latents(request.state, THUMBNAIL_COUNT)
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


MODEL = Stage("model", _model_key, at_once(_model))
IMAGE = Stage("image", _image_key, _image)
SCENE = Stage("scene", scene_key, scene)
MARKER = Stage("marker", marker_key, at_once(marker))
IMAGE_BESIDE = Stage("image_beside", image_beside_key, image_beside)
COMPANIONS = Stage("companions", companions_key, companions)
THUMBNAILS = Stage("thumbnails", _thumbnails_key, _thumbnails)
AT_ONCE = (MODEL, IMAGE, SCENE, MARKER, IMAGE_BESIDE, STATISTICS)
LATER = (stage for stage in MEASURES if stage is not STATISTICS)
STAGES = (*AT_ONCE, COMPANIONS, THUMBNAILS, *LATER, KEEPSAKE)

"""The table of stages: what a frame is made of, in the order dear to the eye."""

import time
from collections.abc import Hashable
from typing import Any

import numpy as np
import torch

from sgviz.curves import Clock, CurveSet
from sgviz.frame import Image, Marker, ModelInfo, Scene, Thumbnails
from sgviz.models.generator import FAMILY_NAMES, to_pixels, truncate
from sgviz.models.synthesis import START
from sgviz.render.desk import Desk, Drawn, request_at_rest, ring_of
from sgviz.render.measures.table import MEASURES
from sgviz.render.projecting import project
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps, at_once
from sgviz.render.styling import (
    before_row,
    enter,
    fast_pays,
    styled_rows,
    synthesize,
    synthesize_steps,
)
from sgviz.state import MAX_LAYERS, CircleSet, CirclesFile, State
from sgviz.style_rows import fit_styles

THUMBNAIL_COUNT = 24
THUMBNAIL_SIDE = 96
SHOWN_TOGETHER = 4


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
    )


# image: the latent under the hand, else the state's.


def _image_key(request: Request, desk: Desk) -> Key:
    state, focus = request.state, request.focus
    shown: Hashable = (state.latent, focus.circle, focus.angle)
    if focus.circle is not None or isinstance(state.circles, CirclesFile):
        shown = (shown, state.circles)
    model = desk.model_key(state)
    return Key((model, shown, _look(state, desk), _fast(request, desk)))


def _look(state: State, desk: Desk) -> Hashable:
    """What an image depends on beside the network and the latent."""
    rows = fit_styles(state, MAX_LAYERS)
    latent_b = state.latent_b if any(rows.mix) else None
    return (rows, latent_b, state.noise, state.noise_seed, desk.class_of(state))


def _image(request: Request, desk: Desk) -> Image:
    start = time.perf_counter()
    state, row = request.state, request.focus.layer
    model = desk.model(state)
    latent = desk.shown_latent(state, request.focus)
    fast = _fast(request, desk)
    ws = styled_rows(desk, model, state, [latent])
    since = START
    if row is not None and 0 < row < model.generator.num_ws:
        label = model.class_of(state)
        key = (model.key, latent, label, fast, row, before_row(model, state, row))
        if desk.entering is None or desk.entering[0] != key:
            desk.entering = (key, enter(model, state, ws, fast, row))
        since = desk.entering[1]
    img = synthesize(model, state, ws, fast, since)
    pixels = to_pixels(img)[0].cpu().numpy()
    milliseconds = 1000.0 * (time.perf_counter() - start)
    return Image(pixels, milliseconds, exact=not fast)


def _fast(request: Request, desk: Desk) -> bool:
    """Fast while something moves, exact when it rests."""
    if not request.focus.moving:
        return False
    try:
        return fast_pays(desk.model(request.state))
    except ValueError:
        return False


# scene: the circles in W, projected.


def _scene_key(request: Request, desk: Desk) -> Key:
    state = request.state
    what = (state.model, state.circles, state.psi, state.projection, state.centred)
    return Key((what, desk.class_of(state)), desk.model_key(state))


def _scene(request: Request, desk: Desk) -> Steps:
    key = _scene_key(request, desk)
    try:
        curves = yield from desk.curves(request.state)
        return _drawn(key, request.state, curves, desk)
    except Exception:
        # No curves are on the screen now, so there is nothing to be marked.
        desk.drawn = None
        raise


def _drawn(key: Key, state: State, curves: CurveSet, desk: Desk) -> Scene:
    centre = curves.centre if state.centred else None
    before = desk.drawn.basis if desk.drawn else None
    projected = project(curves.w, state.projection, centre, before)
    has_latents = desk.has_latents(state)
    network = desk.model(state) if has_latents else None
    label = desk.class_of(state)
    desk.drawn = Drawn(key, projected.basis, network, curves.psi, label)
    count = len(curves.w)
    angles = np.broadcast_to(curves.angle.numpy(), (count, curves.w.shape[1]))
    return Scene(
        positions=projected.positions,
        angles=angles.astype(np.float32),
        circles=curves.names,
        titles=projected.titles,
        axes=projected.axes,
        shares=projected.shares,
        note=projected.note or curves.note,
        has_latents=has_latents,
        of=state.circles,
    )


# marker: where the state's latent lies among the curves that are on the screen.


def _marker_key(request: Request, desk: Desk) -> Key:
    return Key((desk.drawn and desk.drawn.key, request.state.latent))


def _marker(request: Request, desk: Desk) -> Marker:
    drawn = desk.drawn
    if drawn is None or drawn.model is None:
        return Marker(np.zeros((0, 3), dtype=np.float32))
    w_avg = drawn.model.generator.mapping.w_avg
    w = desk.w_of(drawn.model, request.state.latent, drawn.label)
    return Marker(drawn.basis.apply(truncate(w, w_avg, drawn.psi).cpu())[:, 0])


# thumbnails: around the ring, with the styles at rest.


def _thumbnails_key(request: Request, desk: Desk) -> Key:
    state, rest = request.state, request_at_rest(request).state
    ring: Hashable = (state.circles, state.ring)
    if isinstance(state.circles, CircleSet):
        # By value: another number of points changes nothing here.
        ring = (state.circles.circles[ring_of(state.circles, state.ring)], state.ring)
    return Key((rest.model, ring, _look(rest, desk)), desk.model_key(rest))


def _thumbnails(request: Request, desk: Desk) -> Steps:
    rest = request_at_rest(request).state
    model = desk.model(rest)
    circle, latents = desk.ring_latents(request.state, THUMBNAIL_COUNT)
    angles = np.linspace(0.0, 2.0 * np.pi, len(latents), endpoint=False)
    made: list[np.ndarray[Any, np.dtype[np.uint8]]] = []
    clock = Clock()
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
        if len(made) % SHOWN_TOGETHER == 0 and len(made) < len(latents):
            yield thumbnails
            clock.restart()
    return thumbnails


def _small(img: torch.Tensor) -> torch.Tensor:
    """Images of at most ``THUMBNAIL_SIDE`` pixels a side, averaged by area."""
    factor = max(1, img.shape[-1] // THUMBNAIL_SIDE)
    return torch.nn.functional.avg_pool2d(img, factor) if factor > 1 else img


MODEL = Stage("model", _model_key, at_once(_model))
IMAGE = Stage("image", _image_key, at_once(_image))
SCENE = Stage("scene", _scene_key, _scene)
MARKER = Stage("marker", _marker_key, at_once(_marker))
THUMBNAILS = Stage("thumbnails", _thumbnails_key, _thumbnails)
STAGES = (MODEL, IMAGE, SCENE, MARKER, THUMBNAILS, *MEASURES)

"""The table of stages: what a frame is made of, in the order dear to the eye."""

import time
from collections.abc import Hashable

import torch

from sgviz.curves import Clock
from sgviz.families import seen
from sgviz.frame import Image, ModelInfo
from sgviz.models.generator import FAMILY_NAMES, to_pixels
from sgviz.models.synthesis import START
from sgviz.render.ahead import AHEAD
from sgviz.render.companions import companions, companions_key
from sgviz.render.desk import Desk
from sgviz.render.image_beside import image_beside, image_beside_key
from sgviz.render.keepsake import KEEPSAKE
from sgviz.render.measures.curves import STATISTICS
from sgviz.render.measures.table import ASKED, MEASURES
from sgviz.render.moving import Placed
from sgviz.render.request import Key, Request
from sgviz.render.scene import marker, marker_key, scene, scene_key
from sgviz.render.stage import Stage, Steps, at_once
from sgviz.render.styling import (
    before_row,
    enter,
    fast_pays,
    look_of,
    styled_rows,
    synthesize,
    synthesize_steps,
)
from sgviz.render.thumbnails import inner, inner_key, thumbnails, thumbnails_key
from sgviz.state import CirclesFile

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
    look = (look_of(state, desk), state.placement)
    return Key((model, shown, look, _fast(request, desk)))


def _image(request: Request, desk: Desk) -> Steps:
    start = time.perf_counter()
    state, row = seen(request.state, request.focus), request.focus.layer
    model = desk.model(state)
    latent = desk.shown_latent(state, request.focus)
    fast = _fast(request, desk)
    ws = styled_rows(desk, model, state, [latent])
    of = (model.key, latent, look_of(state, desk))
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


MODEL = Stage("model", _model_key, at_once(_model))
IMAGE = Stage("image", _image_key, _image)
SCENE = Stage("scene", scene_key, scene)
MARKER = Stage("marker", marker_key, at_once(marker))
IMAGE_BESIDE = Stage("image_beside", image_beside_key, image_beside)
COMPANIONS = Stage("companions", companions_key, companions)
THUMBNAILS = Stage("thumbnails", thumbnails_key, thumbnails)
INNER = Stage("thumbnails_beside", inner_key, inner)
AT_ONCE = (MODEL, IMAGE, SCENE, MARKER, IMAGE_BESIDE, COMPANIONS, ASKED, STATISTICS)
LATER = (stage for stage in MEASURES if stage is not STATISTICS)
STAGES = (*AT_ONCE, THUMBNAILS, INNER, AHEAD, *LATER, KEEPSAKE)

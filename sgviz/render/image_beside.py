"""The same latent through the second network: an image beside the image."""

import time
from collections.abc import Hashable

from sgviz.curves import Clock
from sgviz.frame import Image, ImageBeside
from sgviz.models.generator import to_pixels
from sgviz.render.desk import Desk
from sgviz.render.request import Key, Request
from sgviz.render.stage import Steps
from sgviz.render.styling import styled_rows, synthesize_steps
from sgviz.state import CirclesFile


def image_beside_key(request: Request, desk: Desk) -> Key:
    """The latent that is shown, the styles fitted to the second network, and it."""
    state, focus = request.state, request.focus
    if state.beside.model is None:
        return Key(None)
    shown: Hashable = (state.latent, focus.circle, focus.angle)
    if focus.circle is not None or isinstance(state.circles, CirclesFile):
        shown = (shown, state.circles)
    styles = (state.psi, state.cutoff, state.styles, state.latent_b)
    look = (styles, state.noise, state.noise_seed, state.class_index, state.placement)
    try:
        model: Hashable = desk.sources.network(state.beside.model).key
    except ValueError as error:
        model = ("no network", str(error))
    return Key((shown, look, state.beside.model), model)


def image_beside(request: Request, desk: Desk) -> Steps:
    """Its image, made in pieces: the first network's comes before it."""
    start = time.perf_counter()
    state = request.state
    if state.beside.model is None:
        return ImageBeside()
    model = desk.sources.network(state.beside.model)
    latent = desk.shown_latent(state, request.focus)
    ws = styled_rows(desk, model, state, [latent])
    img = yield from synthesize_steps(model, state, ws, Clock())
    pixels = to_pixels(img)[0].cpu().numpy()
    milliseconds = 1000.0 * (time.perf_counter() - start)
    image = Image(pixels, milliseconds, exact=True)
    return ImageBeside(image, model.label, _first(request, desk))


def _first(request: Request, desk: Desk) -> str:
    try:
        return desk.model(request.state).label
    except ValueError:
        return ""

"""A small picture of a network in a file, for the list of files that were opened."""

import torch

from sgviz.curves import Clock
from sgviz.frame import Keepsake
from sgviz.models.generator import to_pixels
from sgviz.render.desk import Desk
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps
from sgviz.render.styling import styled_rows, synthesize_steps
from sgviz.state import Seed, State

NAME = "keepsake"
SIDE = 64


def keepsake_key(request: Request, desk: Desk) -> Key:
    """The network, and nothing else of the state."""
    return Key(request.state.model, desk.model_key(request.state))


def keepsake(request: Request, desk: Desk) -> Steps:
    """Seed 0 as the network makes it, at most ``SIDE`` pixels a side."""
    model = desk.model(request.state)
    if model.generator.config.family == "geometry" or model.sha256 is None:
        return Keepsake(model.sha256 or "")
    plain = State(model=request.state.model)
    ws = styled_rows(desk, model, plain, [Seed(0)])
    img = yield from synthesize_steps(model, plain, ws, Clock())
    small = img
    while small.shape[-1] > SIDE:
        small = torch.nn.functional.avg_pool2d(small, 2)
    return Keepsake(model.sha256, to_pixels(small)[0].cpu().numpy())


# Made as a measure is: only while somebody wants it, after all that is on the screen.
KEEPSAKE = Stage(NAME, keepsake_key, keepsake, measure=True, long=True)

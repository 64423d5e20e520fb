"""What a way through the layers of the mapping needs, before the hand sets out.

At z and at w a picture needs none of it; from the first step on each needs all of it.
"""

from collections.abc import Hashable

from sgviz.render.desk import Desk
from sgviz.render.many import is_many
from sgviz.render.request import Key, Request
from sgviz.render.scene import whose_are
from sgviz.render.stage import Stage, Steps
from sgviz.state import InLayer, Live, State


def _key(request: Request, desk: Desk) -> Key:
    state = request.state
    if not _sets_out(state):
        return Key(None)
    what: Hashable = (state.model, state.circles, desk.class_of(state), state.psi)
    return Key((what, state.projection, state.centred), desk.model_key(state))


def _ahead(request: Request, desk: Desk) -> Steps:
    state = request.state
    if _sets_out(state):
        curves = yield from desk.curves(state)
        whose = whose_are(state, curves, desk)
        yield from desk.spaces.ahead(whose, state.projection, state.centred)
    return None


def _sets_out(state: State) -> bool:
    """Not beside a training run: its next snapshot comes before anybody does."""
    if is_many(state) or isinstance(state.model, Live):
        return False
    return isinstance(state.space, InLayer)


AHEAD = Stage("layers_ahead", _key, _ahead, long=True)

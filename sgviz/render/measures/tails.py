"""Octants and tails of all the points on the screen."""

from sgviz.analysis.tails import signs_steps
from sgviz.render.desk import Desk
from sgviz.render.measures.curves import measured_curves
from sgviz.render.request import Key, Request
from sgviz.render.stage import Stage, Steps


def _key(request: Request, desk: Desk) -> Key:
    state = request.state
    what = (state.model, state.circles, state.psi, desk.class_of(state))
    return Key(what, desk.model_key(state))


def _tails(request: Request, desk: Desk) -> Steps:
    curves = yield from measured_curves(request, desk)
    return (yield from signs_steps(curves))


TAILS = Stage("tails", _key, _tails, measure=True)

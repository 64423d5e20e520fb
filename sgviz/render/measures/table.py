"""The measures: stages that run while a panel shows them, in the order of the menu."""

from sgviz.render.desk import Desk
from sgviz.render.measures import curves
from sgviz.render.measures.bending_null import BENDING_NULL
from sgviz.render.measures.both import BOTH
from sgviz.render.measures.breakpoints import BREAKPOINTS
from sgviz.render.measures.compare import COMPARE
from sgviz.render.measures.crossings import CROSSINGS
from sgviz.render.measures.dimension import DIMENSION
from sgviz.render.measures.extremes import EXTREMES, EXTREMES_NULL
from sgviz.render.measures.factors import FACTORS
from sgviz.render.measures.flatness import FLATNESS
from sgviz.render.measures.geodesic import GEODESIC
from sgviz.render.measures.images import IMAGE_SPEED, PATH_LENGTH
from sgviz.render.measures.layers import LAYERS
from sgviz.render.measures.metric import METRIC
from sgviz.render.measures.metric_null import METRIC_NULL
from sgviz.render.measures.overlay import OVERLAY
from sgviz.render.measures.separability import SEPARABILITY
from sgviz.render.measures.tails import TAILS
from sgviz.render.request import Asked, Key, Request
from sgviz.render.stage import Stage, at_once
from sgviz.state import Live

FEELING = (IMAGE_SPEED, PATH_LENGTH, FACTORS, CROSSINGS, SEPARABILITY, DIMENSION)
SPACES = (TAILS, LAYERS)
BENDING = (*METRIC, EXTREMES, BREAKPOINTS, FLATNESS, GEODESIC, OVERLAY)
BENT_UNTRAINED = (*METRIC_NULL, EXTREMES_NULL, *BENDING_NULL)
MEASURES: tuple[Stage, ...] = (
    *curves.CURVES,
    *COMPARE,
    *BOTH,
    *SPACES,
    *BENDING,
    *BENT_UNTRAINED,
    *FEELING,
)


# asked: which of the measures that were made before are still of what is shown.


def _asked_key(request: Request, desk: Desk) -> Key:
    return Key((request.state, request.settled), desk.model_key(request.state))


def _asked(request: Request, desk: Desk) -> Asked:
    networks = (request.state.model, request.state.beside.model)
    keys = {stage.name: stage.key(request, desk) for stage in MEASURES}
    return Asked(keys, any(isinstance(network, Live) for network in networks))


ASKED = Stage("asked", _asked_key, at_once(_asked), measure=True)

"""The networks beside a state: what nobody trained, the shuffled one, a second one."""

from collections.abc import Callable, Hashable, Iterator

from torch import Tensor

from sgviz.analysis.infinite_width import InfinitelyWide
from sgviz.analysis.twins import FIRST_SEED
from sgviz.models.generator import Generator
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.untrained import (
    Styles,
    mapping_alone,
    shuffled_steps,
    untrained_steps,
    untrained_styles,
)
from sgviz.render.desk import Desk
from sgviz.render.elsewhere import Other, Steps, known
from sgviz.render.request import Request
from sgviz.spaces import Rows, rows_in
from sgviz.state import Beside, InStyle, ModelRef, State


def is_anything(beside: Beside) -> bool:
    """Whether anything is to be drawn beside the scene."""
    return bool(has_greys(beside) or beside.model)


def has_greys(beside: Beside) -> bool:
    """Whether anything grey is: what nobody trained, or what was shuffled."""
    return bool(beside.twins or beside.shuffled or beside.closed_form)


def others_of(request: Request, desk: Desk) -> Iterator[Other]:
    """The networks beside a state, the second network before the grey ones."""
    state, beside = request.state, request.state.beside
    if beside.model is not None:
        yield _second(beside.model, state, desk)
    if not has_greys(beside) or not is_still(request):
        return
    model = desk.model(state)
    depth, label = model.generator.config.depth, model.class_of(state)
    config, synthesis = model.generator.config.mapping, model.generator.synthesis
    if beside.closed_form:
        wide = InfinitelyWide(config, beside.twin_seed)
        title, styles = "infinite width", untrained_styles(synthesis, beside.twin_seed)
        yield Other("infinite", wide, title, depth, wide, label, styles=styles)
    if beside.shuffled:
        key = ("shuffled", model.key, beside.twin_seed)
        make = _shuffler(model.generator.mapping, beside.twin_seed)
        styles = _own_styles(model.generator)
        yield Other("shuffled", key, "shuffled", depth, make, label, styles=styles)
    for seed in seeds(beside):
        key = ("twin", config, seed)
        title = f"untrained twin {seed}"
        make, styles = twin_maker(config, seed), untrained_styles(synthesis, seed)
        yield Other("twin", key, title, depth, make, label, styles=styles)


def _own_styles(network: Generator) -> Styles:
    """A network's own styles, of any w on the CPU."""

    def styles(row: int, w: Tensor) -> Tensor:
        return rows_in(InStyle(row), Rows(w), network)

    return styles


def _shuffler(mapping: MappingNetwork, seed: int) -> Callable[[], Steps[Generator]]:
    def make() -> Steps[Generator]:
        return mapping_alone((yield from shuffled_steps(mapping, seed)))

    return make


def twin_maker(config: MappingConfig, seed: int) -> Callable[[], Steps[Generator]]:
    """Builds an untrained twin: a mapping alone."""

    def make() -> Steps[Generator]:
        return mapping_alone((yield from untrained_steps(config, seed)))

    return make


def _second(ref: ModelRef, state: State, desk: Desk) -> Other:
    """The second network, or one that says why there is none when it is asked."""

    def make() -> Steps[Generator]:
        return known(desk.sources.network(ref).generator)

    try:
        model = desk.sources.network(ref)
    except ValueError as error:
        return Other("model", ("none", str(error)), "the second network", 1, make)
    depth, label = model.generator.config.depth, model.class_of(state)
    key = ("model", model.key)
    return Other("model", key, model.label, depth, make, label, model.facts)


def seeds(beside: Beside) -> range:
    """The seeds of the twins: those that the band of the statistics begins with."""
    first = FIRST_SEED + beside.twin_seed
    return range(first, first + beside.twins)


def is_still(request: Request) -> bool:
    """Whether the circles are at rest: else only the second network follows them."""
    return request.settled.circles == request.state.circles


def second_key(beside: Beside, desk: Desk) -> Hashable:
    """Changes when the second network does, and when it becomes available."""
    if beside.model is None:
        return None
    try:
        return desk.sources.network(beside.model).key
    except ValueError as error:
        return ("no network", str(error))

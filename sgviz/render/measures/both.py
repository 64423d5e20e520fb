"""The other measures of two networks: the very stages of their panels, run for both.

The second network has a desk of its own: the same caches, whose keys name the network,
but what is asked of the network on the screen is asked of the one beside it.
"""

from collections.abc import Hashable
from dataclasses import replace

from sgviz.curves import CurveSet
from sgviz.frame import Progress
from sgviz.measured.groups import GROUPS
from sgviz.measured.side_by_side import Both, Group
from sgviz.render.desk import Desk
from sgviz.render.measures.bending_null import BENDING_NULL
from sgviz.render.measures.breakpoints import BREAKPOINTS
from sgviz.render.measures.compare import NO_SECOND
from sgviz.render.measures.crossings import CROSSINGS
from sgviz.render.measures.dimension import DIMENSION
from sgviz.render.measures.factors import FACTORS
from sgviz.render.measures.flatness import FLATNESS
from sgviz.render.measures.geodesic import GEODESIC
from sgviz.render.measures.images import IMAGE_SPEED, PATH_LENGTH
from sgviz.render.measures.layers import LAYERS
from sgviz.render.measures.metric import METRIC
from sgviz.render.measures.metric_null import METRIC_NULL
from sgviz.render.measures.separability import SEPARABILITY
from sgviz.render.recent import Recent
from sgviz.render.request import Key, Request
from sgviz.render.sources import Model
from sgviz.render.stage import Stage, Steps
from sgviz.state import CirclesFile, State

OF_A_FILE = (
    "The circles of a file belong to the network that made them: of a second network "
    "their distances and figures are compared, and nothing more."
)
OTHER_LATENTS = "The second network takes latents of {} numbers, not of {}."
KEPT = 32  # finished measures, of either network

BENDING = (*METRIC, BREAKPOINTS, FLATNESS, GEODESIC)
FEELING = (IMAGE_SPEED, PATH_LENGTH, FACTORS, CROSSINGS, SEPARABILITY, DIMENSION)
STAGE = {
    stage.name: stage
    for stage in (LAYERS, *BENDING, *METRIC_NULL, *BENDING_NULL, *FEELING)
}
Side = tuple[Request, Desk]


class SecondDesk(Desk):
    """A desk for the second network; all that is kept is kept on the first one."""

    def __init__(self, desk: Desk) -> None:
        self.__dict__.update(desk.__dict__)
        self._mapping = None  # what is under way there goes on there

    def model(self, state: State) -> Model:
        """The network of a state, without bringing it before the eye."""
        return self.sources.network(state.model)

    def _file(self, file: CirclesFile) -> CurveSet:
        raise ValueError(OF_A_FILE)


def compared_by(state: State) -> Hashable:
    """Which two networks are compared, of which class, on which circles."""
    return (state.model, state.beside.model, state.class_index, state.circles)


def _sides(request: Request, desk: Desk) -> tuple[Side, ...]:
    """The request as it is, and with the second network in place of the first."""
    second = request.state.beside.model
    if second is None:
        return ()
    there = replace(
        request,
        state=replace(request.state, model=second),
        settled=replace(request.settled, model=second),
    )
    return ((request, desk), (there, SecondDesk(desk)))


def _check_latents(sides: tuple[Side, ...]) -> None:
    first, second = (
        desk.model(request.state).generator.config.z_dim for request, desk in sides
    )
    if first != second:
        raise ValueError(OTHER_LATENTS.format(second, first))


class _Work:
    """The stages of a group for both networks, one stage of both after another."""

    def __init__(self, group: Group, request: Request, desk: Desk) -> None:
        self._sides = _sides(request, desk)
        if not self._sides:
            raise ValueError(NO_SECOND)
        _check_latents(self._sides)
        self._group, self._of = group, compared_by(request.state)
        labels = [desk.model(request.state).label for request, desk in self._sides]
        self._names = (labels[0], labels[1])
        self._found: tuple[dict[str, object], dict[str, object]] = ({}, {})
        self._problems: dict[str, None] = {}
        self._shares = [0.0, 0.0]
        kept = desk.kept.get("of both")
        made: Recent[Hashable, object] = Recent(KEPT)
        self._kept = kept if isinstance(kept, Recent) else made
        desk.kept.put("of both", self._kept)

    def steps(self) -> Steps:
        """Show both as they come: a turn ends where a stage has something to show."""
        for at, name in enumerate(self._group.stages):
            stage, self._shares = STAGE[name], [0.0, 0.0]
            waiting = [(side, self._run(stage, side)) for side in (0, 1)]
            while waiting:
                side, work = waiting.pop(0)
                has_more = yield from self._turn(work, name, side, at)
                if has_more:
                    waiting.append((side, work))
                yield self._both()
        return replace(self._both(), is_whole=True)

    def _run(self, stage: Stage, side: int) -> Steps:
        """A stage of one network, or what is kept of it."""
        request, desk = self._sides[side]
        key = (stage.name, stage.key(request, desk))
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        return self._kept.put(key, (yield from stage.run(request, desk)))

    def _turn(self, work: Steps, name: str, side: int, at: int) -> Steps:
        """Until it has something to show; whether there is more to come."""
        while True:
            try:
                value = next(work)
            except StopIteration as end:
                self._found[side][name] = end.value
                return False
            except (ValueError, OSError) as error:
                self._problems[f"{self._names[side]}: {error}"] = None
                return False
            if isinstance(value, Progress):
                yield self._progress(value, side, at)
            elif value is not None:
                self._found[side][name] = value
                return True
            else:
                yield None

    def _progress(self, made: Progress, side: int, at: int) -> Progress:
        self._shares[side] = max(self._shares[side], made.share or 0.0)
        share = (at + sum(self._shares) / 2.0) / len(self._group.stages)
        return Progress(f"{made.what} · {self._names[side]}", min(1.0, share))

    def _both(self) -> Both:
        found = (dict(self._found[0]), dict(self._found[1]))
        return Both(self._of, self._names, found, tuple(self._problems))


def _stage_of(group: Group) -> Stage:
    def key(request: Request, desk: Desk) -> Key:
        sides = _sides(request, desk)
        keys = [STAGE[name].key(*side) for side in sides for name in group.stages]
        what = (compared_by(request.state), *(each.what for each in keys))
        return Key(what, tuple(each.version for each in keys))

    def run(request: Request, desk: Desk) -> Steps:
        return (yield from _Work(group, request, desk).steps())

    return Stage(group.stage, key, run, measure=True, long=True)


BOTH: tuple[Stage, ...] = tuple(map(_stage_of, GROUPS))

"""The untrained twins of a measure: one after another, kept, some shown together."""

from collections.abc import Callable, Generator, Hashable
from typing import TypeVar

from sgviz.analysis.twins import twin_steps
from sgviz.frame import Progress
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.render.desk import Desk
from sgviz.render.request import Key, Request
from sgviz.render.stage import Steps

SHOWN_TOGETHER = 5

R = TypeVar("R")
KeyOf = Callable[[Request, Desk], Key]
Measure = Callable[[MappingNetwork], Generator[object, None, R]]


def twins_steps(
    desk: Desk,
    key: Hashable,
    config: MappingConfig,
    count: int,
    measure: Measure[R],
    show: Callable[[list[R]], object],
    centred: bool = True,
    first: int = 0,
) -> Steps:
    """``measure`` ``count`` twins from ``first`` on, ``show`` what was found so far.

    What was found is kept by ``key``, which says all that it depends on beside
    ``config`` and ``first``: whoever gives up goes on where he was. Of twins that are
    not ``centred`` w_avg is zero. What ``measure`` yields is a chunk's end, no value.
    """
    name = ("twins", key, config, first)
    kept = desk.spaces.twins.get(name)
    found: list[R] = desk.spaces.twins.put(name, []) if kept is None else kept
    while len(found) < count:
        done = len(found)
        if done and done % SHOWN_TOGETHER == 0:
            yield show(found)
        yield Progress(f"Untrained twins: {done} of {count}", done / count)
        twin = yield from twin_steps(config, first + done, centred)
        steps = measure(twin)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                # Somebody else may have measured it meanwhile, of the same circles.
                if len(found) == done:
                    found.append(end.value)
                break
            yield None
    return show(found[:count])


def with_seed(key: KeyOf) -> KeyOf:
    """The key of a stage whose twins begin with the seed of what is drawn beside."""

    def seeded(request: Request, desk: Desk) -> Key:
        found = key(request, desk)
        return Key((found.what, request.state.beside.twin_seed), found.version)

    return seeded

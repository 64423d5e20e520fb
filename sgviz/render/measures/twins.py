"""The untrained twins of a measure: one after another, kept, some shown together."""

from collections.abc import Callable, Generator, Hashable
from typing import TypeVar

from sgviz.analysis.twins import twin_steps
from sgviz.frame import Progress
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.render.desk import Desk
from sgviz.render.stage import Steps

SHOWN_TOGETHER = 5

R = TypeVar("R")
Measure = Callable[[MappingNetwork], Generator[object, None, R]]


def twins_steps(
    desk: Desk,
    key: Hashable,
    config: MappingConfig,
    count: int,
    measure: Measure[R],
    show: Callable[[list[R]], object],
    centred: bool = True,
) -> Steps:
    """``measure`` twins 0 to ``count`` - 1, ``show`` what was found of them so far.

    What was found is kept by ``key``, which says all that it depends on beside
    ``config``: whoever gives up goes on where he was. Of twins that are not
    ``centred`` w_avg is zero. What ``measure`` yields is a chunk's end, no value.
    """
    name = ("twins", key, config)
    kept = desk.spaces.twins.get(name)
    found: list[R] = desk.spaces.twins.put(name, []) if kept is None else kept
    while len(found) < count:
        done = len(found)
        if done and done % SHOWN_TOGETHER == 0:
            yield show(found)
        yield Progress(f"Untrained twins: {done} of {count}", done / count)
        twin = yield from twin_steps(config, done, centred)
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

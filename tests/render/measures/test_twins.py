"""Untrained twins one after another: shown by fives, kept, gone on with later."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import pytest
import torch

from sgviz.analysis.twins import FIRST_SEED
from sgviz.frame import Progress
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.untrained import untrained_mapping
from sgviz.render.desk import Desk
from sgviz.render.measures.compare import UNTRAINED_PAIRS
from sgviz.render.measures.curves import NULL
from sgviz.render.measures.layers import LAYERS
from sgviz.render.measures.table import BENT_UNTRAINED, FEELING
from sgviz.render.measures.twins import twins_steps
from sgviz.render.request import Request
from sgviz.render.sources import Sources
from sgviz.state import Beside, Focus, State

SMALL = MappingConfig(8, 8, 2)


@pytest.fixture
def desk(sources: Sources) -> Desk:
    return Desk(sources)


def first_weight(twin: MappingNetwork) -> Generator[object, None, float]:
    yield "no value of the stage"
    return float(twin.layers[0].weight[0, 0])


def steps_of(desk: Desk, count: int, key: str = "a", **options: Any) -> Any:
    return twins_steps(desk, key, SMALL, count, first_weight, list, **options)


def end_of(steps: Any) -> tuple[list[Any], Any]:
    said = []
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            return said, end.value


def test_twins_are_shown_by_fives_and_are_those_of_all_statistics(desk: Desk) -> None:
    said, found = end_of(steps_of(desk, 7))
    assert len(found) == 7
    first = untrained_mapping(SMALL, FIRST_SEED)
    assert found[0] == float(first.layers[0].weight[0, 0])
    shown = [value for value in said if isinstance(value, list)]
    assert shown == [found[:5]]
    shares = [value.share for value in said if isinstance(value, Progress)]
    assert shares == [k / 7 for k in range(7)]
    assert not any(isinstance(value, str) for value in said)


def test_who_gives_up_goes_on_where_he_was(desk: Desk) -> None:
    steps = steps_of(desk, 4)
    while "2 of 4" not in getattr(next(steps), "what", ""):
        pass
    steps.close()
    said, found = end_of(steps_of(desk, 4))
    assert [value.what for value in said if isinstance(value, Progress)] == [
        "Untrained twins: 2 of 4",
        "Untrained twins: 3 of 4",
    ]
    # More of them are added, fewer are the first ones, another key has its own.
    assert end_of(steps_of(desk, 6))[1][:4] == found
    assert end_of(steps_of(desk, 3)) == ([], found[:3])
    assert len([p for p in end_of(steps_of(desk, 2, "b"))[0] if p is not None]) == 2


def test_only_a_centred_twin_has_its_mean(desk: Desk) -> None:
    def w_avg(twin: MappingNetwork) -> Generator[object, None, float]:
        yield
        return float(twin.w_avg.norm())

    for centred in (True, False):
        key = f"w_avg {centred}"
        steps = twins_steps(desk, key, SMALL, 1, w_avg, list, centred=centred)
        assert (end_of(steps)[1][0] > 0.1) == centred
    assert torch.is_grad_enabled()


def test_the_seed_of_what_is_beside_chooses_the_twins(desk: Desk) -> None:
    """Twin k of seed s is twin s + k of seed 0, in every measure."""
    _, usual = end_of(steps_of(desk, 3))
    _, shifted = end_of(steps_of(desk, 2, first=1))
    assert shifted == usual[1:]
    plain = State()
    other = replace(plain, beside=Beside(twin_seed=7))
    for stage in (*BENT_UNTRAINED, *FEELING, LAYERS, UNTRAINED_PAIRS, NULL):
        keys = [
            stage.key(Request(1, state, state, Focus(), frozenset()), desk).what
            for state in (plain, other)
        ]
        assert keys[0] != keys[1], stage.name

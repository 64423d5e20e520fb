"""Stages of layers and tails: what they are of, and what they say they cannot do."""

from dataclasses import replace

import numpy as np
import pytest

from sgviz.frame import Progress
from sgviz.measured.layers import Layers
from sgviz.measured.tails import SignsOfAll
from sgviz.render.measures import layers as layers_module
from sgviz.render.measures.layers import LAYERS
from sgviz.render.measures.tails import TAILS


@pytest.fixture
def measuring(sources, make_hand, monkeypatch):
    """Ask for a state's measure; all of its parts, the last one final."""
    monkeypatch.setattr(layers_module, "TWINS", 6)
    hand = make_hand(sources, stages=(LAYERS, TAILS))

    def measure(state, name):
        before = len(hand.parts)
        hand.ask(state, measures=frozenset({name}))
        hand.finish()
        return [part for part in hand.parts[before:] if part.name == name]

    return measure


def test_layers_come_at_once_and_their_twins_behind(little, measuring):
    parts = measuring(little, "layers")
    shown = [p.value for p in parts if isinstance(p.value, Layers)]
    assert shown[0].twins is None
    assert shown[-1].twins.mean_square.shape == (6, 4)
    assert shown[-1].circles == ("axes 0, 1", "random 1 (seed 0)")
    assert [len(x.twins.mean_square) for x in shown[1:]] == [5, 6]
    said = [p.value.what for p in parts if isinstance(p.value, Progress)]
    assert said[-1] == "Untrained twins: 5 of 6"
    said = shown[-1].sentence
    assert said.startswith("Against 6 untrained twins of depth 3: mean square")


def test_psi_changes_nothing_and_twins_are_mapped_once(little, measuring):
    first = measuring(little, "layers")[-1].value
    assert measuring(replace(little, psi=0.5), "layers") == []
    again = measuring(replace(little, class_index=1, psi=0.4), "layers")
    # Networks without classes ignore the class: nothing is measured anew.
    assert again == []
    one = replace(little.circles, circles=little.circles.circles[:1])
    fewer = measuring(replace(little, circles=one), "layers")[-1].value
    np.testing.assert_allclose(
        fewer.trained.mean_square[0], first.trained.mean_square[0]
    )
    back = measuring(little, "layers")
    twins = [p for p in back if isinstance(p.value, Progress)]
    assert len(twins) <= 1  # only that it begins


def test_tails_are_of_what_is_on_the_screen(little, measuring):
    whole = measuring(little, "tails")[-1].value
    assert isinstance(whole, SignsOfAll)
    assert (whole.circles, whole.points) == (2, 64)
    half = measuring(replace(little, psi=0.5), "tails")[-1].value
    # About w_avg truncation changes no sign, and about zero it does.
    np.testing.assert_array_equal(
        half.of("W", True).census.counts, whole.of("W", True).census.counts
    )
    assert half.of("W", False).census.negative.tolist() != (
        whole.of("W", False).census.negative.tolist()
    )


def test_circles_of_a_file_alone_have_tails_and_no_layers(
    little, sources, measuring, tmp_path
):
    from sgviz.checkpoints.circles_file import write_circles
    from sgviz.checkpoints.open_file import hash_file
    from sgviz.state import CirclesFile

    path = tmp_path / "plain.csv"
    write_circles(sources.curves_of(little), path)
    plain = replace(little, circles=CirclesFile(str(path), hash_file(path)))
    assert measuring(plain, "tails")[-1].value.points == 64
    problem = measuring(plain, "layers")[-1].problem
    assert problem.what == "Layers need the network that made these circles."

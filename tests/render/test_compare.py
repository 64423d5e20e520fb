"""The comparison of two networks, as a stage: figures, distances, untrained pairs."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sgviz.checkpoints import native
from sgviz.checkpoints.open_file import hash_file
from sgviz.frame import Progress
from sgviz.geometry.null_model import twins_apart
from sgviz.measured.compare import LIKENESS
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.render.measures import compare
from sgviz.state import Beside, File, Twin

MEASURES = frozenset({"comparison", "untrained_pairs"})
FIGURE = {figure.key: figure for figure in LIKENESS}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Few twins: what they are is tested where they are made."""
    monkeypatch.setattr(compare, "PAIRS", 3)
    monkeypatch.setattr(
        compare, "null_steps", lambda *a, **k: compare_null(*a, twins=4, **k)
    )


def compare_null(*args, **options):
    from sgviz.analysis.null import null_steps

    return null_steps(*args, **options)


def compared(hand, state, ref):
    state = replace(state, beside=Beside(model=ref))
    hand.ask(state, measures=MEASURES)
    return hand.finish()


def test_a_network_compared_with_itself_is_the_same(hand, little):
    parts = compared(hand, little, little.model)
    found = parts["comparison"].value
    assert found.names == ("little.safetensors", "little.safetensors")
    assert found.alike.value("apart") == pytest.approx(0.0, abs=1e-6)
    assert found.alike.value("procrustes") == pytest.approx(1.0, abs=1e-6)
    assert found.alike.value("cka") == pytest.approx(1.0, abs=1e-6)
    assert found.alike.apart.shape == found.alike.aligned.shape == (2, 32)
    assert np.allclose(found.alike.apart, 0.0, atol=1e-5)
    length = next(f for f in found.figures() if f.key == "length")
    assert found.difference(length) == 0.0
    assert found.statistics[0].circles[0].curve.exact_length > 0.0


def test_an_untrained_pair_is_no_more_alike_than_others(hand, little):
    hand.ask(
        replace(
            little,
            model=Twin(little.model, 1),
            beside=Beside(model=Twin(little.model, 2)),
        ),
        measures=MEASURES,
    )
    parts = hand.finish()
    found, untrained = parts["comparison"].value, parts["untrained_pairs"].value
    # 24 numbers and a few points: about what infinite width says.
    assert found.alike.value("apart") == pytest.approx(twins_apart(), rel=0.25)
    assert set(untrained.likeness) == {"apart", "left", "procrustes", "cka"}
    assert untrained.nulls[0].depth == untrained.nulls[1].depth == 3
    said = untrained.sentence(FIGURE["cka"], untrained.likeness["cka"].mean)
    assert "says nothing about what the two have learned" in said
    said = untrained.sentence(FIGURE["procrustes"], 1.0)
    assert said.startswith("Likeness of shape 1.0000: more alike than 3 pairs")
    said = untrained.sentence(FIGURE["apart"], 0.0)
    assert "more alike than" in said
    assert "less alike than" in untrained.sentence(FIGURE["apart"], 9.0)
    length = next(f for f in found.figures() if f.key == "length")
    assert math.isfinite(found.pair(length, untrained).deviations)
    progress = [p.value for p in hand.parts if isinstance(p.value, Progress)]
    assert any("Pairs of untrained twins" in each.what for each in progress)


def test_a_network_of_other_latents_is_not_compared_and_it_is_said(
    hand, little, tmp_path
):
    """All that the panel shows is this: whose latents they are stands in it."""
    path = tmp_path / "few.safetensors"
    sizes = GeneratorConfig(16, 24, 2, 8, (4, 4), 0.1)
    native.save(Snapshot.of(Generator(sizes, seed=1), 1.0), path)
    ref = File(str(path), hash_file(path))
    problem = compared(hand, little, ref)["comparison"].problem
    words = "The second network takes latents of 16 numbers, not of 24."
    assert problem.what == words


def test_w_of_another_size_has_a_shape_and_no_distance(hand, little, tmp_path):
    config = GeneratorConfig(24, 10, 2, 16, (8, 8, 8), 0.1)
    path = tmp_path / "narrow.safetensors"
    native.save(Snapshot.of(Generator(config, seed=1), 1.0), path)
    parts = compared(hand, little, File(str(path), hash_file(path)))
    found = parts["comparison"].value
    assert found.alike.apart.size == 0
    assert found.alike.aligned.shape == (2, 32)
    assert math.isnan(found.alike.value("apart"))
    assert 0.0 < found.alike.value("procrustes") < 1.0
    assert found.note.startswith("W has 24 coordinates here and 10 there")
    assert parts["untrained_pairs"].value.nulls[1].depth == 2


def test_without_a_second_network_there_is_a_sentence(hand, little, tmp_path):
    hand.ask(little, measures=MEASURES)
    assert hand.finish()["comparison"].problem.what.startswith("Nothing to compare")
    gone = compared(hand, little, File(str(tmp_path / "gone.pkl"), "0" * 64))
    assert "gone.pkl" in gone["comparison"].problem.what

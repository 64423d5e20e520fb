"""The other measures of two networks: the stages of their panels, run for both."""

from dataclasses import replace

import numpy as np
import pytest

from sgviz.checkpoints import native
from sgviz.checkpoints.open_file import hash_file
from sgviz.frame import Progress
from sgviz.measured.both_curves import curves_of, difference
from sgviz.measured.groups import GROUP, GROUPS
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.render.measures import both, layers, metric_null
from sgviz.state import Beside, CirclesFile, File, Twin


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Few twins: what they are is tested where they are made."""
    for module in (layers, metric_null):
        monkeypatch.setattr(module, "TWINS", 3)


def beside(state, ref):
    return replace(state, beside=Beside(model=ref))


def measured(hand, state, key):
    hand.ask(state, measures=frozenset({f"both_{key}"}))
    return hand.finish(100_000)[f"both_{key}"]


@pytest.mark.parametrize("key", ["layers", "stretch"])
def test_both_are_what_each_panel_shows_of_its_network(hand, little, key):
    other = Twin(little.model, 2)
    found = measured(hand, beside(little, other), key).value
    assert found.is_whole
    assert not found.problems
    group = GROUP[key]
    for at, model in enumerate((little.model, other)):
        hand.ask(replace(little, model=model), measures=frozenset(group.stages))
        parts = hand.finish(100_000)
        alone = group.rows({name: parts[name].value for name in group.stages})
        rows = group.rows(found.found[at])
        assert [head for head, _ in rows] == [head for head, _ in alone]
        for (_, mine), (_, theirs) in zip(rows, alone, strict=True):
            assert [r.value for r in mine] == pytest.approx(
                [r.value for r in theirs], nan_ok=True
            )
            assert [r.band for r in mine] == [r.band for r in theirs]
    pairs = [pair for _, part in group.pairs(found.found) for pair in part]
    assert any(abs(pair.difference) > 0 for pair in pairs)
    for one, two in zip(*(curves_of(key, f, 0) for f in found.found), strict=True):
        gap = difference(one, two)
        wanted = two.y / one.y if one.is_log else two.y - one.y
        assert np.allclose(gap, wanted)
        assert one.untrained is not None


def test_a_network_beside_itself_differs_nowhere_and_is_not_measured_twice(
    hand, little, monkeypatch
):
    state = beside(little, little.model)
    found = measured(hand, state, "layers").value
    pairs = [p for _, part in GROUP["layers"].pairs(found.found) for p in part]
    assert all(pair.difference == 0.0 for pair in pairs)
    said = {pair.sentence for pair in pairs}
    assert any("untrained counterparts differ" in each for each in said)
    # Kept: swapped, or asked for again, nothing is measured anew.
    monkeypatch.setattr(both, "STAGE", {"layers": replace(layers.LAYERS, run=None)})
    other = replace(state, ring=1, circles=little.circles)
    hand.ask(other, measures=frozenset())
    hand.finish()
    assert measured(hand, other, "layers").value.is_whole


def test_progress_names_the_network_and_never_goes_back(hand, little):
    measured(hand, beside(little, Twin(little.model, 2)), "stretch")
    said = [p.value for p in hand.parts if isinstance(p.value, Progress)]
    assert any(each.what.endswith(" · little.safetensors") for each in said)
    shares = [each.share for each in said if each.share is not None]
    assert shares == sorted(shares)


def test_depths_that_differ_pair_what_they_have_in_common(hand, little, tmp_path):
    path = tmp_path / "flat.safetensors"
    config = GeneratorConfig(24, 24, 2, 16, (8, 8, 8), 0.1)
    native.save(Snapshot.of(Generator(config, seed=1), 1.0), path)
    state = beside(little, File(str(path), hash_file(path)))
    found = measured(hand, state, "layers").value
    pairs = dict(GROUP["layers"].pairs(found.found))
    first = next(iter(pairs.values()))
    known = [[row is not None for row in pair.rows] for pair in first]
    assert known == [[True, True], [True, True], [True, False], [True, True]]
    one, two = (curves_of("layers", each, 0)[0] for each in found.found)
    assert difference(one, two) is None


def test_what_cannot_be_measured_of_one_is_said_and_the_other_is_shown(
    hand, little, tmp_path
):
    gone = File(str(tmp_path / "gone.pkl"), "0" * 64)
    problem = measured(hand, beside(little, gone), "layers").problem
    assert "gone.pkl" in problem.what
    assert "Nothing to compare" in measured(hand, little, "layers").problem.what
    file = CirclesFile(str(tmp_path / "none.npz"), "1" * 64)
    found = measured(
        hand, replace(beside(little, Twin(little.model)), circles=file), "stretch"
    ).value
    assert not any(name.startswith("stretch") for name in found.found[1])
    assert "local_basis" in found.found[1]
    assert found.problems


def test_groups_are_made_of_stages_that_there_are():
    names = {name for group in GROUPS for name in group.stages}
    assert names == set(both.STAGE)

"""Images measured by stages: chunk by chunk, kept, and refused in one sentence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from sgviz.analysis.path_length import Paths, lengths_steps, mean_and_error
from sgviz.analysis.perceptual import Pixels
from sgviz.analysis.reader import load_reader
from sgviz.analysis.separability import conditional_entropy
from sgviz.analysis.svm import fit
from sgviz.analysis.twins import FIRST_SEED
from sgviz.checkpoints.native import load
from sgviz.checkpoints.open_file import hash_file
from sgviz.frame import Part, Progress
from sgviz.measured.dimension import Dimension
from sgviz.measured.factors import Crossings, FactorCurves
from sgviz.measured.images import ImageSpeeds, PathLengths
from sgviz.measured.separability import Separability
from sgviz.models.untrained import untrained_mapping, with_mapping
from sgviz.render.measures import dimension, feeling, images, separability
from sgviz.render.measures.table import FEELING
from sgviz.render.sources import Sources
from sgviz.state import (
    ByNetwork,
    ByReader,
    CircleSet,
    Cloud,
    Feel,
    LabelsFile,
    RandomCircle,
    State,
    ThroughLatents,
)

FEW = Feel(pairs=8, samples=40, cloud=100)


@pytest.fixture(autouse=True)
def few_twins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "TWINS", 2)
    monkeypatch.setattr(separability, "TWINS", 2)


@pytest.fixture
def hand(make_hand: Any, sources: Sources) -> Any:
    """These measures alone: no scene, no thumbnails."""
    return make_hand(sources, stages=FEELING)


@pytest.fixture
def small(little: State) -> State:
    """Two circles of 12 points through a 16x16 network."""
    circles = CircleSet((RandomCircle(0, 1), RandomCircle(0, 2)), points=12)
    return replace(little, circles=circles, feel=FEW)


def made(hand: Any, state: State, name: str) -> list[Part]:
    hand.ask(state, measures=frozenset({name}))
    hand.finish(200_000)
    return [part for part in hand.parts if part.name == name]


def values(parts: list[Part]) -> list[Any]:
    return [p.value for p in parts if not isinstance(p.value, Progress)]


def test_speeds_of_images_come_circle_by_circle(
    hand: Any, small: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "SHOWN_TOGETHER", 4)
    state = replace(small, ring=1, psi=0.8)
    parts = made(hand, state, "image_speed")
    found = values(parts)[-1]
    assert isinstance(found, ImageSpeeds) and parts[-1].problem is None
    assert found.places == (0, 1) and "pixels" in found.ruler
    assert all(np.isfinite(circle.image).all() for circle in found.circles)
    assert any(isinstance(part.value, Progress) for part in parts)
    first = next(v for v in values(parts) if v is not None)
    assert first.places[0] == 1, "the circle on the ring comes first"
    assert found.twins is not None and found.twins.count == 2
    assert len(found.twins.bands["length"].values) == 2


def test_path_lengths_are_those_of_the_function(hand: Any, small: State) -> None:
    found = values(made(hand, small, "path_length"))[-1]
    assert isinstance(found, PathLengths)
    assert [row.name for row in found.rows] == ["zfull", "zend", "wfull", "wend"]
    assert {row.count for row in found.rows} == {8}
    network = load(Path(small.model.path)).build()  # type: ignore[union-attr]
    steps = lengths_steps(network, Pixels(), Paths("w", "end"), 8)
    *_, last = (part for part in steps if part is not None)
    assert found.rows[3].mean == pytest.approx(mean_and_error(last)[0], rel=1e-3)
    assert not found.is_comparable
    # Beside it the very same paths through the mappings of twins.
    assert found.twins is not None and found.twins.who.startswith("2 untrained mapping")
    twin = with_mapping(network, untrained_mapping(network.mapping.config, FIRST_SEED))
    steps = lengths_steps(twin, Pixels(), Paths("z", "full"), 8)
    *_, last = (part for part in steps if part is not None)
    of_twins = found.twins.bands["zfull"].values
    assert of_twins[0] == pytest.approx(mean_and_error(last)[0], rel=1e-3)
    assert all(row.says for row in found.beside())


def test_a_network_of_a_file_is_a_ruler_or_says_why_not(
    hand: Any, small: State, tmp_path: Path
) -> None:
    path = tmp_path / "vgg.pth"
    torch.save({"features.0.weight": torch.ones(4, 3, 3, 3)}, path)
    ruler = ByNetwork(str(path), hash_file(path))
    state = replace(small, feel=replace(FEW, ruler=ruler))
    problem = made(hand, state, "image_speed")[-1].problem
    assert problem is not None
    said = "vgg.pth does not fit: it lacks the tensor features.0.bias"
    assert problem.what == said


def test_a_network_that_draws_no_portraits_is_not_read(hand: Any, small: State) -> None:
    found = values(made(hand, small, "factors"))[-1]
    assert isinstance(found, FactorCurves)
    assert not found.is_read and "takes these images for none" in found.sentence
    assert np.isnan(found.values).any(), "it gives up after the first look"
    for name in ("crossings", "separability"):
        problem = made(hand, small, name)[-1].problem
        assert problem is not None and "takes these images for none" in problem.what


def test_factors_of_portraits_are_read_and_planes_tested(hand: Any) -> None:
    circles = CircleSet((RandomCircle(0, 1),), points=8)
    state = State(circles=circles, feel=replace(FEW, samples=40))
    found = values(made(hand, state, "factors"))[-1]
    assert isinstance(found, FactorCurves) and found.is_read
    assert found.values.shape == (1, 8, 36) and np.isfinite(found.values).all()
    reader, network = load_reader(), load_bundled()
    z = feeling.circle_points(circle_z(), torch.from_numpy(found.angles[5:6]))
    read = reader.read(network(z))
    np.testing.assert_allclose(found.values[0, 5], read.values[0], atol=2e-2)
    hand.ask(state, measures=frozenset({"crossings"}))
    tested = None
    while not isinstance(tested, Crossings):
        part = hand.chunk()
        tested = part.value if part is not None else None
    assert [row.space for row in tested.rows] == ["z", "w"]
    assert tested.samples == 40 and tested.rows[0].name == "glasses"
    for row in tested.rows:
        assert row.note or (0 <= row.accuracy <= 1 and row.crossings % 2 == 0)


def feeling_z(rows: list[np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.stack(rows)).float()


def load_bundled() -> Any:
    from sgviz.checkpoints.bundled import bundled_path

    return load(bundled_path()).build().requires_grad_(requires_grad=False)


def circle_z() -> torch.Tensor:
    from sgviz.geometry.circle import GreatCircle, sample_angles

    return GreatCircle.random(512, 0, 1).at(sample_angles(8))


def test_labels_of_a_file_are_parted_and_one_class_is_said(
    hand: Any, small: State, tmp_path: Path
) -> None:
    path = tmp_path / "labels.csv"
    z = [np.random.RandomState(seed).randn(24) for seed in range(60)]
    lines = [f"{k},{int(z[k][3] > 0)},1" for k in range(60)]
    path.write_text("seed,third,hat\n" + "\n".join(lines))
    labels = LabelsFile(str(path), hash_file(path))
    found = values(made(hand, replace(small, feel=Feel(labels=labels)), "separability"))
    last = found[-1]
    assert isinstance(last, Separability)
    assert (last.samples, last.total, last.labels) == (60, 1, "labels.csv")
    assert last.of("z")[0].held_out > 0.7
    assert "one class only" in last.problems[0]
    # The W of a twin, with the labels of the network: the same planes by hand.
    assert last.twins is not None and last.twins.count == 2
    network = load(Path(small.model.path)).build()  # type: ignore[union-attr]
    twin = untrained_mapping(network.mapping.config, FIRST_SEED)
    w = twin(feeling_z(z))
    plane = fit(w.detach(), torch.tensor([bool(row[3] > 0) for row in z]))
    said, label = plane.side(w), torch.tensor([bool(row[3] > 0) for row in z])
    left = last.twins.bands["H third"].values[0]
    assert left == pytest.approx(conditional_entropy(said, label), abs=1e-6)
    assert last.summed_up()[0].band is not None
    # Without seeds in it a file is about as many seeds as are asked for.
    path.write_text("third\n" + "\n".join(line.split(",")[1] for line in lines))
    other = LabelsFile(str(path), hash_file(path))
    state = replace(small, feel=replace(FEW, labels=other))
    problem = made(hand, state, "separability")[-1].problem
    assert problem is not None
    assert "labels 60 images and 40 seeds are asked for" in problem.what
    path.write_text("seed,hat\n1,1\n2,1\n")
    labels = LabelsFile(str(path), hash_file(path))
    state = replace(small, feel=Feel(labels=labels))
    problem = made(hand, state, "separability")[-1].problem
    assert problem is not None and "one class only" in problem.what


def test_the_dimension_stands_beside_z_and_untrained_twins(
    hand: Any, small: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dimension, "TWINS", 5)
    found = values(made(hand, small, "dimension"))[-1]
    assert isinstance(found, Dimension) and found.true == 23 and found.twins == 5
    assert [cloud.name for cloud in found.clouds] == ["Z", "W", "W − w_avg"]
    for key in ("two_nn", "two_nn_fit", "levina_bickel"):
        assert 3 < found.clouds[0].value(key) < 40
    assert found.clouds[0].value("angle_deg") == pytest.approx(90, abs=1)
    assert found.untrained is not None
    assert len(found.untrained["W", "resultant"].values) == 5
    assert len(found.circles) == 2 and "whose dimension is 23" in found.sentence


def test_samples_are_kept_and_added_to(hand: Any, small: State) -> None:
    desk = hand.renderer._desk
    steps = feeling.samples_steps(small, desk, 70, "Samples")
    said = [step for step in steps if step is not None]
    assert [s.what for s in said] == [
        "Samples: 0 of 70 images read", "Samples: 64 of 70 images read",
    ]  # fmt: skip
    more = feeling.samples_steps(small, desk, 60, "Samples")
    assert [step for step in more if step is not None] == []


def test_what_has_no_circles_says_so_and_many_points_are_thinned(
    hand: Any, small: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = made(hand, replace(small, circles=Cloud()), "image_speed")[-1].problem
    assert problem is not None and "followed along circles" in problem.what
    monkeypatch.setattr(feeling, "ANGLES", 10)
    through = ThroughLatents(small.latent, small.latent_b)
    state = replace(small, circles=CircleSet((through,), points=20))
    state = replace(state, feel=replace(FEW, ruler=ByReader()))
    found = values(made(hand, state, "image_speed"))[-1]
    assert len(found.circles[0].angles) == feeling.ANGLES
    assert "not LPIPS" in found.ruler

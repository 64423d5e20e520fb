"""Images measured by stages: chunk by chunk, kept, and refused in one sentence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from sgviz.analysis.factors import labels_of, plane_steps
from sgviz.analysis.path_length import Paths, lengths_steps, mean_and_error
from sgviz.analysis.perceptual import Pixels
from sgviz.analysis.reader import load_reader
from sgviz.analysis.separability import conditional_entropy
from sgviz.analysis.svm import fit
from sgviz.analysis.twins import FIRST_SEED, twin_steps
from sgviz.checkpoints.native import load
from sgviz.checkpoints.open_file import hash_file
from sgviz.curves import in_one_go
from sgviz.frame import Part, Progress
from sgviz.measured.dimension import Dimension
from sgviz.measured.factor_figures import passings
from sgviz.measured.factors import Crossings, FactorCurves
from sgviz.measured.images import ImageSpeeds, PathLengths
from sgviz.measured.separability import Separability
from sgviz.models.untrained import untrained_mapping, with_mapping
from sgviz.render.measures import (
    crossings,
    dimension,
    factors,
    feeling,
    images,
    separability,
)
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
    for module in (images, separability, factors, crossings):
        monkeypatch.setattr(module, "TWINS", 2)


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
    assert found.twins is None and not found.note
    assert np.isnan(found.values).any(), "it gives up after the first look"
    for name in ("crossings", "separability"):
        problem = made(hand, small, name)[-1].problem
        assert problem is not None and "takes these images for none" in problem.what


def test_factors_of_portraits_are_read_and_planes_tested(
    hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    circles = CircleSet((RandomCircle(0, 1),), points=8)
    state = State(circles=circles, feel=replace(FEW, samples=40))
    found = values(made(hand, state, "factors"))[-1]
    assert isinstance(found, FactorCurves) and found.is_read
    assert found.values.shape == (1, 8, 36) and np.isfinite(found.values).all()
    reader, network = load_reader(), load_bundled()
    z = feeling.circle_points(circle_z(), torch.from_numpy(found.angles))
    read = reader.read(network(z))
    np.testing.assert_allclose(found.values[0], read.values, atol=2e-2)
    # Beside it the same circle through twins, moved to where the synthesis knows w.
    config, column = network.mapping.config, found.column("smile")
    twin = in_one_go(twin_steps(config, 0))
    w = twin(z).detach() - twin.w_avg + network.mapping.w_avg
    images = network.synthesis(network.broadcast(w, 1.0), "const")
    smile = reader.read(images).values[:, column].double()
    assert found.twins is not None and found.twins.count == 2 and not found.note
    law = found.factors[column]  # type: ignore[index]
    expected = float(smile.max() - smile.min()) / (law.high - law.low)
    of_twins = found.twins.bands["range smile"].values
    assert of_twins[0] == pytest.approx(expected, abs=2e-2)
    assert "changes" in found.place and "range glasses" in found.supports
    # Planes in the W of twins, for the labels of the network's own images.
    every = crossings._factors_of
    monkeypatch.setattr(crossings, "_factors_of", lambda *given: every(*given)[:2])
    tested = values(made(hand, state, "crossings"))[-1]
    assert isinstance(tested, Crossings) and tested.is_whole and tested.samples == 40
    assert [row.space for row in tested.rows] == ["z", "w"] * 2
    assert tested.rows[0].name == "glasses"
    for row in tested.rows:
        assert row.note or (0 <= row.accuracy <= 1 and row.crossings % 2 == 0)
    own = next(row for row in tested.of("w") if not row.note)
    assert tested.twins is not None
    seeds = feeling_z([np.random.RandomState(k).randn(512) for k in range(40)])
    read = reader.read(torch.cat([network(part) for part in seeds.split(8)]))
    named = labels_of(read, reader, 64)
    plane = in_one_go(
        plane_steps(
            twin(seeds).detach(),
            own.name,
            "w",
            named.positive[:, named.names.index(own.name)],
        )
    )
    there = float(passings(plane.plane.decide(twin(z).detach()).numpy()))
    assert tested.twins.bands[f"crossings {own.name}"].values[0] == there


def test_images_of_twins_that_are_not_known_are_not_compared(
    hand: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    circles = CircleSet((RandomCircle(0, 1),), points=8)
    honest = factors.verdict

    def strict(readings: Any, reader: Any, side: int) -> Any:
        said = honest(readings, reader, side)
        is_twin = readings.features.numel() > 0  # of the network values alone are kept
        return replace(said, is_read=False) if is_twin else said

    monkeypatch.setattr(factors, "verdict", strict)
    found = values(made(hand, State(circles=circles, feel=FEW), "factors"))[-1]
    assert found.is_read and found.twins is None and not found.place
    assert "takes for none" in found.note and "nothing is compared" in found.note


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

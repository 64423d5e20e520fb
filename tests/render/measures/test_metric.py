"""Stages of the metric, the bends, flatness and the geodesic, on a small network."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from sgviz.analysis.breakpoints import bends_steps
from sgviz.analysis.jacobian import exact, jacobian, on_sphere
from sgviz.analysis.twins import FIRST_SEED
from sgviz.curves import map_circles
from sgviz.frame import Part, Progress
from sgviz.geometry import wave
from sgviz.latents import latent_z
from sgviz.measured.beside import Twins
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.extremes import Extremes, ExtremesNull
from sgviz.measured.geodesic import Geodesic
from sgviz.measured.grassmann import Flatness
from sgviz.measured.metric import (
    BASIS_FIGURES,
    BasisNull,
    LocalBasis,
    Stretch,
    StretchNull,
)
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.models.untrained import mapping_alone, untrained_mapping
from sgviz.render.measures import bending_null, extremes, metric_null
from sgviz.render.renderer import Renderer
from sgviz.render.request import Request
from sgviz.render.sources import Sources
from sgviz.render.stages import STAGES
from sgviz.state import (
    CircleSet,
    Focus,
    Live,
    Moved,
    RandomCircle,
    Seed,
    SmallCircle,
    State,
    default_circles,
)
from sgviz.values.circles import Frame

SMALL = GeneratorConfig(
    z_dim=32, w_dim=32, depth=3, resolution=8, channels=(8, 8), family="stylegan2"
)
Run = Callable[..., dict[str, list[Part]]]


@pytest.fixture(scope="module")
def network() -> Generator:
    return Generator(SMALL, seed=3)


@pytest.fixture(scope="module")
def run(network: Generator) -> Iterator[Run]:
    """Measures of a state, every part that came out by name."""
    sources = Sources("cpu")
    sources.install("small", Snapshot.of(network))
    names = {"model", "stretch", "local_basis", "breakpoints", "flatness", "geodesic"}
    names |= {"stretch_null", "local_basis_null", "extremes", "extremes_null"}
    names |= {"breakpoints_null", "flatness_null", "geodesic_null"}
    stages = tuple(stage for stage in STAGES if stage.name in names)

    def work(state: State, *measures: str) -> dict[str, list[Part]]:
        renderer = Renderer(sources, stages)
        renderer.submit(Request(1, state, state, Focus(), frozenset(measures)))
        parts: dict[str, list[Part]] = {}
        for _ in range(20_000):
            part = renderer.advance()
            if part is not None:
                parts.setdefault(part.name, []).append(part)
            if renderer.done:
                return parts
        raise AssertionError("it never ends")

    yield work


def state_of(**fields: Any) -> State:
    return State(
        model=Live("small"), circles=CircleSet(default_circles(2), 24), **fields
    )


def last(parts: dict[str, list[Part]], name: str) -> Any:
    part = parts[name][-1]
    assert part.problem is None, part.problem
    assert part.final
    return part.value


def test_stretch_along_all_circles(run: Run, network: Generator) -> None:
    parts = run(state_of(), "stretch")
    found = last(parts, "stretch")
    assert isinstance(found, Stretch)
    assert found.stretch.shape == found.log_volume.shape == (2, 24)
    assert found.untrained == pytest.approx(1.04**1.5)
    mapping = exact(network.mapping)
    z = torch.zeros(1, 32, dtype=torch.float64)
    z[0, 0] = math.sqrt(32)
    product = jacobian(mapping, z)[0]
    # The first circle starts at e_0 and turns towards e_1.
    assert found.stretch[0, 0] == pytest.approx(float(product[:, 1].norm()), rel=1e-5)
    values = torch.linalg.svdvals(product)[:31]
    expected = float(values.log().mean())
    assert found.log_volume[0, 0] == pytest.approx(expected, rel=1e-6)
    # The stretch is there before the volume.
    shown = [p.value for p in parts["stretch"] if isinstance(p.value, Stretch)]
    assert [bool(each.log_volume.size) for each in shown] == [False, True]


def test_the_ends_of_the_spectrum_along_all_circles(
    run: Run, network: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extremes, "TWINS", 2)
    monkeypatch.setattr(extremes, "POINTS", 12)
    parts = run(state_of(), "extremes", "extremes_null")
    found, null = last(parts, "extremes"), last(parts, "extremes_null")
    assert isinstance(found, Extremes) and isinstance(null, ExtremesNull)
    assert found.largest.shape == (2, 12) and null.twins.total == 2
    z = torch.zeros(1, 32, dtype=torch.float64)
    z[0, 0] = math.sqrt(32)
    values = torch.linalg.svdvals(jacobian(exact(network.mapping), z)[0])[:31]
    assert found.largest[0, 0] == pytest.approx(float(values[0]), rel=1e-4)
    assert found.smallest[0, 0] == pytest.approx(float(values[-1]), rel=1e-4)
    assert found.condition[0, 0] == pytest.approx(
        math.log10(values[0] / values[-1]), rel=1e-4
    )
    assert all(row.band is not None for row in found.beside(null))


def test_a_small_circle_is_measured_too(run: Run) -> None:
    small = SmallCircle(Frame(), 0.5)
    state = State(model=Live("small"), circles=CircleSet((small, RandomCircle()), 24))
    found = last(run(state, "stretch", "breakpoints"), "stretch")
    assert np.isfinite(found.stretch).all()
    assert not found.problems


def test_the_local_basis_and_a_walk_along_it(run: Run, network: Generator) -> None:
    basis = last(run(state_of(latent=Seed(4)), "local_basis"), "local_basis")
    assert isinstance(basis, LocalBasis)
    z = on_sphere(latent_z(Seed(4), 32, lambda given: torch.zeros(1)))
    product = jacobian(exact(network.mapping), z)[0]
    values = torch.linalg.svdvals(product)[:31]
    assert basis.values.tolist() == pytest.approx(values.tolist(), rel=1e-6)
    pushed = basis.directions.astype(float) @ product.numpy().T
    assert np.allclose(pushed, basis.pushed, atol=1e-4)
    assert np.allclose(basis.directions @ z[0].numpy(), 0.0, atol=1e-4)
    assert len(basis.untrained) == 31
    for figure in BASIS_FIGURES:
        assert math.isfinite(basis.value(figure.key))
    walked = Moved(Seed(4), tuple(0.2 * float(x) for x in basis.directions[0]))
    again = last(run(state_of(latent=walked), "local_basis"), "local_basis")
    assert again.name == "seed 4"
    assert np.allclose(again.directions, basis.directions)


def test_the_metric_of_untrained_twins(
    run: Run, network: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metric_null, "TWINS", 3)
    state = state_of(latent=Seed(4))
    parts = run(state, "local_basis_null", "stretch_null", "stretch", "local_basis")
    found = last(parts, "local_basis_null")
    assert isinstance(found, BasisNull) and found.twins.count == 3
    z = on_sphere(latent_z(Seed(4), 32, lambda given: torch.zeros(1)))
    twin = exact(untrained_mapping(network.mapping.config, FIRST_SEED))
    values = torch.linalg.svdvals(jacobian(twin, z)[0])[:31]
    largest = found.twins.bands["largest"].values
    assert largest[0] == pytest.approx(float(values[0]), rel=1e-6)
    assert (found.ends[0] <= found.ends[1]).all() and found.ends[0].shape == (31,)
    rows = last(parts, "local_basis").beside(found)
    assert all(row.place and row.says.endswith(".") for row in rows)
    along = last(parts, "stretch_null")
    assert isinstance(along, StretchNull) and along.angles.shape == (24,)
    rows = last(parts, "stretch").beside(along)
    assert all(row.place is not None for row in rows)
    # A network that nobody trained lies among them, but for what few twins miss.
    assert abs(rows[0].value / along.twins.bands["stretch"].mean - 1.0) < 0.25


def test_bends_flatness_and_the_geodesic_of_untrained_twins(
    run: Run, network: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bending_null, "TWINS", 2)
    state = state_of(latent=Seed(1), latent_b=Seed(2), ring=1)
    names = ("breakpoints", "flatness", "geodesic")
    parts = run(state, *names, *(f"{name}_null" for name in names))
    for name in names:
        twins = last(parts, f"{name}_null")
        assert isinstance(twins, Twins) and twins.count == 2
        rows = last(parts, name).beside(twins)
        assert rows and all(row.place and row.says for row in rows), name
    # Without biases the first layer of every network bends twice a unit.
    bent = last(parts, "breakpoints_null").bands["layer_1"]
    assert bent.low == bent.high == 64.0
    # The same figures by hand: the ring's circle through the first twin.
    twin = untrained_mapping(network.mapping.config, FIRST_SEED)
    curves = map_circles(mapping_alone(twin), state.circles, lambda given: None)
    circle = wave.wave_of(curves.z[1].double(), curves.angle)
    steps = bends_steps(exact(twin), circle)
    *_, bends = (step for step in steps if step is not None)
    total = last(parts, "breakpoints_null").bands["bends"].values[0]
    assert total == sum(len(layer) for layer in bends.angles)


def test_bends_of_the_circle_on_the_ring(run: Run) -> None:
    parts = run(state_of(ring=1), "breakpoints")
    found = last(parts, "breakpoints")
    assert isinstance(found, Breakpoints)
    assert (found.circle, found.is_whole) == (1, True)
    # Without biases every unit of the first layer has two.
    assert found.counts[0] == found.untrained == 64
    assert found.total == sum(len(angles) for angles in found.angles)
    assert found.density(0).sum() == 64
    said = [part.value for part in parts["breakpoints"]]
    assert any(isinstance(value, Progress) for value in said)


def test_flatness_around_the_ring(run: Run) -> None:
    found = last(run(state_of(), "flatness"), "flatness")
    assert isinstance(found, Flatness)
    assert [each.k for each in found.distances] == [1, 2, 5, 10, 20]
    for each in found.distances:
        assert np.isfinite(each.geodesic).all() and np.isfinite(each.projection).all()
        assert np.allclose(each.geodesic, each.geodesic.T)
        assert each.geodesic.max() <= each.furthest + 1e-9
        near, far = each.geodesic[0, 1], each.geodesic[0, 24]
        assert near < far
    assert np.isfinite(found.effective_rank).all()
    assert "5 largest directions" in found.sentence(5)
    assert found.sentence(3) == ""


def test_the_geodesic_from_a_to_b(run: Run) -> None:
    parts = run(state_of(latent=Seed(1), latent_b=Seed(2)), "geodesic")
    found = last(parts, "geodesic")
    assert isinstance(found, Geodesic)
    assert found.best.energy < found.great.energy
    assert found.chord <= found.best.length < found.great.length
    assert found.best.z_length > found.great.z_length
    assert found.great.images.shape == found.best.images.shape == (9, 8, 8, 3)
    assert "shorter in W" in found.sentence()
    assert found.is_whole


def test_what_cannot_be_measured_says_why(run: Run) -> None:
    parts = run(state_of(latent=Seed(1), latent_b=Seed(1)), "geodesic")
    problem = parts["geodesic"][-1].problem
    assert problem is not None and "one line" in problem.what

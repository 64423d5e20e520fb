"""Bends of a circle: none missed, none too many, and ellipses in between."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from sgviz.analysis.breakpoints import Bends, Waves, arc_at, bends_steps, zeros_of
from sgviz.analysis.jacobian import exact, push
from sgviz.geometry import null_model
from sgviz.geometry.circle import GreatCircle, sample_angles
from sgviz.geometry.polar import PolarFrame, SmallCircle
from sgviz.geometry.wave import at, velocity, wave_of
from sgviz.models.layers import own_stream
from sgviz.models.mapping import (
    LUCIDRAINS,
    STYLEGAN1,
    MappingConfig,
    MappingNetwork,
)

KINDS = {
    "stylegan2": MappingConfig(24, 24, 4),
    "stylegan1": MappingConfig(16, 24, 2, gains=STYLEGAN1),
    "lucidrains": MappingConfig(24, 16, 3, gains=LUCIDRAINS),
    "classes apart": MappingConfig(24, 24, 3, c_dim=3),
    "classes together": MappingConfig(24, 24, 2, c_dim=3, label_norm="together"),
}


def network(config: MappingConfig, seed: int = 0, bias: float = 0.5) -> MappingNetwork:
    made = MappingNetwork(config)
    stream = own_stream(seed, "bends")
    made.reset(stream)
    for layer in made.layers:
        torch.nn.init.normal_(layer.bias, std=bias / layer.beta, generator=stream)
    return exact(made)


def wave(circle: GreatCircle | SmallCircle) -> Tensor:
    angles = sample_angles(12)
    return wave_of(circle.at(angles), angles)


def found(mapping: MappingNetwork, circle: Tensor, label: int = 0) -> Bends:
    steps = bends_steps(mapping, circle, label)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            bends: Bends = end.value
            return bends


@pytest.mark.parametrize("kind", KINDS)
def test_they_are_where_the_signs_change(kind: str) -> None:
    config = KINDS[kind]
    mapping = network(config)
    circle = wave(GreatCircle.random(config.z_dim, 0, 1))
    label = 1 if config.c_dim else 0
    bends = found(mapping, circle, label)
    dense = torch.arange(20_000, dtype=torch.float64) * (math.tau / 20_000)
    _, *left = mapping.activations(at(circle, dense), label)
    for angles, h in zip(bends.angles, left, strict=True):
        signs = h > 0
        changes = (signs != signs.roll(-1, 0)).sum(dim=1)
        counts = torch.histc(angles, 20_000, 0.0, math.tau)
        # A unit that flips and flips back between two samples is seen by us alone.
        assert 0 <= len(angles) - int(changes.sum()) <= 2
        assert int((counts < changes).sum()) <= 1
        assert bool((angles.diff() >= 0).all())


@pytest.mark.parametrize("kind", KINDS)
def test_between_them_w_is_an_ellipse_exactly(kind: str) -> None:
    config = KINDS[kind]
    mapping = network(config)
    circle = wave(GreatCircle.random(config.z_dim, 2, 3))
    label = 2 if config.c_dim else 0
    bends = found(mapping, circle, label)
    edges = torch.cat(bends.angles).sort().values
    assert bends.until == pytest.approx(math.tau)
    for low, high in list(pairwise(edges))[::7]:
        t = low + (high - low) * torch.tensor([0.001, 0.35, 0.8, 0.999]).double()
        terms = arc_at(mapping, circle, float((low + high) / 2), label)
        turn = torch.stack([t.cos(), t.sin(), torch.ones_like(t)], dim=1)
        w = mapping(at(circle, t), label)
        assert float((turn @ terms - w).abs().max()) < 1e-6
        along = torch.stack([-t.sin(), t.cos(), torch.zeros_like(t)], dim=1)
        pushed = push(mapping, at(circle, t), velocity(circle, t), label)
        assert float((along @ terms - pushed).abs().max()) < 1e-6


def test_a_small_circle_bends_at_its_own_angles() -> None:
    mapping = network(KINDS["stylegan2"])
    frame = PolarFrame.through(*torch.randn(3, 24, generator=own_stream(4, "frame")))
    circle = wave(SmallCircle(frame, 0.7))
    edges = torch.cat(found(mapping, circle).angles).sort().values
    assert len(edges) > 4
    low, high = edges[3], edges[4]
    t = torch.stack([0.9 * low + 0.1 * high, 0.1 * low + 0.9 * high])
    turn = torch.stack([t.cos(), t.sin(), torch.ones_like(t)], dim=1)
    terms = arc_at(mapping, circle, float((low + high) / 2))
    assert torch.allclose(turn @ terms, mapping(at(circle, t)), atol=1e-5)


def test_points_on_no_circle_are_no_wave() -> None:
    angles = sample_angles(12)
    with pytest.raises(ValueError, match="circle"):
        wave_of(torch.randn(12, 8, generator=own_stream(0, "heap")), angles)
    with pytest.raises(ValueError, match="two points"):
        wave_of(torch.randn(2, 8), angles[:2])


def test_the_first_layer_without_biases_bends_twice_a_unit() -> None:
    mapping = network(MappingConfig(32, 32, 1), bias=1e-12)
    bends = found(mapping, wave(GreatCircle.on_axes(32, 0, 1)))
    assert len(bends.angles[0]) == null_model.flips(32)


def test_untrained_networks_bend_as_often_as_rice_says() -> None:
    counts = []
    for seed in range(10):
        made = MappingNetwork(MappingConfig(32, 32, 3))
        made.reset(own_stream(seed, "rice"))
        bends = found(exact(made), wave(GreatCircle.random(32, seed, 1)))
        counts.append([len(angles) for angles in bends.angles])
    counted = torch.tensor(counts).double()
    error = counted.std(dim=0) / math.sqrt(len(counts))
    away = (counted.mean(dim=0) - null_model.flips(32)).abs()
    assert bool((away <= 4.0 * error + 1e-9).all())


def test_what_is_found_first_is_shown_first() -> None:
    mapping, circle = network(KINDS["stylegan2"]), wave(GreatCircle.on_axes(24, 0, 1))
    partial = [step for step in bends_steps(mapping, circle) if step is not None]
    assert [part.until for part in partial] == sorted(part.until for part in partial)
    whole = found(mapping, circle)
    for part in partial:
        for some, all_of in zip(part.angles, whole.angles, strict=True):
            assert torch.equal(some, all_of[: len(some)])


def test_zeros_of_waves_that_touch_and_waves_that_stand() -> None:
    """cos t + c on [-0.5, 0.5]: none above 0, two below; a dead unit has none."""
    edges = torch.tensor([-0.5, 0.5]).double()
    c = torch.tensor([0.0, -0.95, -1.5, 0.0, 0.0], dtype=torch.float64)
    a = torch.tensor([1.0, 1.0, 1.0, 0.0, 0.0]).double()
    b = torch.tensor([0.0, 0.0, 0.0, 0.0, 1.0]).double()
    zeros = zeros_of(Waves(edges, torch.stack([a, b, c])[None]))
    near = math.acos(0.95)
    assert zeros.angles.tolist() == pytest.approx([0.0, -near, near], abs=1e-12)
    assert zeros.arc.tolist() == [0, 0, 0]
    assert zeros.unit.tolist() == [4, 1, 1]
    assert zeros.opens.tolist() == [True, True, False]

"""Geodesics: shorter than the great circle, and straight where the mapping is."""

import math

import pytest
import torch

from sgviz.analysis.geodesic import (
    Descent,
    descend_steps,
    energy,
    great_arc,
    round_spline,
    spline_matrix,
)
from sgviz.models.layers import own_stream
from sgviz.models.mapping import MappingConfig, MappingNetwork


@pytest.fixture(scope="module")
def mapping() -> MappingNetwork:
    made = MappingNetwork(MappingConfig(16, 16, 3))
    made.reset(own_stream(0, "geodesic"))
    return made


def ends(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    a, b = torch.randn(2, 16, generator=torch.Generator().manual_seed(seed))
    return a, b


def run(mapping: MappingNetwork, steps: int = 60) -> tuple[Descent, list[Descent]]:
    work, shown = descend_steps(mapping, *ends(), steps=steps), []
    while True:
        try:
            value = next(work)
        except StopIteration as end:
            return end.value, shown
        if value is not None:
            shown.append(value)


def test_it_is_shorter_than_the_great_circle(mapping: MappingNetwork) -> None:
    done, shown = run(mapping)
    assert done.best.energy < 0.9 * done.great.energy
    assert done.best.length < done.great.length
    for path in (done.great, done.best):
        chord = float((path.w[-1] - path.w[0]).norm())
        assert path.energy >= path.length**2 * (1.0 - 1e-6)
        assert path.length >= chord
        assert path.z.norm(dim=1).tolist() == pytest.approx([4.0] * len(path.z))
        assert torch.allclose(path.z[[0, -1]], done.great.z[[0, -1]], atol=1e-5)
    # What is shown on the way never gets worse.
    energies = [step.best.energy for step in shown] + [done.best.energy]
    assert energies == sorted(energies, reverse=True)
    assert len(done.energies) == done.total + 1


def test_the_gradient_leaves_no_trace(mapping: MappingNetwork) -> None:
    before = torch.is_grad_enabled()
    done, _ = run(mapping, steps=3)
    assert torch.is_grad_enabled() == before
    assert not done.best.w.requires_grad
    assert all(p.grad is None for p in mapping.parameters())


def test_the_spline_is_scipys() -> None:
    from scipy.interpolate import CubicSpline

    values = torch.randn(5, 3, generator=torch.Generator().manual_seed(1)).double()
    ours = spline_matrix(5, 40) @ values
    padded = torch.cat([torch.zeros(1, 3), values, torch.zeros(1, 3)]).numpy()
    theirs = CubicSpline(torch.linspace(0, 1, 7).double(), padded, bc_type="natural")
    expected = torch.from_numpy(theirs(torch.linspace(0, 1, 40).double().numpy()))
    assert torch.allclose(ours, expected, atol=1e-6)
    assert float(spline_matrix(1, 3)[1, 0]) == pytest.approx(1.0)


def test_energy_of_a_straight_line_is_its_squared_length() -> None:
    line = torch.linspace(0.0, 1.0, 20)[:, None] * torch.tensor([3.0, 4.0])
    assert float(energy(line)) == pytest.approx(25.0)


def test_latents_on_one_line_have_no_one_way_between() -> None:
    a, _ = ends()
    for b in (a, -2.0 * a, 3.0 * a):
        with pytest.raises(ValueError, match="one line"):
            great_arc(a, b, 5)
    arc = great_arc(a, ends()[1], 9)
    steps = (arc[1:] - arc[:-1]).norm(dim=1)
    assert float(steps.std()) < 1e-9
    assert math.isclose(float(arc[0].norm()), 4.0)


def test_the_round_spline_measures_its_own_energy() -> None:
    bends = round_spline(5, 30)
    x = torch.randn(5, 2, generator=torch.Generator().manual_seed(2)).double()
    assert float(energy(bends @ x)) == pytest.approx(float(x.square().sum()))

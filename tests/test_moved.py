"""A latent that was moved: a walk on the sphere as a value."""

import math

import pytest
import torch

from sgviz.latent_text import latent_from_text, latent_to_json, nesting
from sgviz.latents import latent_z, moved
from sgviz.naming import latent_name
from sgviz.state import Given, Moved, Pasted, Seed


def no_file(latent: Given) -> torch.Tensor:
    raise AssertionError(latent)


def test_it_goes_straight_on_as_far_as_by_is_long() -> None:
    start = latent_z(Seed(5), 8, no_file).double()
    by = torch.randn(1, 8, generator=torch.Generator().manual_seed(0)).double()
    by = 0.3 * (by - (by @ start.T) / (start @ start.T) * start)
    by *= 0.3 / by.norm()
    end = latent_z(Moved(Seed(5), tuple(by[0].tolist())), 8, no_file).double()
    cosine = float((end * start).sum() / end.norm() / start.norm())
    assert math.acos(cosine) == pytest.approx(0.3, abs=1e-5)
    assert float(end.norm()) == pytest.approx(math.sqrt(8), rel=1e-6)
    # It stays in the plane of the start and the direction.
    plane = torch.linalg.qr(torch.cat([start, by]).T)[0]
    assert torch.allclose(plane @ (plane.T @ end.T), end.T, atol=1e-5)


def test_no_walk_is_the_latent_itself_and_the_radius_is_no_direction() -> None:
    start = latent_z(Seed(5), 8, no_file).double()
    away = moved(start, torch.zeros(1, 8).double())
    assert torch.allclose(away / away.norm(), start / start.norm())
    assert torch.allclose(moved(start, 3.0 * start), away)


def test_it_has_a_name_and_a_text_and_a_length() -> None:
    latent = Moved(Pasted((1.0, 0.0)), (0.0, math.radians(12.5)))
    assert latent_name(latent) == "12.5° from pasted"
    assert latent_from_text(latent_to_json(latent), 2) == latent
    assert nesting(Moved(latent, (0.0, 1.0))) == 2
    with pytest.raises(ValueError, match="has 3 numbers"):
        latent_z(Moved(Seed(0), (0.0, 0.0, 1.0)), 8, no_file)

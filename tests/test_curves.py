"""Latents and circles of a state become tensors; circles become curves."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from sgviz import curves as module
from sgviz.curves import (
    CHUNK,
    PIECE_S,
    CurveSet,
    map_circles,
    map_circles_steps,
    with_fewer_pauses,
)
from sgviz.latents import circle_of, circles_of, latent_z, reader
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.state import (
    AxisPlane,
    CircleSet,
    Given,
    Latent,
    OnCircle,
    Pasted,
    RandomCircle,
    Seed,
    ThroughLatents,
    default_circles,
)

SHA = "0" * 64


def no_file(given: Given) -> Tensor:
    raise AssertionError(given)


def network(z_dim: int = 16, w_dim: int = 24, depth: int = 2) -> Generator:
    config = GeneratorConfig(
        z_dim=z_dim, w_dim=w_dim, depth=depth, resolution=8, channels=(4, 4)
    )
    generator = Generator(config, seed=3).eval().requires_grad_(requires_grad=False)
    generator.mapping.w_avg.copy_(torch.linspace(-1.0, 1.0, w_dim))
    return generator


def test_a_seed_is_the_fields_seed() -> None:
    z = latent_z(Seed(85), 512, no_file)
    expected = np.random.RandomState(85).randn(1, 512).astype(np.float32)
    assert z.dtype == torch.float32
    assert np.array_equal(z.numpy(), expected)


def test_pasted_numbers_are_used_as_they_are() -> None:
    z = latent_z(Pasted((1.0, 2.0, 3.5)), 3, no_file)
    assert z.tolist() == [[1.0, 2.0, 3.5]]


def test_given_rows_come_from_their_file() -> None:
    given = Given("x.npz", SHA, 4)
    z = latent_z(given, 2, lambda asked: torch.tensor([float(asked.row), 1.0]))
    assert z.tolist() == [[4.0, 1.0]]


@pytest.mark.parametrize("latent", [Pasted((1.0, 2.0)), Given("x", SHA)])
def test_a_wrong_length_is_said_in_a_sentence(latent: Latent) -> None:
    with pytest.raises(ValueError, match="2 numbers, and the network takes 512"):
        latent_z(latent, 512, lambda _: torch.zeros(2))


def test_a_point_of_a_circle() -> None:
    z = latent_z(OnCircle(AxisPlane(0, 1), math.pi / 2), 9, no_file)
    expected = torch.zeros(1, 9)
    expected[0, 1] = 3.0
    torch.testing.assert_close(z, expected, atol=1e-6, rtol=0)


def test_circles_of_circles() -> None:
    inner = OnCircle(ThroughLatents(Seed(1), Seed(2)), 0.7)
    circle = circle_of(ThroughLatents(inner, Seed(5)), 32, reader(32, no_file))
    start = circle.at(torch.zeros(1))
    torch.testing.assert_close(start, latent_z(inner, 32, no_file))


def test_a_plane_that_z_does_not_have() -> None:
    with pytest.raises(ValueError, match="axes 0 to 7"):
        circle_of(AxisPlane(0, 100), 8, reader(8, no_file))


def test_parallel_latents_are_refused() -> None:
    with pytest.raises(ValueError, match="one line through the centre"):
        circle_of(ThroughLatents(Seed(1), Seed(1)), 8, reader(8, no_file))


def test_drawn_together_or_alone_circles_are_the_same() -> None:
    asked = (RandomCircle(3, 2), AxisPlane(), RandomCircle(0, 7), RandomCircle(3, 1))
    together = circles_of(asked, 16, reader(16, no_file))
    for circle, found in zip(asked, together, strict=True):
        alone = circle_of(circle, 16, reader(16, no_file))
        assert torch.equal(alone.start, found.start)
        assert torch.equal(alone.tangent, found.tangent)


def test_circles_are_mapped_point_by_point() -> None:
    generator = network()
    circles = CircleSet(default_circles(6, seed=4), 96)
    curves = map_circles(generator, circles, no_file)
    assert curves.z is not None
    assert curves.z.shape == (6, 96, 16)
    assert curves.w.shape == (6, 96, 24)
    norms = curves.z.norm(dim=-1)
    torch.testing.assert_close(norms, torch.full_like(norms, 4.0))
    expected = generator.mapping(curves.z[3])
    torch.testing.assert_close(curves.w[3], expected, atol=1e-5, rtol=0)
    assert torch.equal(curves.centre, generator.mapping.w_avg)
    assert curves.angle[0] == 0.0
    assert curves.names[0] == "axes 0, 1"
    assert not curves.w.requires_grad


def test_psi_draws_towards_w_avg() -> None:
    generator, circles = network(), CircleSet(default_circles(2), 8)
    whole, none = (map_circles(generator, circles, no_file, p) for p in (1.0, 0.0))
    half = map_circles(generator, circles, no_file, 0.5)
    assert torch.equal(none.w, whole.centre.expand_as(none.w))
    torch.testing.assert_close(half.w, whole.centre.lerp(whole.w, 0.5))
    assert half.psi == 0.5


def test_work_is_cut_and_grad_mode_is_the_callers() -> None:
    generator = network()
    steps = map_circles_steps(generator, CircleSet(default_circles(6), 96), no_file)
    count = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            assert isinstance(end.value, CurveSet)
            break
        count += 1
        assert torch.is_grad_enabled()
    assert count >= 2


def test_a_piece_ends_before_a_step_that_would_last_too_long(monkeypatch) -> None:
    """Steps of 0.7 pieces are pieces of their own, those of 0.3 go together."""
    now = [0.0]
    monkeypatch.setattr("sgviz.curves.time.perf_counter", lambda: now[0])

    def work(share: float):
        for _ in range(12):
            now[0] += share * PIECE_S
            yield

    assert [len(list(with_fewer_pauses(work(s)))) for s in (0.7, 0.3, 2.0)] == [
        12,
        4,
        12,
    ]


@pytest.mark.parametrize("count", [1, CHUNK, CHUNK + 1, 4096])
def test_chunks_are_even_and_cover_everything(count: int) -> None:
    chunks = module._chunks(count)
    covered = [i for chunk in chunks for i in range(chunk.start, chunk.stop)]
    assert covered == list(range(count))
    sizes = {chunk.stop - chunk.start for chunk in chunks}
    assert max(sizes) <= CHUNK
    assert max(sizes) - min(sizes) <= 1


def curve_set(**changed: object) -> CurveSet:
    values = {
        "names": ("a", "b"),
        "z": torch.zeros(2, 8, 4),
        "w": torch.zeros(2, 8, 3),
        "centre": torch.zeros(3),
        "angle": torch.zeros(8),
    }
    return CurveSet(**(values | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"w": torch.zeros(8, 3)},
        {"w": torch.zeros(2, 0, 3)},
        {"centre": torch.zeros(4)},
        {"angle": torch.zeros(9)},
        {"names": ("a",)},
        {"z": torch.zeros(2, 7, 4)},
    ],
)
def test_curves_that_do_not_fit_are_refused(changed: dict[str, object]) -> None:
    curve_set()
    with pytest.raises(ValueError, match=r"z|w|angles|names"):
        curve_set(**changed)


# Two circles of the blog are a real network's: their golden numbers, measured once.

DATA = Path(__file__).parents[2] / "shared" / "data" / "ffhq-circles"
GOLDEN = {
    "plane0,1": (114.3473, (0.8797, 1.1911, 1.7861), 2762.21,
                 (0.7567, 0.1581, 0.0452, 0.0192), 2.7739, 0.0329, 0.2672, 0.6661),
    "random-1": (108.1147, (0.8632, 1.1262, 1.3650), 2720.50,
                 (0.7495, 0.1719, 0.0443, 0.0164), 2.9809, 0.0480, 0.2810, 0.6490),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_numbers_of_a_trained_network(name: str) -> None:
    path = DATA / f"{name}.dat"
    if not path.is_file():
        pytest.skip("the circles of a trained network are not beside the project")
    rows = np.fromfile(path, "<f4").reshape(-1, 512).astype(np.float64)
    w, centred = rows[1:], rows[1:] - rows[0]
    length, segments, turning, harmonics, ratio, octant, opposite, negative = GOLDEN[
        name
    ]
    step = np.roll(w, -1, 0) - w
    chord = np.linalg.norm(step, axis=1)
    assert chord.sum() == pytest.approx(length, abs=1e-4)
    found = chord.min(), chord.mean(), chord.max()
    assert found == pytest.approx(segments, abs=1e-4)
    unit = step / chord[:, None]
    cosines = (unit * np.roll(unit, -1, 0)).sum(1)
    assert np.degrees(np.arccos(cosines)).sum() == pytest.approx(turning, abs=0.01)
    energy = (np.abs(np.fft.fft(w, axis=0)) ** 2).sum(1)[1:]
    shares = [energy[k - 1] + energy[-k] for k in range(1, 5)] / energy.sum()
    assert shares == pytest.approx(harmonics, abs=1e-4)
    spread = np.linalg.svd(w - w.mean(0), compute_uv=False) ** 2
    assert spread.sum() ** 2 / (spread**2).sum() == pytest.approx(ratio, abs=1e-4)
    corners = centred[:, :510].reshape(-1, 3)
    assert (corners >= 0).all(1).mean() == pytest.approx(octant, abs=1e-4)
    assert (corners < 0).all(1).mean() == pytest.approx(opposite, abs=1e-4)
    assert (centred < 0).mean() == pytest.approx(negative, abs=1e-4)


def test_circles_of_a_class() -> None:
    config = GeneratorConfig(16, 24, 2, 8, (4, 4), c_dim=3)
    conditional = Generator(config, seed=3).eval().requires_grad_(requires_grad=False)
    circles = CircleSet((AxisPlane(0, 1),), 16)
    first, again, other = (
        map_circles(conditional, circles, no_file, label=k).w for k in (0, 0, 2)
    )
    assert torch.equal(first, again)
    assert torch.equal(first, map_circles(conditional, circles, no_file).w)
    assert not torch.allclose(first, other)
    z = circle_of(AxisPlane(0, 1), 16, reader(16, no_file)).at(torch.zeros(1))
    torch.testing.assert_close(other[0, :1], conditional.mapping(z.float(), 2))

"""Path lengths: against definitions written out in numpy, and curves that are known."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from sgviz.analysis.path_length import (
    ANGLE,
    PAIRS,
    Paths,
    ahead,
    circle_steps,
    lengths_steps,
    mean_and_error,
    path_ends,
    trimmed,
)
from sgviz.analysis.perceptual import Pixels, Ruler, open_ruler, prepared
from sgviz.geometry.circle import GreatCircle, sample_angles
from sgviz.models.generator import Generator


def done(steps: Any) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def embedded(ruler: Ruler, images: Tensor) -> np.ndarray[Any, Any]:
    return done(ruler.embed_steps(images)).double().numpy()


@pytest.mark.parametrize("space", ["z", "w"])
@pytest.mark.parametrize("sampling", ["full", "end"])
def test_paths_are_those_of_the_definition(
    tiny: Generator, space: Any, sampling: Any
) -> None:
    paths = Paths(space, sampling)
    assert paths.name == space + sampling
    first, second = path_ends(tiny, paths, 3, seed=5)
    generator = torch.Generator().manual_seed(5)
    z = torch.randn(2, 3, 24, generator=generator, dtype=torch.float64).numpy()
    t = torch.rand(3, 1, generator=generator, dtype=torch.float64).numpy()
    t = t * (sampling == "full")
    for w, at in ((first, t), (second, t + 1e-4)):
        if space == "w":
            a, b = (tiny.mapping(torch.tensor(end).float()).double() for end in z)
            expected = a + (b - a) * torch.tensor(at)
        else:
            a, b = (end / np.linalg.norm(end, axis=1, keepdims=True) for end in z)
            angle = np.arccos((a * b).sum(1, keepdims=True))
            c = b - a * np.cos(angle)
            c /= np.linalg.norm(c, axis=1, keepdims=True)
            point = a * np.cos(at * angle) + c * np.sin(at * angle)
            expected = tiny.mapping(
                torch.tensor(point).float() * math.sqrt(24)
            ).double()
        torch.testing.assert_close(w.double(), expected, rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("space", ["z", "w"])
def test_the_path_length_is_that_of_an_independent_implementation(
    tiny: Generator, vgg_file: Any, space: Any
) -> None:
    paths, count = Paths(space, "full"), 10
    for ruler in (Pixels(), open_ruler(vgg_file)):
        found = done(lengths_steps(tiny, ruler, paths, count, seed=2))
        expected = []
        for batch in range(3):
            ends = path_ends(tiny, paths, PAIRS, (2 << 32) + batch)
            a, b = (
                embedded(ruler, tiny.synthesis(tiny.broadcast(w), "const"))
                for w in ends
            )
            expected.extend(np.sum((a - b) ** 2, axis=1) / 1e-4**2)
        # Single ones carry the rounding of float32 at a step of 1e-4.
        np.testing.assert_allclose(found, expected[:count], rtol=1e-2)
        low, high = np.sort(expected[:count])[[0, -1]]
        inside = [d for d in expected[:count] if low <= d <= high]
        mean, error = mean_and_error(found)
        assert mean == pytest.approx(np.mean(inside), rel=1e-3)
        assert error == pytest.approx(np.std(inside, ddof=1) / math.sqrt(10), rel=1e-2)


def test_the_percentiles_are_the_lower_and_the_higher_ones() -> None:
    lengths = np.arange(1000.0)[::-1]
    kept = trimmed(lengths)
    assert (kept.min(), kept.max(), len(kept)) == (9.0, 990.0, 982)


def test_more_paths_never_change_the_first_and_partial_results_come(
    tiny: Generator,
) -> None:
    steps = lengths_steps(tiny, Pixels(), Paths("w", "end"), 9)
    parts = [part for part in steps if part is not None]
    assert [len(part) for part in parts] == [4, 8, 9]
    more = done(lengths_steps(tiny, Pixels(), Paths("w", "end"), 12))
    np.testing.assert_array_equal(more[:9], parts[-1])


def test_along_a_circle_every_point_has_its_speed(tiny: Generator) -> None:
    circle = GreatCircle.random(24, 0, 1)
    angle = sample_angles(10)
    found = done(circle_steps(tiny, Pixels(), circle.at(angle), psi=0.7))
    images, later = (
        tiny.synthesis(tiny.broadcast(tiny.mapping(circle.at(at)), 0.7)).double()
        for at in (angle, angle + ANGLE)
    )
    move = (later - images).flatten(1).norm(dim=1) / (2 * math.sqrt(768)) / ANGLE
    np.testing.assert_allclose(found.image, move.numpy(), rtol=2e-3)
    chord = (images.roll(-1, 0) - images).flatten(1).norm(dim=1) / (2 * math.sqrt(768))
    np.testing.assert_allclose(found.chords, chord.numpy(), rtol=1e-4)
    w, w_later = (tiny.mapping(circle.at(at)).double() for at in (angle, angle + ANGLE))
    speed = 0.7 * (w_later - w).norm(dim=1) / ANGLE
    np.testing.assert_allclose(found.w, speed.numpy(), rtol=1e-3)
    np.testing.assert_allclose(found.stretch, found.image / found.w)
    steps = circle_steps(tiny, Pixels(), circle.at(angle))
    first = next(part for part in steps if part is not None)
    assert np.isfinite(first.image).sum() == PAIRS
    assert np.isfinite(first.chords).sum() == PAIRS - 1


def test_circles_great_and_small_go_on_and_others_are_refused(tiny: Generator) -> None:
    circle = GreatCircle.random(24, 0, 1)
    z = circle.at(sample_angles(7))
    turned = circle.at(sample_angles(7) + 0.3)
    torch.testing.assert_close(ahead(z, 0.3), turned, atol=1e-5, rtol=0)
    off = torch.ones(24)
    torch.testing.assert_close(ahead(z + off, 0.3), turned + off, atol=1e-5, rtol=0)
    with pytest.raises(ValueError, match="do not lie on a circle"):
        ahead(z.flip(0)[[0, 2, 1, 3, 4, 5, 6]], 0.1)
    with pytest.raises(ValueError, match="three points"):
        ahead(z[:2], 0.1)


def test_small_images_are_what_they_are() -> None:
    assert prepared(torch.zeros(1, 3, 64, 64)).shape[-1] == 64

"""Path lengths: against definitions written out in numpy, and curves that are known."""

import copy
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

Numbers = np.ndarray[Any, np.dtype[np.float64]]


def done(steps: Any) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def embedded(ruler: Ruler, images: Tensor) -> np.ndarray[Any, Any]:
    return done(ruler.embed_steps(images)).double().numpy()


class Edges:
    """A small perceptual network: a convolution, a ReLU, unit channels, their mean.

    As LPIPS has them; ``weights`` [8, 3, 3, 3]. The float64 of numpy beside it is what
    the definition says, written out.
    """

    name, published = "edges", False
    weights = np.random.RandomState(11).randn(8, 3, 3, 3) / 5.0

    def embed_steps(self, images: Tensor) -> Any:
        yield
        weights = torch.from_numpy(self.weights).float()
        x = torch.relu(torch.nn.functional.conv2d(images, weights))
        x = x / (x.square().sum(1, keepdim=True) + 0.1).sqrt()
        return x.flatten(1) / math.sqrt(x[0, 0].numel())

    def written_out(self, images: Numbers) -> Numbers:
        windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), (2, 3))
        x = np.maximum(np.einsum("nchwij,ocij->nohw", windows, self.weights), 0.0)
        x /= np.sqrt((x**2).sum(1, keepdims=True) + 0.1)
        found: Numbers = x.reshape(len(x), -1) / np.sqrt(x.shape[2] * x.shape[3])
        return found


def ends_by_definition(
    network: Generator, paths: Paths, count: int, seed: int
) -> tuple[Tensor, Tensor]:
    """Equations 2 and 3 of the paper in numpy, mapped in float64; four pairs a draw."""
    found = []
    for batch in range(count // 4):
        draws = torch.Generator().manual_seed((seed << 32) + batch)
        z = torch.randn(2, 4, 24, generator=draws, dtype=torch.float64).numpy()
        t = torch.rand(4, 1, generator=draws, dtype=torch.float64).numpy()
        t = t * (paths.sampling == "full")
        if paths.space == "z":
            a, b = (end / np.linalg.norm(end, axis=1, keepdims=True) for end in z)
            o = np.arccos((a * b).sum(1, keepdims=True))
            ends = [
                math.sqrt(24)
                * (np.sin((1 - at) * o) * a + np.sin(at * o) * b)
                / np.sin(o)
                for at in (t, t + 1e-4)
            ]
            found.append([network.mapping(torch.from_numpy(end)) for end in ends])
        else:
            a, b = (network.mapping(torch.from_numpy(end)).numpy() for end in z)
            ends = [(1 - at) * a + at * b for at in (t, t + 1e-4)]
            found.append([torch.from_numpy(end) for end in ends])
    first, second = (torch.cat(rows) for rows in zip(*found, strict=True))
    return first, second


@pytest.fixture(scope="module")
def exact(tiny: Generator) -> Generator:
    """The same network in float64."""
    return copy.deepcopy(tiny).double()


@pytest.mark.parametrize("space", ["z", "w"])
@pytest.mark.parametrize("sampling", ["full", "end"])
def test_paths_are_those_of_the_definition(
    exact: Generator, space: Any, sampling: Any
) -> None:
    paths = Paths(space, sampling)
    assert paths.name == space + sampling
    expected = ends_by_definition(exact, paths, 4, seed=5)
    found = path_ends(exact.mapping, paths, 4, 5 << 32)
    for w, other in zip(found, expected, strict=True):
        torch.testing.assert_close(w, other, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("space", ["z", "w"])
@pytest.mark.parametrize("sampling", ["full", "end"])
def test_the_path_length_is_that_of_an_independent_implementation(
    tiny: Generator, exact: Generator, space: Any, sampling: Any
) -> None:
    """Slerp, lerp, crop, both rulers and the trimming in numpy's float64: 240 pairs."""
    crop, count = sampling == "full", 240
    paths, edges = Paths(space, sampling, crop), Edges()
    ends = ends_by_definition(exact, paths, count, seed=2)
    images = [
        exact.synthesis(exact.broadcast(w), "const", dtype=torch.float64).numpy()
        for w in ends
    ]
    if crop:  # rows 3/8 to 7/8, columns 2/8 to 6/8
        images = [image[:, :, 6:14, 4:12] for image in images]
    for ruler, embed in (
        (Pixels(), lambda x: x.reshape(count, -1) / (2 * math.sqrt(x[0].size))),
        (edges, edges.written_out),
    ):
        a, b = map(embed, images)
        lengths = np.sort(((a - b) ** 2).sum(1) / 1e-4**2)
        kept = lengths[2:-2]  # 239 * 0.01 rounded down, 239 * 0.99 rounded up
        found = done(lengths_steps(tiny, ruler, paths, count, seed=2))
        mean, error = mean_and_error(found)
        assert len(found) == count
        assert mean == pytest.approx(kept.mean(), rel=1e-3), ruler.name
        expected = kept.std(ddof=1) / math.sqrt(len(kept))
        assert error == pytest.approx(expected, rel=1e-2)


def test_lpips_of_a_file_is_a_ruler_of_paths(tiny: Generator, vgg_file: Any) -> None:
    ruler, paths = open_ruler(vgg_file), Paths("w", "full")
    found = done(lengths_steps(tiny, ruler, paths, 4, seed=2))
    mapping = copy.deepcopy(tiny.mapping).double()
    ends = path_ends(mapping, paths, 4, 2 << 32)
    a, b = (
        embedded(ruler, tiny.synthesis(tiny.broadcast(w.float()), "const"))
        for w in ends
    )
    np.testing.assert_allclose(found, ((a - b) ** 2).sum(1) / 1e-4**2, rtol=1e-2)


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

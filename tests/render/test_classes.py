"""The class of a state reaches every w: latents, circles, the ring, the marker."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.open_file import hash_file
from sgviz.curves import map_circles
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.render.sources import Sources
from sgviz.state import CircleSet, File, OnCircle, State, default_circles

SIZES = GeneratorConfig(
    z_dim=8, w_dim=8, depth=2, resolution=8, channels=(8, 8), c_dim=3,
    lr_multiplier=0.1,
)  # fmt: skip


@pytest.fixture
def state(tmp_path: Path) -> State:
    """A network with three classes, two little circles."""
    path = tmp_path / "classes.safetensors"
    native.save(Snapshot.of(Generator(SIZES, seed=3), 1.0, {}), path)
    circles = CircleSet(default_circles(2), points=8)
    return State(model=File(str(path), hash_file(path)), circles=circles)


def made(parts: dict[str, Any], name: str) -> Any:
    assert parts[name].problem is None, parts[name].problem
    return parts[name].value


def test_another_class_is_another_image_scene_ring_and_marker(
    hand: Any, state: State
) -> None:
    shown = {}
    for number in (None, 0, 1, 2, 7):
        hand.ask(replace(state, class_index=number))
        parts = hand.finish()
        shown[number] = (
            made(parts, "image").pixels,
            made(parts, "scene").positions,
            made(parts, "thumbnails").pixels,
            made(parts, "marker").positions,
        )
    assert made(parts, "model").c_dim == 3
    for one, two, three in zip(*(shown[n] for n in (0, 1, 2)), strict=True):
        assert not np.array_equal(one, two) and not np.array_equal(two, three)
    for same in ((None, 0), (2, 7)):  # beyond the last: the last
        for a, b in zip(*(shown[n] for n in same), strict=True):
            assert np.array_equal(a, b)


def test_curves_are_those_of_the_mapping_at_that_class(
    sources: Sources, state: State
) -> None:
    network = sources.model(state.model).generator
    for number in (0, 2):
        curves = sources.curves_of(replace(state, class_index=number))
        assert isinstance(state.circles, CircleSet)
        wanted = map_circles(network, state.circles, sources.given, label=number)
        assert torch.equal(curves.w, wanted.w)
    assert curves.z is not None
    with torch.no_grad():
        z = curves.z.flatten(0, 1)
        assert torch.allclose(curves.w.flatten(0, 1), network.mapping(z, 2), atol=1e-6)


def test_the_point_under_the_hand_has_the_class_too(
    hand: Any, state: State, sources: Sources
) -> None:
    at = OnCircle(state.circles.circles[1], 0.5)  # type: ignore[union-attr]
    hand.ask(replace(state, latent=at, class_index=1))
    one = made(hand.finish(), "image").pixels
    network = sources.model(state.model).generator
    from sgviz.latents import latent_z
    from sgviz.models.generator import to_pixels

    z = latent_z(at, 8, sources.given)
    with torch.no_grad():
        image = network(z, label=1)
    assert np.abs(to_pixels(image)[0].numpy().astype(int) - one).max() <= 1


def test_a_network_without_classes_makes_nothing_anew(hand: Any, little: State) -> None:
    hand.ask(little)
    before = hand.finish()
    hand.ask(replace(little, class_index=5))
    after = hand.finish()
    for name in ("model", "image", "scene", "marker", "thumbnails"):
        assert after[name] is before[name], name

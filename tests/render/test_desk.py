"""What the stages share: bounded caches, and circles that come from files."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sgviz.checkpoints.circles_file import write_circles
from sgviz.checkpoints.open_file import hash_file
from sgviz.curves import map_circles
from sgviz.geometry.circle import sample_angles
from sgviz.render.desk import Desk, ring_of
from sgviz.render.recent import Recent
from sgviz.render.renderer import render
from sgviz.state import (
    CircleSet,
    CirclesFile,
    File,
    Focus,
    Given,
    OnCircle,
    Seed,
    default_circles,
)


def test_recent_forgets_the_least_recently_used():
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)
    recent.clear()
    assert recent.get("a") is None


def test_recent_weighs():
    recent: Recent[str, str] = Recent(9, load=10, weigh=len)
    recent.put("a", "x" * 6)
    recent.put("b", "x" * 4)
    assert recent.get("a") is not None
    recent.put("c", "x" * 5)
    assert recent.get("b") is None
    assert recent.get("a") is None
    recent.put("d", "x" * 99)
    assert recent.get("c") is None
    assert recent.get("d") is not None, "one alone may weigh anything"


def test_caches_are_bounded(sources, little):
    desk, model = Desk(sources), sources.model(little.model)
    for seed in range(600):
        desk.w_of(model, Seed(seed))
    assert len(desk._w._items) == 512
    for count in range(1, 9):
        state = replace(little, circles=CircleSet(default_circles(count), 32))
        list(desk.curves(state))
    assert len(desk._curves._items) == 3


def test_w_is_computed_once(sources, little):
    desk, model = Desk(sources), sources.model(little.model)
    assert desk.w_of(model, Seed(3)) is desk.w_of(model, Seed(3))
    assert desk.w_of(model, Seed(3)).shape == (1, 24)


@pytest.mark.parametrize(("ring", "shown"), [(0, 0), (1, 1), (2, 1), (900, 1)])
def test_the_ring_is_one_of_the_circles(little, ring, shown):
    assert ring_of(little.circles, ring) == shown


@pytest.fixture
def curves(sources, little):
    model = sources.model(little.model)
    found = map_circles(model.generator, little.circles, sources.given, 0.8)
    return replace(found, model_sha256=model.sha256)


@pytest.fixture
def shown(little, tmp_path):
    """A state that shows curves from a file."""

    def show(curves, **changes):
        path = tmp_path / "some.npz"
        write_circles(curves, path)
        file = CirclesFile(str(path), hash_file(path))
        return replace(little, circles=file, **changes)

    return show


def test_circles_of_the_network_that_is_open(sources, curves, shown):
    """A file that names the network on the screen has images at its points."""
    state = shown(curves, psi=0.8)
    parts = render(state, Focus(circle=1, angle=2 * np.pi * 7 / 32), sources)
    assert all(part.problem is None for part in parts.values())
    scene = parts["scene"].value
    assert scene.has_latents
    assert scene.circles == curves.names
    row = Given(state.circles.path, state.circles.sha256, 32 + 7)
    taken = render(replace(state, latent=row), Focus(), sources)
    np.testing.assert_array_equal(
        taken["image"].value.pixels, parts["image"].value.pixels
    )
    marker = taken["marker"].value.positions
    np.testing.assert_allclose(marker, scene.positions[:, 1, 7], atol=2e-5)


def test_the_curves_of_a_file_keep_their_psi(sources, curves, shown):
    """Its points are what they are: psi of the state moves images, not them."""
    positions = [
        render(shown(curves, psi=psi), Focus(), sources)["scene"].value.positions
        for psi in (1.0, 0.2)
    ]
    np.testing.assert_array_equal(*positions)


def test_images_of_a_file_are_those_of_its_circles(sources, little, curves, shown):
    state = shown(curves)
    angle = 2 * np.pi * 9 / 32
    from_file = render(state, Focus(circle=1, angle=angle), sources)["image"].value
    latent = OnCircle(little.circles.circles[1], angle)
    mapped = render(replace(little, latent=latent), Focus(), sources)["image"].value
    away = np.abs(from_file.pixels.astype(int) - mapped.pixels)
    assert away.max() <= 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"model_sha256": None}, "the file names no network"),
        ({"model_sha256": "a" * 64}, r"another network \(sha256 aaaaaaaaaaaa…\)"),
        ({"z": None}, "the file holds no z"),
    ],
)
def test_geometry_only(sources, curves, shown, changes, why):
    """Curves are shown; no image is, and it is said why."""
    parts = render(shown(replace(curves, **changes)), Focus(), sources)
    scene = parts["scene"].value
    assert not scene.has_latents
    assert scene.positions.shape == (4, 2, 32, 3)
    for name in ("image", "thumbnails"):
        assert parts[name].value is None
        with pytest.raises(AssertionError, match=why):
            raise AssertionError(parts[name].problem.what)
        assert parts[name].problem.details == ""
    assert not len(parts["marker"].value.positions)


def test_the_network_of_a_file_is_opened_later(
    make_hand, sources, little, curves, shown, tmp_path
):
    """First geometry only, then with images: the curves themselves stay."""
    from sgviz.checkpoints import native
    from sgviz.models.generator import Generator, GeneratorConfig
    from sgviz.models.snapshot import Snapshot

    path = tmp_path / "other.safetensors"
    sizes = GeneratorConfig(8, 24, 2, 8, (4, 4), 0.1)
    native.save(Snapshot.of(Generator(sizes, seed=1)), path)
    state = shown(curves)
    hand = make_hand(sources)
    hand.ask(replace(state, model=File(str(path), hash_file(path))))
    parts = hand.finish()
    assert not parts["scene"].value.has_latents
    assert parts["image"].problem is not None
    before = parts["scene"].value.positions
    hand.ask(state)
    parts = hand.finish()
    assert parts["scene"].value.has_latents
    assert parts["image"].problem is None
    assert parts["thumbnails"].value.total == 24
    np.testing.assert_array_equal(parts["scene"].value.positions, before)


def test_unequal_angles_are_hovered_where_they_are(sources, curves, shown):
    """A file may sample a circle as it likes; the nearest point is meant."""
    angle = sample_angles(32) ** 2 / (2 * np.pi)
    state = shown(replace(curves, angle=angle))
    desk = Desk(sources)
    for point in (0, 1, 5, 30, 31):
        latent = desk.shown_latent(state, Focus(circle=1, angle=float(angle[point])))
        assert latent.row == 32 + point
    assert desk.shown_latent(state, Focus(circle=5, angle=1.0)) == state.latent


def test_a_ring_beyond_the_circles_of_a_file(sources, curves, shown):
    parts = render(shown(curves, ring=7), Focus(), sources)
    assert parts["thumbnails"].value.circle == 1


def test_no_thread_learns_of_the_gradients(sources, little):
    """Grad mode is per thread, and the render thread never turns it off."""
    assert torch.is_grad_enabled()
    render(little, Focus(), sources)
    assert torch.is_grad_enabled()

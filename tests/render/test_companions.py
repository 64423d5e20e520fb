"""What is drawn beside the scene: twins, the shuffled network, a second one."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sgviz.analysis.infinite_width import InfinitelyWide
from sgviz.analysis.twins import FIRST_SEED
from sgviz.checkpoints import native
from sgviz.checkpoints.circles_file import write_circles
from sgviz.checkpoints.open_file import hash_file
from sgviz.curves import map_circles
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.models.untrained import untrained
from sgviz.render.companions import spread
from sgviz.state import (
    Axes,
    Beside,
    CircleSet,
    CirclesFile,
    Cloud,
    File,
    Focus,
    InLayer,
    InP,
    InStyle,
    InW,
    InZ,
    Live,
    ManyCircles,
    Pca,
    RandomCircle,
    Shuffled,
    SideBySide,
    Triplets,
    Twin,
)
from sgviz.state_json import from_json, to_json


def beside(state, **what):
    return replace(state, beside=Beside(**what))


def with_steps(steps):
    """What steps return, in one go."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def other_file(folder, seed=3, **sizes):
    """Another network in a file of its own."""
    wide = {"z_dim": 24, "w_dim": 24, "depth": 3} | sizes
    config = GeneratorConfig(
        **wide, resolution=16, channels=(8, 8, 8), lr_multiplier=0.1
    )
    path = folder / f"other{seed}.safetensors"
    native.save(Snapshot.of(Generator(config, seed=seed), 5.0), path)
    return File(str(path), hash_file(path))


def test_nothing_beside_costs_nothing(hand, little):
    hand.ask(little)
    parts = hand.finish()
    assert parts["companions"].value.items == ()
    assert parts["image_beside"].value.image is None


def test_a_twin_is_drawn_where_its_own_network_puts_the_circles(hand, little, sources):
    state = beside(little, twins=2, twin_seed=4, same_scale=False)
    hand.ask(replace(state, psi=0.5))
    parts = hand.finish()
    found, scene = parts["companions"].value, parts["scene"].value
    assert [item.kind for item in found.items] == ["twin", "twin"]
    assert found.fits(scene)
    config = sources.model(little.model).generator.config
    twin = untrained(config, FIRST_SEED + 5)
    curves = map_circles(twin, little.circles, sources.given)
    about = 0.5 * (curves.w - curves.w.mean(dim=(0, 1)))
    expected = about[..., :3].numpy()
    shown = found.items[1].positions[0]
    shown = shown - shown.mean(axis=(0, 1))
    assert np.allclose(shown, expected, atol=1e-5)


def test_of_the_same_scale_is_as_large_as_the_circles_on_the_screen(hand, little):
    hand.ask(beside(little, twins=1, shuffled=True))
    parts = hand.finish()
    scene = torch.from_numpy(parts["scene"].value.positions)
    for item in parts["companions"].value.items:
        shown = torch.from_numpy(item.positions)
        # A few triplets of 24 coordinates: as large as all of W about.
        assert 0.4 < spread(shown) / spread(scene) < 2.5
        assert item.scale != 1.0
    assert len({item.scale for item in parts["companions"].value.items}) == 2


def test_a_second_network_has_curves_and_an_image_of_its_own(
    hand, little, tmp_path, sources
):
    ref = other_file(tmp_path)
    hand.ask(beside(little, model=ref, twins=1))
    parts = hand.finish()
    first, second = parts["companions"].value.items
    assert (first.kind, first.label) == ("model", "other3.safetensors")
    assert second.kind == "twin"
    image = parts["image_beside"].value
    assert image.label == "other3.safetensors"
    assert image.image.pixels.shape == (16, 16, 3)
    assert not np.array_equal(image.image.pixels, parts["image"].value.pixels)
    hand.ask(beside(replace(little, model=ref), model=little.model))
    assert np.array_equal(
        hand.finish()["image"].value.pixels, image.image.pixels
    )  # what was beside is now the image itself


def test_a_second_network_has_thumbnails_within_the_ring(hand, little, tmp_path):
    hand.ask(little)
    assert hand.finish()["thumbnails_beside"].value.total == 0
    ref = other_file(tmp_path, 6)
    hand.ask(beside(replace(little, ring=1), model=ref))
    found = hand.finish()["thumbnails_beside"].value
    assert (found.circle, found.total, found.pixels.shape) == (1, 12, (12, 16, 16, 3))
    # They are what that network's own ring shows at every other place.
    hand.ask(replace(little, ring=1, model=ref))
    own = hand.finish()
    assert np.array_equal(own["thumbnails"].value.pixels[::2], found.pixels)
    assert own["thumbnails_beside"].value.total == 0
    # While psi is dragged they stay; after it they are made anew, once.
    state = beside(replace(little, ring=1), model=ref)
    hand.ask(state)
    hand.finish()
    made = len(hand.made("thumbnails_beside"))
    for psi in (0.9, 0.8):
        hand.ask(replace(state, psi=psi), Focus(moving=True))
        hand.finish()
    assert len(hand.made("thumbnails_beside")) == made
    hand.ask(replace(state, psi=0.8))
    assert not np.array_equal(
        hand.finish()["thumbnails_beside"].value.pixels, found.pixels
    )


def test_two_networks_are_open_at_once_and_each_is_read_once(
    hand, little, tmp_path, monkeypatch
):
    from sgviz.render import shelf

    reads, real = [], shelf.load_model
    monkeypatch.setattr(shelf, "load_model", lambda *a: reads.append(a) or real(*a))
    state = beside(little, model=other_file(tmp_path))
    for psi in (1.0, 0.7, 0.4):
        hand.ask(replace(state, psi=psi))
        hand.finish()
    assert len(reads) == 2


def test_w_of_another_size_is_drawn_along_its_own_directions(hand, little, tmp_path):
    narrow = other_file(tmp_path, 4, w_dim=9)
    for projection in (Triplets(), Pca()):
        hand.ask(beside(replace(little, projection=projection), model=narrow))
        parts = hand.finish()
        (item,) = parts["companions"].value.items
        assert item.note == "9 coordinates: drawn along its own"
        slices = len(parts["scene"].value.positions)
        assert item.positions.shape == (min(3, slices), 2, 32, 3)


def test_z_of_another_size_is_a_sentence_and_the_rest_is_drawn(hand, little, tmp_path):
    hand.ask(beside(little, model=other_file(tmp_path, 5, z_dim=16), twins=1))
    first, twin = hand.finish()["companions"].value.items
    assert first.note == "The second network takes latents of 16 numbers, not of 24."
    assert first.positions.shape[0] == 0
    assert twin.positions.shape[0] == 4


def test_a_second_network_that_is_gone_is_a_sentence(hand, little, tmp_path):
    hand.ask(beside(little, model=File(str(tmp_path / "gone.pkl"), "0" * 64)))
    parts = hand.finish()
    assert "gone.pkl" in parts["companions"].value.items[0].note
    assert "gone.pkl" in parts["image_beside"].problem.what
    assert parts["scene"].problem is None


def test_companions_are_in_the_space_of_the_scene(hand, little):
    panels = SideBySide((InZ(), InLayer(1), InP()))
    for space in (InLayer(1), InLayer(2, 0.5), InP(), InStyle(1), panels):
        grey = {"twins": 1, "shuffled": True, "closed_form": True}
        hand.ask(beside(replace(little, space=space), **grey))
        parts = hand.finish()
        scene, found = parts["scene"].value, parts["companions"].value
        assert found.fits(scene)
        for item in found.items:
            assert item.note == "", space
            assert item.positions.shape == scene.positions.shape
    hand.ask(beside(replace(little, space=InZ()), twins=1))
    assert hand.finish()["companions"].value.note == (
        "Beside: Z is the same for all networks"
    )
    hand.ask(beside(replace(little, circles=Cloud(count=50)), twins=1))
    assert "only circles" in hand.finish()["companions"].value.note


@pytest.mark.parametrize("kind", ["twins", "shuffled", "closed_form", "model"])
def test_each_has_its_own_p_n_in_which_its_variances_are_one(
    hand, little, tmp_path, kind
):
    what = {"twins": 1, "shuffled": True, "closed_form": True}.get(kind)
    state = replace(little, space=InP(normalised=True), projection=Axes(0, 1, 2))
    some = replace(little.circles, points=256)
    circles = CircleSet(tuple(RandomCircle(5, k) for k in range(1, 25)), some.points)
    state = replace(state, circles=circles)
    hand.ask(beside(state, **{kind: what or other_file(tmp_path)}, same_scale=False))
    parts = hand.finish()
    (item,) = parts["companions"].value.items
    sampled = "each in its own P_N, of 12,800 samples of w"
    assert item.note == ("" if kind == "closed_form" else sampled)
    assert item.positions.shape == parts["scene"].value.positions.shape
    # Of 24 random circles, each around zero: they fill Z a little unevenly.
    assert 0.6 < np.square(item.positions).mean() < 1.6
    assert abs(item.positions.mean()) < 0.3


def test_the_closed_form_is_a_sample_of_an_infinitely_wide_network(
    hand, little, sources
):
    state = beside(little, closed_form=True, twin_seed=7, same_scale=False)
    hand.ask(replace(state, psi=0.5))
    parts = hand.finish()
    (item,) = parts["companions"].value.items
    assert (item.kind, item.label, item.note) == ("infinite", "infinite width", "")
    network = sources.model(little.model).generator
    wide = InfinitelyWide(network.config.mapping, 7)
    z = map_circles(network, little.circles, sources.given).z
    drawn = with_steps(wide.circles_steps(z, wide.config.depth))
    expected = 0.5 * (drawn - wide.mean(wide.config.depth))[..., :3]
    # In the scene it is about its own mean, where w_avg of the other one is.
    assert np.allclose(item.positions[0], expected.numpy(), atol=1e-4)


def test_components_are_a_networks_own_and_turned_onto_the_scene(hand, little):
    grey = {"twins": 2, "closed_form": True, "shuffled": True}
    for space in (InW(), InP(), InLayer(1)):
        hand.ask(beside(replace(little, projection=Pca(), space=space), **grey))
        parts = hand.finish()
        scene = torch.from_numpy(parts["scene"].value.positions)
        for item in parts["companions"].value.items:
            assert (
                item.note == "each along its own components, turned to meet the first"
            )
            shown = torch.from_numpy(item.positions)
            # They show as much of themselves as the scene does of itself, not a dot.
            assert 0.7 < spread(shown) / spread(scene) < 1.4
            # And no turn brings them nearer to it: A^T B is symmetric and positive.
            product = shown.reshape(-1, 3).T.double() @ scene.reshape(-1, 3).double()
            assert torch.allclose(
                product, product.T, rtol=0.05, atol=0.02 * product.max()
            )


def test_a_stretch_of_the_way_is_between_two_layers_of_the_closed_form(hand, little):
    grey = beside(little, closed_form=True, same_scale=False)
    found = []
    for share in (0.0, 0.5, 0.999):
        hand.ask(replace(grey, space=InLayer(1, share)))
        found.append(hand.finish()["companions"].value.items[0].positions)
    assert np.allclose(found[1], (found[0] + found[2]) / 2, atol=0.01)


def test_more_circles_than_the_closed_form_can_have_are_a_sentence(hand, little):
    circles = ManyCircles(seed=0, count=100, points=24)
    hand.ask(beside(replace(little, circles=circles), closed_form=True, twins=1))
    wide, twin = hand.finish()["companions"].value.items
    assert wide.note == "at most 92 circles can be drawn together, not 100"
    assert len(wide.positions) == 0 < len(twin.positions)


def test_twins_rest_while_circles_are_dragged_and_follow_psi(hand, little):
    state = beside(little, twins=2)
    hand.ask(state)
    before = hand.finish()["companions"].value
    moved = replace(
        state, circles=replace(little.circles, circles=little.circles.circles[:1])
    )
    hand.ask(moved, Focus(moving=True))
    assert hand.finish()["companions"].value.items == ()
    hand.ask(replace(state, psi=0.5), Focus(moving=True))
    parts = hand.finish()
    halved = parts["companions"].value
    assert len(halved.items) == 2
    about = [
        item.positions - item.positions.mean(axis=(1, 2), keepdims=True)
        for item in (before.items[0], halved.items[0])
    ]
    assert np.allclose(0.5 * about[0], about[1], atol=1e-5)


def test_a_live_run_moves_the_second_network_and_not_the_twins(hand, little, sources):
    def snapshot(seed):
        config = sources.model(little.model).generator.config
        return Snapshot.of(Generator(config, seed=seed), 1.0)

    sources.install("run 1", snapshot(1))
    state = beside(little, model=Live("run 1"), twins=1)
    hand.ask(state)
    before = hand.finish()["companions"].value.items
    sources.install("run 1", snapshot(2))
    hand.ask(state)
    after = hand.finish()["companions"].value.items
    assert not np.allclose(before[0].positions, after[0].positions)
    assert np.allclose(before[1].positions, after[1].positions)


def test_untrained_and_shuffled_networks_are_models_like_any_other(hand, little):
    twin = replace(little, model=Twin(little.model, 2))
    hand.ask(twin)
    parts = hand.finish()
    info = parts["model"].value
    assert info.label == "untrained twin 2 of little.safetensors"
    assert dict(info.facts)["Licence"] == "none: its weights are random numbers"
    assert parts["image"].value.pixels.shape == (16, 16, 3)
    hand.ask(replace(little, model=Shuffled(little.model, 2)))
    info = hand.finish()["model"].value
    assert info.label == "shuffled little.safetensors (seed 2)"
    assert info.sha256 is None


def test_sessions_with_companions_come_back_and_old_ones_load(little):
    grey = {"twins": 3, "shuffled": True, "closed_form": True}
    state = beside(little, **grey, model=Twin(little.model, 5))
    assert from_json(to_json(state)) == state
    old = to_json(little).replace('"beside"', '"_"')
    with pytest.raises(ValueError, match="_"):
        from_json(old)
    assert from_json('{"version": 1}').beside == Beside()


def test_more_points_than_can_be_mapped_are_refused_with_the_number(
    hand, little, monkeypatch
):
    monkeypatch.setattr("sgviz.render.companions.MAX_POINTS", 3 * 64)
    hand.ask(beside(little, twins=5))
    found = hand.finish()["companions"].value
    assert len(found.items) == found.total == 3
    assert found.note == (
        "Beside: 3 of 5 networks: 192 points can be mapped at a time, and each has 64"
    )


def test_circles_without_z_stand_beside_random_ones(hand, little, tmp_path, sources):
    """As the statistics compare them; a second network has nothing to say."""
    curves = map_circles(sources.network(little.model).generator, little.circles, None)
    path = tmp_path / "circles.npz"
    write_circles(replace(curves, z=None, model_sha256=None), path)
    state = replace(little, circles=CirclesFile(str(path), hash_file(path)))
    second = other_file(tmp_path)
    hand.ask(beside(state, twins=1, closed_form=True, model=second))
    found = hand.finish()["companions"].value
    assert "random great circles" in found.note
    model, wide, twin = found.items
    assert model.note == "The file of circles holds no z to give to a second network"
    assert not len(model.positions)
    for item in (wide, twin):
        assert item.positions.shape[1:3] == curves.w.shape[:2]
        assert np.isfinite(item.positions).all()

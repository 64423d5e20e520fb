"""The parts of a frame: what is shown is what was asked for."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sgviz.latents import latent_z
from sgviz.models.generator import to_pixels
from sgviz.render import desk as desk_module
from sgviz.render.renderer import render
from sgviz.render.sources import Sources
from sgviz.state import (
    Axes,
    CircleSet,
    Focus,
    OnCircle,
    Pca,
    RandomAxes,
    Seed,
    State,
    Styles,
    Triplets,
    default_circles,
)

PROJECTIONS = (Triplets(count=4), Pca(), RandomAxes(3), Axes(2, 7, 11))


def image(parts):
    assert parts["image"].problem is None, parts["image"].problem
    return parts["image"].value.pixels


def test_a_whole_frame(little, sources):
    parts = render(little, Focus(), sources)
    info, scene = parts["model"].value, parts["scene"].value
    assert (info.label, info.resolution, info.kimg) == ("little.safetensors", 16, 3.0)
    assert (info.z_dim, info.w_dim, info.depth, info.num_ws) == (24, 24, 3, 6)
    assert info.sha256 == little.model.sha256
    assert scene.positions.shape == (4, 2, 32, 3)
    assert scene.positions.dtype == np.float32
    assert scene.of == little.circles
    assert image(parts).shape == (16, 16, 3)
    assert parts["thumbnails"].value.pixels.shape == (24, 16, 16, 3)
    assert parts["thumbnails"].final
    assert parts["marker"].value.positions.shape == (4, 3)


def test_the_image_is_the_network_s(little, sources):
    model = sources.model(little.model)
    z = latent_z(Seed(0), 24, sources.given)
    with torch.no_grad():
        wanted = to_pixels(model.generator(z))[0].numpy()
    np.testing.assert_array_equal(image(render(little, Focus(), sources)), wanted)


@pytest.mark.parametrize("projection", PROJECTIONS)
@pytest.mark.parametrize("centred", [True, False])
def test_the_marker_lies_on_the_curve(little, sources, projection, centred):
    for circle, point, psi in ((0, 5, 1.0), (1, 31, 0.6)):
        angle = 2 * np.pi * point / 32
        latent = OnCircle(little.circles.circles[circle], angle)
        state = replace(
            little, latent=latent, projection=projection, centred=centred, psi=psi
        )
        parts = render(state, Focus(), sources)
        scene = parts["scene"].value
        at = scene.positions[:, circle, point]
        size = np.abs(scene.positions).max()
        marker = parts["marker"].value.positions
        np.testing.assert_allclose(marker, at, atol=1e-5 * size)


@pytest.mark.parametrize("projection", PROJECTIONS)
def test_psi_0_collapses_the_scene(little, sources, projection):
    state = replace(little, psi=0.0, projection=projection)
    parts = render(state, Focus(), sources)
    assert not parts["scene"].value.positions.any()
    assert not parts["marker"].value.positions.any()
    absolute = render(replace(state, centred=False), Focus(), sources)["scene"].value
    assert np.ptp(absolute.positions, axis=(1, 2)).max() == 0.0


def test_a_hovered_point_shows_what_a_click_takes(little, sources):
    scene = render(little, Focus(), sources)["scene"].value
    for circle, point in ((0, 3), (1, 17)):
        angle = float(scene.angles[circle, point])
        hovered = render(little, Focus(circle=circle, angle=angle), sources)
        taken = replace(little, latent=OnCircle(scene.of.circles[circle], angle))
        clicked = render(taken, Focus(), sources)
        np.testing.assert_array_equal(image(hovered), image(clicked))
        assert (image(hovered) != image(render(little, Focus(), sources))).any()


def test_thumbnails_are_images_of_the_circle(little, sources):
    parts = render(replace(little, ring=1), Focus(), sources)
    thumbnails = parts["thumbnails"].value
    assert thumbnails.circle == 1
    for k in (0, 7, 23):
        focus = Focus(circle=1, angle=2 * np.pi * k / 24)
        wanted = image(render(little, focus, sources)).astype(int)
        assert np.abs(thumbnails.pixels[k] - wanted).max() <= 1


def test_a_ring_beyond_the_circles_is_the_last(little, sources):
    """A session may name a circle that its set has not."""
    beyond = render(replace(little, ring=9), Focus(circle=9), sources)
    last = render(replace(little, ring=1), Focus(), sources)
    assert beyond["thumbnails"].value.circle == 1
    np.testing.assert_array_equal(
        beyond["thumbnails"].value.pixels, last["thumbnails"].value.pixels
    )
    np.testing.assert_array_equal(image(beyond), image(last))


@pytest.mark.parametrize("noise", ["const", "none", "random"])
@pytest.mark.parametrize("layer", [1, 3, 5])
def test_a_drag_shows_the_same_as_a_click(little, sources, make_hand, noise, layer):
    """What entered the row under the hand is kept, and nothing can be seen of it."""
    start = replace(
        little, noise=noise, styles=Styles(mix=((0, 0.3),), noise=((1, 0.5),))
    )
    hand = make_hand(sources)
    hand.ask(start)
    hand.finish()
    for kind, value in (("psi", 0.2), ("mix", 0.8), ("noise", 0.1)):
        state = replace(start, styles=start.styles.edited(kind, (layer,), value))
        hand.ask(state, Focus(moving=True, layer=layer))
        dragged = image(hand.finish())
        whole = image(render(state, Focus(), sources))
        assert np.abs(dragged.astype(int) - whole).max() <= 1
        assert (dragged == whole).mean() > 0.999
    assert hand.renderer._desk.entering is not None


def test_the_raw_drag_equals_the_whole(little, sources):
    """Not only to the eye: to 1e-6 of the range, before rounding."""
    from sgviz.render.desk import Desk
    from sgviz.render.styling import enter, styled_rows, synthesize

    desk, model = Desk(sources), sources.model(little.model)
    for layer in range(1, 6):
        state = replace(little, noise="random", noise_seed=3)
        ws = styled_rows(desk, model, state, [Seed(4)])
        kept = enter(model, state, ws, False, layer)
        moved = replace(state, styles=state.styles.edited("psi", (layer,), -0.5))
        ws = styled_rows(desk, model, moved, [Seed(4)])
        resumed = synthesize(model, moved, ws, False, kept)
        whole = synthesize(model, moved, ws, False)
        span = float(whole.max() - whole.min())
        assert float((resumed - whole).abs().max()) <= 1e-6 * span


def test_latent_b_does_not_matter_until_it_is_mixed(little, make_hand, sources):
    hand = make_hand(sources)
    hand.ask(little)
    hand.finish()
    count = len(hand.parts)
    hand.ask(replace(little, latent_b=Seed(99)))
    hand.finish()
    assert len(hand.parts) == count


def test_a_style_does_not_move_the_curves(little, make_hand, sources, moved):
    hand = make_hand(sources)
    hand.ask(little)
    hand.finish()
    hand.parts.clear()
    hand.ask(moved(little, 0.5))
    hand.finish()
    assert {part.name for part in hand.parts} == {"image", "thumbnails"}


def test_more_points_do_not_move_the_image(little, make_hand, sources):
    hand = make_hand(sources)
    hand.ask(little)
    hand.finish()
    hand.parts.clear()
    hand.ask(replace(little, circles=replace(little.circles, points=64)))
    hand.finish()
    assert {part.name for part in hand.parts} == {"scene", "marker"}


def test_thumbnails_end_while_a_slider_is_dragged(little, make_hand, sources, moved):
    """They keep the styles of when the drag began, and are made once after it."""
    hand = make_hand(sources)
    hand.ask(little)
    hand.finish()
    before = hand.newest()["thumbnails"].value.pixels
    start = replace(little, psi=0.7)
    hand.parts.clear()
    hand.ask(start)
    for step in range(120):
        hand.ask(moved(start, step / 120), Focus(moving=True, layer=2))
        hand.chunk()
    assert len(hand.made("thumbnails")) == 1
    assert len(hand.made("image")) > 55
    assert [p.serial for p in hand.made("image")] == sorted(
        p.serial for p in hand.made("image")
    )
    kept = hand.newest()["thumbnails"].value.pixels
    assert (kept != before).any()
    np.testing.assert_array_equal(
        kept, render(start, Focus(), sources)["thumbnails"].value.pixels
    )
    released = moved(start, 1.0)
    hand.ask(released)
    hand.finish()
    assert len(hand.made("thumbnails")) == 2
    np.testing.assert_array_equal(
        hand.newest()["thumbnails"].value.pixels,
        render(released, Focus(), sources)["thumbnails"].value.pixels,
    )


def test_psi_can_be_dragged_while_the_circles_are_mapped(
    little, make_hand, sources, monkeypatch
):
    """Each value of psi is another scene; the mapping of its circles goes on."""
    starts = []
    real = desk_module.map_circles_steps

    def steps(*args, **named):
        starts.append(args)
        return real(*args, **named)

    monkeypatch.setattr(desk_module, "map_circles_steps", steps)
    hand = make_hand(sources)
    state = replace(little, circles=CircleSet(default_circles(6), points=512))
    for step in range(120):
        hand.ask(replace(state, psi=step / 100), Focus(moving=True, layer=0))
        hand.chunk()
    assert len(starts) == 1
    assert len(hand.made("scene")) > 1
    assert len(hand.made("marker")) > 1
    hand.ask(state)
    hand.finish()
    np.testing.assert_array_equal(
        hand.newest()["scene"].value.positions,
        render(state, Focus(), Sources("cpu"))["scene"].value.positions,
    )


def test_snapshots_stream_in_and_thumbnails_end(little, make_hand, sources):
    from sgviz.models.snapshot import Snapshot
    from sgviz.state import Live

    generator = sources.model(little.model).generator
    state = replace(little, model=Live("a run"))
    sources.install("a run", Snapshot.of(generator, 1.0))
    hand = make_hand(sources)
    hand.ask(state)
    kimg = 1
    # A chunk ends with its milliseconds: a machine that is busy needs more of them.
    while not hand.made("thumbnails") and kimg < 3000:
        kimg += 1
        sources.install("a run", Snapshot.of(generator, float(kimg)))
        hand.ask(state)
        hand.chunk()
        hand.chunk()
    assert len(hand.made("thumbnails")) >= 1
    assert hand.newest()["model"].value.kimg == kimg
    last = hand.finish()
    assert last["thumbnails"].key.version == last["image"].key.what[0]


def test_a_network_of_another_size_takes_the_place(little, make_hand, tmp_path):
    """The marker is never drawn into the other network's picture."""
    from sgviz.checkpoints import native
    from sgviz.checkpoints.open_file import hash_file
    from sgviz.models.generator import Generator, GeneratorConfig
    from sgviz.models.snapshot import Snapshot
    from sgviz.state import File

    sizes = GeneratorConfig(8, 10, 2, 8, (4, 4), 0.1)
    path = tmp_path / "other.safetensors"
    native.save(Snapshot.of(Generator(sizes, seed=1)), path)
    hand = make_hand(Sources("cpu"))
    hand.ask(little)
    hand.finish()
    hand.ask(replace(little, model=File(str(path), hash_file(path))))
    parts = hand.finish()
    assert [part.problem for part in hand.parts] == [None] * len(hand.parts)
    assert parts["scene"].value.positions.shape == (3, 2, 32, 3)
    assert parts["marker"].value.positions.shape == (3, 3)


def test_too_many_points_are_refused_in_a_sentence(little, sources):
    state = replace(little, circles=CircleSet(default_circles(100), points=4096))
    parts = render(state, Focus(), sources)
    assert parts["scene"].problem.what == (
        "100 circles of 4096 points are 409,600 points; 262,144 can be mapped at a time"
    )
    assert parts["scene"].problem.details == ""
    assert not len(parts["marker"].value.positions)
    assert parts["image"].problem is None


def test_a_latent_that_does_not_fit_is_a_sentence(little, sources):
    from sgviz.state import Pasted

    parts = render(replace(little, latent=Pasted((1.0, 2.0))), Focus(), sources)
    assert parts["image"].problem.what == (
        "this latent has 2 numbers, and the network takes 24"
    )
    assert parts["scene"].problem is None
    assert parts["thumbnails"].problem is None


def test_the_state_alone_decides(little):
    """The same State, another process of rendering: the same frame."""
    state = replace(little, projection=Pca(), noise="random", noise_seed=5)
    a, b = (render(state, Focus(), Sources("cpu")) for _ in range(2))
    np.testing.assert_array_equal(image(a), image(b))
    np.testing.assert_array_equal(
        a["scene"].value.positions, b["scene"].value.positions
    )
    assert isinstance(state, State)

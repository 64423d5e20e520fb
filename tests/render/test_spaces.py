"""The same circles in every space: placed, marked, named, and never mixed up."""

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from sgviz import curves as curves_module
from sgviz.curves import in_one_go
from sgviz.geometry.octants import from_p_space, p_space
from sgviz.geometry.whitening import Moments
from sgviz.render import scene as scene_module
from sgviz.render import spaces as spaces_module
from sgviz.render.ahead import AHEAD
from sgviz.render.elsewhere import MEAN_OF, WHITE_OF
from sgviz.render.renderer import Renderer
from sgviz.render.request import Request
from sgviz.render.spaces import FIRST_SAMPLES
from sgviz.render.stages import MARKER, SCENE
from sgviz.spaces import DRAWN, MEAN_SAMPLES, SAMPLES
from sgviz.state import (
    Focus,
    InLayer,
    InP,
    InStyle,
    InW,
    InZ,
    OnCircle,
    Pca,
    RandomAxes,
    SideBySide,
    Triplets,
)

P_N = InP(normalised=True)
EVERY = (InZ(), InLayer(0), InLayer(2), InLayer(3), InW(), InP(), P_N, InStyle(1))
ALL = Triplets(0, 8, 3)


@pytest.fixture(autouse=True)
def few_samples(monkeypatch):
    """P_N of 24 dimensions needs no 100,000 samples to be tested."""
    monkeypatch.setattr(spaces_module, "SAMPLES", 768)
    monkeypatch.setattr(scene_module, "SAMPLES", 768)
    monkeypatch.setattr(spaces_module, "FIRST_SAMPLES", 512)


def parts_of(state, sources):
    """The scene and the marker of a state, and nothing else of a frame."""
    renderer = Renderer(sources, (SCENE, MARKER))
    renderer.submit(Request(1, state, state, Focus()))
    parts = {}
    while not renderer.done:
        part = renderer.advance()
        if part is not None:
            parts[part.name] = part
    return parts


def scene_of(state, sources):
    part = parts_of(state, sources)["scene"]
    assert part.problem is None, part.problem
    return part.value


def points(state, sources):
    """All coordinates of the circles, [C, N, 24], from eight triplets."""
    at = scene_of(replace(state, projection=ALL, centred=False), sources).positions
    return torch.from_numpy(np.concatenate(list(at), axis=-1))


def in_space(little, sources, space):
    return points(replace(little, space=space), sources)


def test_the_ends_of_the_mapping_are_z_and_w_exactly(little, sources):
    z, w = (in_space(little, sources, space) for space in (InZ(), InW()))
    assert torch.equal(in_space(little, sources, InLayer(0)), z)
    assert torch.equal(in_space(little, sources, InLayer(3)), w)
    assert torch.equal(in_space(little, sources, InLayer(60)), w)
    assert z.norm(dim=-1).sub(24**0.5).abs().max() < 1e-5
    network = sources.model(little.model).generator
    with torch.no_grad():
        torch.testing.assert_close(network.mapping(z.flatten(0, 1)), w.flatten(0, 1))


def test_a_layer_is_what_leaves_it(little, sources):
    network = sources.model(little.model).generator
    z = in_space(little, sources, InZ())
    with torch.no_grad():
        layers = list(network.mapping.activations(z.flatten(0, 1)))
    for layer in (1, 2):
        found = in_space(little, sources, InLayer(layer)).flatten(0, 1)
        torch.testing.assert_close(found, layers[layer])


def test_p_undoes_the_last_activation(little, sources):
    """LeakyReLU with slope 5: what is left is linear in the layer before."""
    w, p = (in_space(little, sources, space) for space in (InW(), InP()))
    torch.testing.assert_close(p, p_space(w))
    torch.testing.assert_close(from_p_space(p), w)
    before = in_space(little, sources, InLayer(2)).flatten(0, 1)
    last = sources.model(little.model).generator.mapping.layers[-1]
    with torch.no_grad():
        linear = torch.addmm(
            last.bias, before, last.weight.t(), beta=last.beta, alpha=last.alpha
        )
    torch.testing.assert_close(p.flatten(0, 1), linear, atol=1e-5, rtol=1e-4)


def test_p_n_has_the_covariance_of_its_samples(little, sources):
    scene = scene_of(replace(little, space=P_N), sources)
    assert scene.note == "P_N of 768 samples of w"
    assert scene.axes == ("v0", "v1", "v2")
    # The circles' own points are draws of the same distribution.
    v = in_space(little, sources, P_N)
    assert 0.3 < float(v.square().mean()) < 3.0


def test_p_n_is_shown_while_it_is_sampled(little, sources, make_hand):
    hand = make_hand(sources, stages=(SCENE, MARKER))
    hand.ask(replace(little, space=P_N))
    hand.finish()
    notes = [part.value.note for part in hand.parts if part.name == "scene"]
    assert notes == [
        "P_N of 512 samples of w, more to come",
        "P_N of 768 samples of w",
    ]
    # The marker moves with the curves: what is left belongs to the last scene.
    at_rest = parts_of(replace(little, space=P_N), sources)["marker"].value
    last = hand.made("marker")[-1].value
    np.testing.assert_allclose(last.positions, at_rest.positions, atol=1e-4)


def test_styles_are_those_of_the_row(little, sources):
    network = sources.model(little.model).generator
    w = in_space(little, sources, InW()).flatten(0, 1)
    scene = scene_of(replace(little, space=InStyle(2), projection=ALL), sources)
    with torch.no_grad():
        styles = network.synthesis.styles(2, w)
        centre = network.synthesis.styles(2, network.mapping.w_avg[None])
    wanted = (styles - centre)[:, :3].reshape(2, 32, 3)
    np.testing.assert_allclose(scene.positions[0], wanted.numpy(), atol=1e-5)
    assert scene.space == "S 8×8"
    assert scene.titles[0] == "s0–s2"


@pytest.mark.parametrize("space", EVERY, ids=str)
@pytest.mark.parametrize("projection", [Triplets(), Pca(), RandomAxes(3)], ids=str)
def test_the_marker_lies_on_the_curve(little, sources, space, projection):
    latent = OnCircle(little.circles.circles[1], 2 * np.pi * 7 / 32)
    state = replace(little, space=space, projection=projection, latent=latent, psi=0.7)
    parts = parts_of(state, sources)
    at = parts["scene"].value.positions
    size = np.abs(at).max()
    marker = parts["marker"].value.positions
    np.testing.assert_allclose(marker, at[:, 1, 7], atol=2e-4 * size)


@pytest.mark.parametrize("projection", [Triplets(), Pca(), RandomAxes(3)], ids=str)
def test_between_two_layers_the_picture_is_between(little, sources, projection):
    state = replace(little, projection=projection)

    def at(space):
        return scene_of(replace(state, space=space), sources)

    first, second = at(InLayer(1)), at(InLayer(2))
    between = at(InLayer(1, 0.25))
    wanted = 0.75 * first.positions + 0.25 * second.positions
    np.testing.assert_allclose(between.positions, wanted, atol=1e-5)
    assert between.space == "25% from h1 to h2"
    # It ends at W as W is seen by itself.
    np.testing.assert_array_equal(at(InLayer(3)).positions, at(InW()).positions)


@pytest.fixture
def tiny_pieces(monkeypatch):
    """A chunk of a stage is the smallest there is, however fast the machine."""
    monkeypatch.setattr(curves_module, "PIECE_S", 0.0)


@pytest.mark.parametrize("projection", [Triplets(), Pca()], ids=str)
def test_a_first_drag_through_the_layers_moves_the_picture(
    little, sources, make_hand, tiny_pieces, projection
):
    """Every tick is another scene; what all of them need is not begun anew by each."""
    hand = make_hand(sources, stages=(SCENE,))
    hand.ask(replace(little, space=InLayer(0), projection=projection))
    hand.finish()
    hand.parts.clear()
    for tick in range(1, 31):
        space = InLayer(1, tick / 50)
        state = replace(little, space=space, projection=projection, psi=0.7)
        hand.ask(state, Focus(moving=True))
        for _ in range(6):
            hand.chunk()
    captions = {part.value.space for part in hand.made("scene")}
    assert len(captions) > 5, captions


@pytest.mark.parametrize("projection", [Triplets(), Pca()], ids=str)
@pytest.mark.parametrize("end", [0, 3])
def test_layers_are_found_before_anybody_sets_out(
    little, sources, make_hand, monkeypatch, projection, end
):
    hand = make_hand(sources, stages=(SCENE, AHEAD))
    hand.ask(replace(little, space=InLayer(end), projection=projection))
    hand.finish()

    def never(*_):
        raise AssertionError("it was to be there already")

    for name in ("layer_means", "layers_of", "turned_onto"):
        monkeypatch.setattr(spaces_module, name, never)
    hand.ask(replace(little, space=InLayer(1, 0.5), projection=projection))
    assert hand.finish()["scene"].value.space == "50% from h1 to h2"


def test_components_of_layers_are_turned_to_meet(little, sources):
    """No axis flips on the way: each layer is as near as turning brings it."""
    state = replace(little, projection=Pca())
    seen = [
        scene_of(replace(state, space=InLayer(k)), sources).positions for k in range(4)
    ]
    for a, b in pairwise(seen):
        a, b = a.reshape(-1, 3).astype(float), b.reshape(-1, 3).astype(float)
        u, _, vh = np.linalg.svd(a.T @ b)
        np.testing.assert_allclose(u @ vh, np.eye(3), atol=1e-3)


def test_psi_acts_where_w_is(little, sources):
    def moved(space):
        one = in_space(little, sources, space)
        half = points(replace(little, space=space, psi=0.5), sources)
        return not torch.equal(one, half)

    assert [moved(s) for s in (InZ(), InLayer(1), InW(), InP(), InStyle(0))] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_spaces_side_by_side_each_have_their_size(little, sources):
    four = (InZ(), InW(), InP(), P_N)
    scene = scene_of(replace(little, space=SideBySide(four)), sources)
    assert scene.positions.shape == (16, 2, 32, 3)
    assert scene.panel_of == (0,) * 4 + (1,) * 4 + (2,) * 4 + (3,) * 4
    assert scene.space == "Z | W | P | P_N"
    for k, space in enumerate(four):
        alone = scene_of(replace(little, space=space), sources).positions
        radius = np.linalg.norm(alone, axis=-1).max()
        panel = scene.positions[4 * k : 4 * k + 4]
        np.testing.assert_allclose(panel * radius, alone, rtol=1e-3, atol=1e-4)
        assert scene.panels[k].endswith(f"radius {radius:.3g}")


def test_a_file_of_circles_alone_has_w_and_p(little, sources, tmp_path):
    from sgviz.checkpoints.open_file import hash_file
    from sgviz.export.circles import write_circles
    from sgviz.state import CirclesFile

    path = tmp_path / "plain.csv"
    circle = replace(little.circles, circles=little.circles.circles[:1])
    write_circles(sources.curves_of(replace(little, circles=circle)), path)
    file = CirclesFile(str(path), hash_file(path))
    plain = replace(little, circles=file)
    for space in (InW(), InP()):
        assert scene_of(replace(plain, space=space), sources).positions.any()
    for space, why in (
        (InZ(), "the file holds no z"),
        (InLayer(1), "needs the network"),
        (P_N, "needs the network"),
        (InStyle(0), "needs the network"),
    ):
        part = parts_of(replace(plain, space=space), sources)["scene"]
        assert part.problem is not None
        assert why in part.problem.what


def test_as_many_samples_are_drawn_as_are_said():
    for said in (SAMPLES, MEAN_SAMPLES, FIRST_SAMPLES, WHITE_OF, MEAN_OF):
        assert said % DRAWN == 0


def test_nothing_waits_for_the_eigenvectors_of_p_n(monkeypatch):
    """They are found in a thread of their own, of what was streamed in until then."""
    gate, real = threading.Event(), spaces_module.whitening
    moments = Moments(4)
    moments.add(torch.randn(64, 4, generator=torch.Generator().manual_seed(1)))
    before = real(moments.frozen())

    def slow(now, previous):
        assert gate.wait(10)
        return real(now, previous)

    monkeypatch.setattr(spaces_module, "whitening", slow)
    work = spaces_module.whitened(moments)
    for _ in range(3):
        next(work)  # other stages have their turns
    moments.add(torch.ones(8, 4))
    gate.set()
    found = in_one_go(work)
    assert found.count == 64 and moments.count == 72
    assert torch.equal(found.deviations, before.deviations)


def test_why_there_is_no_p_n_comes_from_the_other_thread():
    with pytest.raises(ValueError, match="needs more than 4 samples"):
        in_one_go(spaces_module.whitened(Moments(4)))

"""Where a network draws its picture: the state, the drag, networks that cannot."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.open_file import hash_file
from sgviz.models.alias_free import Design
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.models.synthesis_aliasfree import placement
from sgviz.render.moving import Placed, matrix
from sgviz.render.sources import Sources
from sgviz.render.styling import transform_of
from sgviz.state import File, Focus, Placement, State
from sgviz.state_json import from_json, to_json

SIZES = GeneratorConfig(
    8,
    8,
    2,
    32,
    (6, 5, 4, 4),
    0.1,
    family="stylegan3-t",
    design=Design(critical=1, margin=4),
)


@pytest.fixture
def movable(tmp_path) -> State:
    path = tmp_path / "movable.safetensors"
    native.save(Snapshot.of(Generator(SIZES, seed=2)), path)
    return State(model=File(str(path), hash_file(path)))


def test_it_is_what_the_network_draws_there(hand, sources, movable):
    there = Placement(0.25, -0.125, 0.5)
    hand.ask(movable)
    still = hand.finish()["image"].value
    hand.ask(replace(movable, placement=there))
    moved = hand.finish()["image"].value
    assert moved.exact and (moved.pixels != still.pixels).any()
    generator = sources.model(movable.model).generator
    z = torch.from_numpy(np.random.RandomState(0).randn(1, 8)).float()
    with torch.no_grad():
        ws = generator.broadcast(generator.mapping(z))
        wanted = generator.synthesis(ws, transform=placement(0.25, -0.125, 0.5))
    shown = ((wanted * 127.5 + 128).clamp(0, 255)).to(torch.uint8)[0].permute(1, 2, 0)
    assert (torch.from_numpy(moved.pixels).int() - shown.int()).abs().max() <= 1
    # Thumbnails are drawn there too, and made anew.
    assert len(hand.made("thumbnails")) == 2


def test_while_it_is_dragged_the_picture_moves_at_once(hand, movable):
    hand.ask(movable)
    still = hand.finish()["image"].value
    there = replace(movable, placement=Placement(right=8 / 32))
    hand.ask(there, Focus(moving=True))
    part = next(p for _ in range(99) if (p := hand.chunk()) and p.name == "image")
    assert not part.final and not part.value.exact
    assert (part.value.pixels[:, 8:] == still.pixels[:, :-8]).all()
    assert not part.value.pixels[:, :7].any(), "nothing is known of that part"
    hand.ask(there)
    assert hand.finish()["image"].value.exact


def test_a_moved_picture_is_moved_as_the_network_would():
    """Of a smooth picture: where it is turned and moved is where it is seen again."""
    x, y = torch.meshgrid(*2 * (torch.linspace(-0.5, 0.5, 129),), indexing="xy")

    def blob(at: Placement) -> torch.Tensor:
        place = torch.stack((x, y, torch.ones_like(x))).flatten(1)
        across, along, _ = (matrix(at) @ place).view(3, 129, 129)
        return torch.exp(-40 * ((across - 0.1) ** 2 + 2 * along**2)) - 1.0

    before, after = Placement(0.1, 0.05, 0.3), Placement(-0.1, 0.1, 1.2)
    drawn = Placed(None, blob(before).expand(1, 3, -1, -1), before)
    assert torch.allclose(drawn.moved(after)[0, 0], blob(after), atol=0.02)


def test_networks_that_cannot_take_no_notice(sources, little, hand):
    model = sources.model(little.model)
    moved = replace(little, placement=Placement(right=0.2))
    assert transform_of(model, moved) is None
    hand.ask(little)
    image = hand.finish()["image"].value
    hand.ask(moved)
    assert (hand.finish()["image"].value.pixels == image.pixels).all()
    assert not hand.newest()["model"].value.can_move


def test_nothing_is_asked_of_the_network_where_it_stands(movable):
    """So that a transform of the network's own is kept."""
    model = Sources("cpu").model(movable.model)
    assert transform_of(model, movable) is None
    assert (
        transform_of(model, replace(movable, placement=Placement(turn=1))) is not None
    )


def test_sessions_keep_it_and_old_ones_have_none():
    moved = State(placement=Placement(0.5, -0.25, 1.0))
    assert from_json(to_json(moved)) == moved
    assert from_json('{"version": 1}').placement == Placement()
    old = '{"version": 1, "model": {"kind": "file", "path": "a", "sha256": "%s"}}'
    assert from_json(old % ("0" * 64)).model.network == "G_ema"

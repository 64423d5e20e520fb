"""A discriminator that begins anew learns alone at first."""

from collections.abc import Callable

import pytest
import torch

from sgviz.training.config import TrainConfig
from sgviz.training.head_start import head_start, pace_share, penalty_share
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


def test_the_weight_of_r1_grows_from_a_hundredth_to_the_whole() -> None:
    shares = [penalty_share(images, 2.0) for images in (0, 1000, 2000, 9000)]
    assert shares == pytest.approx([0.01, 0.1, 1.0, 1.0])
    assert penalty_share(0, 0.0) == 1.0


def test_g_begins_slowly_where_the_head_start_ends() -> None:
    shares = [pace_share(images, 2.0) for images in (2000, 2500, 3000, 9000)]
    assert shares == pytest.approx([0.1, 10**-0.5, 1.0, 1.0])
    assert pace_share(0, 0.0) == 1.0


def test_a_short_run_has_a_short_head_start() -> None:
    assert head_start(1000.0) == 32.0
    assert head_start(20.0) == 5.0


def test_g_waits_and_d_learns(make_trainer: MakeTrainer, config: TrainConfig) -> None:
    trainer = make_trainer(d_first=0.008)
    before = trainer.snapshot().weights
    d = [p.clone() for p in trainer.players.discriminator.parameters()]
    while trainer.images < 8:
        stats = trainer.step()
        assert stats.loss_g != stats.loss_g, "G made no step"
    after = trainer.snapshot().weights
    assert all(torch.equal(before[name], after[name]) for name in before)
    moved = zip(d, trainer.players.discriminator.parameters(), strict=True)
    assert any(not torch.equal(old, new) for old, new in moved)
    assert trainer.step().loss_g > 0.0
    lr = trainer.players.adam_g.param_groups[0]["lr"]
    assert lr == pytest.approx(0.1 * config.lr_g)


def test_it_is_resumed_within_the_head_start(make_trainer: MakeTrainer) -> None:
    straight, first, second = (make_trainer(d_first=0.012) for _ in range(3))
    for _ in range(6):
        straight.step()
    for _ in range(2):
        first.step()
    second.restore(first.state())
    for _ in range(4):
        second.step()
    ours, theirs = second.state().tensors, straight.state().tensors
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)

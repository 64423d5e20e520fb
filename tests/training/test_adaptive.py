"""Augmentation inside a run: when it costs nothing, when it adapts, that it resumes."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from sgviz.training import phases
from sgviz.training.run_folder import RunFolder
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
ADAPTIVE = {
    "augment": "adaptive",
    "augment_target": 0.0,
    "augment_interval": 2,
    "augment_kimg": 0.016,
    "pl_weight": 2.0,
    "pl_interval": 2,
}


def same(one: Trainer, other: Trainer) -> bool:
    first, second = one.state().tensors, other.state().tensors
    return first.keys() == second.keys() and all(
        torch.equal(t, second[n]) for n, t in first.items()
    )


def test_at_zero_nothing_is_drawn_or_changed(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> Tensor:
        raise AssertionError

    monkeypatch.setattr(phases, "augment", never)
    plain, zero = make_trainer(), make_trainer(augment="fixed", augment_p=0.0)
    kept = make_trainer(augment="none", augment_p=0.7)
    for _ in range(4):
        plain.step()
        assert zero.step().augment_p == 0.0
        assert kept.step().augment_p == 0.0
    assert same(plain, zero)
    assert same(plain, kept)


def test_all_that_d_sees_is_augmented_and_draws_are_its_own(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, float]] = []
    plain = phases.augment

    def watched(images: Tensor, draws: phases.Draws, p: float) -> Tensor:
        seen.append((len(images), p))
        return plain(images, draws, p)

    monkeypatch.setattr(phases, "augment", watched)
    trainer, other = make_trainer(augment="fixed", augment_p=0.5), make_trainer()
    trainer.step()
    assert seen == [(4, 0.5)] * 4  # the loss of G, fakes, reals, the penalty
    trainer.step()
    assert len(seen) == 7
    other.step()
    other.step()
    streams, untouched = trainer.streams.state(), other.streams.state()
    changed = [n for n, t in streams.items() if not torch.equal(t, untouched[n])]
    assert changed == ["augment"]
    assert not torch.equal(
        trainer.state().tensors["d.b8.conv0.weight"],
        other.state().tensors["d.b8.conv0.weight"],
    )


def test_p_follows_the_mean_sign_of_the_interval(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(**{**ADAPTIVE, "augment_p": 0.5})
    p, signs = 0.5, []
    for step in range(8):
        stats = trainer.step()
        assert stats.augment_p == pytest.approx(p)
        signs.append(stats.sign_real)
        if step % 2 == 1:
            mean = sum(signs) / 2
            change = 8 / 16 if mean else 0.0
            p = min(1.0, max(0.0, p + math.copysign(change, mean)))
            signs.clear()
    assert trainer.augment_p == pytest.approx(p)


def test_p_grows_where_d_knows_the_data_by_heart(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(
        augment="adaptive", augment_kimg=1.0, augment_target=-1.0, augment_interval=4
    )
    for _ in range(40):
        trainer.step()
    # Every sign is above -1, so p rises all the time: 160 of 1,000 images.
    assert trainer.augment_p == pytest.approx(0.16)
    down = replace(trainer.config, augment_target=1.0)
    trainer.configure(down)
    for _ in range(8):
        trainer.step()
    assert trainer.augment_p == pytest.approx(0.128)


@pytest.mark.parametrize("split", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_resumed_run_is_the_uninterrupted_one(
    make_trainer: MakeTrainer, split: int, precision: str
) -> None:
    changes = {**ADAPTIVE, "precision": precision}
    straight, first = make_trainer(**changes), make_trainer(**changes)
    for _ in range(8):
        straight.step()
    for _ in range(split):
        first.step()
    second = make_trainer(**changes)
    second.step()  # whatever it did before must not show
    second.restore(first.state())
    for _ in range(8 - split):
        second.step()
    assert same(straight, second)
    assert straight.counters == second.counters
    assert straight.counters.steps == straight.counters.steps_g == 8


def test_a_generator_step_and_a_discriminator_step_are_a_step(
    make_trainer: MakeTrainer,
) -> None:
    whole, parts = make_trainer(**ADAPTIVE), make_trainer(**ADAPTIVE)
    for _ in range(5):
        expected = whole.step()
        first = parts.step("generator")
        assert math.isnan(first.loss_d)
        assert math.isnan(first.sign_real)
        assert first.images == parts.images == expected.images - 4
        second = parts.step("discriminator")
        assert math.isnan(second.loss_g)
        assert (
            replace(second, loss_g=first.loss_g, seconds=expected.seconds) == expected
        )
    assert same(whole, parts)
    assert whole.counters == parts.counters


def test_one_player_alone_moves_alone(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(**ADAPTIVE)
    before = trainer.state().tensors
    for _ in range(3):
        trainer.step("generator")
    assert (trainer.images, trainer.counters.steps, trainer.counters.steps_g) == (
        0,
        0,
        3,
    )
    after = trainer.state().tensors
    moved = {n.split(".")[0] for n in before if not torch.equal(before[n], after[n])}
    assert {"g", "g_ema", "pl"} <= moved
    assert "d" not in moved
    trainer = make_trainer(**ADAPTIVE)
    for _ in range(3):
        trainer.step("discriminator")
    assert (trainer.images, trainer.counters.steps, trainer.counters.steps_g) == (
        12,
        3,
        0,
    )
    after = trainer.state().tensors
    moved = {n.split(".")[0] for n in before if not torch.equal(before[n], after[n])}
    assert "d" in moved
    assert not {"g", "g_ema", "pl"} & moved


def test_what_is_live_can_change_and_nothing_else(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(**ADAPTIVE)
    trainer.step()
    values = {"lr_g": 0.001, "lr_d": 0.003, "r1_gamma": 7.0, "style_mixing": 0.0}
    trainer.configure(replace(trainer.config, **values))  # type: ignore[arg-type]
    groups = [
        a.param_groups[0] for a in (trainer.players.adam_g, trainer.players.adam_d)
    ]
    assert groups[0]["lr"] == pytest.approx(0.001 * 2 / 3)
    assert groups[1]["lr"] == pytest.approx(0.003 * 3 / 4)
    _, ws = trainer.players.draw_ws(4)
    assert torch.equal(ws, ws[:, :1].expand_as(ws))
    trainer.configure(replace(trainer.config, augment_p=0.25))
    assert trainer.augment_p == 0.25
    trainer.configure(replace(trainer.config, augment="none"))
    assert trainer.augment_p == 0.0
    with pytest.raises(ValueError, match="depth cannot change while a run goes on"):
        trainer.configure(replace(trainer.config, depth=3, lr_g=0.1))
    assert trainer.config.lr_g == 0.001


def test_a_changed_rate_is_that_of_a_run_that_began_with_it(
    make_trainer: MakeTrainer,
) -> None:
    one, other = make_trainer(), make_trainer(lr_g=0.001, r1_gamma=3.0)
    one.configure(other.config)
    for _ in range(3):
        one.step()
        other.step()
    assert same(one, other)


def test_an_augmented_number_that_is_none_skips_the_step(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make_trainer(augment="adaptive", augment_p=0.5, augment_interval=1)
    trainer.step()
    before, counters = trainer.state().tensors, trainer.counters
    plain = phases.augment

    def broken(images: Tensor, draws: phases.Draws, p: float) -> Tensor:
        return plain(images, draws, p) * math.nan

    with monkeypatch.context() as patch:
        patch.setattr(phases, "augment", broken)
        stats = trainer.step()
    assert "generator and the discriminator was not finite" in stats.skipped
    after = trainer.state().tensors
    still = [n for n in before if n.startswith(("g.", "d.", "opt_"))]
    assert all(torch.equal(before[n], after[n]) for n in still)
    assert trainer.augment_p == counters.augment_p
    assert not trainer.step().skipped


@pytest.mark.parametrize("split", [1, 2, 3, 5, 7])
def test_a_run_read_from_its_folder_is_the_uninterrupted_one(
    make_trainer: MakeTrainer, folder: RunFolder, split: int
) -> None:
    changes = {**ADAPTIVE, "augment_p": 1 / 3}
    straight = make_trainer(**changes)
    for step in range(8):
        if step == split:
            folder.save(straight)
        straight.step()
    again = make_trainer(**changes)
    folder.resume(again)
    for _ in range(8 - split):
        again.step()
    assert same(straight, again)
    assert straight.counters == again.counters

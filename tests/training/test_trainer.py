"""A step of training: what it moves, what it leaves, and that it can go on."""

import copy
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from sgviz.checkpoints.errors import FileError
from sgviz.models.generator import to_pixels
from sgviz.training import phases
from sgviz.training.config import TrainConfig
from sgviz.training.losses import ema_beta, r1_penalty
from sgviz.training.phases import working_dtype
from sgviz.training.presets import PRESETS
from sgviz.training.samples import sheet_png
from sgviz.training.state import TrainerState
from sgviz.training.trainer import MAX_SKIPPED, DivergedError, Trainer

MakeTrainer = Callable[..., Trainer]
RAMP = torch.linspace(-1, 1, 4 * 3 * 64).reshape(4, 3, 8, 8).sin()


def steps(trainer: Trainer, count: int) -> Trainer:
    for _ in range(count):
        trainer.step()
    return trainer


def assert_equal(one: TrainerState, other: TrainerState) -> None:
    assert one.counters == other.counters
    assert one.tensors.keys() == other.tensors.keys()
    different = [
        k for k, t in one.tensors.items() if not torch.equal(t, other.tensors[k])
    ]
    assert not different


def weights_of(trainer: Trainer) -> dict[str, Tensor]:
    return {k: t.clone() for k, t in trainer.generator.state_dict().items()}


def test_a_step_moves_every_weight_and_counts_its_images(trainer: Trainer) -> None:
    before = trainer.state().tensors
    stats = trainer.step()
    trainer.step()
    after = trainer.state().tensors
    still = {
        name
        for name, tensor in before.items()
        if name.startswith(("g.", "d.")) and torch.equal(tensor, after[name])
    }
    # Noise maps are constants; with a logit's gradient alone the last bias of a
    # batch may cancel, but nothing else may stand still.
    assert {n for n in still if not n.endswith("noise_const")} == set()
    assert stats.images == 4
    assert trainer.images == 8
    assert stats.seconds > 0.0
    assert all(
        math.isfinite(v) for v in (stats.loss_g, stats.loss_d, stats.r1, stats.seconds)
    )
    assert -1.0 <= stats.sign_fake <= 1.0
    assert -1.0 <= stats.sign_real <= 1.0


def test_the_first_loss_is_that_of_an_undecided_discriminator(
    make_trainer: MakeTrainer,
) -> None:
    trainer = make_trainer()
    last = trainer.players.discriminator.b4.out
    with torch.no_grad():
        last.weight.zero_()
    stats = trainer.step()
    assert stats.loss_g == pytest.approx(math.log(2), rel=1e-5)
    assert stats.loss_d == pytest.approx(2 * math.log(2), rel=1e-5)


def test_equal_seeds_are_equal_runs_and_another_seed_is_another(
    make_trainer: MakeTrainer,
) -> None:
    one, other = steps(make_trainer(), 4), steps(make_trainer(), 4)
    assert_equal(one.state(), other.state())
    third = steps(make_trainer(seed=1), 4)
    assert not torch.equal(
        one.state().tensors["g.mapping.fc0.weight"],
        third.state().tensors["g.mapping.fc0.weight"],
    )


@pytest.mark.parametrize("split", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_resumed_run_is_the_uninterrupted_one(
    make_trainer: MakeTrainer, split: int, precision: str
) -> None:
    straight = steps(make_trainer(precision=precision), 8)
    first = steps(make_trainer(precision=precision), split)
    second = make_trainer(precision=precision)
    steps(second, 2)  # whatever it did before must not show
    second.restore(first.state())
    steps(second, 8 - split)
    assert_equal(straight.state(), second.state())


def test_a_state_is_a_copy_and_survives_further_training(trainer: Trainer) -> None:
    steps(trainer, 1)
    state = trainer.state()
    kept = {name: tensor.clone() for name, tensor in state.tensors.items()}
    snapshot = trainer.snapshot()
    weights = {name: tensor.clone() for name, tensor in snapshot.weights.items()}
    steps(trainer, 3)
    assert all(torch.equal(kept[n], t) for n, t in state.tensors.items())
    assert all(torch.equal(weights[n], t) for n, t in snapshot.weights.items())


def test_names_in_a_state_have_the_documented_prefixes(trainer: Trainer) -> None:
    steps(trainer, 1)
    names = trainer.state().tensors
    assert {n.split(".")[0] for n in names} == {
        "g",
        "d",
        "g_ema",
        "opt_g",
        "opt_d",
        "pl",
        "rng",
    }
    assert {n for n in names if n.startswith("rng.")} == {
        "rng.latents",
        "rng.mixing",
        "rng.noise",
        "rng.path",
        "rng.augment",
    }
    assert "opt_g.mapping.fc0.weight.exp_avg_sq" in names


def test_images_are_asked_for_by_their_global_number(trainer: Trainer) -> None:
    steps(trainer, 3)
    other = Trainer(trainer.config, torch.device("cpu"), trainer.data)
    other.restore(trainer.state())
    steps(other, 1)
    assert trainer.data.asked == [0, 4, 8, 12]  # type: ignore[attr-defined]


def test_previews_never_change_a_run(make_trainer: MakeTrainer) -> None:
    plain = steps(make_trainer(), 6)
    watched = make_trainer()
    for _ in range(6):
        watched.step()
        network = watched.snapshot().build()
        z = torch.from_numpy(np.random.RandomState(5).randn(2, 8)).float()
        with torch.no_grad():
            to_pixels(network(z))
        sheet_png(watched.average)
        torch.randn(3)
        np.random.rand(3)
    assert_equal(plain.state(), watched.state())


def test_training_does_not_touch_the_global_generator(trainer: Trainer) -> None:
    before = torch.get_rng_state()
    steps(trainer, 2)
    trainer.snapshot()
    assert torch.equal(before, torch.get_rng_state())


def test_the_average_follows_its_equation(trainer: Trainer) -> None:
    name = "mapping.fc0.weight"
    for _ in range(5):
        images = trainer.images
        old = trainer.average.state_dict()[name].clone().double()
        trainer.step()
        beta = ema_beta(images, 4, trainer.config.ema_kimg, trainer.config.ema_rampup)
        newest = trainer.generator.state_dict()[name].double()
        expected = beta * old + (1 - beta) * newest
        found = trainer.average.state_dict()[name].double()
        assert torch.allclose(found, expected, rtol=1e-5, atol=1e-4)
    assert not torch.equal(
        trainer.average.state_dict()[name], trainer.generator.state_dict()[name]
    )


def test_the_average_has_the_newest_w_avg(trainer: Trainer) -> None:
    steps(trainer, 2)
    assert torch.equal(trainer.average.mapping.w_avg, trainer.generator.mapping.w_avg)
    assert trainer.average.mapping.w_avg.abs().sum() > 0
    assert torch.equal(
        trainer.snapshot().weights["mapping.w_avg"], trainer.average.mapping.w_avg
    )


def test_w_avg_follows_the_first_mapping_alone(trainer: Trainer) -> None:
    twin = copy.deepcopy(trainer)
    first, _ = twin.players.draw_ws(4)
    beta = twin.generator.config.w_avg_beta
    expected = (1 - beta) * first.detach().mean(dim=0)
    trainer.step()
    assert torch.allclose(trainer.generator.mapping.w_avg, expected, atol=1e-6)


def test_the_second_style_of_a_pair_comes_from_other_latents(trainer: Trainer) -> None:
    twin = copy.deepcopy(trainer)
    z = twin.streams.z(8, 8)
    first, second = twin.generator.mapping(z).chunk(2)
    w, ws = trainer.players.draw_ws(4)
    assert torch.equal(w, first)
    for n in range(4):
        rows = [torch.equal(ws[n, i], first[n]) for i in range(ws.shape[1])]
        cut = rows.index(False) if False in rows else len(rows)
        assert cut >= 1
        assert all(torch.equal(ws[n, i], second[n]) for i in range(cut, len(rows)))


def test_the_penalty_comes_every_third_step(trainer: Trainer) -> None:
    values = [trainer.step().r1 for _ in range(7)]
    assert values[0] == values[1] == values[2] != values[3]
    assert values[3] == values[4] == values[5] != values[6]


def test_the_penalty_weighs_half_gamma_for_all_the_steps_it_stands_for(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    players = make_trainer(r1_gamma=4.0, r1_interval=3).players
    real = RAMP.clone().requires_grad_(True)
    weight = players.discriminator.get_parameter("b8.conv0.weight")
    r1 = r1_penalty(players.judge(real), real)
    (expected,) = torch.autograd.grad(r1 * (4.0 / 2 * 3), weight)
    caught: list[Tensor] = []

    def catch(_adam: object, module: torch.nn.Module, _: object, team: object) -> bool:
        grad = module.get_parameter("b8.conv0.weight").grad
        assert grad is not None
        caught.append(grad.clone())
        return True

    monkeypatch.setattr(phases, "guarded_step", catch)
    phase = players.penalty_phase(RAMP)
    assert torch.allclose(caught[0], expected, rtol=1e-4)
    assert float(phase.figures[0]) == pytest.approx(r1.item())


def test_both_optimisers_have_the_rates_they_should(trainer: Trainer) -> None:
    group_g = trainer.players.adam_g.param_groups[0]
    group_d = trainer.players.adam_d.param_groups[0]
    assert group_g["lr"] == trainer.config.lr_g
    assert group_g["betas"] == (0.0, 0.99)
    assert group_d["lr"] == pytest.approx(trainer.config.lr_d * 3 / 4)
    assert group_d["betas"] == pytest.approx((0.0, 0.99**0.75))


BREAKS = ["generator weight", "discriminator weight", "real image"]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("where", BREAKS)
def test_a_number_that_is_none_skips_the_step(
    trainer: Trainer, where: str, bad: float
) -> None:
    steps(trainer, 2)
    before = trainer.state().tensors
    mend = break_it(trainer, where, bad)
    stats = trainer.step()
    mend()
    assert "was not finite" in stats.skipped
    assert trainer.images == 12
    assert trainer.counters.skipped_in_a_row == 1
    finite = [t for n, t in trainer.state().tensors.items() if "g_ema" in n]
    assert all(torch.isfinite(t).all() for t in finite)
    player = "d." if where == "real image" else "g."
    after = trainer.state().tensors
    if where != "real image":
        same = [
            torch.equal(before[n], after[n]) for n in before if n.startswith(player)
        ]
        assert all(same)
    assert torch.isfinite(after["g.mapping.w_avg"]).all()
    assert trainer.step().skipped == ""
    assert trainer.counters.skipped_in_a_row == 0
    assert trainer.counters.skipped == 1


def break_it(trainer: Trainer, where: str, bad: float) -> Callable[[], None]:
    """Put a bad number somewhere; what is returned takes it out again."""
    if where == "real image":
        plain = trainer.data

        class Broken:
            def batch(self, first_index: int, count: int) -> Tensor:
                images = plain.batch(first_index, count)
                images[0, 0, 0, 0] = bad
                return images

        trainer.data = Broken()

        def mend() -> None:
            trainer.data = plain

        return mend
    players = trainer.players
    weight = (
        players.generator.get_parameter("mapping.fc0.weight")
        if where == "generator weight"
        else players.discriminator.get_parameter("b4.fc.weight")
    )
    kept = weight.detach().clone()
    with torch.no_grad():
        weight[0, 0] = bad

    def put_back() -> None:
        with torch.no_grad():
            weight.copy_(kept)

    return put_back


def test_three_skipped_steps_in_a_row_end_the_run(trainer: Trainer) -> None:
    steps(trainer, 1)
    break_it(trainer, "generator weight", math.nan)
    for _ in range(MAX_SKIPPED - 1):
        assert trainer.step().skipped
    with pytest.raises(DivergedError, match="3 steps in a row"):
        trainer.step()
    average = trainer.snapshot().weights.values()
    assert all(torch.isfinite(t).all() for t in average)


def test_skipped_steps_apart_do_not_end_the_run(trainer: Trainer) -> None:
    for _ in range(MAX_SKIPPED + 1):
        mend = break_it(trainer, "real image", math.nan)
        assert trainer.step().skipped
        mend()
        assert not trainer.step().skipped
    assert trainer.counters.skipped == MAX_SKIPPED + 1


def test_threads_are_set_where_the_configuration_says_so(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", asked.append)
    make_trainer(threads=3).step()
    make_trainer(threads=None).step()
    make_trainer(threads=torch.get_num_threads()).step()
    assert asked == [3]


def test_a_run_learns_to_tell_its_data_from_noise(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(kimg=10.0)
    losses = [trainer.step().loss_d for _ in range(60)]
    assert sum(losses[-20:]) < sum(losses[:20])


def test_another_data_set_is_refused_by_name() -> None:
    config = replace(PRESETS["tiny"], data="faces\x1b[31m")
    with pytest.raises(FileError, match="no folder or zip of images faces") as caught:
        Trainer(config, torch.device("cpu"))
    assert "\x1b" not in str(caught.value)


def test_eight_pixels_are_too_few_for_portraits(config: TrainConfig) -> None:
    with pytest.raises(FileError, match="16x16"):
        Trainer(config, torch.device("cpu"))


def test_precision_is_a_choice(config: TrainConfig) -> None:
    cpu = torch.device("cpu")
    assert working_dtype(replace(config, precision="bf16"), cpu) is torch.bfloat16
    assert working_dtype(replace(config, precision="fp32"), cpu) is torch.float32


def test_the_tiny_preset_steps_on_portraits() -> None:
    trainer = Trainer(PRESETS["tiny"], torch.device("cpu"))
    stats = trainer.step()
    assert stats.images == 16
    assert not stats.skipped
    assert trainer.snapshot().build().config.resolution == 32


def test_no_noise_is_learned_before_it_is_given(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(noise_from=0.008)
    strengths = [
        conv.noise_strength for conv in trainer.generator.synthesis.convolutions
    ]
    for _ in range(2):
        assert trainer.noise == "none"
        trainer.step()
    assert all(float(s.detach()) == 0.0 for s in strengths)
    assert trainer.noise == "random"
    trainer.step()
    assert all(float(strength) != 0.0 for strength in strengths)

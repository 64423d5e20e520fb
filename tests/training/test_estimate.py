"""What a run will need: measured, cancelled, and near to what it takes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from sgviz.training import estimate as estimates
from sgviz.training.estimate import CancelledError, estimate, memory_needed
from sgviz.training.phases import Players
from sgviz.training.presets import PRESETS
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
CPU = torch.device("cpu")


def test_each_phase_counts_as_often_as_it_comes(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    costs = {"generator": 3.0, "discriminator": 5.0, "penalty": 7.0, "path": 11.0}

    def costing(seconds: float) -> Callable[..., None]:
        def phase(*_: object) -> None:
            now[0] += seconds

        return phase

    for name, seconds in costs.items():
        monkeypatch.setattr(Players, f"{name}_phase", costing(seconds))
    monkeypatch.setattr(estimates.time, "perf_counter", lambda: now[0])
    trainer = make_trainer(pl_weight=2.0, pl_interval=2, r1_interval=3)
    found = estimate(trainer.config, CPU, steps=2, images=trainer.data)
    step = 3.0 + 5.0 + 7.0 / 3 + 11.0 / 2
    assert found.seconds_per_kimg == pytest.approx(1000 / 4 * step)
    plain = estimate(
        replace(trainer.config, pl_weight=0.0), CPU, steps=2, images=trainer.data
    )
    assert plain.seconds_per_kimg == pytest.approx(250 * (8.0 + 7.0 / 3))
    assert found.bytes == memory_needed(trainer.config)


def test_it_is_what_steps_take(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(augment="adaptive", pl_weight=2.0)
    for _ in range(3):
        trainer.step()
    seconds = sum(trainer.step().seconds for _ in range(12)) / 12
    found = estimate(trainer.config, CPU, 6, trainer.data).seconds_per_kimg
    # A machine that does other things too is a poor clock.
    assert 0.2 < found / (seconds * 250) < 5.0


def test_a_run_that_goes_on_is_not_disturbed(make_trainer: MakeTrainer) -> None:
    one, other = make_trainer(), make_trainer()
    state = torch.get_rng_state()
    for _ in range(3):
        one.step()
        other.step()
        estimate(other.config, CPU, 1, other.data)
    first, second = one.state().tensors, other.state().tensors
    assert all(torch.equal(t, second[n]) for n, t in first.items())
    assert torch.equal(state, torch.get_rng_state())


def test_it_can_be_cancelled_between_phases(make_trainer: MakeTrainer) -> None:
    trainer, asked = make_trainer(), []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 4

    with pytest.raises(CancelledError):
        estimate(trainer.config, CPU, 3, trainer.data, cancelled)
    assert len(asked) == 4


def test_more_of_anything_needs_more() -> None:
    tiny = PRESETS["tiny"]
    more = [
        replace(tiny, batch=32),
        replace(tiny, channels=(128, 64, 32, 16)),
        replace(tiny, channels_d=(64, 64, 64, 16)),
        replace(tiny, w_dim=512),
        PRESETS["portraits"],
        PRESETS["large"],
    ]
    assert all(memory_needed(tiny) < memory_needed(config) for config in more)
    assert memory_needed(replace(tiny, precision="bf16")) < memory_needed(tiny)

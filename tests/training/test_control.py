"""The hand on a run: single steps, slow motion, live changes, and all at once."""

import itertools
import json
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints.errors import WriteError
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control, Meter
from sgviz.training.events import (
    Changed,
    Event,
    Finished,
    Losses,
    Paused,
    Resumed,
    SaveFailed,
    StepStats,
)
from sgviz.training.going_on import start_or_resume
from sgviz.training.run import run
from sgviz.training.run_folder import RunFolder, read_config
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
CPU = torch.device("cpu")


class Running:
    """A run in a thread of its own, and its events so far."""

    def __init__(self, trainer: Trainer, folder: RunFolder, control: Control) -> None:
        self.events: list[Event] = []
        self._news = threading.Condition()

        def work() -> None:
            for event in run(trainer, folder, control):
                with self._news:
                    self.events.append(event)
                    self._news.notify_all()

        self.thread = threading.Thread(target=work, daemon=True)
        self.thread.start()

    def wait_for(self, kind: type, count: int = 1) -> None:
        with self._news:
            there = self._news.wait_for(
                lambda: sum(isinstance(e, kind) for e in self.events) >= count, 60
            )
        assert there, self.events

    def end(self) -> Event:
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.events[-1]


def test_single_steps_are_made_exactly_once_each(
    make_trainer: MakeTrainer, folder: RunFolder
) -> None:
    trainer, control = make_trainer(kimg=10.0), Control()
    control.pause()
    running = Running(trainer, folder, control)
    running.wait_for(Paused)
    assert trainer.counters.steps == 0
    for part in ("generator", "discriminator", "both", "both"):
        control.single(part)  # type: ignore[arg-type]
    running.wait_for(Losses, 4)
    time.sleep(0.05)
    assert (trainer.counters.steps_g, trainer.counters.steps) == (3, 3)
    assert trainer.images == 12
    assert control.paused
    control.stop()
    assert running.end() == Finished(12, False, True, "stopped")
    kinds = [type(e) for e in running.events if isinstance(e, Paused | Resumed)]
    assert kinds == [Paused]
    plain = make_trainer(kimg=10.0)
    for _ in range(3):
        plain.step()
    one, other = plain.state().tensors, trainer.state().tensors
    assert all(torch.equal(t, other[n]) for n, t in one.items())


def test_a_single_step_pauses_a_run_that_goes(
    make_trainer: MakeTrainer, folder: RunFolder
) -> None:
    trainer, control = make_trainer(kimg=100.0), Control()
    running = Running(trainer, folder, control)
    running.wait_for(Losses)
    control.single("both")
    running.wait_for(Paused)
    steps = trainer.counters.steps
    time.sleep(0.05)
    assert trainer.counters.steps == steps
    control.resume()
    running.wait_for(Resumed)
    control.stop()
    running.end()


def test_a_single_step_can_be_the_last(
    make_trainer: MakeTrainer, folder: RunFolder
) -> None:
    trainer, control = make_trainer(kimg=0.004), Control()
    control.single("both")
    running = Running(trainer, folder, control)
    assert running.end() == Finished(4, True, True, "all images were shown")


def test_a_step_of_the_generator_alone_is_saved(
    make_trainer: MakeTrainer, tmp_path: Path, config: TrainConfig
) -> None:
    data = make_trainer().data
    trainer, folder = start_or_resume(tmp_path / "run", config, False, CPU, images=data)
    control = Control()
    control.pause()
    with folder:
        running = Running(trainer, folder, control)
        control.single("generator")
        running.wait_for(Losses)
        control.stop()
        assert running.end() == Finished(0, False, True, "stopped")
    again, folder = start_or_resume(tmp_path / "run", None, True, CPU, images=data)
    folder.close()
    assert again.counters == trainer.counters
    one, other = trainer.state().tensors, again.state().tensors
    assert all(torch.equal(t, other[n]) for n, t in one.items())


def test_slow_motion_waits_after_each_step_and_can_be_left() -> None:
    control = Control()
    control.slow(0.15)
    began = time.monotonic()
    control.rest()
    assert time.monotonic() - began >= 0.14
    control.slow(50.0)
    for leave in (control.pause, control.stop, lambda: control.slow(0.0)):
        began = time.monotonic()
        timer = threading.Timer(0.05, leave)
        timer.start()
        control.rest()
        timer.join()
        assert time.monotonic() - began < 5.0
    control.slow(-1.0)
    control.rest()


def test_a_live_change_is_applied_logged_and_kept(
    make_trainer: MakeTrainer, tmp_path: Path, config: TrainConfig
) -> None:
    data = make_trainer().data
    config = replace(config, kimg=0.04)
    trainer, folder = start_or_resume(tmp_path / "run", config, False, CPU, images=data)
    control, changes = Control(), []
    with folder:
        ticks = itertools.count()  # a second a look: losses after every step
        for event in run(trainer, folder, control, lambda: float(next(ticks))):
            if isinstance(event, Losses) and event.stats.images == 8:
                control.change(lr_g=0.001)
                control.change(augment="fixed", augment_p=0.5)
            if isinstance(event, Changed):
                changes.append(event)
            if isinstance(event, Losses) and event.stats.images >= 20:
                control.stop()
    wanted = replace(config, lr_g=0.001, augment="fixed", augment_p=0.5)
    assert changes == [Changed(wanted, changes[0].images)]
    assert 8 <= changes[0].images < 40
    assert read_config(tmp_path / "run") == wanted
    log = (tmp_path / "run" / "log.jsonl").read_text().splitlines()
    assert {
        "images": changes[0].images,
        "changed": {"lr_g": 0.001, "augment": "fixed", "augment_p": 0.5},
    } in [json.loads(line) for line in log]
    # What was stopped and goes on is a run in which nothing ever stopped.
    straight = Trainer(config, CPU, data)
    while not straight.done:
        if straight.images == changes[0].images:
            straight.configure(wanted)
        straight.step()
    again, folder = start_or_resume(tmp_path / "run", None, True, CPU, images=data)
    with folder:
        list(run(again, folder, Control()))
    one, other = straight.state(), again.state()
    assert one.counters == other.counters
    assert all(torch.equal(t, other.tensors[n]) for n, t in one.tensors.items())


def test_a_change_after_the_last_checkpoint_holds_from_there(
    make_trainer: MakeTrainer, folder: RunFolder
) -> None:
    trainer = make_trainer(augment="adaptive", augment_p=0.2)
    trainer.step()
    folder.save(trainer)
    folder.append(trainer.step())
    now = replace(trainer.config, augment_p=0.7, lr_d=0.001)
    folder.change(now, trainer.images)
    again = Trainer(folder.config, CPU, trainer.data)
    folder.resume(again)
    assert again.augment_p == 0.7
    # The step happens again; what a hand changed holds from the checkpoint on.
    (line,) = folder.log.read_text().splitlines()
    changed = {"lr_d": 0.001, "augment": "adaptive", "augment_p": 0.7}
    assert json.loads(line) == {"images": again.images, "changed": changed}
    same = Trainer(trainer.config, CPU, trainer.data)
    trainer.counters = replace(trainer.counters, augment_p=0.3)
    folder.save(trainer)
    folder.resume(same)
    assert same.augment_p == 0.3


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"depth": 3}, "depth cannot change while a run goes on"),
        ({"lr": 3}, "lr cannot change"),
        ({"lr_g": 0.0}, "lr_g: .*greater than 0"),
        ({"augment": "much"}, "augment: "),
        ({"r1_gamma": math.nan}, "r1_gamma: .*finite"),
    ],
)
def test_what_cannot_change_is_refused_at_once(
    values: dict[str, object], says: str
) -> None:
    control = Control()
    with pytest.raises(ValueError, match=says):
        control.change(**values)
    assert control.take_changes() == {}


def test_a_change_that_cannot_be_written_is_made_and_written_later(
    make_trainer: MakeTrainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, control = make_trainer(), Control()
    plain, failures = folder.change, [True]

    def change(config: TrainConfig, images: int) -> None:
        if failures and failures.pop():
            raise WriteError(28, "the disk is full")
        plain(config, images)

    monkeypatch.setattr(folder, "change", change)
    control.change(lr_g=0.125)
    events = list(run(trainer, folder, control))
    assert SaveFailed("the disk is full", 0) in events
    assert Changed(replace(trainer.config, lr_g=0.125), 0) in events
    assert read_config(folder.path).lr_g == 0.125
    assert '"changed": {"lr_g": 0.125}' in folder.log.read_text()


def test_means_leave_out_what_was_not_computed() -> None:
    meter = Meter()
    meter.add(StepStats(1.0, math.nan, 0.0, math.nan, math.nan, 4, 1.0))
    meter.add(StepStats(3.0, 2.0, 0.0, 1.0, -1.0, 8, 1.0))
    mean = meter.take()
    assert (mean.loss_g, mean.loss_d, mean.sign_real) == (2.0, 2.0, 1.0)
    meter.add(StepStats(3.0, math.nan, 0.0, math.nan, math.nan, 8, 1.0))
    assert math.isnan(meter.take().loss_d)


def test_whatever_is_pressed_counters_are_exact_and_the_run_ends(
    make_trainer: MakeTrainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, control = make_trainer(kimg=1e5, checkpoint_kimg=1e5), Control()
    made = {"generator": 0, "discriminator": 0, "both": 0}
    plain = trainer.step

    def step(part: str = "both") -> StepStats:
        made[part] += 1
        return plain(part)  # type: ignore[arg-type]

    monkeypatch.setattr(trainer, "step", step)
    running = Running(trainer, folder, control)
    hand, asked = random.Random(7), 0
    for _ in range(300):
        press = hand.randrange(5)
        if press == 0:
            control.pause()
        elif press == 1:
            control.resume()
        elif press == 2:
            asked += 1
            control.single(hand.choice(["generator", "discriminator", "both"]))  # type: ignore[arg-type]
        elif press == 3:
            control.slow(hand.choice([0.0, 0.002]))
        else:
            control.change(r1_gamma=hand.random())
        time.sleep(hand.random() * 0.01)
    control.resume()
    control.stop()
    last = running.end()
    counters = trainer.counters
    assert counters.steps == made["discriminator"] + made["both"]
    assert counters.steps_g == made["generator"] + made["both"]
    assert counters.images == 4 * counters.steps
    assert last == Finished(counters.images, False, True, "stopped")
    assert counters.skipped == 0
    assert asked > 20
    assert counters.steps > 0

"""The loop around the step: its events, its clock, and its ends."""

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.training import run as run_module
from sgviz.training.config import TrainConfig
from sgviz.training.control import Control, Meter, Timer
from sgviz.training.events import (
    Event,
    Finished,
    Losses,
    Paused,
    Recorded,
    Resumed,
    Saved,
    SaveFailed,
    Skipped,
    SnapshotReady,
    Started,
    StepStats,
)
from sgviz.training.going_on import start_or_resume
from sgviz.training.run import run
from sgviz.training.run_folder import RunFolder, checkpoints_of, create, reopen
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
CPU = torch.device("cpu")


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that goes on by so much whenever it is read."""
    ticks = itertools.count()
    return lambda: next(ticks) * seconds


def kinds(events: list[Event], *wanted: type) -> list[Event]:
    return [e for e in events if isinstance(e, wanted)]


def finish(trainer: Trainer, folder: RunFolder, **options: object) -> list[Event]:
    control = options.pop("control", None) or Control()
    assert isinstance(control, Control)
    return list(run(trainer, folder, control, ticking(0.01)))


def test_a_whole_run_in_events(trainer: Trainer, folder: RunFolder) -> None:
    events = finish(trainer, folder)
    assert events[0] == Started(0, 20.0)
    assert [type(event) for event in events[1:3]] == [Recorded, Saved]
    assert [event.images for event in kinds(events, Recorded)] == [0, 20]  # type: ignore[attr-defined]
    assert events[-1] == Finished(20, True, True, "all images were shown")
    assert [e.images for e in kinds(events, Saved)] == [0, 8, 16, 20]  # type: ignore[union-attr]
    assert kinds(events, Losses)
    assert not kinds(events, SnapshotReady, SaveFailed, Skipped, Paused)
    assert native.load(folder.g_ema).kimg == pytest.approx(0.02)


def test_it_stops_at_the_first_step_with_enough_images(
    make_trainer: MakeTrainer, folder: RunFolder
) -> None:
    trainer = make_trainer(kimg=0.009)
    assert finish(trainer, folder)[-1] == Finished(
        12, True, True, "all images were shown"
    )


def test_a_finished_run_is_not_trained_further(
    trainer: Trainer, folder: RunFolder
) -> None:
    finish(trainer, folder)
    before = trainer.images
    events = finish(trainer, folder)
    assert trainer.images == before
    assert events[-1] == Finished(20, True, True, "all images were shown")


def test_every_loss_lies_in_the_log(trainer: Trainer, folder: RunFolder) -> None:
    finish(trainer, folder)
    assert '"images": 16' in folder.log.read_text()
    assert folder.log.read_text().splitlines()[-1].count('"images": 20') == 1


def test_stop_ends_saved_and_the_rest_gives_the_uninterrupted_run(
    make_trainer: MakeTrainer, tmp_path: Path, config: TrainConfig
) -> None:
    straight = make_trainer()
    while not straight.done:
        straight.step()
    trainer, folder = start_or_resume(
        tmp_path / "run", config, False, CPU, images=straight.data
    )
    control = Control()
    with folder:
        for event in run(trainer, folder, control, ticking(1.0)):
            if isinstance(event, Losses) and event.stats.images == 12:
                control.stop()
    assert event == Finished(12, False, True, "stopped")
    trainer, folder = start_or_resume(
        tmp_path / "run", None, True, CPU, images=straight.data
    )
    assert trainer.images == 12
    with folder:
        assert finish(trainer, folder)[-1] == Finished(
            20, True, True, "all images were shown"
        )
    expected, found = straight.state().tensors, trainer.state().tensors
    assert all(torch.equal(expected[n], found[n]) for n in expected)


def test_watching_a_run_does_not_change_it(
    make_trainer: MakeTrainer, tmp_path: Path, config: TrainConfig
) -> None:
    weights = []
    for watched in (False, True):
        trainer, folder = start_or_resume(
            tmp_path / str(watched), config, False, CPU, images=make_trainer().data
        )
        with folder:
            events = list(run(trainer, folder, Control(watched), ticking(1.0)))
        assert bool(kinds(events, SnapshotReady)) == watched
        weights.append(native.load(folder.g_ema).weights)
    assert all(torch.equal(weights[0][n], t) for n, t in weights[1].items())


def test_losses_and_snapshots_come_at_their_pace(
    make_trainer: MakeTrainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make_trainer(kimg=0.4)  # 100 steps of 0.02 seconds
    clock = Clock()

    def step(_part: str = "both") -> StepStats:
        clock.now += 0.02
        counters = trainer.counters
        trainer.counters = replace(counters, images=counters.images + 4)
        return StepStats(1.0, 1.0, 0.0, 0.0, 0.0, trainer.images, 0.02)

    monkeypatch.setattr(trainer, "step", step)
    monkeypatch.setattr(folder, "save", lambda _: folder.path)
    events = list(run(trainer, folder, Control(snapshots=True), clock))
    # Two seconds: 20 losses and 4 snapshots, and the first and the last ones.
    assert 17 <= len(kinds(events, Losses)) <= 22
    assert 4 <= len(kinds(events, SnapshotReady)) <= 7


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_last_snapshot_is_the_final_network(
    trainer: Trainer, folder: RunFolder
) -> None:
    events = list(run(trainer, folder, Control(True), Clock()))
    last = kinds(events, SnapshotReady)[-1]
    assert isinstance(last, SnapshotReady)
    saved = native.load(folder.g_ema)
    assert last.snapshot.kimg == pytest.approx(0.02)
    assert all(
        torch.equal(saved.weights[n], t) for n, t in last.snapshot.weights.items()
    )


def test_pause_holds_between_two_steps(trainer: Trainer, folder: RunFolder) -> None:
    control = Control()
    events: list[Event] = []
    paused = threading.Event()

    def work() -> None:
        for event in run(trainer, folder, control, ticking(1.0)):
            events.append(event)
            if isinstance(event, Losses) and event.stats.images == 8:
                control.pause()
            if isinstance(event, Paused):
                paused.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert paused.wait(30)
    images = trainer.images
    assert control.paused
    assert control.next_part(0.05) is None
    assert trainer.images == images == 8
    control.resume()
    thread.join(30)
    assert not thread.is_alive()
    assert kinds(events, Paused, Resumed) == [Paused(8), Resumed(8)]
    assert events[-1] == Finished(20, True, True, "all images were shown")


def test_a_paused_run_can_be_stopped(trainer: Trainer, folder: RunFolder) -> None:
    control = Control()
    control.pause()
    events = []
    for event in run(trainer, folder, control, ticking(1.0)):
        events.append(event)
        if isinstance(event, Paused):
            control.stop()
    assert not kinds(events, Resumed)
    assert events[-1] == Finished(0, False, True, "stopped")


def test_a_run_that_is_stopped_before_its_first_step_is_saved(
    trainer: Trainer, folder: RunFolder
) -> None:
    control = Control()
    control.stop()
    assert finish(trainer, folder, control=control)[-1] == Finished(
        0, False, True, "stopped"
    )


def test_pressing_everything_at_random_loses_no_image(
    make_trainer: MakeTrainer, folder: RunFolder
) -> None:
    trainer = make_trainer(kimg=0.2)
    control = Control()
    events: list[Event] = []
    thread = threading.Thread(
        target=lambda: events.extend(run(trainer, folder, control, ticking(1.0)))
    )
    thread.start()
    for k in range(300):
        (control.pause, control.resume)[k % 2]()
        control.show_snapshots(k % 3 == 0)
    control.resume()
    thread.join(60)
    assert not thread.is_alive()
    assert trainer.images == 200
    assert trainer.counters.steps == 50
    assert isinstance(events[-1], Finished)


class Failing:
    """A save that fails so often and then works."""

    def __init__(self, folder: RunFolder, times: int) -> None:
        self.save, self.left = folder.save, times

    def __call__(self, trainer: Trainer) -> Path:
        if self.left:
            self.left -= 1
            raise WriteError(28, "x was not saved: the disk is full")
        return self.save(trainer)


def test_a_full_disk_is_told_and_training_goes_on(
    trainer: Trainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "save", Failing(folder, 2))
    events = list(run(trainer, folder, Control(), ticking(100.0)))
    failed = kinds(events, SaveFailed)
    assert [e.reason for e in failed] == ["x was not saved: the disk is full"] * 2  # type: ignore[union-attr]
    assert events[-1] == Finished(20, True, True, "all images were shown")
    assert checkpoints_of(folder.path)


def test_it_is_not_called_saved_when_the_last_save_failed(
    trainer: Trainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "save", Failing(folder, 10**6))
    events = list(run(trainer, folder, Control(), ticking(0.0)))
    assert events[-1] == Finished(20, True, False, "all images were shown")
    # Not at every step: the first try, and the last.
    assert len(kinds(events, SaveFailed)) == 2


def test_a_log_that_cannot_be_written_does_not_end_the_run(
    trainer: Trainer, folder: RunFolder
) -> None:
    folder.log.mkdir()
    events = finish(trainer, folder)
    assert len(kinds(events, SaveFailed)) == 1
    assert events[-1] == Finished(20, True, True, "all images were shown")


def test_a_log_that_cannot_be_written_puts_no_checkpoint_off(
    trainer: Trainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full and then is not: the first try after half a minute is whole."""
    folder.log.mkdir()
    monkeypatch.setattr(folder, "save", Failing(folder, 2))
    monkeypatch.setattr(run_module, "LOG_STEPS", 1)
    clock = ticking(4.0)
    events = list(run(trainer, folder, Control(), clock))
    saved = [event.images for event in events if isinstance(event, Saved)]
    assert saved
    assert saved[0] < 20


def test_a_checkpoint_without_its_sheet_of_samples_is_saved(
    make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    trainer = make_trainer(samples=True)
    with create(tmp_path / "run", trainer.config) as folder:
        (folder.path / "samples").write_text("no folder")
        events = finish(trainer, folder)
    assert [e.images for e in kinds(events, Saved)] == [0, 8, 16, 20]  # type: ignore[attr-defined]
    assert [e.reason[:9] for e in kinds(events, SaveFailed)] == ["samples: "]  # type: ignore[attr-defined]
    assert events[-1] == Finished(20, True, True, "all images were shown")


def test_three_bad_steps_end_the_run_and_keep_the_last_good_checkpoint(
    trainer: Trainer, folder: RunFolder
) -> None:
    events = []
    for event in run(trainer, folder, Control(), ticking(1.0)):
        events.append(event)
        if isinstance(event, Saved) and event.images == 8:
            with torch.no_grad():
                trainer.generator.get_parameter("mapping.fc0.weight").fill_(torch.nan)
    assert len(kinds(events, Skipped)) == 2
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.images, last.complete, last.saved) == (20, False, False)
    assert "3 steps in a row" in last.reason
    assert [int(p.stem) for p in checkpoints_of(folder.path)] == [0, 8]
    assert all(
        torch.isfinite(t).all() for t in native.load(folder.g_ema).weights.values()
    )


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20 GiB"),
        MemoryError(),
        RuntimeError("[enforce] DefaultCPUAllocator: can't allocate memory: you tried"),
    ],
)
def test_no_memory_ends_the_run_saved_with_a_plain_reason(
    trainer: Trainer, folder: RunFolder, error: Exception
) -> None:
    step, left = trainer.step, [2]

    def short(*_: object) -> StepStats:
        left[0] -= 1
        if left[0] < 0:
            raise error
        return step()

    trainer.step = short  # type: ignore[method-assign]
    last = finish(trainer, folder)[-1]
    assert last == Finished(8, False, True, "training stopped: no memory for 4 images")
    assert last.failed


@pytest.mark.parametrize("what", ["snapshot", "state"])
def test_no_memory_for_what_is_beside_the_steps_is_an_end_too(
    trainer: Trainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """For what is shown: the rest is saved. For saving: it does not say so."""
    given, left = getattr(trainer, what), [2]

    def short() -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return given()

    monkeypatch.setattr(trainer, what, short)
    last = finish(trainer, folder)[-1]
    assert isinstance(last, Finished)
    assert (last.complete, last.saved) == (False, False)
    assert last.reason == "training stopped: no memory for 4 images"


def test_half_a_step_is_not_saved(
    trainer: Trainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G has moved, D has found no memory: the newest checkpoint is the last word."""
    phase, left = trainer.players.discriminator_phase, [1]

    def short(*given: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise MemoryError
        return phase(*given)

    monkeypatch.setattr(trainer.players, "discriminator_phase", short)
    last = finish(trainer, folder)[-1]
    assert last == Finished(4, False, False, "training stopped: no memory for 4 images")
    assert [int(p.stem) for p in checkpoints_of(folder.path)] == [0]


def test_an_error_of_the_program_is_raised(
    trainer: Trainer, folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_part: str) -> StepStats:
        raise RuntimeError("a bug")

    monkeypatch.setattr(trainer, "step", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        finish(trainer, folder)


def test_resume_takes_all_but_the_total_from_the_folder(
    tmp_path: Path, config: TrainConfig, trainer: Trainer
) -> None:
    _, folder = start_or_resume(
        tmp_path / "run", config, False, CPU, images=trainer.data
    )
    folder.close()
    resumed, folder = start_or_resume(
        tmp_path / "run", None, True, CPU, kimg=0.5, images=trainer.data
    )
    folder.close()
    assert resumed.config.kimg == 0.5
    with reopen(tmp_path / "run") as again:
        assert again.config == resumed.config


def test_a_run_that_cannot_start_leaves_no_lock(
    tmp_path: Path, config: TrainConfig
) -> None:
    with pytest.raises(FileError, match="16x16"):
        start_or_resume(tmp_path / "run", config, False, CPU)
    assert not (tmp_path / "run" / "lock").exists()
    with pytest.raises(FileError, match="configuration"):
        start_or_resume(tmp_path / "other", None, False, CPU)


def test_a_sheet_of_samples_lies_beside_each_checkpoint(
    make_trainer: MakeTrainer, folder: RunFolder
) -> None:
    from PIL import Image

    finish(make_trainer(samples=True, kimg=0.004), folder)
    sheets = sorted((folder.path / "samples").iterdir())
    assert [s.name for s in sheets] == ["000000000.png", "000000004.png"]
    with Image.open(sheets[-1]) as sheet:
        assert sheet.size == (64, 64)


def test_the_caller_may_walk_away(trainer: Trainer, folder: RunFolder) -> None:
    events: Iterator[Event] = run(trainer, folder, Control(), ticking(1.0))
    next(events)
    next(events)
    events.close()  # type: ignore[attr-defined]
    folder.close()
    reopen(folder.path).close()


def test_a_meter_takes_means_of_the_good_steps() -> None:
    meter = Meter()
    meter.add(StepStats(1.0, 2.0, 9.0, 0.0, 0.0, 4, 1.0))
    meter.add(StepStats(3.0, 4.0, 8.0, 1.0, -1.0, 8, 3.0))
    meter.add(StepStats(float("nan"), 0.0, 7.0, 0.0, 0.0, 12, 9.0, "bad"))
    assert len(meter) == 3
    taken = meter.take()
    assert (taken.loss_g, taken.loss_d, taken.images) == (2.0, 3.0, 12)
    assert (taken.sign_real, taken.sign_fake, taken.seconds) == (0.5, -0.5, 2.0)
    assert len(meter) == 0


def test_a_timer_is_due_at_once_and_then_after_its_seconds() -> None:
    clock = Clock()
    timer = Timer(clock, 2.0)
    assert timer.due()
    clock.now = 1.9
    assert not timer.due()
    clock.now = 2.0
    assert timer.due()
    assert not timer.due()


def test_what_takes_long_is_due_less_often() -> None:
    clock = Clock()
    timer = Timer(clock, 0.5)
    assert timer.due()
    clock.now = 0.2
    timer.done(0.1)
    clock.now = 1.9
    assert not timer.due()
    clock.now = 2.0
    assert timer.due()
    clock.now = 2.01
    timer.done(0.1)
    clock.now = 2.5
    assert timer.due()


def test_the_paces_are_those_of_the_design() -> None:
    assert run_module.LOSSES_SECONDS == 0.1
    assert run_module.SNAPSHOT_SECONDS == 0.5

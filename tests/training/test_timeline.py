"""The timeline on the disk: what is recorded, what a crash leaves, who may look."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.atomic import why_not_written
from sgviz.checkpoints.container import write_tensors
from sgviz.checkpoints.errors import FileError, WriteError
from sgviz.curves import map_circles
from sgviz.geometry.curve_measures import participation_ratio, segments
from sgviz.geometry.harmonics import harmonic_shares
from sgviz.models.generator import Generator
from sgviz.state import CircleSet, default_circles
from sgviz.training import timeline as timeline_module
from sgviz.training.config import TrainConfig
from sgviz.training.config_json import to_json
from sgviz.training.control import Control
from sgviz.training.events import Event, Recorded, SaveFailed
from sgviz.training.run import run
from sgviz.training.run_folder import RunFolder, create, reopen
from sgviz.training.samples import sample_pixels
from sgviz.training.timeline import (
    Timeline,
    TimelineReader,
    open_timeline,
    small_pixels,
)
from sgviz.training.timeline_figures import figures_of
from sgviz.training.timeline_record import read_record, record_path, records_of
from sgviz.training.timeline_schedule import first_interval, timeline_folder
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a timeline, by name."""
    return {p.name: p.read_bytes() for p in sorted(timeline_folder(folder).iterdir())}


def go(trainer: Trainer, folder: RunFolder, steps: int | None = None) -> list[Event]:
    """Train, to the end or for so many steps, then stop."""
    control, events, until = Control(), [], None
    if steps is not None:
        until = trainer.images + steps * trainer.config.batch
    for event in run(trainer, folder, control, time.monotonic):
        events.append(event)
        if until is not None and trainer.images >= until - trainer.config.batch:
            control.stop()
    return events


@pytest.fixture
def long(config: TrainConfig) -> TrainConfig:
    """Forty steps: an interval of eight steps, a checkpoint every six."""
    return replace(config, kimg=0.16, checkpoint_kimg=0.024)


@pytest.fixture
def network(trainer: Trainer) -> Generator:
    return trainer.average


def test_a_run_is_recorded_from_its_first_moment_to_its_last(
    tmp_path: Path, long: TrainConfig, make_trainer: MakeTrainer
) -> None:
    trainer = make_trainer(kimg=long.kimg, checkpoint_kimg=long.checkpoint_kimg)
    with create(tmp_path / "run", long) as folder:
        events = go(trainer, folder)
    assert first_interval(long) == 32
    told = [event for event in events if isinstance(event, Recorded)]
    reader = TimelineReader(tmp_path / "run")
    assert reader.images == (0, 32, 64, 96, 128, 160)
    assert tuple(event.images for event in told) == reader.images
    assert tuple(event.figures for event in told) == reader.figures
    assert reader.problems == ()
    moved = [figures.displacement for figures in reader.figures]
    assert moved[0] == 0.0
    assert all(later > 0.0 for later in moved[1:])
    assert [figures.images for figures in reader.figures] == list(reader.images)


def test_a_record_is_what_the_network_was(
    tmp_path: Path, config: TrainConfig, network: Generator
) -> None:
    network.mapping.w_avg.fill_(0.25)
    figures = Timeline(tmp_path, config).record(0, network)
    reader = TimelineReader(tmp_path)
    record = reader.record(0)
    circles = CircleSet(default_circles(4), points=96)
    exact = map_circles(network, circles, pytest.fail)
    assert record.names == exact.names
    assert record.w.dtype == torch.float32
    # float16: half a unit of the eleventh bit.
    assert torch.allclose(record.w, exact.w, rtol=2**-11, atol=1e-7)
    assert torch.equal(record.w_avg, network.mapping.w_avg)
    assert np.array_equal(record.pixels, sample_pixels(network, 16))
    assert record.figures == figures == reader.figures[0]
    assert torch.equal(record.curves().w, record.w)
    assert torch.equal(record.curves().angle, exact.angle)


def test_figures_are_those_of_the_record_and_can_be_had_again(
    tmp_path: Path, config: TrainConfig, make_trainer: MakeTrainer
) -> None:
    trainer = make_trainer()
    timeline = Timeline(tmp_path, config)
    timeline.record(0, trainer.average)
    trainer.step()
    timeline.record(4, trainer.average)
    reader = TimelineReader(tmp_path)
    first, second = reader.record(0), reader.record(1)
    assert second.figures == figures_of(4, second.w, second.w_avg, first.w)
    w = second.w.double()
    size = float(w.square().sum(-1).mean())
    found, steps = second.figures, segments(w)
    moved = (w - first.w).norm(dim=-1).mean()
    scale = first.w.double().square().sum(-1).mean().sqrt()
    assert found.displacement == pytest.approx(float(moved / scale))
    assert found.w_mean_square == pytest.approx(size)
    tracked = float(second.w_avg.double().square().sum())
    assert found.w_avg_share == pytest.approx(tracked / size)
    means = w.mean(1)
    pairs = (means @ means.T)[tuple(torch.triu_indices(4, 4, 1))]
    assert found.mean_share == pytest.approx(float(pairs.mean()) / size)
    shares = harmonic_shares(w)[:, :4].mean(0)
    assert found.harmonics == pytest.approx(shares.tolist())
    assert found.participation_ratio == pytest.approx(
        float(participation_ratio(w).mean())
    )
    below = (w < w.mean((0, 1))).double().mean()
    assert found.negative_share == pytest.approx(float(below))
    uneven = (steps.amax(-1) / steps.amin(-1)).mean()
    assert found.unevenness == pytest.approx(float(uneven))


def test_recording_does_not_change_the_run(
    tmp_path: Path, make_trainer: MakeTrainer
) -> None:
    weights = []
    for recorded in (True, False):
        trainer = make_trainer(kimg=0.08, timeline=recorded)
        path = tmp_path / str(recorded)
        with create(path, trainer.config) as folder:
            torch.manual_seed(1)
            go(trainer, folder)
        assert timeline_folder(path).exists() is recorded
        weights.append(trainer.state().tensors)
    assert all(torch.equal(weights[0][n], weights[1][n]) for n in weights[0])


def test_of_several_processes_one_records(
    tmp_path: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert open_timeline(tmp_path, config) is not None
    monkeypatch.setattr(timeline_module.dist, "is_initialized", lambda: True)
    for rank, writes in ((0, True), (1, False)):
        monkeypatch.setattr(timeline_module.dist, "get_rank", lambda rank=rank: rank)
        assert (open_timeline(tmp_path, config) is not None) is writes


@pytest.mark.parametrize("split", [1, 8, 21])
def test_a_stopped_and_resumed_run_has_the_same_timeline(
    tmp_path: Path, long: TrainConfig, make_trainer: MakeTrainer, split: int
) -> None:
    changes = {"kimg": long.kimg, "checkpoint_kimg": long.checkpoint_kimg}
    with create(tmp_path / "straight", long) as folder:
        go(make_trainer(**changes), folder)
    with create(tmp_path / "split", long) as folder:
        go(make_trainer(**changes), folder, split)
    again = make_trainer(**changes)
    with reopen(tmp_path / "split") as folder:
        folder.resume(again)
        go(again, folder)
    assert files(tmp_path / "split") == files(tmp_path / "straight")


def test_what_was_recorded_after_the_checkpoint_is_cut(
    tmp_path: Path, long: TrainConfig, make_trainer: MakeTrainer
) -> None:
    trainer = make_trainer()
    timeline = Timeline(tmp_path / "run", long)
    with create(tmp_path / "run", long) as folder:
        timeline.record(0, trainer.average)
        folder.save(trainer)
        trainer.step()
        timeline.record(32, trainer.average)
        (timeline_folder(folder.path) / ".partial-1-2").write_bytes(b"torn")
    with reopen(tmp_path / "run") as folder:
        folder.resume(make_trainer())
    assert list(files(tmp_path / "run")) == ["000000000.safetensors"]


RECORD_LOOP = """
import sys, torch
from pathlib import Path
from sgviz.training.config_json import from_json
from sgviz.training.run_folder import create
from sgviz.training.timeline import Timeline
from sgviz.training.trainer import Trainer

torch.set_num_threads(1)
config = from_json(sys.argv[2])
network = Trainer(config, torch.device("cpu"), object()).average
with create(Path(sys.argv[1]), config) as folder:
    timeline, images = Timeline(folder.path, config), 0
    while True:
        timeline.record(images, network)
        print(images, flush=True)
        images += 32
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_kill_9_while_recording_leaves_a_readable_timeline(
    tmp_path: Path, config: TrainConfig
) -> None:
    path = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", RECORD_LOOP, str(path), to_json(config)],
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        told = [int(writer.stdout.readline()) for _ in range(20)][-1]
        # A reader needs no lock, and looks while the run writes.
        during = TimelineReader(path)
        writer.kill()
    reader = TimelineReader(path)
    for found in (during, reader):
        assert found.problems == ()
        assert found.images[-1] >= told
        assert found.images == tuple(range(0, found.images[-1] + 1, 32))
    assert all(reader.record(k).images == n for k, n in enumerate(reader.images))
    reopen(path).close()
    assert not list(path.rglob(".partial-*"))


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    match how:
        case "cut off":
            path.write_bytes(data[: len(data) // 2])
        case "empty":
            path.write_bytes(b"")
        case "another's":
            write_tensors(path, {"w": torch.zeros(3)}, {"format": "sgviz"})
        case "of tomorrow":
            path.write_bytes(data.replace(b'"version":"1"', b'"version":"2"'))
        case "without figures":
            path.write_bytes(data.replace(b"displacement", b"Displacement", 1))
        case "misplaced":
            shutil.copy(record_path(path.parent, 0), path)
        case "folder":
            path.unlink()
            path.mkdir()


@pytest.mark.parametrize(
    "how",
    [
        "cut off",
        "empty",
        "another's",
        "of tomorrow",
        "without figures",
        "misplaced",
        "folder",
    ],
)
def test_a_damaged_record_is_left_out_with_one_sentence(
    tmp_path: Path, config: TrainConfig, network: Generator, how: str
) -> None:
    timeline = Timeline(tmp_path, config)
    for images in (0, 32, 64):
        timeline.record(images, network)
    reader = TimelineReader(tmp_path)
    damage(record_path(timeline_folder(tmp_path), 32), how)
    assert reader.refresh()
    for found in (reader, TimelineReader(tmp_path)):
        assert found.images == (0, 64)
        (problem,) = found.problems
        assert problem.startswith("000000032.safetensors")
        assert "\n" not in problem
        assert found.record(1).images == 64
    # Neither does it stop the run that goes on.
    again = Timeline(tmp_path, config)
    assert not again.due(64)
    again.record(96, network)
    assert TimelineReader(tmp_path).images == (0, 64, 96)


def test_a_reader_sees_what_is_new_and_reads_it_once(
    tmp_path: Path, config: TrainConfig, network: Generator
) -> None:
    reader = TimelineReader(tmp_path)
    assert (len(reader), reader.images, reader.problems) == (0, (), ())
    assert not reader.refresh()
    timeline = Timeline(tmp_path, config)
    timeline.record(0, network)
    assert len(reader) == 0
    assert reader.refresh()
    assert not reader.refresh()
    assert reader.images == (0,)
    timeline.record(32, network)
    record_path(timeline_folder(tmp_path), 0).unlink()
    with pytest.raises(FileError, match="is not there"):
        reader.record(0)
    assert reader.refresh()
    assert reader.images == (32,)


def test_older_records_go_as_the_interval_doubles(
    tmp_path: Path,
    config: TrainConfig,
    network: Generator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timeline_module, "record_limit", lambda config: 10)
    timeline = Timeline(tmp_path, config)
    seen = []
    for images in range(0, 1300, 4):
        if timeline.due(images):
            timeline.record(images, network)
        seen.append(len(records_of(timeline_folder(tmp_path))))
    assert max(seen) < 10
    assert TimelineReader(tmp_path).images == tuple(range(0, 1300, 256))


def test_a_resumed_run_keeps_its_interval_when_it_is_made_longer(
    tmp_path: Path, config: TrainConfig, network: Generator
) -> None:
    Timeline(tmp_path, config).record(0, network)
    longer = Timeline(tmp_path, replace(config, kimg=100.0))
    assert first_interval(replace(config, kimg=100.0)) == 400
    assert longer.due(32)
    assert not longer.due(28)


def test_a_full_disk_is_an_event_and_the_next_try_is_later(
    tmp_path: Path,
    long: TrainConfig,
    make_trainer: MakeTrainer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    def full(path: Path, record: object, interval: int) -> None:
        tried.append(path.stem.lstrip("0"))
        raise WriteError(28, why_not_written(path, OSError(28, "full")))

    trainer = make_trainer(kimg=long.kimg, checkpoint_kimg=1.0)
    monkeypatch.setattr(timeline_module, "write_record", full)
    with create(tmp_path / "run", trainer.config) as folder:
        events = go(trainer, folder)
    # Told once in a while, not each time; and it is no checkpoint that is missing.
    (failed,) = [e for e in events if isinstance(e, SaveFailed)]
    assert failed.reason.startswith("the timeline: 000000000.safetensors was not saved")
    assert tried == ["", "32", "64", "96", "128", "160"]
    assert trainer.images == 160


def test_a_run_folder_that_vanished_is_not_made_again(
    tmp_path: Path, config: TrainConfig, network: Generator
) -> None:
    timeline = Timeline(tmp_path / "gone", config)
    with pytest.raises(WriteError, match="its folder is not there"):
        timeline.record(0, network)
    assert not (tmp_path / "gone").exists()


def test_a_network_whose_w_is_no_number_is_not_recorded(
    tmp_path: Path, config: TrainConfig, network: Generator
) -> None:
    with torch.no_grad():
        network.get_parameter("mapping.fc0.weight").fill_(torch.inf)
    timeline = Timeline(tmp_path, config)
    assert timeline.record(0, network) is None
    assert not timeline_folder(tmp_path).exists()
    assert not timeline.due(4)


def test_coverage_is_read_now_and_then_on_portraits(
    tmp_path: Path, config: TrainConfig
) -> None:
    config = replace(config, resolution=16, channels=(8, 8, 8), channels_d=(8, 8, 8))
    trainer = Trainer(config, torch.device("cpu"))
    timeline = Timeline(tmp_path, config)
    told = [
        len(found.coverage)
        for images in (0, 32, 64, 256)
        if (found := timeline.record(images, trainer.average))
    ]
    assert told[0] > 3
    assert told == [told[0], 0, 0, told[0]]
    found = timeline.record(260, trainer.average, last=True)
    assert found is not None
    names = [name for name, _ in found.coverage]
    assert names == list(timeline_module.Coverage(16).names)
    assert TimelineReader(tmp_path).figures[0].coverage


def test_large_samples_become_small_ones_by_means() -> None:
    pixels = np.zeros((2, 128, 128, 3), np.uint8)
    pixels[:, ::2, ::2] = 200
    small = small_pixels(pixels)
    assert small.shape == (2, 64, 64, 3)
    assert small.dtype == np.uint8
    assert np.unique(small).tolist() == [50]
    assert small_pixels(pixels[:, :32, :32]).shape == (2, 32, 32, 3)


def test_a_record_names_its_circles_even_where_its_file_does_not(
    tmp_path: Path, config: TrainConfig, network: Generator
) -> None:
    Timeline(tmp_path, config).record(0, network)
    path = record_path(timeline_folder(tmp_path), 0)
    data = path.read_bytes()
    assert b'"names":"[' in data
    path.write_bytes(data.replace(b'"names":"[', b'"names":"{', 1))
    assert read_record(path).names == tuple(f"circle {k}" for k in range(4))

"""What a training run tells a log: its ends, its files, and a line now and then."""

import json
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

import pytest

from sgviz import terminal
from sgviz.models.snapshot import Snapshot
from sgviz.terminal import Bar, EventLines, TrainReport
from sgviz.training.events import (
    Began,
    Changed,
    Event,
    Finished,
    LeftOut,
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
from sgviz.training.fields import LIVE
from sgviz.training.figures import Figures
from sgviz.training.presets import PRESETS

LOSSES = Losses(StepStats(0.5, 1.25, 0.0, 0.0, 0.0, 1600, 0.4), 40.0)


def told(*events: object) -> tuple[list[str], list[str]]:
    said: list[str] = []
    noted: list[str] = []
    with Bar("training") as bar:
        assert not bar.shown  # no terminal under pytest
        report = TrainReport(bar, said.append, noted.append)
        for event in events:
            report.show(event)  # type: ignore[arg-type]
    return said, noted


def test_a_run_says_where_it_starts_what_it_saves_and_how_it_ends() -> None:
    said, noted = told(
        Started(0, 100_000.0),
        Saved(Path("checkpoints/000001600.safetensors"), 1600),
        SaveFailed("the disk is full", 2000),
        Finished(100_000, True, True, "all images were shown"),
    )
    assert said == [
        "training from 0 to 100 kimg",
        "saved 000001600.safetensors",
        "all images were shown, at 100 kimg",
    ]
    assert noted == ["the disk is full"]
    gone = Finished(960, False, True, "training on photos stopped: it is gone")
    assert told(gone) == ([], [f"{gone.reason}, at 0.96 kimg"])


def test_losses_come_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(LOSSES, LOSSES) == ([], [])
    monkeypatch.setattr(terminal, "PLAIN_SECONDS", 0.0)
    said, _ = told(LOSSES)
    assert said == ["1.60 kimg  40.0 images/s  G 0.500  D 1.250"]


class Faces:
    """A data set of which some files are bad."""

    def __init__(self, count: int, bad: int) -> None:
        self.count = count
        self.bad = tuple((f"{k}.jpg", "is cut off") for k in range(bad))
        self.notices = ("3 images are too few to learn from",)

    def __len__(self) -> int:
        return self.count


def test_what_is_learned_from_is_told_with_the_first_bad_files() -> None:
    said: list[str] = []
    noted: list[str] = []
    with Bar("training") as bar:
        report = TrainReport(bar, said.append, noted.append)
        report.data("faces", Faces(1200, 12))
        report.data("one", Faces(1, 0))
        report.show(LeftOut((("a.png", "is not there"),), 160))
    assert said == ["faces: 1,200 images, 12 left out", "one: 1 image"]
    assert noted[:2] == ["0.jpg is cut off", "1.jpg is cut off"]
    assert noted[9:12] == [
        "9.jpg is cut off",
        "and 2 more",
        "3 images are too few to learn from",
    ]
    assert noted[-1] == "a.png is not there"


FIGURES = Figures(16, 0.5, 2.0, 0.25, 0.2, (0.5, 0.25, 0.125, 0.0625), 3.0, 0.5, 1.5)
EVERY_EVENT = (
    Began("the file holds a generator alone: the discriminator starts anew"),
    Started(0, 100.0),
    LOSSES,
    Losses(replace(LOSSES.stats, loss_g=float("nan"), r1=float("inf")), 40.0),
    SnapshotReady(cast(Snapshot, None)),
    Saved(Path("run/000000016.safetensors"), 16),
    SaveFailed("the disk is full", 16),
    Skipped("the loss was not finite", 16),
    LeftOut((("a.png", "is not there"),), 16),
    Paused(16),
    Resumed(16),
    Changed(PRESETS["tiny"], 16),
    Recorded(16, FIGURES),
    Recorded(16),
    Finished(100, True, True, "all images were shown"),
)


def test_a_program_hears_every_event_as_a_line_of_json() -> None:
    assert {type(event) for event in EVERY_EVENT} == set(get_args(Event))
    lines: list[str] = []
    report = EventLines(lines.append)
    report.data("faces", Faces(3, 1))
    for event in EVERY_EVENT:
        report.show(event)
    assert not [line for line in lines if "\n" in line]
    told = [json.loads(line, parse_constant=pytest.fail) for line in lines]
    assert [t["event"] for t in told] == [
        "data", "began", "started", "losses", "losses", "saved", "save_failed",
        "skipped", "left_out", "paused", "resumed", "changed", "recorded", "recorded",
        "finished",
    ]  # fmt: skip
    by_name = {t.pop("event"): t for t in reversed(told)}
    assert by_name["data"] == {
        "name": "faces",
        "count": 3,
        "bad": [["0.jpg", "is cut off"]],
        "notices": ["3 images are too few to learn from"],
    }
    assert by_name["losses"]["images_per_second"] == 40.0
    assert by_name["losses"]["loss_d"] == 1.25
    assert told[4]["loss_g"] is None is told[4]["r1"]
    assert by_name["left_out"] == {"files": [["a.png", "is not there"]], "images": 16}
    assert set(by_name["changed"]["config"]) == set(LIVE)
    assert by_name["recorded"]["figures"]["harmonics"] == [0.5, 0.25, 0.125, 0.0625]
    assert by_name["finished"]["complete"] is True


def test_the_guide_lists_what_a_program_hears() -> None:
    page = (Path(__file__).parents[1] / "docs" / "command-line.md").read_text("utf-8")
    lines: list[str] = []
    report = EventLines(lines.append)
    report.data("faces", Faces(3, 1))
    for event in EVERY_EVENT:
        report.show(event)
    for line in lines:
        values = json.loads(line)
        kind = values.pop("event")
        (row,) = [r for r in page.splitlines() if r.startswith(f"| `{kind}` |")]
        assert [name for name in values if f"`{name}`" not in row] == []

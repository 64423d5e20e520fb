"""What a training run tells a log: its ends, its files, and a line now and then."""

from pathlib import Path

import pytest

from sgviz import terminal
from sgviz.terminal import Bar, TrainReport
from sgviz.training.events import (
    Finished,
    Losses,
    Saved,
    SaveFailed,
    Started,
    StepStats,
)

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


def test_losses_come_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(LOSSES, LOSSES) == ([], [])
    monkeypatch.setattr(terminal, "PLAIN_SECONDS", 0.0)
    said, _ = told(LOSSES)
    assert said == ["1.60 kimg  40.0 images/s  G 0.500  D 1.250"]

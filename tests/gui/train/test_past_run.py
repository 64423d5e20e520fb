"""A run that is over is shown again: what its folder tells, whatever is torn."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import Qt

from sgviz.gui.train.past_run import read_past
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.training.config_json import to_json
from sgviz.training.events import StepStats
from sgviz.training.presets import PRESETS

SMALL = replace(
    PRESETS["tiny"],
    resolution=16, channels=(16, 16, 8), channels_d=(16, 16, 8), z_dim=16, w_dim=16,
    depth=2, batch=4, precision="fp32", kimg=50.0, timeline=False, samples=False,
)  # fmt: skip


def never() -> bool:
    return False


def line(images: int, loss: float | None = 1.0, **more) -> str:
    values = asdict(StepStats(0.0, 0.5, 0.1, 0.2, -0.2, images, 0.3))
    return json.dumps({**values, "loss_g": loss, **more})


@pytest.fixture
def make(tmp_path):
    """``make(name, lines)``: a run folder with a log and a sheet of 8 x 8 images."""

    def make(name="run", lines=(), folder=None):
        run = (folder or tmp_path) / name
        (run / "samples").mkdir(parents=True)
        (run / "config.json").write_text(to_json(SMALL) + "\n")
        (run / "log.jsonl").write_text("\n".join(lines))
        pixels = np.zeros((8, 16, 8, 16, 3), np.uint8)
        pixels[...] = np.arange(64).reshape(8, 1, 8, 1, 1)
        sheet = pixels.reshape(128, 128, 3)
        Image.fromarray(sheet).save(run / "samples" / "000003000.png")
        (run / "samples" / "000009000.png").write_bytes(b"\x89PNG cut off")
        return run

    return make


def test_torn_lines_are_passed_over(make):
    whole = [line(100 * k, float(k)) for k in range(1, 6)]
    torn = [
        whole[2][:40],
        "",
        "[1]",
        "7",
        "{}",
        "\x00\x01",
        '{"images": "x"}',
        "[" * 9999,
    ]
    lines = [*whole[:2], *torn, *whole[2:], line(600, None), '{"images": 700, "lo']
    past = read_past(make(lines=lines), never)
    assert np.allclose(past.history.kimg, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert np.array_equal(past.history.raw(0)[:5], [1, 2, 3, 4, 5])
    assert np.isnan(past.history.raw(0)[5]), "null is no number"
    assert past.said == ()


def test_the_newest_sheet_that_can_be_read(make):
    past = read_past(make(), never)
    assert past.samples.shape == (16, 16, 16, 3)
    assert [int(each[3, 3, 0]) for each in past.samples] == list(range(16))
    assert past.kimg == 3.0
    assert past.coverage == ()


def test_a_newer_record_has_newer_samples(make, write_record_of):
    run = make()
    write_record_of(run, 5000)
    past = read_past(run, never)
    assert past.kimg == 5.0
    assert past.samples.shape == (16, 8, 8, 3)
    assert past.samples[0, 0, 0, 0] == 200
    (run / "timeline" / "000006000.safetensors").write_bytes(b"torn")
    assert read_past(run, never).kimg == 5.0


def test_changes_and_skipped_steps_are_told(make):
    changed = json.dumps({"images": 200, "changed": {"r1_gamma": 3.0, "nobody": 1}})
    past = read_past(make(lines=[changed, line(300, skipped="a loss is inf")]), never)
    assert past.said == (("R1 gamma → 3.0.", 0.2, False), ("a loss is inf", 0.3, True))


def test_an_empty_folder_is_an_empty_board(tmp_path):
    past = read_past(tmp_path / "gone", never)
    assert (len(past.history), past.samples, past.coverage) == (0, None, ())


def test_nobody_waits_for_what_nobody_wants(make):
    past = read_past(make(lines=[line(k) for k in range(5000)]), lambda: True)
    assert len(past.history) == 0


@pytest.mark.gl
def test_a_chosen_run_is_seen_again_and_a_live_one_takes_the_board(
    instrument, make, qtbot, wait
):
    training, window = instrument.workshop.training, instrument.window
    threads = torch.get_num_threads()
    lines = [line(100 * k, float(k)) for k in range(1, 31)]
    make("first", lines, training.runs)
    make("second", lines[:20], training.runs)
    window.tabs.setCurrentIndex(1)
    page = window.train.pages.run
    qtbot.mouseClick(page.sides.buttons["runs"], Qt.MouseButton.LeftButton)
    wait(lambda: page.runs.list.count() == 2 and not instrument.workshop.bench.busy)
    assert page.whose.text() == page.runs.chosen.path.name
    row = next(n for n in (0, 1) if "first" in page.runs.list.item(n).text())
    for number, count in ((1 - row, 20), (row, 30)):
        item = page.runs.list.item(number)
        place = page.runs.list.visualItemRect(item).center()
        view = page.runs.list.viewport()
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
        wait(lambda: not instrument.workshop.bench.busy)
        assert len(page.board.history) == count
        wait(lambda count=count: page.board.plot.curve_points(0) == count)
    assert page.whose.text() == "first"
    assert page.board.samples.count == 16
    assert page.board.isVisible()
    assert "3.0 kimg" in page.board.caption
    training.start(RunRequest(SMALL, "tiny"))
    assert page.whose.text() == ""
    assert len(page.board.history) == 0
    wait(lambda: page.run_state is RunState.RUNNING and len(page.board.history) > 1)
    live = page.board.history
    qtbot.mouseClick(page.sides.buttons["runs"], Qt.MouseButton.LeftButton)
    wait(lambda: not instrument.workshop.bench.busy)
    qtbot.keyClick(page.runs.list, Qt.Key.Key_End)
    qtbot.keyClick(page.runs.list, Qt.Key.Key_Home)
    assert not instrument.workshop.bench.busy
    assert page.board.history is live
    training.stop(None)
    wait(
        lambda: (
            page.run_state is RunState.FINISHED and not instrument.workshop.bench.busy
        )
    )
    assert page.board.history is live, "what has just ended stays on the board"
    torch.set_num_threads(threads)


@pytest.mark.gl
def test_a_window_that_opens_on_the_runs_shows_the_newest(instrument, make, wait):
    """As ``snapshot --tab runs`` opens it: the side is turned to before it is seen."""
    from sgviz.gui.snapshot import _turn_to

    run = make(
        "only", [line(100 * k) for k in range(1, 9)], instrument.workshop.training.runs
    )
    _turn_to(instrument.window, "runs")
    page = instrument.window.train.pages.run
    wait(lambda: page.whose.text() == run.name and instrument.settled)
    assert page.isVisible()
    assert page.board.samples.count == 16
    assert len(page.board.history) == 8

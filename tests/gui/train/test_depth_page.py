"""The Depth laboratory in the window: chosen, trained, stopped, compared, saved."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from sgviz.gui.train.depth_desk import LAB_TRAINS, RUN_TRAINS
from sgviz.gui.train.depth_form import LabRequest
from sgviz.gui.train.depth_shapes import Turn
from sgviz.gui.train.depth_words import ROWS, SHAPES, has_left, side_of
from sgviz.gui.train.runs import RunRequest, RunState
from sgviz.measured.null import Band
from sgviz.prefs import runs_path
from sgviz.training.depth_lab import create_lab, read_lab
from sgviz.training.presets import PRESETS

pytestmark = pytest.mark.gl


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A network of a few thousand weights, twins that need not be measured."""
    from sgviz.training import depth_results
    from sgviz.training.figures import FIGURES

    before = torch.get_num_threads()
    little = replace(
        PRESETS["tiny"], resolution=16, z_dim=8, w_dim=8, channels=(8, 8, 8),
        channels_d=(8, 8, 8), batch=4, precision="fp32", kimg=0.1,
    )  # fmt: skip
    monkeypatch.setitem(PRESETS, "tiny", little)

    def quick(config, cancelled=lambda: False):
        keys = [figure.key for figure in FIGURES] + ["turning"]
        return {key: Band(0.0, 1.0, 2.0, 1.5) for key in keys}

    monkeypatch.setattr(depth_results, "untrained_bands", quick)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def desk(make_instrument, wait):
    """The window on the page of the laboratory."""

    def show(**options):
        instrument = make_instrument(settled=False, **options)
        window = instrument.window
        window.tabs.setCurrentWidget(window.train)
        window.train.pages.show_page("depth")
        wait(lambda: instrument.settled)
        return (
            instrument.workshop.bench.depths,
            window.train.pages.laboratory,
            instrument,
        )

    return show


def make_lab(make_moments, depths=(1, 4), name="lab"):
    """A laboratory that was trained before: two records a depth, made by hand."""
    base = replace(PRESETS["tiny"], kimg=2.0)
    lab = create_lab(runs_path().parent / "laboratories" / name, depths, base)
    for member in lab.members:
        for images in (0, 2000):
            make_moments(member.path, images)
    return lab


def click(mouse, widget):
    mouse.click(widget, widget.width() / 2, widget.height() / 2)


def check(mouse, box):
    """On the mark of a check box."""
    mouse.click(box, 8, box.height() / 2)


def test_without_a_laboratory_it_says_what_to_do(desk):
    depths, page, _ = desk()
    assert page._stack.currentWidget() is page._empty
    assert "press Start" in page._empty.words.text()
    assert page.controls.start_button.isEnabled()
    assert not page.controls.continue_button.isVisible()
    assert not page.bar.export_button.isEnabled()
    assert not depths.alive


def test_depths_are_chosen_and_wrong_ones_are_told(desk, mouse):
    _, page, _ = desk()
    form = page.form
    assert form.request() == LabRequest((1, 2, 4, 8), 3.0, 0)
    check(mouse, form.boxes[2])
    check(mouse, form.boxes[8])
    form.others.setFocus()
    QTest.keyClicks(form.others, "16, 3")
    assert form.request().depths == (1, 3, 4, 16)
    QTest.keyClicks(form.others, " 17")
    assert form.wrong.text() == "A depth is a whole number from 1 to 16, not 17."
    assert not page.controls.start_button.isEnabled()
    form.others.clear()
    check(mouse, form.boxes[1])
    check(mouse, form.boxes[4])
    assert form.wrong.text() == "Choose at least one depth."
    check(mouse, form.boxes[4])
    assert form.request().depths == (4,)
    assert page.controls.start_button.isEnabled()


def test_trained_stopped_and_continued_by_hand(desk, mouse, wait):
    depths, page, instrument = desk()
    run = instrument.window.train.pages.run
    page.form.show_request(LabRequest((1, 2), 0.4, 5))
    click(mouse, page.controls.start_button)
    assert page.controls.state is RunState.STARTING
    assert not page.form.isEnabled()
    assert not run.control.start_button.isEnabled()
    assert run.control.why.text() == LAB_TRAINS
    # A run that is asked for by other ways is not begun either.
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 1.0))
    assert not instrument.workshop.training.alive
    wait(lambda: page.facts and page.facts[0].start)
    assert page.board.board.states[2] == "waits its turn"
    assert "of 0.4 kimg" in page.progress.line.text()
    click(mouse, page.controls.pause_button)
    wait(lambda: page.controls.state is RunState.PAUSED)
    assert page.controls.pause_button.text() == "Resume"
    click(mouse, page.controls.stop_button)
    wait(lambda: page.controls.state is RunState.FINISHED)
    assert run.control.start_button.isEnabled()
    assert not run.control.why.text()
    path = depths.reading.seen.path
    lab = read_lab(path)
    assert path.parent == depths.folder and path.name.startswith("Depths 1, 2 - ")
    assert (lab.depths, lab.base.kimg, lab.base.seed) == ((1, 2), 0.4, 5)
    assert not lab.done
    wait(lambda: page.controls.continue_button.isVisible())
    click(mouse, page.controls.continue_button)
    wait(lambda: lab.done and page.controls.state is RunState.FINISHED)
    wait(lambda: all(facts.kimg == 0.4 for facts in page.facts))
    assert not page.controls.continue_button.isVisible()
    assert page.progress.line.text() == "All depths are trained."
    assert [bar.value() for bar in page.progress.bars.values()] == [1000, 1000]
    assert not page.card.isVisible()


def test_a_run_that_trains_is_why_start_is_disabled(desk, wait):
    _, page, instrument = desk()
    training = instrument.workshop.training
    training.start(RunRequest.of("tiny", 0, 50.0))
    assert not page.controls.start_button.isEnabled()
    assert page.controls.why.text() == RUN_TRAINS
    training.stop(0.0)
    wait(lambda: not page.held)
    assert page.controls.start_button.isEnabled() and not page.controls.why.text()


def test_closing_asks_and_saves(desk, mouse, wait):
    depths, page, instrument = desk()
    page.form.show_request(LabRequest((3,), 50.0, 0))
    click(mouse, page.controls.start_button)
    wait(lambda: page.facts and page.facts[0].start)
    instrument.window.close()
    assert instrument.window.isVisible() and instrument.workshop.bench.question.answered
    instrument.window.close()
    assert instrument.finish()
    (member,) = read_lab(depths.reading.seen.path).members
    assert (member.path / "g_ema.safetensors").is_file()
    assert not (member.path / "lock").exists()


def test_an_earlier_one_is_shown_with_its_figures(desk, write_record_of, wait):
    make_lab(write_record_of)
    depths, page, _ = desk()
    wait(lambda: len(depths.reading.bands) == 2)
    assert [facts.depth for facts in page.facts] == [1, 4]
    assert page.form.request() == LabRequest((1, 4), 2.0, 0)
    assert [facts.kimg for facts in page.facts] == [2.0, 2.0]
    # The circles that were made grow by a half, and keep their shape.
    assert page.facts[0].now["displacement"] == pytest.approx(0.5, abs=0.01)
    told, learned = (label.text() for label in page.sentences)
    assert "no clear order" in told
    assert "nothing in the shape was learned" in learned
    depths.reading.bands = {}
    page.set_bands({})
    assert "still being measured" in page.sentences[1].text()


def test_all_circles_turn_together_and_points_are_found(
    desk, write_record_of, mouse, wait
):
    make_lab(write_record_of)
    _, page, _ = desk()
    board = page.board
    wait(lambda: board.columns)
    first, second = board.columns
    places = first.places(board.board, board.board.shape(first.facts).now)
    x, y = places[5, :2]
    mouse.move(board, x, y)
    assert board.board.hovered == 5
    assert "Angle 75°" in board.tip_at(QPoint(round(x), round(y)))
    image = board.grab().toImage()
    mouse.move(board, first.table.left() + 2, first.table.bottom() - 2)
    assert board.board.hovered is None
    assert board.grab().toImage() != image, "the point was marked nowhere"
    middle = second.circle.center()
    mouse.press(board, middle.x(), middle.y())
    mouse.move(board, middle.x() + 40, middle.y())
    mouse.release(board, middle.x() + 40, middle.y())
    assert board.board.turn.yaw == pytest.approx(Turn().yaw + 0.32)
    board.setFocus()
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert board.board.turn.pitch == pytest.approx(Turn().pitch + 0.1)
    mouse.double_click(board, middle.x(), middle.y())
    assert board.board.turn == Turn()


def test_scale_circle_and_tips(desk, write_record_of, mouse, wait):
    lab = make_lab(write_record_of)
    write_record_of(lab.members[1].path, 4000)
    _, page, _ = desk()
    board = page.board
    wait(lambda: board.columns and page.facts[1].kimg == 4.0)

    def size(k):
        column = board.columns[k]
        places = column.places(board.board, board.board.shape(column.facts).now)
        return np.ptp(places[:, 0])

    assert size(1) > 1.2 * size(0)
    check(mouse, page.bar.same_scale)
    assert size(1) == pytest.approx(size(0), rel=0.02)
    before = size(0)
    page.bar.circle.setFocus()
    QTest.keyClick(page.bar.circle, Qt.Key.Key_Down)
    assert board.board.circle == 1 and size(0) != before
    column = board.columns[0]
    for number, row in enumerate(ROWS, start=1):
        tip = board.tip_at(column.row(number).center().toPoint())
        assert row.title.lower() in tip and row.tip in tip
        assert ("after 2 kimg" in tip) == (row.key != "coverage")
        assert ("48 untrained networks" in tip) == row.shape


def test_table_and_picture_are_saved(desk, write_record_of, wait):
    make_lab(write_record_of)
    depths, page, _ = desk()
    wait(lambda: len(depths.reading.bands) == 2)
    rows = list(csv.DictReader(io.StringIO(depths.exported("csv").decode())))
    assert len(rows) == 2 * len(ROWS)
    first = rows[0]
    assert first["depth"] == "1" and first["figure"] == "harmonic_1"
    assert float(first["trained"]) == page.facts[0].now["harmonic_1"]
    assert float(first["closed_form"]) == pytest.approx(0.9223, abs=1e-4)
    assert float(first["twins_high"]) == 2.0 and first["outside"] == ""
    turnings = [row for row in rows if row["figure"] == "turning"]
    assert turnings[0]["closed_form"] == "" and turnings[0]["points"] == "24"
    assert len(SHAPES) < len(ROWS)
    image = QImage.fromData(depths.exported("png"))
    assert image.width() > 1200 and image.height() > 1400
    seen = {image.pixel(x, y) for x in range(0, 1200, 7) for y in range(0, 1400, 7)}
    assert len(seen) > 50


def test_what_counts_as_brought_out_of_the_band():
    band = Band(1.0, 1.5, 2.0)
    outside = [side_of(value, band) for value in (0.9, 0.9995, 1.5, 2.001, 2.1)]
    assert outside == [-1, 0, 0, 0, 1]
    assert has_left(2.3, 1.9, band)
    assert not has_left(2.05, 1.95, band), "it crossed the border by a hair"
    assert not has_left(2.5, 2.45, band), "it was outside before"
    assert not has_left(1.9, 1.1, band), "it is inside"
    # The bands of depth 1, where harmonics do not depend on the weights.
    thin = Band(0.922329, 0.922346, 0.922362)
    assert side_of(0.922318, thin) == 0


def test_what_cannot_be_read_is_told(desk, write_record_of, wait):
    lab = make_lab(write_record_of)
    record = lab.members[0].path / "timeline" / "000002000.safetensors"
    record.write_bytes(record.read_bytes()[:99])
    depths, page, _ = desk()
    wait(lambda: page.facts)
    assert page.facts[0].kimg == 0.0 and page.facts[1].kimg == 2.0
    assert "000002000" in page.facts[0].problem
    (lab.path / "lab.json").write_text("{")
    depths.reading.look()
    wait(lambda: page.card.isVisible())
    assert "lab.json of lab cannot be used" in page.card.text


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_both_themes_and_a_small_window(desk, write_record_of, wait, theme):
    from sgviz.prefs import Prefs

    make_lab(write_record_of, depths=(1, 2, 4, 8))
    _, page, _ = desk(prefs=Prefs(theme=theme), size=(1000, 650))
    wait(lambda: len(page.facts) == 4)
    assert page.board.board.theme.name == theme
    board = page.board
    assert board.columns[-1].table.right() <= board.width() + 1
    assert board.columns[-1].table.bottom() <= board.height() + 1

"""The Timeline page in the window: read, scrubbed, played, opened in Explore."""

import csv
import io
import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QSurface
from PySide6.QtTest import QTest

from sgviz.prefs import runs_path
from sgviz.state import AtKimg

pytestmark = pytest.mark.gl


@pytest.fixture(autouse=True)
def quick_twins(monkeypatch):
    """Untrained networks that need not be measured."""
    from sgviz.training import reference
    from sgviz.training.figures import FIGURES

    def quick(config, cancelled=lambda: False):
        return {figure.key: reference.Band(0.0, 1.0, 2.0, 1.5) for figure in FIGURES}

    monkeypatch.setattr(reference, "reference", quick)


@pytest.fixture
def desk(make_instrument, make_run, wait):
    """``desk(*runs)``: the window on its Timeline page, everything read."""

    def show(*runs, **options):
        for name, kimg, kept in runs:
            make_run(name, kimg, kept, runs_path())
        instrument = make_instrument(settled=False, **options)
        window = instrument.window
        window.tabs.setCurrentWidget(window.train)
        window.train.pages.show_page("timeline")
        # The window opens its 3-D view first, and takes the focus for it.
        wait(lambda: instrument.settled and window.w_view.view is not None)
        wait(lambda: instrument.settled and shown(window.train.pages.timeline))
        return instrument

    return show


def shown(page):
    """Whether both sides show the moment that the page stands at."""
    for side, path in zip(page.pair.sides, page.paths, strict=True):
        if path is None:
            continue
        if side.shelf is None:
            return False
        figures = side.shelf.facts.figures
        if figures and side.view is not None:
            near = min(figures, key=lambda f: abs(f.images - 1000 * page.moment))
            if side.images != near.images:
                return False
    return True


def drawn(page, side=0):
    """The pixels of a side's 3-D view at rest, u8 [H, W, 3]."""
    view = page.pair.sides[side].view
    QTest.qWait(30)
    view.settle()
    image = view.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8)
    rows = rows.reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), -1, 3).copy()


ONE = ("run one", range(9), (0, 4, 8))
TWO = ("run two", [0, 2.5, 5, 7.5, 10], (0,))


def test_nothing_is_made_before_the_page_is_seen(make_instrument, make_run):
    make_run("run one", range(3), (), runs_path())
    instrument = make_instrument()
    page = instrument.window.train.pages.timeline
    instrument.window.tabs.setCurrentWidget(instrument.window.train)
    QTest.qWait(50)
    assert page.pair.sides[0].view is None
    assert not instrument.workshop.timeline.reader.alive
    assert not instrument.workshop.timeline.twins.alive


def test_without_a_run_it_says_what_to_do(desk):
    page = desk().window.train.pages.timeline
    assert page.paths == (None, None)
    assert page._stack.currentWidget() is page._empty
    assert "Begin a run" in page._empty.words.text()
    assert not page.transport.isEnabled()
    assert page.pair.sides[0].view is None


def test_the_newest_run_is_shown_at_its_end(desk):
    page = desk(ONE).window.train.pages.timeline
    side = page.pair.sides[0]
    assert page.paths[0] == runs_path() / "run one"
    assert side.images == 8000
    assert side.samples.count == 16
    assert "8 kimg · record 9 of 9" in side.title.text()
    assert page.transport.field.value() == 8.0
    assert page.charts.board.at == 8.0
    assert not page.pair.sides[1].isVisible()
    assert len(np.unique(drawn(page).reshape(-1, 3), axis=0)) > 50


def test_keys_and_mouse_and_numbers_move_the_scrubber(desk, mouse, wait):
    page = desk(ONE).window.train.pages.timeline
    slider, side = page.transport.slider, page.pair.sides[0]
    slider.setFocus()
    key = Qt.Key
    for pressed, images in (
        (key.Key_Left, 7000),
        (key.Key_Home, 0),
        (key.Key_Left, 0),
        (key.Key_Right, 1000),
        (key.Key_PageUp, 8000),
        (key.Key_PageDown, 0),
        (key.Key_End, 8000),
    ):
        QTest.keyClick(slider, pressed)
        assert page.moment == images / 1000
        wait(lambda images=images: side.images == images)
    mouse.click(slider, slider.x_of(3.1), slider.height() / 2)
    wait(lambda: side.images == 3000)
    mouse.press(slider, slider.x_of(3.0), slider.height() / 2)
    for kimg in (4.2, 5.8, 6.4):
        mouse.move(slider, slider.x_of(kimg), slider.height() / 2)
    mouse.release(slider, slider.x_of(6.4), slider.height() / 2)
    wait(lambda: side.images == 6000)
    field = page.transport.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "1.6")
    QTest.keyClick(field, key.Key_Return)
    wait(lambda: side.images == 2000)
    assert field.text() == "2.0"


def test_a_click_or_a_drag_in_a_chart_moves_it_too(desk, mouse, wait):
    page = desk(ONE).window.train.pages.timeline
    board, side = page.charts.board, page.pair.sides[0]
    chart = board.cells[4].chart

    def x(kimg):
        return chart.left() + kimg / 8 * chart.width()

    mouse.press(board, x(2.2), chart.center().y())
    wait(lambda: side.images == 2000)
    assert board.at == 2.0
    mouse.move(board, x(5.1), chart.center().y())
    mouse.release(board, x(5.1), chart.center().y())
    wait(lambda: side.images == 5000)
    assert page.transport.slider.at == 5.0
    assert "displacement" in board.tip_at(board.cells[0].chart.center()).lower()


def test_the_circles_move_and_trail(desk, wait):
    page = desk(ONE).window.train.pages.timeline
    last = drawn(page)
    page.transport.slider.step(-4)
    wait(lambda: shown(page))
    former = drawn(page)
    assert (former != last).any(axis=2).mean() > 0.005
    page.look.trail.setValue(0)
    alone = drawn(page)
    assert (former != alone).any(axis=2).mean() > 0.002
    stage = page.pair.sides[0].view._stage
    assert not stage.trails._points.size
    page.look.trail.setValue(3)
    assert len(stage.trails._points) == 3 * 2
    page.look.colour.buttons["circle"].click()
    assert (drawn(page) != former).any()


def test_a_point_shows_its_path_through_the_run(desk):
    page = desk(ONE).window.train.pages.timeline
    view = page.pair.sides[0].view
    placed = page.pair.sides[0].shelf.all_placed()
    from sgviz.gui.gl.camera import to_pixels

    point = placed[-1].positions[1, 3].astype(float)[None]
    x, y, _ = to_pixels(point, view.matrix(), view.logical_size())[0]
    before = drawn(page)
    view.hovered(QPointF(x, y))
    way = view._stage.paths._points
    circle, k = view._hover
    assert way.shape == (1, 9, 3)
    assert np.array_equal(way[0], [each.positions[circle, k] for each in placed])
    assert (drawn(page) != before).any()
    view.left()
    assert not view._stage.paths._points.size


def test_directions_stay_over_the_run_and_can_be_chosen(desk, wait):
    page = desk(ONE).window.train.pages.timeline
    side = page.pair.sides[0]
    wait(lambda: len(side.shelf.all_placed()) == 9)
    lengths = [np.linalg.norm(p.positions - p.w_avg) for p in side.shelf.all_placed()]
    assert lengths == sorted(lengths), "these circles only grow"
    assert side.view._stage.names == ("PC1", "PC2", "PC3")
    page.look.directions.buttons["axes"].click()
    page.look.start.setValue(5)
    wait(lambda: side.view._stage.names == ("w5", "w6", "w7"))
    page.look.centre.buttons["zero"].click()

    def is_given():
        placed = side.shelf.placed(8000)
        record = side.shelf._reader.record(8)
        there = record.w[..., 5:8].numpy()
        return placed is not None and np.allclose(placed.positions, there, atol=1e-5)

    wait(is_given)


def test_two_runs_turn_and_move_together(desk, mouse, wait):
    instrument = desk(ONE, TWO)
    page = instrument.window.train.pages.timeline
    page.open_run(0, runs_path() / "run one")
    page.open_run(1, runs_path() / "run two")
    a, b = page.pair.sides
    wait(lambda: instrument.settled and shown(page) and b.images == 10000)
    assert a.images == 8000
    assert page.transport.slider.stops.tolist() == sorted({*range(9), 2.5, 7.5, 10})
    assert a.view.shown_camera == b.view.shown_camera
    middle = (a.view.width() / 2, a.view.height() / 2)
    for view, other in ((a.view, b.view), (b.view, a.view)):
        before = other.shown_camera
        mouse.press(view, *middle)
        mouse.move(view, middle[0] + 40, middle[1] + 15)
        mouse.release(view, middle[0] + 40, middle[1] + 15)
        assert view.shown_camera != before
        assert other.shown_camera == view.shown_camera
    page.transport.slider.go_near(2.4)
    wait(lambda: (a.images, b.images) == (3000, 2500))
    assert len(page.charts.board.sheet.runs) == 2
    page.bar.combos[1].setCurrentIndex(0)
    page.bar.combos[1].activated.emit(0)
    wait(lambda: not b.isVisible())
    assert len(page.charts.board.sheet.runs) == 1


def test_f_brings_both_runs_into_view(desk, wait):
    instrument = desk(ONE, TWO)
    page = instrument.window.train.pages.timeline
    page.open_run(0, runs_path() / "run one")
    page.open_run(1, runs_path() / "run two")
    wait(lambda: instrument.settled and shown(page))
    a, b = (side.view for side in page.pair.sides)
    a.orbit(70.0, -30.0)
    b.setFocus()
    QTest.keyClick(b, Qt.Key.Key_F)
    wait(lambda: a.shown_camera == b.shown_camera == b.camera)
    from sgviz.gui.gl.camera import to_pixels

    for side in page.pair.sides:
        for placed in side.shelf.all_placed():
            points = placed.positions.reshape(-1, 3).astype(float)
            found = to_pixels(points, side.view.matrix(), side.view.logical_size())
            assert (found[:, :2] > 0).all()
            assert (found[:, :2] < side.view.logical_size()).all()


def test_a_live_run_is_followed_at_its_end_only(desk, write_record_of, wait):
    page = desk(ONE).window.train.pages.timeline
    side, run = page.pair.sides[0], runs_path() / "run one"
    write_record_of(run, 9000)
    page.look_again()
    wait(lambda: side.images == 9000 and page.moment == 9.0)
    assert len(page.charts.board.sheet.runs[0].kimg) == 10
    page.transport.slider.step(-3)
    wait(lambda: side.images == 6000)
    write_record_of(run, 10000)
    page.look_again()
    wait(lambda: len(side.shelf.facts.figures) == 11)
    QTest.qWait(50)
    assert side.images == 6000
    assert page.transport.slider.stops[-1] == 10.0


def test_playing_goes_to_the_end_or_round(desk, wait):
    page = desk(ONE).window.train.pages.timeline
    transport, side = page.transport, page.pair.sides[0]
    transport.speed.setCurrentIndex(transport.speed.count() - 1)
    side.view.setFocus()
    seen = []
    transport.moved.connect(seen.append)
    QTest.keyClick(side.view, Qt.Key.Key_Space)
    assert transport.is_playing
    wait(lambda: not transport.is_playing)
    assert seen == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    wait(lambda: side.images == 8000)
    transport.loop_button.click()
    transport.play_button.click()
    seen.clear()
    wait(lambda: seen.count(0.0) >= 2)
    transport.slider.setFocus()
    QTest.keyClick(transport.slider, Qt.Key.Key_Left)
    assert not transport.is_playing, "a hand on the scrubber stops it"


def test_a_page_that_is_not_seen_does_not_play(desk):
    instrument = desk(ONE)
    page = instrument.window.train.pages.timeline
    page.transport.play()
    assert page.transport.is_playing
    instrument.window.train.pages.show_page("run")
    assert not page.transport.is_playing
    assert not page._clock.isActive()


def test_a_damaged_record_is_left_out_with_a_sentence(desk, make_run, wait):
    run = make_run("run one", range(9), (), runs_path())
    cut = run / "timeline" / "000004000.safetensors"
    cut.write_bytes(cut.read_bytes()[:700])
    garbled = run / "timeline" / "000008000.safetensors"
    data = bytearray(garbled.read_bytes())
    begin = 8 + int.from_bytes(data[:8], "little")
    data[begin:] = b"\xff\x7f" * ((len(data) - begin) // 2)  # not numbers
    garbled.write_bytes(data)
    page = desk().window.train.pages.timeline
    side = page.pair.sides[0]
    wait(lambda: len(side.shelf.all_placed()) == len(side.shelf.facts.figures))
    kept = [figures.images for figures in side.shelf.facts.figures]
    assert kept == [0, 1000, 2000, 3000, 5000, 6000, 7000]
    assert "left out" in side.note.text()
    page.transport.slider.step(-len(kept))
    for each in kept[1:]:
        page.transport.slider.step(1)
        wait(lambda each=each: side.images == each)


def test_a_run_that_vanishes_keeps_what_was_read(desk, wait):
    import shutil

    page = desk(ONE).window.train.pages.timeline
    side = page.pair.sides[0]
    wait(lambda: len(side.shelf.all_placed()) == 9)
    shutil.rmtree(runs_path() / "run one")
    page.look_again()
    wait(lambda: "no records" in side.message.text())
    assert side.message.isVisible()
    assert not page.transport.isEnabled()
    assert not page.bar.explore_button.isEnabled()


def test_open_in_explore_is_one_edit_and_says_what_it_opened(desk, wait):
    instrument = desk(ONE)
    window, session = instrument.window, instrument.session
    page, before = window.train.pages.timeline, instrument.session.state
    page.transport.slider.go_near(3.0)
    wait(lambda: page.pair.sides[0].images == 3000)
    assert page.bar.explore_button.text() == "Open 4 kimg in Explore"
    QTest.mouseClick(page.bar.explore_button, Qt.MouseButton.LeftButton)
    assert session.state.model == AtKimg("run one", 3.0)
    assert window.tabs.currentWidget() is window.explore
    wait(lambda: "4 kimg" in window.status._model.text())
    said = [note.text() for note in notes(window)]
    assert any("after 4 kimg: the kept checkpoint nearest to 3" in s for s in said)
    session.stack.undo()
    assert session.state.model == before.model
    session.stack.redo()
    assert session.state.model == AtKimg("run one", 3.0)


def notes(window):
    from PySide6.QtWidgets import QLabel

    return [label for label in window.findChildren(QLabel) if label.isVisible()]


def test_a_run_folder_is_dropped_on_the_page(desk, make_run, wait):
    instrument = desk(ONE)
    page = instrument.window.train.pages.timeline
    elsewhere = make_run("else where!", [0, 1], (1,))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(elsewhere))])
    args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    keys = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 200), *args, keys)
    page.dragEnterEvent(enter)
    assert enter.isAccepted()
    page.dropEvent(QDropEvent(QPointF(50, 200), *args, keys))
    side = page.pair.sides[0]
    wait(lambda: side.shelf is not None and side.images == 1000)
    assert page.bar.combos[0].currentText() == "else where!"
    page.bar.explore_button.click()
    assert instrument.session.state.model == AtKimg("else where_", 1.0, str(elsewhere))
    wait(lambda: "at 1 kimg" in instrument.window.status._model.text())
    data.setUrls([QUrl.fromLocalFile(str(elsewhere / "config.json"))])
    enter = QDragEnterEvent(QPoint(50, 200), *args, keys)
    page.dragEnterEvent(enter)
    assert not enter.isAccepted(), "a file is the window's"


def test_a_run_that_begins_is_shown_when_it_is_there(desk, make_run, wait):
    page = desk(ONE, TWO).window.train.pages.timeline
    page.open_run(0, runs_path() / "run one")
    wait(lambda: shown(page))
    make_run("run three", [0], (), runs_path())
    page.look_again()
    wait(lambda: page.bar.combos[0].findText("run three") >= 0)
    assert page.paths[0] == runs_path() / "run one", "it was chosen"
    page.follow_newest()
    page.look_again()
    wait(lambda: page.paths[0] == runs_path() / "run three")


def test_what_is_exported(desk, wait):
    instrument = desk(ONE)
    wait(lambda: not instrument.window.train.pages.timeline.charts.waits)
    timeline = instrument.workshop.timeline
    rows = list(csv.DictReader(io.StringIO(timeline.exported("csv").decode())))
    assert [row["images"] for row in rows[:9]] == [str(1000 * k) for k in range(9)]
    assert rows[9]["row"] == "untrained low"
    picture = QImage.fromData(timeline.exported("png"))
    assert (picture.width(), picture.height()) == (2560, 1720)
    svg = timeline.exported("svg").decode()
    assert svg.lstrip().startswith("<?xml")
    assert "Displacement" in svg
    assert "as any untrained network" in svg
    frame = QImage.fromData(timeline.exported("frame"))
    view = instrument.window.train.pages.timeline.pair.sides[0].view
    assert frame.width() == 2 * view.width()
    assert frame.height() > 2 * view.height() + 60


def test_export_asks_for_a_name(desk, monkeypatch, tmp_path):
    from sgviz.gui.train import timeline_desk

    instrument = desk(ONE)
    out = tmp_path / "curves.csv"

    class Dialog:
        @staticmethod
        def getSaveFileName(*_):
            return str(out), ""

    monkeypatch.setattr(timeline_desk, "QFileDialog", Dialog)
    instrument.window.train.pages.timeline.bar.export_requested.emit("csv")
    assert out.read_text().startswith("run,row,images,displacement")


def test_the_window_is_still_drawn_by_hand(desk):
    instrument = desk(ONE, TWO)
    page = instrument.window.train.pages.timeline
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("only X has windows in windows")
    page.open_run(1, runs_path() / "run one")
    QTest.qWait(200)
    kind = QSurface.SurfaceType
    assert instrument.window.windowHandle().surfaceType() == kind.RasterSurface
    for side in page.pair.sides:
        assert side.view.windowHandle().surfaceType() == kind.OpenGLSurface
        assert not side.testAttribute(Qt.WidgetAttribute.WA_NativeWindow)


def test_an_idle_page_paints_nothing(desk, paints):
    page = desk(ONE).window.train.pages.timeline
    QTest.qWait(300)
    seen = paints(page)
    frames = []
    page.pair.sides[0].view.frame_painted.connect(frames.append)
    for _ in range(3):
        page.look_again()
        QTest.qWait(150)
    assert not frames
    assert not seen.seen, seen.seen


def test_five_hundred_records_are_scrubbed_in_an_instant(desk, make_run, wait):
    make_run("long run", np.arange(500) * 0.4, (), runs_path())
    page = desk().window.train.pages.timeline
    side, slider = page.pair.sides[0], page.transport.slider
    wait(lambda: len(side.shelf.all_placed()) == 500)
    took = []
    for kimg in np.random.RandomState(0).uniform(0, 200, 60):
        start = time.perf_counter()
        slider.go_near(float(kimg))
        took.append(time.perf_counter() - start)
        assert shown(page), "what is here needs no thread"
    assert np.median(took) < 0.05, took


def test_only_the_last_of_many_asks_is_read(make_run, wait, monkeypatch, qapp):
    from sgviz.gui.train.timeline_shelf import Gaze, RunShelf
    from sgviz.gui.train.timeline_thread import Ask, TimelineThread

    run = make_run("run one", range(60))
    loaded, gate = [], threading.Event()
    real = RunShelf.load

    def slow(shelf, images):
        gate.wait(5)
        loaded.append(images)
        return real(shelf, images)

    monkeypatch.setattr(RunShelf, "load", slow)
    thread = TimelineThread()
    thread.news.connect(thread.take_news)
    try:
        thread.start()
        for kimg in range(40):
            thread.ask((Ask(run, Gaze(), float(kimg)), None))
            time.sleep(0.001)
        gate.set()
        wait(lambda: thread.idle)
    finally:
        assert thread.stop(5)
    assert loaded.index(39000) <= 2, loaded[:5]
    assert sorted(loaded) == [1000 * k for k in range(60)], "each is read once"


def test_untrained_networks_are_measured_until_nobody_wants_them(wait, monkeypatch):
    from dataclasses import replace

    from sgviz.gui.train.timeline_bands import BandsThread, sizes_of
    from sgviz.training import reference
    from sgviz.training.presets import PRESETS

    first, second = PRESETS["tiny"], replace(PRESETS["tiny"], depth=2)
    begun = threading.Event()

    def endless(config, cancelled):
        if config is second:
            return {"unevenness": reference.Band(1.0, 2.0, 3.0)}
        begun.set()
        while not cancelled():
            time.sleep(0.001)
        return {}

    monkeypatch.setattr(reference, "reference", endless)
    twins = BandsThread()
    twins.want(first)
    assert begun.wait(5)
    twins.want(second)
    wait(lambda: sizes_of(second) in twins.bands)
    assert sizes_of(first) not in twins.bands
    twins.want(first)
    assert twins.stop(5), "it ends in the midst of measuring"


def test_a_band_that_cannot_be_had_is_a_sentence(wait, monkeypatch):
    from sgviz.gui.train.timeline_bands import BandsThread
    from sgviz.training import reference
    from sgviz.training.presets import PRESETS

    def broken(config, cancelled):
        raise RuntimeError("no memory")

    monkeypatch.setattr(reference, "reference", broken)
    twins = BandsThread()
    twins.want(PRESETS["tiny"])
    wait(lambda: twins.problem == "no untrained networks to compare with: no memory")
    assert twins.stop(5)


@pytest.mark.parametrize("size", [(1280, 800), (1000, 650)])
def test_there_is_room_for_everything(desk, size):
    instrument = desk(ONE, TWO, size=size)
    page = instrument.window.train.pages.timeline
    page.open_run(1, runs_path() / "run one")
    QTest.qWait(100)
    assert instrument.window.size().toTuple() == size
    for widget in (page.bar, page.look, page.charts, page.transport, page.pair):
        box = widget.rect().translated(widget.mapTo(page, QPoint(0, 0)))
        assert page.rect().contains(box), widget
    for cell in page.charts.board.cells:
        assert cell.chart.height() >= 20
        assert cell.chart.width() >= 100

"""Files and the window: every kind dropped, saved, copied; bad ones lose nothing."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from sgviz.checkpoints.circles_file import read_circles
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.of_run import checkpoint_path
from sgviz.checkpoints.picture import png_bytes, read_state
from sgviz.gui.opening import file_of
from sgviz.gui.session import Edit
from sgviz.prefs import Prefs
from sgviz.state import CircleSet, CirclesFile, File, Pca, Seed, State
from sgviz.state_json import from_json, to_json
from sgviz.training import config_json
from sgviz.training.config import TrainConfig

pytestmark = pytest.mark.gl


def drop(instrument, *paths: Path) -> None:
    """A real drop of files on the window."""
    window, data = instrument.window, QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place = QPointF(window.rect().center())
    keys, buttons = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(place.toPoint(), copy, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(place, copy, data, buttons, keys))


@pytest.fixture
def other_file(tmp_path):
    """A network of another size."""
    from sgviz.checkpoints import native
    from sgviz.models.generator import Generator, GeneratorConfig
    from sgviz.models.snapshot import Snapshot

    path = tmp_path / "other network.safetensors"
    sizes = GeneratorConfig(8, 10, 2, 8, (4, 4), 0.1)
    native.save(Snapshot.of(Generator(sizes, seed=1), 5.0), path)
    return path


@pytest.fixture
def circles_of(tmp_path, little):
    """Circles of the little network in a file of an extension."""
    from sgviz.checkpoints.circles_file import write_circles
    from sgviz.curves import map_circles
    from sgviz.render.sources import Sources

    def write(name: str, psi: float = 1.0) -> Path:
        sources = Sources("cpu")
        model = sources.model(little.model)
        curves = map_circles(model.generator, little.circles, sources.given, psi)
        path = tmp_path / name
        write_circles(replace(curves, model_sha256=model.sha256), path)
        return path

    return write


def test_a_model_is_dropped(instrument, wait, other_file):
    before = instrument.session.state
    drop(instrument, other_file)
    wait(lambda: instrument.session.state != before and instrument.settled)
    state = instrument.session.state
    assert isinstance(state.model, File)
    assert Path(state.model.path) == other_file
    assert state.circles == before.circles
    assert instrument.controller.image.pixels.shape == (8, 8, 3)
    assert instrument.session.stack.undoText() == "Open other network.safetensors"
    assert instrument.window.notifications.notes() == []
    assert "other network" in instrument.window.status._model.text()
    instrument.session.stack.undo()
    wait(lambda: instrument.settled)
    assert instrument.session.state == before
    assert instrument.controller.image.pixels.shape == (16, 16, 3)


def test_a_run_s_folder_is_dropped(instrument, wait, other_file, tmp_path):
    """It stands for the network in it."""
    run = tmp_path / "a run"
    run.mkdir()
    (run / "g_ema.safetensors").write_bytes(other_file.read_bytes())
    drop(instrument, run)
    wait(lambda: isinstance(instrument.session.state.model, File))
    wait(lambda: instrument.settled)
    assert Path(instrument.session.state.model.path) == run / "g_ema.safetensors"
    assert instrument.window.notifications.notes() == []


def test_a_folder_without_a_network_says_what_it_is(tmp_path, other_file):
    def why(folder):
        with pytest.raises(FileError) as error:
            file_of(folder)
        return str(error.value)

    run = tmp_path / "run"
    run.mkdir()
    assert why(run) == "run is a folder: open a file, or the folder of a run"
    (run / "config.json").write_text("{")
    assert why(run).startswith("run is a folder: ")
    (run / "config.json").write_text(config_json.to_json(TrainConfig()))
    assert why(run) == (
        "run is a run that has saved no network yet; it does so at its first "
        "checkpoint and when it is stopped: wait, or continue it"
    )
    newest = checkpoint_path(run, 2000)
    newest.parent.mkdir()
    for images in (0, 2000):
        checkpoint_path(run, images).write_bytes(other_file.read_bytes())
    assert file_of(run) == newest
    lab = tmp_path / "lab"
    lab.mkdir()
    (lab / "lab.json").touch()
    assert why(lab) == "lab is a depth laboratory: open the folder of one of its depths"
    assert file_of(other_file) == other_file


@pytest.mark.parametrize("name", ["circles.npz", "circles.csv", "circles.ply"])
def test_circles_are_dropped(instrument, wait, circles_of, name):
    path = circles_of(name)
    drop(instrument, path)
    wait(lambda: isinstance(instrument.session.state.circles, CirclesFile))
    wait(lambda: instrument.settled)
    scene = instrument.controller.scene
    assert scene.positions.shape[1:] == (2, 32, 3)
    # Only .npz holds z: the others are geometry, and the window says so.
    assert scene.has_latents == (name == "circles.npz")
    said = instrument.window.latents.circles.file.name.text()
    assert said.startswith(f"{name}: ")
    assert ("with images" in said) == (name == "circles.npz")
    assert ("geometry only" in said) == (name != "circles.npz")
    if name == "circles.npz":
        assert instrument.controller.image is not None
    else:
        assert "geometry only" in instrument.window.image.card.text
        assert instrument.controller.image is None


def test_the_blog_s_circle_is_dropped(instrument, wait, tmp_path):
    w = np.random.RandomState(0).randn(97, 512).astype("<f4")
    path = tmp_path / "plane0,1.dat"
    path.write_bytes(w.tobytes())
    drop(instrument, path)
    wait(lambda: isinstance(instrument.session.state.circles, CirclesFile))
    wait(lambda: instrument.settled)
    assert instrument.controller.scene.positions.shape == (4, 1, 96, 3)
    assert instrument.controller.scene.circles == ("plane0,1",)
    assert instrument.window.image.card.text == (
        "These circles are geometry only: the file names no network"
    )


def test_a_point_of_dropped_circles_is_taken(instrument, wait, circles_of):
    drop(instrument, circles_of("circles.npz"))
    wait(lambda: isinstance(instrument.session.state.circles, CirclesFile))
    wait(lambda: instrument.settled)
    window = instrument.window
    window.w_view.point_hovered.emit(1, 9)
    wait(lambda: instrument.settled)
    hovered = instrument.controller.image.pixels
    window.w_view.point_clicked.emit(1, 9)
    window.w_view.hover_left.emit()
    wait(lambda: instrument.settled)
    assert instrument.session.state.latent.row == 32 + 9
    np.testing.assert_array_equal(instrument.controller.image.pixels, hovered)


def test_a_session_is_saved_and_dropped(instrument, wait, tmp_path, monkeypatch):
    state = replace(
        instrument.session.state, psi=0.6, latent=Seed(12), projection=Pca(), ring=1
    )
    instrument.session.apply(Edit(state, "An edit"))
    path = tmp_path / "my session.json"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(path), "")
    )  # fmt: skip
    instrument.files.save_session()
    assert from_json(path.read_text()) == state
    assert instrument.window.notifications.notes() == ["Saved my session.json."]
    instrument.session.stack.undo()
    drop(instrument, path)
    wait(lambda: instrument.session.state == state)
    wait(lambda: instrument.settled)
    assert instrument.session.stack.undoText() == "Open my session.json"


def test_a_screenshot_carries_the_state(instrument, wait, tmp_path, monkeypatch):
    state = replace(instrument.session.state, psi=0.4)
    instrument.session.apply(Edit(state, "An edit"))
    path = tmp_path / "window.png"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(path), "")
    )  # fmt: skip
    instrument.files.save_view()
    window = instrument.window
    size = window.size() * window.devicePixelRatio()
    assert QImage(str(path)).size() == size
    carried = read_state(path)
    assert carried.psi == 0.4
    assert carried.model.sha256 == state.model.sha256
    # Names and hashes, and not one folder of this machine.
    assert carried.model.path == Path(state.model.path).name
    data = path.read_bytes()
    for folder in (str(tmp_path), str(Path(state.model.path).parent)):
        assert folder.encode() not in data
    instrument.files.recent_opened.emit(state.model.path, state.model.sha256)
    instrument.session.stack.undo()
    drop(instrument, path)
    wait(lambda: instrument.session.state == carried)
    wait(lambda: instrument.settled)
    assert instrument.controller.image is not None, "found by its hash"


def test_a_picture_of_the_image(instrument, tmp_path, monkeypatch):
    path = tmp_path / "image.png"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(path), "")
    )  # fmt: skip
    instrument.window.image.save_requested.emit()
    assert QImage(str(path)).size().toTuple() == (16, 16)
    assert read_state(path).latent == Seed(0)


@pytest.mark.parametrize("what", ["image", "window"])
def test_the_clipboard_holds_raw_png_bytes(instrument, what):
    if what == "image":
        instrument.window.image.copy_requested.emit()
    else:
        instrument.files.copy_view()
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    raw = data.data("image/png").data()
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    assert read_state(raw).psi == 1.0
    picture = QImage.fromData(raw)
    if what == "image":
        assert picture.size().toTuple() == (16, 16)
        pixel = instrument.controller.image.pixels[3, 5]
        assert picture.pixelColor(5, 3).getRgb()[:3] == tuple(pixel.tolist())
    else:
        assert picture.width() >= 1280


def test_a_dialogue_that_is_cancelled(instrument, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    instrument.files.save_session()
    instrument.files.choose_and_open()
    assert instrument.window.notifications.notes() == []
    assert not instrument.files.reading


def bad_files(folder: Path) -> dict[str, bytes | None]:
    good = json.loads(to_json(State()))
    return {
        "empty.json": b"",
        "gone.npz": None,
        "nonsense.safetensors": b"\x00" * 100,
        "text.json": b"{]",
        "newer.json": json.dumps(good | {"version": 9}).encode(),
        "infinite.json": to_json(State()).replace("1.0", "Infinity").encode(),
        "deep.json": b"[" * 5000,
        "pickle.pkl": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00.",
        "page.safetensors": b"<!DOCTYPE html><html>login</html>",
        "zip.npz": b"PK\x03\x04" + b"\x00" * 60,
        "zeros.dat": b"\x00" * 2048 * 5,
        "photo.png": png_bytes(np.zeros((4, 4, 3), np.uint8), None),
        "cut.png": png_bytes(np.zeros((4, 4, 3), np.uint8), State())[:60],
        "lfs.safetensors": b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
    }


def test_bad_files_lose_nothing(instrument, wait, tmp_path):
    """One clear sentence each, the window as it was, and it goes on working."""
    before, image = instrument.session.state, instrument.controller.image
    files = bad_files(tmp_path)
    for name, data in files.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
    for name in files:
        instrument.files.problems.clear()
        drop(instrument, tmp_path / name)
        wait(lambda: not instrument.files.reading)
        assert len(instrument.files.problems) == 1, name
        problem = instrument.files.problems[0]
        assert name in problem.what
        assert "\n" not in problem.what
        assert str(tmp_path) not in problem.what
        assert problem.details == ""
        assert instrument.window.notifications.notes()[-1] == problem.what
    assert instrument.session.state == before
    assert instrument.session.stack.count() == 0
    assert instrument.controller.image is image
    assert len(instrument.window.notifications.notes()) <= 4
    instrument.session.apply(Edit(replace(before, psi=0.5), "Psi"))
    wait(lambda: instrument.settled)
    assert instrument.controller.image is not image


def test_an_error_of_the_program_is_a_sentence_too(
    instrument, wait, tmp_path, monkeypatch, caplog
):
    """Whatever a reader does wrong, the window says it and goes on."""

    def torn(_, watch=None):
        raise KeyError("torn")

    monkeypatch.setattr("sgviz.checkpoints.open_file.open_file", torn)
    drop(instrument, tmp_path / "some.npz")
    wait(lambda: not instrument.files.reading)
    note = instrument.window.notifications.notes()[-1]
    assert note == "some.npz could not be read: 'torn'"
    assert instrument.files.problems[0].details == "KeyError('torn')"
    assert "a file could not be read" in caplog.text
    assert instrument.settled


def test_several_files_in_order(instrument, wait, other_file, circles_of, tmp_path):
    """A model, then circles, and a bad one between them."""
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"{]")
    drop(instrument, other_file, bad, circles_of("circles.npz"))
    wait(lambda: not instrument.files.reading and instrument.settled)
    state = instrument.session.state
    assert Path(state.model.path) == other_file
    assert isinstance(state.circles, CirclesFile)
    assert instrument.session.stack.count() == 2
    assert len(instrument.files.problems) == 1
    assert "another network" in instrument.window.image.card.text


def test_a_model_opened_over_circles_of_a_file(instrument, wait, circles_of, little):
    """Another network has circles of its own; the file's would be strangers."""
    drop(instrument, circles_of("circles.npz"))
    wait(lambda: isinstance(instrument.session.state.circles, CirclesFile))
    drop(instrument, Path(little.model.path))
    wait(lambda: isinstance(instrument.session.state.circles, CircleSet))
    wait(lambda: instrument.settled)
    assert instrument.controller.image is not None


def test_what_was_opened_is_remembered(instrument, wait, other_file, circles_of):
    circles = circles_of("circles & more.npz")
    drop(instrument, other_file, circles)
    wait(lambda: not instrument.files.reading)
    assert [r.path for r in instrument.prefs.recent] == [str(circles), str(other_file)]
    menu = instrument.menus.recent.menu
    texts = [action.text() for action in menu.actions()]
    assert texts[0] == "circles && more.npz\tcircles"
    # What it is was known when it had been shown, if it was before the other came.
    assert texts[1].startswith("other network.safetensors")
    assert texts[2:] == ["", "Clear this list"]
    other_file.unlink()
    menu.aboutToShow.emit()
    assert [action.isEnabled() for action in menu.actions()[:2]] == [True, False]
    instrument.session.stack.undo()
    menu.actions()[0].trigger()
    wait(lambda: not instrument.files.reading)
    assert isinstance(instrument.session.state.circles, CirclesFile)


def test_nothing_was_opened_yet(make_instrument):
    instrument = make_instrument(prefs=Prefs(theme="dark"), shown=False)
    assert not instrument.menus.recent.menu.isEnabled()


def test_a_full_disk_is_a_sentence(instrument, monkeypatch, tmp_path):
    def full(partial, write):
        raise OSError(28, "No space left on device", str(partial))

    monkeypatch.setattr("sgviz.checkpoints.atomic._fill", full)
    assert not instrument.files.write(tmp_path / "s.json", b"{}")
    assert instrument.window.notifications.notes() == [
        "s.json was not saved: the disk is full."
    ]
    assert list(tmp_path.iterdir()) == []


def test_closing_while_a_file_is_read(make_instrument, monkeypatch, tmp_path):
    gate = threading.Event()

    def slow(path, watch=None):
        gate.wait(10)
        raise ValueError(f"{path} is slow")

    instrument = make_instrument(settled=False)
    monkeypatch.setattr("sgviz.checkpoints.open_file.open_file", slow)
    instrument.files.open_paths([str(tmp_path / "a.npz")])
    assert not instrument.settled
    instrument.window.close()
    assert not instrument.window.isVisible()
    assert not instrument.finish(0.0)
    gate.set()
    assert instrument.finish()


def test_a_picture_carries_the_latent_that_it_shows(instrument, wait, monkeypatch):
    instrument.window.w_view.point_hovered.emit(1, 9)
    wait(lambda: instrument.settled)
    instrument.window.image.copy_requested.emit()
    raw = QGuiApplication.clipboard().mimeData().data("image/png").data()
    state = instrument.session.state
    shown = read_state(raw).latent
    assert shown.circle == state.circles.circles[1]
    assert shown.angle == instrument.session.focus.angle
    assert state.latent == Seed(0), "looking is not taking"


@pytest.mark.parametrize("name", ["c.npz", "c.csv", "c.ply"])
def test_circles_are_saved_from_the_window(
    instrument, wait, tmp_path, monkeypatch, name
):
    path = tmp_path / name
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    edit = Edit(replace(instrument.session.state, psi=0.5), "An edit")
    instrument.session.apply(edit)
    wait(lambda: instrument.settled)
    instrument.menus.commands.save_circles()
    wait(lambda: instrument.window.notifications.notes() == [f"Saved {name}."])
    curves = read_circles(path)
    assert curves.w.shape[:2] == instrument.controller.scene.positions.shape[1:3]
    if name.endswith("npz"):
        shown = instrument.controller.scene.positions[0]
        saved = (curves.w - curves.centre)[..., :3].numpy()
        np.testing.assert_allclose(saved, shown, atol=1e-5)
        assert curves.psi == 0.5


def test_what_a_dat_cannot_hold_is_a_sentence(instrument, wait, tmp_path, monkeypatch):
    path = tmp_path / "c.dat"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    instrument.menus.commands.save_circles()
    notes = instrument.window.notifications.notes
    wait(lambda: any("c.dat was not saved" in note for note in notes()))
    assert not path.exists()


def test_the_w_view_is_saved(instrument, tmp_path, monkeypatch):
    path = tmp_path / "w.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    instrument.menus.commands.save_w_view()
    view = instrument.window.w_view.view
    assert QImage(str(path)).width() == 2 * view.width()
    assert read_state(path) is not None


def test_what_can_be_drawn_of_bad_circles_is_drawn(instrument, wait, tmp_path):
    """Two points, and numbers that are not finite: a note, and a scene."""
    generator = np.random.RandomState(0)
    notes = instrument.window.notifications.notes
    for name, points, why in (
        ("two.npz", 2, "circles of two points have no shape"),
        ("holes.npz", 12, "1 of 24 points is not finite"),
    ):
        w = generator.randn(2, points, 8).astype(np.float32)
        if points > 2:
            w[1, 3, 0] = np.nan
        np.savez(tmp_path / name, w=w, w_avg=w[0, 0])
        drop(instrument, tmp_path / name)
        wait(lambda: not instrument.files.reading and instrument.settled)
        assert any(note.startswith(f"{name}: ") and why in note for note in notes())
        assert not instrument.files.problems
        assert instrument.controller.scene.positions.shape[1:3] == (2, points)


def test_of_two_files_of_circles_one_is_shown_and_it_says_so(
    instrument, wait, circles_of
):
    drop(instrument, circles_of("a.npz"), circles_of("b.npz"))
    wait(lambda: not instrument.files.reading and instrument.settled)
    assert instrument.session.state.circles.path.endswith("b.npz")
    (note,) = instrument.window.notifications.notes()
    assert note.startswith("b.npz is shown") and "Undo shows a.npz" in note

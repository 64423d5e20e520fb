"""The window may be closed at any moment: hidden at once, ended within 3 seconds."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from sgviz.checkpoints import native
from sgviz.frame import Problem
from sgviz.gui.session import Edit
from sgviz.gui.train.runs import RunRequest
from sgviz.prefs import load_prefs, prefs_path
from sgviz.state import CircleSet, Seed, default_circles

pytestmark = pytest.mark.gl

ROOT = Path(__file__).parents[2]
SECONDS = 3.0
THREADS = {"render", "training", "files"}


@pytest.fixture(autouse=True)
def threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def close(instrument) -> None:
    """Close the window; everything has ended in time, and nothing is left."""
    start = time.monotonic()
    instrument.window.close()
    assert not instrument.window.isVisible()
    assert time.monotonic() - start < 1.0
    assert instrument.finish()
    assert time.monotonic() - start < SECONDS
    alive = {thread.name for thread in threading.enumerate()}
    assert not alive & THREADS


def test_while_idle(instrument):
    close(instrument)


def test_before_anything_was_computed(make_instrument):
    close(make_instrument(settled=False))


def test_before_it_was_shown(make_instrument):
    instrument = make_instrument(shown=False)
    close(instrument)


def test_while_previewing(instrument):
    for seed in range(20):
        state = replace(instrument.session.state, latent=Seed(seed))
        instrument.session.apply(Edit(state, "Seed"))
    close(instrument)


def test_while_circles_are_mapped(instrument, wait):
    many = CircleSet(default_circles(60), points=4096)
    state = replace(instrument.session.state, circles=many)
    instrument.session.apply(Edit(state, "Many points"))
    end = time.monotonic() + 0.1
    wait(lambda: time.monotonic() > end)
    assert not instrument.settled
    close(instrument)


def test_while_thumbnails_are_made(instrument, wait):
    made = []
    real = instrument.window.z_view.set_thumbnails
    instrument.window.z_view.set_thumbnails = lambda t: made.append(t) or real(t)
    styles = instrument.session.state.styles.edited("psi", (0,), 0.1)
    state = replace(instrument.session.state, styles=styles)
    instrument.session.apply(Edit(state, "Style"))
    wait(lambda: bool(made))
    close(instrument)


def test_while_playing(instrument, wait):
    instrument.window.z_view.play()
    wait(lambda: instrument.session.focus.angle > 0)
    close(instrument)
    assert not instrument.window.z_view.is_playing


def test_while_a_notification_is_shown(instrument):
    instrument.window.notifications.show_problem(Problem("a sentence", "details"))
    close(instrument)


def test_while_a_panel_floats(instrument, wait):
    dock = instrument.window.docks["w_view"]
    dock.setFloating(True)
    end = time.monotonic() + 0.1
    wait(lambda: time.monotonic() > end)
    close(instrument)
    assert not dock.isVisible()


def test_while_a_slider_is_held(instrument, mouse):
    slider = instrument.window.styles.rows[1].slider
    x, y = slider.x_of(slider.value()), slider.height() / 2
    mouse.press(slider, x, y)
    mouse.move(slider, x - 20, y)
    close(instrument)


def question(instrument) -> QMessageBox | None:
    return instrument.window.findChild(QMessageBox, "close_question")


def close_twice(instrument) -> None:
    """The first close asks and leaves all as it is, the second is the answer."""
    instrument.window.close()
    assert instrument.window.isVisible()
    assert question(instrument).isVisible()
    assert instrument.workshop.training.alive
    close(instrument)


def test_while_a_run_is_trained(instrument, wait):
    """What it has learned is saved."""
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 20.0))
    history = instrument.window.train.pages.run.board
    wait(lambda: len(history.history) >= 2)
    close_twice(instrument)
    folder = instrument.workshop.training.folder
    saved = native.load(folder / "g_ema.safetensors")
    assert saved.kimg >= 0.032
    newest = sorted((folder / "checkpoints").iterdir())[-1]
    assert int(newest.stem) == round(1000 * saved.kimg)
    assert not (folder / "lock").exists()


def test_while_a_run_is_paused(instrument, wait):
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 20.0))
    wait(lambda: len(instrument.window.train.pages.run.board.history) >= 1)
    instrument.window.train.pages.run.control.pause_requested.emit(True)
    close_twice(instrument)
    assert (instrument.workshop.training.folder / "g_ema.safetensors").exists()


def test_while_a_run_begins(instrument):
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 20.0))
    close_twice(instrument)


def test_the_answers_to_the_question(instrument, wait, qtbot):
    """Cancel leaves the window and the run; "stop and save" closes it, saved."""
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 20.0))
    board = instrument.window.train.pages.run.board
    wait(lambda: len(board.history) >= 1)
    instrument.window.close()
    cancel = question(instrument).button(QMessageBox.StandardButton.Cancel)
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    wait(lambda: question(instrument) is None)
    count = len(board.history)
    wait(lambda: len(board.history) > count, "the run went on")
    assert instrument.window.isVisible()
    instrument.window.close()
    save = question(instrument).defaultButton()
    assert save.text() == "Stop and save"
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    assert not instrument.window.isVisible()
    assert instrument.finish()
    assert (instrument.workshop.training.folder / "g_ema.safetensors").exists()


def test_a_run_that_ends_behind_the_question_answers_it(instrument, wait):
    """It is saved: there is nothing to ask any more, and the window closes as told."""
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 0.1))
    instrument.window.close()
    assert question(instrument) is not None
    wait(lambda: not instrument.window.isVisible())
    assert instrument.finish()
    folder = instrument.workshop.training.folder
    assert native.load(folder / "g_ema.safetensors").kimg == pytest.approx(0.1, abs=0.1)


def test_a_run_that_is_not_saved_keeps_the_window_open(instrument, wait):
    """The question goes; what went wrong is there to be read."""
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 20.0))
    page = instrument.window.train.pages.run
    wait(lambda: len(page.board.history) >= 1)
    instrument.window.close()
    assert question(instrument) is not None
    shutil.rmtree(instrument.workshop.training.folder)
    page.control.stop_requested.emit()
    wait(lambda: not instrument.workshop.training.alive)
    wait(lambda: question(instrument) is None)
    assert instrument.window.isVisible()
    assert page.card.isVisibleTo(page)
    close(instrument)


def test_a_signal_asks_nothing(instrument):
    instrument.workshop.training.start(RunRequest.of("tiny", 0, 20.0))
    instrument.close_now()
    assert not instrument.window.isVisible()
    assert question(instrument) is None
    close(instrument)


SCRIPT = """
    import sys, time
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from sgviz.gui import app

    def look():
        if {condition}:
            timer.stop()
            print("closing", time.monotonic(), flush=True)
            window().close()

    def window():
        named = [w for w in QApplication.topLevelWidgets() if w.isVisible()]
        return next((w for w in named if w.objectName() == "main_window"), None)

    made = app.make_application()
    timer = QTimer(interval=10)
    timer.timeout.connect(look)
    timer.start()
    code = app.run({files})
    print("returned", flush=True)
    sys.exit(code)
"""


def run_script(condition: str, files: tuple[str, ...] = ()) -> tuple[str, float, int]:
    """Open the app in a process of its own, close it when a condition holds."""
    script = textwrap.dedent(SCRIPT).format(condition=condition, files=list(files))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True,
        timeout=100, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    end = time.monotonic()
    assert "Traceback" not in done.stderr, done.stderr
    line = next(x for x in done.stdout.splitlines() if x.startswith("closing"))
    return done.stdout, end - float(line.split()[1]), done.returncode


@pytest.mark.parametrize("condition", ["window()", "'torch' in sys.modules"])
def test_while_torch_is_imported(condition):
    """An import cannot be told to stop: the process ends without it."""
    _, seconds, code = run_script(condition)
    assert code == 0
    assert seconds < SECONDS
    kept, notice = load_prefs(prefs_path())
    assert kept.layout
    assert notice == ""


def test_a_process_ends_when_its_window_is_closed(network_file):
    settled = "'sgviz.render.stages' in sys.modules and window()"
    out, seconds, code = run_script(settled, files=(str(network_file),))
    assert code == 0
    assert seconds < SECONDS
    assert "returned" in out


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_signal_closes_the_window():
    """SIGTERM: the same as a click, and the exit code says which signal it was."""
    script = "import sys; from sgviz.gui.app import run; sys.exit(run([]))"
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    time.sleep(4.0)
    assert process.poll() is None
    start = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert time.monotonic() - start < SECONDS
    assert "Traceback" not in errors
    assert load_prefs(prefs_path())[0].layout


def test_two_windows_one_after_the_other(make_instrument, wait):
    """A second instrument in the same process is like the first."""
    shapes = []
    for _ in range(3):
        instrument = make_instrument()
        shapes.append(instrument.controller.image.pixels.shape)
        close(instrument)
        instrument.window.hide()
    assert shapes == [(16, 16, 3)] * 3

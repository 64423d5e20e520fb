"""Starts the window: the order of starting and of ending."""

import os
import sys
from typing import NoReturn

from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from sgviz.assets import icon
from sgviz.frame import Problem
from sgviz.gui.gl.surface import bind_pyopengl, prepare_opengl
from sgviz.gui.signals import SignalWatch
from sgviz.prefs import Device, load_prefs, prefs_path
from sgviz.state import State

LAST_SECONDS = 1.0


def make_application() -> QApplication:
    """The QApplication, with OpenGL prepared before and bound after.

    On Windows torch must be imported before any Qt window exists (WinError 1114).
    """
    # Read when torch is loaded. Threads of torch that spin while they wait would
    # take the cores from each other: previews beside a training run stall for seconds.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Large tensors in large pages: pictures of 256 and more a fifteenth sooner.
    os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
    if sys.platform == "win32":
        import torch  # noqa: F401
    prepare_opengl()
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0]])
    app.setApplicationName("sgviz")
    app.setDesktopFileName("sgviz")
    app.setWindowIcon(QIcon(str(icon())))
    bind_pyopengl(QGuiApplication.platformName())
    return app


def run(files: list[str], device: Device = "auto") -> int:
    """Open the window with the given files and stay until it closes; 0 is done."""
    app = make_application()
    watch = SignalWatch()
    prefs, notice = load_prefs(prefs_path())
    # pyqtgraph.opengl may only be imported once the application is there.
    from sgviz.gui.instrument import Instrument

    instrument = Instrument(State(), prefs, device)
    instrument.keeps_prefs = True
    watch.asked_to_end.connect(instrument.close_now)
    if notice:
        instrument.window.notifications.show_problem(Problem(notice))
    instrument.show()
    if files:
        instrument.files.open_paths(files)
    code = app.exec()
    finished = instrument.finish(LAST_SECONDS)
    watch.release()
    if not finished:
        _end_now(watch.code or code)
    return watch.code or code


def _end_now(code: int) -> NoReturn:
    """End without the thread that still works: it can be neither told nor stopped.

    Nothing is lost: runs are saved by now, and what is left only reads.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)

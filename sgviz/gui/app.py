"""Starts the window: the order of starting and of ending."""

import sys

from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from sgviz.assets import icon
from sgviz.gui.gl.surface import bind_pyopengl, prepare_opengl
from sgviz.prefs import Device, load_prefs, prefs_path
from sgviz.state import State


def make_application() -> QApplication:
    """The QApplication, with OpenGL prepared before and bound after.

    On Windows torch must be imported before any Qt window exists (WinError 1114).
    """
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
    prefs, notice = load_prefs(prefs_path())
    # pyqtgraph.opengl may only be imported once the application is there.
    from sgviz.gui.instrument import Instrument

    instrument = Instrument(State(), prefs, device)
    instrument.keeps_prefs = True
    if notice:
        instrument.window.notifications.say(notice)
    instrument.show()
    if files:
        instrument.files.open_paths(files)
    code = app.exec()
    instrument.finish()
    return code

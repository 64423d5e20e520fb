"""``snapshot``: the app's own window, shown, fully rendered, saved, closed."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint, QTimer

from sgviz.checkpoints.atomic import write_atomically
from sgviz.checkpoints.errors import FileError
from sgviz.gui.app import make_application
from sgviz.prefs import Device, Prefs
from sgviz.prefs import Theme as ThemeChoice
from sgviz.state import State

if TYPE_CHECKING:
    from sgviz.gui.main_window import MainWindow

PATIENCE_MS, MEASURING_MS = 120_000, 900_000
SETTLE_MS = 1000  # the still 3-D look comes 0.8 s after scenes that came in a row


class SnapshotError(RuntimeError):
    """No picture could be taken; one sentence that says why."""


def take(
    out: Path,
    files: list[str],
    state: State,
    size: tuple[int, int] = (1600, 1000),
    theme: ThemeChoice = "dark",
    tab: str = "explore",
    device: Device = "auto",
    measures: Sequence[str] = (),
) -> str:
    """Write a PNG of the window (it carries the State); the panels' rectangles.

    ``measures`` names panels of the Measure menu that are open, the last one in front.
    The preferences of the user are neither read nor written; the pixel ratio is 1.

    Returns
    -------
    str
        JSON: ``{"size": [w, h], "panels": {name: [x, y, w, h]}}`` in the PNG's pixels.

    Raises
    ------
    SnapshotError
        The window was not rendered in time.
    FileError
        A file could not be opened.
    WriteError
        The PNG could not be written.
    """
    app = make_application()
    # pyqtgraph.opengl may only be imported once the application is there.
    from sgviz.gui.instrument import Instrument

    instrument = Instrument(state, Prefs(theme=theme), device)
    window = instrument.window
    window.resize(*size)
    _turn_to(window, tab)
    instrument.show()
    try:
        instrument.files.open_paths(files)
        _wait(lambda: instrument.settled, "the window was not rendered in time")
        for name in measures:
            instrument.measures.open(name).begin()
        late = "the measures were not made in time"
        _wait(lambda: instrument.settled, late, MEASURING_MS)
        _pass(SETTLE_MS)
        refused = [problem.what for problem in instrument.files.problems]
        if refused:
            raise FileError(refused[0])
        _write(out, instrument.files.window_png())
        return json.dumps(_rectangles(window))
    finally:
        window.close()
        instrument.finish()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _write(out: Path, png: bytes) -> None:
    def write(file: BinaryIO) -> None:
        file.write(png)

    write_atomically(out, write)


def _turn_to(window: "MainWindow", tab: str) -> None:
    """The tab, and the page in it."""
    window.tabs.setCurrentIndex(0 if tab == "explore" else 1)
    if tab == "runs":
        window.train.pages.run.show_side("runs")
    elif tab == "timeline":
        window.train.pages.show_page("timeline")
    elif tab == "depths":
        window.train.pages.show_page("depth")


def _wait(
    condition: Callable[[], bool], complaint: str, patience: int = PATIENCE_MS
) -> None:
    """Let the window live until a condition holds.

    Raises
    ------
    SnapshotError
        It did not hold in time.
    """
    loop = QEventLoop()
    deadline = QDeadlineTimer(patience)
    timer = QTimer(interval=20)
    timer.timeout.connect(
        lambda: loop.quit() if condition() or deadline.hasExpired() else None
    )
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise SnapshotError(complaint)


def _pass(milliseconds: int) -> None:
    """Let the window live for a while: the still 3-D look comes last."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _rectangles(window: "MainWindow") -> dict[str, object]:
    """Every visible panel's rectangle in the window's pixels."""
    panels = {}
    for name, panel in window.panels.items():
        if panel.isVisibleTo(window):
            corner = panel.mapTo(window, QPoint(0, 0))
            panels[name] = [corner.x(), corner.y(), panel.width(), panel.height()]
    return {"size": [window.width(), window.height()], "panels": panels}

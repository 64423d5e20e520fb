"""``snapshot``: the app's own window, shown, fully rendered, saved, closed."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPoint, QTimer
from PySide6.QtGui import QImage, QPainter

from sgviz.checkpoints.atomic import write_atomically
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.picture import png_bytes
from sgviz.gui.app import make_application
from sgviz.gui.model_facts import ModelFacts
from sgviz.gui.pixmaps import from_qimage
from sgviz.prefs import Device, Prefs
from sgviz.prefs import Theme as ThemeChoice
from sgviz.state import State

if TYPE_CHECKING:
    from sgviz.gui.main_window import MainWindow

PATIENCE_MS = 900_000  # a busy machine takes its time; this one ends all the same
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
    about: bool = False,
) -> str:
    """Write a PNG of the window (it carries the State); the panels' rectangles.

    ``measures`` names panels of the Measure menu that are open, the last one in front.
    ``about``: the card about the network lies over its name.
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
        _wait(lambda: instrument.settled, "the measures were not made in time")
        _come_to_rest(window)
        refused = [problem.what for problem in instrument.files.problems]
        if refused:
            raise FileError(refused[0])
        panels, image = _rectangles(window), window.grab().toImage()
        if about:
            panels["about"] = _draw_card(window, image)
        _write(out, png_bytes(from_qimage(image), instrument.session.settled))
        return json.dumps({"size": [window.width(), window.height()], "panels": panels})
    finally:
        window.close()
        instrument.finish()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _come_to_rest(window: "MainWindow") -> None:
    """Until the views are drawn finely, and every curve is there."""
    _pass(SETTLE_MS)
    if (view := window.w_view.view) is not None:
        _wait(lambda: not view.is_filling, "the curves were not drawn in time")


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


def _wait(condition: Callable[[], bool], complaint: str) -> None:
    """Let the window live until a condition holds.

    Raises
    ------
    SnapshotError
        It did not hold in time.
    """
    loop = QEventLoop()
    deadline = QDeadlineTimer(PATIENCE_MS)
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


def _draw_card(window: "MainWindow", image: QImage) -> list[int]:
    """Draw the card about the network, a window of its own; where it lies."""
    window.status.show_facts()
    [card] = window.status.findChildren(ModelFacts)
    corner = window.mapFromGlobal(card.pos())
    painter = QPainter(image)
    painter.drawPixmap(corner, card.grab())
    painter.end()
    card.hide()
    return [corner.x(), corner.y(), card.width(), card.height()]


def _rectangles(window: "MainWindow") -> dict[str, list[int]]:
    """Every visible panel's rectangle in the window's pixels."""
    panels = {}
    for name, panel in window.panels.items():
        if panel.isVisibleTo(window):
            corner = panel.mapTo(window, QPoint(0, 0))
            panels[name] = [corner.x(), corner.y(), panel.width(), panel.height()]
    return panels

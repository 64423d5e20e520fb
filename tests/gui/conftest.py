"""The whole instrument on a test's own screen, with a network of a test's size."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import (
    QCoreApplication,
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QObject,
    QPointF,
    Qt,
    QTimer,
)
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_MS = 60_000


def wait_until(condition: Callable[[], bool], what: str = "") -> None:
    """Let the window live until a condition holds; looks every 5 ms."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not (holds := condition()) and not deadline.hasExpired():
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec()
    assert holds, what or "it never came to pass"


@pytest.fixture(scope="session")
def wait() -> Callable[..., None]:
    """``wait(condition)``: Qt's own loop runs meanwhile, and sleeps between events."""
    return wait_until


@pytest.fixture
def make_instrument(qapp: Any, little: Any) -> Iterator[Callable[..., Any]]:
    """Makes instruments, shown and settled unless told not to; ends them all."""
    from sgviz.gui.gl.surface import bind_pyopengl

    bind_pyopengl(qapp.platformName())
    from sgviz.gui.instrument import Instrument
    from sgviz.prefs import Prefs

    made: list[Instrument] = []

    def make(
        state: Any = little,
        prefs: Any = None,
        size: tuple[int, int] = (1280, 800),
        settled: bool = True,
        shown: bool = True,
    ) -> Any:
        instrument = Instrument(state, prefs or Prefs(theme="dark"), "cpu")
        made.append(instrument)
        instrument.window.resize(*size)
        if shown:
            instrument.show()
        if shown and settled:
            wait_until(lambda: instrument.settled, "the window never settled")
        return instrument

    yield make
    for instrument in made:
        instrument.close_now()
        instrument.finish()
        instrument.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def instrument(make_instrument: Callable[..., Any]) -> Any:
    """The window of a little network, everything in it computed."""
    return make_instrument()


class Mouse:
    """A hand on the mouse: events reach the window as the window system sends them."""

    def __init__(self) -> None:
        self._held = Qt.MouseButton.NoButton
        self.keys = Qt.KeyboardModifier.NoModifier

    def move(self, widget: QWidget, x: float, y: float) -> None:
        self._send(QEvent.Type.MouseMove, widget, x, y, Qt.MouseButton.NoButton)

    def press(self, widget: QWidget, x: float, y: float) -> None:
        self._held = Qt.MouseButton.LeftButton
        self._send(QEvent.Type.MouseButtonPress, widget, x, y, self._held)

    def release(self, widget: QWidget, x: float, y: float) -> None:
        button, self._held = self._held, Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseButtonRelease, widget, x, y, button)

    def click(self, widget: QWidget, x: float, y: float) -> None:
        self.move(widget, x, y)
        self.press(widget, x, y)
        self.release(widget, x, y)

    def double_click(self, widget: QWidget, x: float, y: float) -> None:
        self.click(widget, x, y)
        self._held = Qt.MouseButton.LeftButton
        self._send(QEvent.Type.MouseButtonDblClick, widget, x, y, self._held)
        self.release(widget, x, y)

    def _send(
        self, kind: QEvent.Type, widget: QWidget, x: float, y: float, button: Any
    ) -> None:
        # The 3-D view has a window of its own within the window.
        native = widget if widget.internalWinId() else widget.nativeParentWidget()
        at = widget.mapTo(native, QPointF(x, y))
        where = QPointF(native.mapToGlobal(at))
        event = QMouseEvent(kind, at, at, where, button, self._held, self.keys)
        QApplication.sendEvent(native.windowHandle(), event)


@pytest.fixture
def mouse(qapp: Any) -> Mouse:
    return Mouse()


class Paints(QObject):
    """Counts what is painted in a window, by widget."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.seen: Counter[str] = Counter()
        for widget in (window, *window.findChildren(QWidget)):
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen[type(watched).__name__] += 1
        return False


@pytest.fixture
def paints() -> type[Paints]:
    return Paints

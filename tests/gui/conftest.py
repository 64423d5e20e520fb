"""The whole instrument on a test's own screen, with a network of a test's size."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, QTimer

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
        instrument.window.close()
        instrument.finish()
        instrument.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def instrument(make_instrument: Callable[..., Any]) -> Any:
    """The window of a little network, everything in it computed."""
    return make_instrument()

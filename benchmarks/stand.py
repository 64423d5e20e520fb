"""The app's own window on a test stand: shown, settled, alive, and closed at the end.

Every figure about the window is taken from the real thing, started as ``python
main.py`` starts it, with the default scene: 6 circles of 96 points, 4 triplets.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QTimer

from sgviz.gui.app import make_application
from sgviz.prefs import Prefs
from sgviz.state import State

SIZE = (1280, 800)
PATIENCE_MS = 120_000
REST_S = 1.0  # until the finest look is drawn and the heap is at rest


@contextmanager
def window_of(size: tuple[int, int] = SIZE, state: State | None = None) -> Iterator:  # type: ignore[type-arg]
    """The whole instrument, settled, with the user's preferences left alone."""
    app = make_application()
    from sgviz.gui.instrument import Instrument

    instrument = Instrument(state or State(), Prefs(theme="dark"))
    window = instrument.window
    window.resize(*size)
    instrument.show()
    try:
        wait(lambda: instrument.settled)
        live(REST_S)
        yield instrument
    finally:
        window.close()
        instrument.finish()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def wait(condition: Callable[[], bool], milliseconds: int = PATIENCE_MS) -> bool:
    """Let the window live until a condition holds; whether it did in time."""
    loop = QEventLoop()
    deadline = QDeadlineTimer(milliseconds)
    timer = QTimer(interval=10)
    timer.timeout.connect(
        lambda: loop.quit() if condition() or deadline.hasExpired() else None
    )
    timer.start()
    loop.exec()
    timer.stop()
    return condition()


def live(seconds: float) -> None:
    """Let the window live for a while, with nothing else in its loop."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def facts(instrument) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """What only a process with a window and torch can say about the machine."""
    import torch
    from OpenGL import GL

    found: dict[str, object] = {"torch_threads": torch.get_num_threads()}
    view = instrument.window.w_view.view
    if view is not None:
        view.makeCurrent()
        found["renderer"] = GL.glGetString(GL.GL_RENDERER).decode()
        view.doneCurrent()
    return found


def now_ms() -> float:
    return 1000.0 * time.perf_counter()


def quantile(values: list[float], share: float) -> float:
    """The value that ``share`` of them do not exceed; NaN of none."""
    if not values:
        return float("nan")
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]

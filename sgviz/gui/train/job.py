"""Job: one piece of work at a time beside the window, the newest wins."""

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from sgviz.frame import Problem

log = logging.getLogger(__name__)

Cancelled = Callable[[], bool]
Work = Callable[[Cancelled], object]


class Job(QObject):
    """Runs a function in a thread; what it returns comes as ``finished(result)``.

    The function is given a question, whether it is still wanted, and should ask it
    now and then. A newer piece of work takes the place of one that waits, and tells
    the one under way to end; the result of that one is dropped. An error becomes a
    :class:`~sgviz.frame.Problem`.
    """

    finished = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._wanted: Work | None = None
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._ended.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        running = self._thread is not None and not self._cancel.is_set()
        return running or self._wanted is not None

    def begin(self, work: Work) -> None:
        """Do this, and nothing older."""
        if self._closed:
            return
        self.cancel()
        self._wanted = work
        if self._thread is None:
            self._launch()

    def cancel(self) -> None:
        """Forget what was asked for; nothing will be announced."""
        self._wanted = None
        self._cancel.set()

    def close(self) -> None:
        """No more work, ever."""
        self._closed = True
        self.cancel()

    def wait(self, seconds: float | None) -> bool:
        """Until the thread has ended; False where that takes longer."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _launch(self) -> None:
        work, self._wanted = self._wanted, None
        if work is None:
            return
        self._cancel = cancel = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(work, cancel), name=self._name
        )
        self._thread.start()

    def _run(self, work: Work, cancel: threading.Event) -> None:
        result: object = None
        try:
            result = work(cancel.is_set)
        except (ValueError, OSError) as error:
            result = Problem(str(error))
        except Exception as error:
            # The thread's last resort: whatever it is, the window must say it.
            log.exception("%s ended", self._name)
            result = Problem(f"That could not be done: {error}", repr(error))
        self._ended.emit(cancel, result)

    def _take(self, cancel: threading.Event, result: object) -> None:
        if self._thread is not None:
            # It has said its last word.
            self._thread.join()
            self._thread = None
        if not cancel.is_set():
            self.finished.emit(result)
        if self._thread is None:
            self._launch()

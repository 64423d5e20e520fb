"""Work that cannot be cut into chunks, so that nothing waits for it."""

import threading
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from sgviz.curves import PIECE_S

T = TypeVar("T")


class _Work(Generic[T]):
    """A call in a thread of its own, and what came of it."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._found: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="aside")
        self._thread.start()

    def is_done(self) -> bool:
        """Wait a moment for it; whether it is over."""
        self._thread.join(PIECE_S)
        return not self._thread.is_alive()

    def result(self) -> T:
        """What it returned; what it raised is raised here."""
        if self._error is not None:
            raise self._error
        return self._found[0]

    def _run(self) -> None:
        try:
            self._found.append(self._call())
        except BaseException as error:
            self._error = error


def aside(call: Callable[[], T]) -> Generator[None, None, T]:
    """The result of a call of LAPACK, say: a tenth of a second that has no seams.

    It runs in a thread of its own, and this yields while it does. Given up, it goes on
    to its end, and nobody hears of it.
    """
    work = _Work(call)
    while not work.is_done():
        yield
    return work.result()

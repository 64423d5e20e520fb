"""One slot between two threads: the latest value wins, an unread one is overwritten."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """A slot that holds at most one letter, the newest.

    A queue would show the last value of a fast drag seconds late; here an unread
    letter is simply replaced.
    """

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._letter: T | None = None
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether no letter will ever come again."""
        return self._closed

    def put(self, letter: T) -> None:
        """Leave a letter, overwriting an unread one."""
        with self._ready:
            self._letter = letter
            self._ready.notify()

    def take(self, wait: bool) -> T | None:
        """The letter, or None: at once, or after waiting for one or for the end."""
        with self._ready:
            while wait and self._letter is None and not self._closed:
                self._ready.wait()
            letter, self._letter = self._letter, None
            return letter

    def close(self) -> None:
        """Wake the reader for the last time."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

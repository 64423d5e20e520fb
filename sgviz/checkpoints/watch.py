"""A file that is read while somebody watches: how far it is, and whether to go on."""

import io
import threading
from collections.abc import Callable
from typing import BinaryIO, cast

PIECE = 1 << 22


class CancelledError(Exception):
    """Whoever asked for a file wants it no longer.

    No ValueError and no OSError: nothing is wrong with the file.
    """


class Watch:
    """Hears how many bytes were read, in the thread that reads; may be cancelled.

    :meth:`cancel` is for any thread; the next read raises :class:`CancelledError`.
    """

    def __init__(self, hear: Callable[[int], None] = lambda _: None) -> None:
        self._hear = hear
        self._ended = threading.Event()
        self.read = 0

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self._ended.is_set()

    def cancel(self) -> None:
        """End the reading before its next piece."""
        self._ended.set()

    def check(self) -> None:
        """Raise :class:`CancelledError` where nobody waits any more."""
        if self._ended.is_set():
            raise CancelledError

    def take(self, count: int) -> None:
        """So many more bytes were read."""
        self.read += count
        self._hear(self.read)


class _Watched(io.RawIOBase):
    """A file whose reading is watched, in pieces of at most ``PIECE`` bytes."""

    def __init__(self, file: BinaryIO, watch: Watch) -> None:
        super().__init__()
        self._file, self._watch = file, watch

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place of the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._file.tell()

    def readinto(self, buffer: object, /) -> int:
        """At most a piece of what fits into the buffer."""
        self._watch.check()
        view = memoryview(cast(bytearray, buffer)).cast("B")[:PIECE]
        count: int = self._file.readinto(view)  # type: ignore[attr-defined]
        self._watch.take(count)
        return count


def watched(file: BinaryIO, watch: Watch | None) -> BinaryIO:
    """The file, watched where somebody does."""
    return file if watch is None else cast(BinaryIO, _Watched(file, watch))

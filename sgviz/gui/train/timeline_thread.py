"""The thread that reads timelines: what is wanted first, then what lies beside it."""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sgviz.gui.mailbox import Mailbox
from sgviz.gui.train.timeline_panels import nearest
from sgviz.gui.train.timeline_shelf import Gaze, RunShelf

log = logging.getLogger(__name__)

SIDES = 2
BESIDE = 6  # records on either side whose samples are kept ready
NEWS_S = 0.1  # between two announcements of what was fetched in advance
REST_S = 0.001  # after a record that nobody waits for: the window comes first


@dataclass(frozen=True)
class Ask:
    """What the page wants of one side: a run, how to look at it, and when.

    ``kimg`` None is the newest record. A greater ``look`` looks at the folder again.
    """

    path: Path
    gaze: Gaze
    kimg: float | None = None
    look: int = 0


Asks = tuple[Ask | None, Ask | None]


class TimelineThread(QObject):
    """Takes asks (latest wins), fills shelves, says by one signal that there is news.

    ``news`` comes once however much there is; :meth:`take_news` says of which sides
    the facts have changed, and begins anew.
    """

    news = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox: Mailbox[tuple[int, Asks, Path | None]] = Mailbox()
        self._serial = self._done = 0
        self._lock = threading.Lock()
        self._changed: set[int] = set()
        self._said = False
        self._asks: Asks = (None, None)
        self._looks = [0] * SIDES
        self._told = 0.0
        self._folder: Path | None = None
        self.runs: tuple[Path, ...] = ()
        self.shelves: list[RunShelf | None] = [None] * SIDES
        self._thread = threading.Thread(target=self._run, name="timeline")

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is on the shelves, and the news is taken."""
        return self._done == self._serial and not self._said

    def start(self) -> None:
        """Begin to read."""
        if not self._mailbox.closed and not self._thread.is_alive():
            self._thread.start()

    def ask(self, asks: Asks, folder: Path | None = None) -> None:
        """Ask for a moment of one or two runs; an unread older ask is overwritten.

        With a ``folder`` the runs in it are listed anew, into ``runs``.
        """
        self._serial += 1
        self._mailbox.put((self._serial, asks, folder))

    def take_news(self) -> set[int]:
        """The sides whose facts have changed since the last call."""
        with self._lock:
            changed, self._changed, self._said = self._changed, set(), False
        return changed

    def stop(self, seconds: float | None) -> bool:
        """End after the record under way; False where that takes longer."""
        self._mailbox.close()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    # In the thread.

    def _run(self) -> None:
        busy, serial = False, 0
        while not self._mailbox.closed:
            letter = self._mailbox.take(wait=not busy)
            if letter is not None:
                serial, self._asks, self._folder = letter
            try:
                busy = self._advance()
            except Exception as error:
                # The thread's last resort: whatever it is, the page must say it.
                log.exception("a timeline could not be read")
                self._fail(str(error) or repr(error))
                busy = False
            if not busy and not self._mailbox.closed:
                self._done = serial
                self._say()

    def _advance(self) -> bool:
        """One piece of work, the dearest to the eye first; False if there is none."""
        if self._folder is not None:
            self.runs, self._folder = runs_in(self._folder), None
        for step in (self._open, self._load_wanted, self._load_beside):
            if any(step(side) for side in range(SIDES)):
                return True
        return False

    def _open(self, side: int) -> bool:
        ask, shelf = self._asks[side], self.shelves[side]
        if ask is None:
            self.shelves[side] = None
            return False
        if shelf is None or shelf.path != ask.path:
            shelf = RunShelf(ask.path, ask.gaze)
            shelf.refresh()
            self.shelves[side], self._looks[side] = shelf, ask.look
            self._say(side)
            return True
        if shelf.gaze != ask.gaze:
            shelf.look(ask.gaze)
        if self._looks[side] != ask.look:
            self._looks[side] = ask.look
            if shelf.refresh():
                self._say(side)
                return True
        return False

    def _wanted(self, side: int) -> tuple[RunShelf, int] | None:
        ask, shelf = self._asks[side], self.shelves[side]
        if ask is None or shelf is None or not shelf.facts.figures:
            return None
        kimg = shelf.facts.last if ask.kimg is None else ask.kimg
        return shelf, nearest(shelf.facts.kimg, kimg)

    def _load_wanted(self, side: int) -> bool:
        found = self._wanted(side)
        if found is None:
            return False
        shelf, index = found
        images = shelf.facts.figures[index].images
        if not shelf.lacks(images):
            return False
        whole = shelf.load(images)
        self._say(None if whole else side)
        return True

    def _load_beside(self, side: int) -> bool:
        found = self._wanted(side)
        if found is None:
            return False
        shelf, index = found
        figures = shelf.facts.figures
        near = range(max(0, index - BESIDE), min(len(figures), index + BESIDE + 1))
        wanted = sorted(near, key=lambda i: abs(i - index))
        images = next(
            (n for i in wanted if shelf.lacks(n := figures[i].images)),
            shelf.missing(index),
        )
        if images is None:
            return False
        whole = shelf.load(images)
        if not whole or time.monotonic() - self._told > NEWS_S:
            self._say(None if whole else side)
        time.sleep(REST_S)
        return True

    def _fail(self, why: str) -> None:
        for side in range(SIDES):
            shelf = self.shelves[side]
            if shelf is not None:
                shelf.problem = f"This timeline cannot be read: {why}"
                self._asks = (None, None)
            self._say(side)

    def _say(self, side: int | None = None) -> None:
        self._told = time.monotonic()
        with self._lock:
            silent, self._said = not self._said, True
            if side is not None:
                self._changed.add(side)
        if silent:
            self.news.emit()


def runs_in(folder: Path) -> tuple[Path, ...]:
    """The runs in a folder that have a timeline, the newest first."""
    found: list[tuple[float, Path]] = []
    try:
        for path in folder.iterdir():
            if (path / "timeline").is_dir():
                found.append(((path / "timeline").stat().st_mtime, path))
    except OSError:
        return ()
    return tuple(path for _, path in sorted(found, reverse=True))

"""The render thread: torch is imported, owned and used here, away from the window."""

import gc
import logging
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sgviz.frame import Part, Problem, Progress
from sgviz.gui.mailbox import Mailbox
from sgviz.render.request import Request

if TYPE_CHECKING:
    from sgviz.render.renderer import Renderer
    from sgviz.render.sources import Sources

log = logging.getLogger(__name__)


class RenderThread(QObject):
    """Takes requests (latest wins), announces parts (one coalesced signal).

    ``make_sources`` runs in the thread, so that the window never waits for torch.
    """

    parts_ready = Signal()
    idle = Signal(int)
    started = Signal()

    def __init__(
        self,
        make_sources: "Callable[[], Sources]",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_sources = make_sources
        self._mailbox: Mailbox[Request] = Mailbox()
        self._lock = threading.Lock()
        self._parts: dict[tuple[str, bool], Part] = {}
        self._sources: Sources | None = None
        self._sourced = threading.Event()
        self._thread = threading.Thread(target=self._run, name="render")

    @property
    def sources(self) -> "Sources | None":
        """Where networks come from; None until torch is there. Thread-safe to use."""
        return self._sources

    def wait_for_sources(self) -> "Sources | None":
        """The sources, once torch is there; None where it will not come."""
        self._sourced.wait()
        return self._sources

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin: import torch, open the network, wait for requests."""
        if not self._mailbox.closed:
            self._thread.start()

    def submit(self, request: Request) -> None:
        """Ask for a state to be shown; an unread older request is overwritten."""
        self._mailbox.put(request)

    def take_parts(self) -> list[Part]:
        """Everything made since the last call, in order: each part's newest."""
        with self._lock:
            parts, self._parts = list(self._parts.values()), {}
        return parts

    def stop(self, seconds: float | None) -> bool:
        """End after the chunk under way; False where that takes longer."""
        self._mailbox.close()
        # Whoever waits for torch need not wait any more.
        self._sourced.set()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            first = "torch" not in sys.modules
            from sgviz.render.renderer import Renderer

            if first:
                # What was imported stays. Python's collector walked through all of
                # it now and then, and held every thread for 0.14 s.
                gc.freeze()
            self._sources = self._make_sources()
            self._sourced.set()
            self.started.emit()
            self._serve(Renderer(self._sources))
        except Exception as error:
            # The thread's last resort: whatever it is, the window must say it.
            log.exception("the render thread ended")
            problem = Problem(f"Nothing can be computed: {error}", repr(error))
            for name in ("model", "image", "scene", "thumbnails"):
                self._announce(Part(name, None, 0, problem=problem))
        finally:
            self._sourced.set()

    def _serve(self, renderer: "Renderer") -> None:
        """Walk the table, looking into the mailbox between two chunks."""
        while not self._mailbox.closed:
            request = self._mailbox.take(wait=renderer.done)
            if request is not None:
                renderer.submit(request)
            part = renderer.advance()
            if part is not None:
                self._announce(part)
            if renderer.done:
                self.idle.emit(renderer.serial)

    def _announce(self, part: Part) -> None:
        # What was made is not lost because the next of its kind has begun.
        kind = (part.name, isinstance(part.value, Progress))
        with self._lock:
            silent = not self._parts
            self._parts.pop(kind, None)  # the newest comes last
            self._parts[kind] = part
        if silent:
            self.parts_ready.emit()

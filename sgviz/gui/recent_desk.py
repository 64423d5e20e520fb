"""What is known of the files that were opened, and small pictures of their networks."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PySide6.QtCore import QObject, Signal

from sgviz.frame import Keepsake, ModelInfo, Part, Pixels
from sgviz.gui.controller import Controller
from sgviz.gui.files import Files
from sgviz.gui.recent_menu import thumbnail_path
from sgviz.prefs import Prefs, RecentFile
from sgviz.state import File

if TYPE_CHECKING:
    from sgviz.checkpoints.open_file import Opened

STAGE = "keepsake"
# More than are in the list: what is opened again has its picture at once.
KEPT = 40
WORDS = {"circles": "circles", "session": "session", "picture": "picture"}


class RecentDesk(QObject):
    """Learns what a recent file is: ``learned``, with the change of the preferences.

    ``keeps``: a picture of seed 0 is asked of the render thread, after everything that
    is on the screen, and written into the user's cache. Nobody waits for it.
    """

    learned = Signal(object)

    def __init__(self, controller: Controller, files: Files) -> None:
        super().__init__(controller)
        self._controller = controller
        self.keeps = False
        self._writers: list[threading.Thread] = []
        files.opened.connect(self._opened)
        controller.model_shown.connect(self._shown)
        controller.measured.connect(self._made)

    def wait(self, seconds: float | None) -> bool:
        """Until the last picture is written; False where that takes longer."""
        for writer in self._writers:
            writer.join(seconds)
        return not any(writer.is_alive() for writer in self._writers)

    def forget(self, prefs: Prefs) -> Prefs:
        """Those preferences with no recent files, whose pictures are deleted."""
        if self.keeps:
            for recent in prefs.recent:
                thumbnail_path(recent.sha256).unlink(missing_ok=True)
        return replace(prefs, recent=())

    def _opened(self, opened: "Opened") -> None:
        # Of a network more is known once it is shown; one beside is not.
        words, kind = WORDS.get(opened.kind, ""), opened.kind
        self._learn(RecentFile(str(opened.path), opened.sha256, kind, words))

    def _shown(self, info: ModelInfo) -> None:
        ref = info.ref
        if not isinstance(ref, File) or ref.sha256 != info.sha256:
            return
        side = f" {info.resolution}×{info.resolution}" if info.resolution else ""
        about = f"{info.family}{side}"
        self._learn(RecentFile(ref.path, ref.sha256, "model", about))
        wanted = self.keeps and ref.network == "G_ema"
        if wanted and info.resolution and not thumbnail_path(ref.sha256).exists():
            self._controller.set_wanted(frozenset({STAGE}))

    def _learn(self, known: RecentFile) -> None:
        self.learned.emit(lambda prefs: prefs.with_known(known))

    def _made(self, part: Part) -> None:
        if part.name != STAGE or not part.final:
            return
        self._controller.set_wanted(frozenset())
        if isinstance(part.value, Keepsake) and part.value.pixels is not None:
            kept = (part.value.sha256, part.value.pixels)
            writer = threading.Thread(target=_write, args=kept, name="recent")
            alive = [each for each in self._writers if each.is_alive()]
            self._writers = [*alive, writer]
            writer.start()


def _write(sha256: str, pixels: Pixels) -> None:
    """Write a small picture; a cache that cannot be written is done without."""
    from sgviz.checkpoints.atomic import write_atomically
    from sgviz.checkpoints.picture import png_bytes

    path: Path = thumbnail_path(sha256)
    content = png_bytes(pixels, None)

    def write(file: BinaryIO) -> None:
        file.write(content)

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, write)
        _prune(path.parent)
    except OSError:
        return


def _prune(folder: Path) -> None:
    """Leave the newest pictures of a folder."""
    pictures = sorted(folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
    for old in pictures[:-KEPT]:
        old.unlink(missing_ok=True)

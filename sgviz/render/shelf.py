"""Where networks lie: files, folders of runs, and the runs of this very window."""

import threading
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import load
from sgviz.checkpoints.of_run import images_of, nearest_checkpoint
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.open_model import DEFAULT, load_model
from sgviz.checkpoints.watch import CancelledError, Watch
from sgviz.models.snapshot import Snapshot
from sgviz.state import AtKimg, File, Live, Trained

# Opens a watch on a file that is read because the screen waits for it.
Reading = Callable[[Path], AbstractContextManager[Watch]]

KIMG_SLACK = 0.001  # so near it is the moment itself: one image


@dataclass(frozen=True, eq=False)
class Found:
    """What a reference stands for: a network by value, its name, where it comes from.

    ``notice`` is one sentence where it is not quite what was asked for.
    """

    snapshot: Snapshot
    label: str
    sha256: str | None
    notice: str = ""


class GivenUpError(FileError):
    """A file that nobody wanted to wait for; nothing is wrong with it."""


class Shelf:
    """Finds networks by reference. Open to every thread."""

    def __init__(
        self, runs: Path | None, known: dict[str, str], reading: Reading | None = None
    ) -> None:
        self._runs = runs
        self._reading = reading or (lambda path: nullcontext(Watch()))
        self._ready: dict[File, Found] = {}
        self._known = known
        self._live: dict[str, tuple[int, Snapshot]] = {}
        self._expected: set[str] = set()
        self._lock = threading.Lock()

    def expect(self, run: str) -> None:
        """A run begins: until its first snapshot comes, what is shown stays."""
        self._expected.add(run)

    def install(self, run: str, snapshot: Snapshot) -> None:
        """The newest snapshot of a run, from the thread that trains it."""
        with self._lock:
            version = self._live[run][0] + 1 if run in self._live else 1
            self._live[run] = (version, snapshot)

    def know(self, sha256: str, path: str) -> None:
        """Where a file of that hash was seen."""
        self._known[sha256] = path

    def prepare(self, ref: File, watch: Watch) -> None:
        """Read a network that will be asked for next; the newest such is held.

        Raises
        ------
        FileError
            One sentence: the file is gone, changed, or not readable.
        CancelledError
            Nobody waits for it any more.
        """
        found = self._read(ref, watch)
        with self._lock:
            self._ready = {ref: found}

    def copy(self) -> "Shelf":
        """The same networks, for another thread that is not told of newer ones."""
        other = Shelf(self._runs, dict(self._known))
        with self._lock:
            other._live, other._expected = dict(self._live), set(self._expected)
        return other

    def version(self, ref: Trained) -> Hashable:
        """Changes with every snapshot of a run; None for one of which there is none."""
        if not isinstance(ref, Live):
            return 0
        with self._lock:
            if ref.run in self._live:
                return self._live[ref.run][0]
        saved = self._saved(ref)
        # Another process may train it.
        return saved and ("saved", saved.stat().st_mtime_ns)

    def begins(self, ref: Live) -> bool:
        """Whether it is a run that was begun, of which there is nothing yet."""
        return ref.run in self._expected and self.version(ref) is None

    def find(self, ref: Trained) -> Found:
        """The network of a reference.

        Raises
        ------
        FileError
            One sentence: the file is gone, changed, or not readable.
        """
        if isinstance(ref, Live):
            return self._find_live(ref)
        if isinstance(ref, AtKimg):
            return self._find_moment(ref)
        if isinstance(ref, File):
            return self._find_file(ref)
        return bundled()

    def path_of(self, path: str, sha256: str, watch: Watch | None = None) -> Path:
        """The file of that hash: where it was, or where one was seen since; FileError.

        A file there of another hash is not it.
        """
        for candidate in (path, self._known.get(sha256, "")):
            if candidate and Path(candidate).is_file():
                if hash_file(Path(candidate), watch) == sha256:
                    return Path(candidate)
        name = Path(path).name
        raise FileError(
            f"{name} (sha256 {sha256[:12]}…) is not where it was, or has changed: "
            "open the file once more and this session finds it"
        )

    def _find_file(self, ref: File) -> Found:
        with self._lock:
            ready = self._ready.pop(ref, None)
        if ready is not None:
            return ready
        try:
            with self._reading(Path(ref.path)) as watch:
                return self._read(ref, watch)
        except CancelledError as error:
            raise GivenUpError(f"{Path(ref.path).name} was not opened") from error

    def _read(self, ref: File, watch: Watch) -> Found:
        path = self.path_of(ref.path, ref.sha256, watch)
        snapshot = load_model(path, ref.network, watch)
        label = path.name if ref.network == DEFAULT else f"{path.name}, {ref.network}"
        return Found(snapshot, label, ref.sha256)

    def _find_live(self, ref: Live) -> Found:
        with self._lock:
            live = self._live.get(ref.run)
        if live is not None:
            return Found(live[1], f"live run {ref.run}", None)
        saved = self._saved(ref)
        if saved is not None:
            return Found(load(saved), f"run {ref.run}", hash_file(saved))
        if ref.run in self._expected:
            raise FileError(f"the run {ref.run} has no snapshot yet")
        notice = f"The run {ref.run} is not here: this is the bundled network."
        return replace(bundled(), notice=notice)

    def _saved(self, ref: Live) -> Path | None:
        """Where a run that is over has left its network."""
        if self._runs is None:
            return None
        saved = self._runs / ref.run / "g_ema.safetensors"
        return saved if saved.is_file() else None

    def _find_moment(self, ref: AtKimg) -> Found:
        """The checkpoint of a run nearest to a moment; it need not be at it."""
        path = checkpoint_near(ref, self._runs)
        if path is None:
            notice = f"The run {ref.run} has no checkpoint here: this is the bundled"
            return replace(bundled(), notice=f"{notice} network.")
        label, notice = moment_words(ref, images_of(path) / 1000.0)
        return Found(load(path), label, hash_file(path), notice)


def bundled() -> Found:
    """The network that comes with sgviz; FileError where it is missing."""
    path = bundled_path()
    snapshot = load(path)
    said = {"licence": "MIT, as all of sgviz"} | snapshot.provenance
    snapshot = replace(snapshot, provenance=said)
    return Found(snapshot, "bundled portraits", hash_file(path))


def checkpoint_near(ref: AtKimg, runs: Path | None) -> Path | None:
    """The checkpoint of a moment, where its run was seen, else among ``runs``."""
    folders = [Path(ref.path)] if Path(ref.path).is_absolute() else []
    folders += [runs / ref.run] if runs else []
    found = (nearest_checkpoint(each, 1000.0 * ref.kimg) for each in folders)
    return next((path for path in found if path is not None), None)


def moment_words(ref: AtKimg, kimg: float) -> tuple[str, str]:
    """A label, and one sentence where ``kimg`` is not the moment that was asked for."""
    label = f"run {ref.run} at {kimg:g} kimg"
    if abs(kimg - ref.kimg) <= KIMG_SLACK:
        return label, ""
    near = f"the kept checkpoint nearest to {ref.kimg:g}"
    return label, f"This is {ref.run} after {kimg:g} kimg: {near}."

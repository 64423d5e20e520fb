"""What a ModelRef or a file reference stands for right now."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.circles_file import read_circles
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.facts import Facts, facts_of
from sgviz.checkpoints.latents_file import read_z, row_of
from sgviz.checkpoints.native import load
from sgviz.checkpoints.of_run import images_of, nearest_checkpoint
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.open_model import load_model
from sgviz.curves import CurveSet, map_circles
from sgviz.models.device import DeviceChoice, choose_device, device_label
from sgviz.models.generator import Generator
from sgviz.models.snapshot import Snapshot
from sgviz.state import AtKimg, CirclesFile, File, Given, Live, ModelRef, State

KIMG_SLACK = 0.001  # so near it is the moment itself: one image
GPU_FAULTS = (torch.OutOfMemoryError, torch.AcceleratorError)


@dataclass(frozen=True, eq=False)
class Model:
    """A network that can be asked; ``key`` changes when its weights do."""

    key: Hashable
    generator: Generator
    label: str
    kimg: float | None
    sha256: str | None
    notice: str = ""
    facts: Facts = ()

    def class_of(self, state: State) -> int:
        """The class that a state asks this network for; 0 where there are none."""
        last = max(0, self.generator.config.c_dim - 1)
        return min(state.class_index or 0, last)


class Sources:
    """Resolves references; belongs to the render thread.

    Open to every thread: :meth:`expect`, :meth:`install` and :meth:`know`.
    """

    def __init__(
        self,
        device: DeviceChoice = "auto",
        runs: Path | None = None,
        known: dict[str, str] | None = None,
    ) -> None:
        self._runs = runs
        self._known = dict(known or {})
        self._live: dict[str, tuple[int, Snapshot]] = {}
        self._expected: set[str] = set()
        self._lock = threading.Lock()
        self._loaded: tuple[Hashable, Model | FileError] | None = None
        self._z: tuple[str, torch.Tensor] | None = None
        self.notice = ""
        self.device = torch.device("cpu")
        self._choose(device)

    @property
    def device_name(self) -> str:
        """The device as the status bar names it."""
        return device_label(self.device)

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

    def model(self, ref: ModelRef) -> Model:
        """The network of a reference, on the device.

        Raises
        ------
        FileError
            One sentence: the file is gone, changed, or not readable.
        """
        version = self._version(ref)
        if self._loaded is None or self._loaded[0] != version:
            self._loaded = self._open_anywhere(ref, version)
        found = self._loaded[1]
        if isinstance(found, FileError):
            raise found
        return found

    def circles(self, file: CirclesFile) -> CurveSet:
        """The circles in a file."""
        return read_circles(self._find(file.path, file.sha256))

    def given(self, latent: Given) -> torch.Tensor:
        """Row ``latent.row`` of the z array in a file, [1, z_dim].

        Raises
        ------
        FileError
            One sentence: the file is gone, changed, or has no such row.
        """
        if self._z is None or self._z[0] != latent.sha256:
            z = read_z(self._find(latent.path, latent.sha256))
            self._z = (latent.sha256, z)
        return row_of(self._z[1], latent.row, Path(latent.path))

    def apart(self) -> "Sources":
        """The same networks for another thread: on the CPU, with its own memory."""
        other = Sources("cpu", self._runs, self._known)
        with self._lock:
            other._live, other._expected = dict(self._live), set(self._expected)
        return other

    def curves_of(self, state: State) -> CurveSet:
        """The circles of a state in W with its global psi, to be written to a file.

        Raises
        ------
        ValueError
            One sentence: no network, or a circle that its Z does not have.
        """
        if isinstance(state.circles, CirclesFile):
            return self.circles(state.circles)
        model = self.model(state.model)
        circles, label = state.circles, model.class_of(state)
        curves = map_circles(model.generator, circles, self.given, state.psi, label)
        return replace(curves, model_sha256=model.sha256, ref=state.model)

    def leave_gpu(self, reason: str) -> bool:
        """Go on with the CPU; False where that is where we are."""
        if self.device.type == "cpu":
            return False
        self.notice = f"The GPU failed ({reason}): computing on the CPU now."
        self.device = torch.device("cpu")
        self._loaded = None
        return True

    def _choose(self, device: DeviceChoice) -> None:
        try:
            self.device = choose_device(device)
        except ValueError as error:
            self.notice = f"{error}: computing on the CPU."

    def _version(self, ref: ModelRef) -> Hashable:
        if isinstance(ref, Live):
            with self._lock:
                live = self._live.get(ref.run)
            return (ref, live[0] if live else 0, self.device)
        return (ref, 0, self.device)

    def _open_anywhere(
        self, ref: ModelRef, version: Hashable
    ) -> tuple[Hashable, Model | FileError]:
        """Open a network, without the GPU where that fails; its version then."""
        try:
            return version, self._open(ref, version)
        except GPU_FAULTS as error:
            if not self.leave_gpu(first_line(error)):
                return version, FileError(f"out of memory: {first_line(error)}")
        except (MemoryError, RuntimeError, ValueError) as error:
            why = first_line(error)
            return version, FileError(f"this network cannot be opened: {why}")
        return self._open_anywhere(ref, self._version(ref))

    def _open(self, ref: ModelRef, version: Hashable) -> Model | FileError:
        try:
            if isinstance(ref, Live):
                return self._open_live(ref, version)
            if isinstance(ref, AtKimg):
                return self._open_moment(ref, version)
            if isinstance(ref, File):
                path = self._find(ref.path, ref.sha256)
                return self._model(version, load_model(path), path.name, ref.sha256)
            return self._open_bundled(version)
        except FileError as error:
            return error

    def _open_bundled(self, version: Hashable, notice: str = "") -> Model:
        path = bundled_path()
        label, snapshot = "bundled portraits", load(path)
        said = {"licence": "MIT, as all of sgviz"} | snapshot.provenance
        snapshot = replace(snapshot, provenance=said)
        return self._model(version, snapshot, label, hash_file(path), notice)

    def _open_live(self, ref: Live, version: Hashable) -> Model:
        with self._lock:
            live = self._live.get(ref.run)
        if live is not None:
            return self._model(version, live[1], f"live run {ref.run}", None)
        saved = self._runs / ref.run / "g_ema.safetensors" if self._runs else None
        if saved is not None and saved.is_file():
            return self._model(version, load(saved), f"run {ref.run}", hash_file(saved))
        if ref.run in self._expected:
            return self._until_it_comes(ref, version)
        notice = f"The run {ref.run} is not here: this is the bundled network."
        return self._open_bundled(version, notice)

    def _open_moment(self, ref: AtKimg, version: Hashable) -> Model:
        """The checkpoint of a run nearest to a moment; it need not be at it."""
        path = checkpoint_near(ref, self._runs)
        if path is None:
            notice = f"The run {ref.run} has no checkpoint here: this is the bundled"
            return self._open_bundled(version, f"{notice} network.")
        label, notice = moment_words(ref, images_of(path) / 1000.0)
        return self._model(version, load(path), label, hash_file(path), notice)

    def _until_it_comes(self, ref: Live, version: Hashable) -> Model:
        shown = self._loaded[1] if self._loaded is not None else None
        model = shown if isinstance(shown, Model) else self._open_bundled(version)
        label = f"run {ref.run} begins"
        return replace(model, key=(version, model.key), label=label, notice="")

    def _model(
        self,
        version: Hashable,
        snapshot: Snapshot,
        label: str,
        sha256: str | None,
        notice: str = "",
    ) -> Model:
        generator = snapshot.build().to(self.device)
        kimg = snapshot.kimg or None
        # A run that is over may be found at other times in other states.
        key = (version, sha256)
        facts = facts_of(generator, label, sha256, kimg, snapshot.provenance)
        notice = notice or self.notice
        return Model(key, generator, label, kimg, sha256, notice, facts)

    def _find(self, path: str, sha256: str) -> Path:
        return find_file(path, sha256, self._known.get(sha256, ""))


def find_file(path: str, sha256: str, elsewhere: str = "") -> Path:
    """The file of that hash: where it was, or where one was seen since; FileError."""
    for candidate in (path, elsewhere):
        if candidate and Path(candidate).is_file():
            if hash_file(Path(candidate)) == sha256:
                return Path(candidate)
    name = Path(path).name
    raise FileError(
        f"{name} (sha256 {sha256[:12]}…) is not where it was, or has changed: "
        "open the file once more and this session finds it"
    )


def first_line(error: Exception) -> str:
    """What an error says, without the advice that torch adds."""
    return (str(error).splitlines() or [type(error).__name__])[0]


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

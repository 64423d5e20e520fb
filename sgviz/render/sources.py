"""What a ModelRef or a file reference stands for right now."""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from sgviz.checkpoints.circles_file import check_size, read_circles
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.facts import Facts, facts_of
from sgviz.checkpoints.latents_file import read_z, row_of
from sgviz.checkpoints.open_model import DEFAULT
from sgviz.checkpoints.watch import Watch
from sgviz.curves import CurveSet, map_circles
from sgviz.families import columns_of, row_count
from sgviz.models.device import DeviceChoice, choose_device, device_label
from sgviz.models.generator import Generator
from sgviz.models.snapshot import Snapshot
from sgviz.models.untrained import shuffled, untrained
from sgviz.render.recent import Recent
from sgviz.render.shelf import Reading, Shelf
from sgviz.state import (
    Bundled,
    CirclesFile,
    File,
    Given,
    Live,
    ModelRef,
    Shuffled,
    State,
    Twin,
)

GPU_FAULTS = (torch.OutOfMemoryError, torch.AcceleratorError)
# Networks that are kept open: the one on the screen and one beside it whatever they
# take, others of before while all of them take no more than this.
OPEN, OPEN_BYTES, OPEN_LEAST = 4, 512 * 1024**2, 2


@dataclass(frozen=True, eq=False)
class Model:
    """A network that can be asked; ``key`` changes when its weights do.

    ``networks`` are the generators of its file by name, this one first.
    """

    key: Hashable
    generator: Generator
    label: str
    kimg: float | None
    sha256: str | None
    notice: str = ""
    facts: Facts = ()
    networks: tuple[str, ...] = ()

    @property
    def mark(self) -> str | None:
        """The hash by which files of circles name it: they know a file's average."""
        return self.sha256 if self.networks[:1] in ((), (DEFAULT,)) else None

    def class_of(self, state: State) -> int:
        """The class that a state asks this network for; 0 where there are none."""
        last = max(0, self.generator.config.c_dim - 1)
        return min(state.class_index or 0, last)


# A network of a version, or why there is none.
Opened = tuple[Hashable, Model | FileError]


class Sources:
    """Resolves references; belongs to the render thread.

    Several networks are open at a time, each in its newest version. Open to every
    thread: :meth:`expect`, :meth:`install`, :meth:`know` and :meth:`prepare`.
    """

    def __init__(
        self,
        device: DeviceChoice = "auto",
        runs: Path | None = None,
        known: dict[str, str] | None = None,
        reading: Reading | None = None,
    ) -> None:
        self._shelf = Shelf(runs, dict(known or {}), reading)
        self._open, self._passing = _no_networks(), _no_networks()
        self._asked: ModelRef | None = None
        self._knows_more = False
        self._shown: Model | None = None
        self._z: tuple[str, torch.Tensor] | None = None
        self.notice = ""
        self.device = torch.device("cpu")
        self._choose(device)

    @property
    def device_name(self) -> str:
        """The device as the status bar names it."""
        return device_label(self.device)

    def model(self, ref: ModelRef) -> Model:
        """The network of a reference, on the device: the one that is looked at.

        Raises
        ------
        FileError
            One sentence: the file is gone, changed, or not readable.
        """
        if ref != self._asked or self._knows_more:
            # What was gone may be there again, and there may be a nearer moment.
            self._asked, self._knows_more = ref, False
            self._passing.clear()
        if isinstance(ref, Live) and self._shelf.begins(ref):
            return self._until_it_comes(ref)
        self._shown, shown = None, self.network(ref)
        self._shown = shown
        return shown

    def network(self, ref: ModelRef) -> Model:
        """Any network, beside the one that is looked at; raises as :meth:`model`."""
        version = self._version(ref)
        opened = self._open.get(ref) or self._passing.get(ref)
        if opened is None or opened[0] != version:
            opened = self._open_anywhere(ref, version)
            lasting = isinstance(opened[1], Model) and not opened[1].notice
            (self._open if lasting else self._passing).put(ref, opened)
        found = opened[1]
        if isinstance(found, FileError):
            raise found
        return found

    def circles(self, file: CirclesFile) -> CurveSet:
        """The circles in a file; some of their points may be not finite."""
        return read_circles(self.path_of(file.path, file.sha256), lenient=True)

    def path_of(self, path: str, sha256: str) -> Path:
        """Where a file of that hash is; FileError where it is gone or changed."""
        return self._shelf.path_of(path, sha256)

    def given(self, latent: Given) -> torch.Tensor:
        """Row ``latent.row`` of the z array in a file, [1, z_dim].

        Raises
        ------
        FileError
            One sentence: the file is gone, changed, or has no such row.
        """
        if self._z is None or self._z[0] != latent.sha256:
            z = read_z(self._shelf.path_of(latent.path, latent.sha256))
            self._z = (latent.sha256, z)
        return row_of(self._z[1], latent.row, Path(latent.path))

    def apart(self) -> "Sources":
        """The same networks for another thread: on the CPU, with its own memory."""
        other = Sources("cpu")
        other._shelf = self._shelf.copy()
        return other

    def expect(self, run: str) -> None:
        """A run begins: until its first snapshot comes, what is shown stays."""
        self._shelf.expect(run)

    def install(self, run: str, snapshot: Snapshot) -> None:
        """The newest snapshot of a run, from the thread that trains it."""
        self._shelf.install(run, snapshot)

    def know(self, sha256: str, path: str) -> None:
        """Where a file of that hash was seen."""
        self._shelf.know(sha256, path)
        self._knows_more = True

    def prepare(self, ref: File, watch: Watch) -> None:
        """Read a network that will be asked for next (see :meth:`Shelf.prepare`)."""
        self._shelf.prepare(ref, watch)

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
        sizes, points = model.generator.config, len(columns_of(circles))
        check_size(row_count(circles), points, max(sizes.z_dim, sizes.w_dim))
        curves = map_circles(model.generator, circles, self.given, state.psi, label)
        return replace(curves, model_sha256=model.mark, ref=state.model)

    def leave_gpu(self, reason: str) -> bool:
        """Go on with the CPU; False where that is where we are."""
        if self.device.type == "cpu":
            return False
        self.notice = f"The GPU failed ({reason}): computing on the CPU now."
        self.device = torch.device("cpu")
        for networks in (self._open, self._passing):
            networks.clear()
        self._shown = None
        return True

    def _choose(self, device: DeviceChoice) -> None:
        try:
            self.device = choose_device(device)
        except ValueError as error:
            self.notice = f"{error}: computing on the CPU."

    def _version(self, ref: ModelRef) -> Hashable:
        """Changes when the network of a reference does; FileError for a twin of none.

        A twin depends on the sizes of its original alone: it does not move with a run.
        """
        if isinstance(ref, Twin):
            return (ref, self.network(ref.of).generator.config, self.device)
        if isinstance(ref, Shuffled):
            return (ref, self.network(ref.of).key, self.device)
        return (ref, self._shelf.version(ref), self.device)

    def _open_anywhere(self, ref: ModelRef, version: Hashable) -> Opened:
        """Open a network, without the GPU where that fails; its version then."""
        try:
            return version, self._model_of(ref, version)
        except FileError as error:
            return version, error
        except GPU_FAULTS as error:
            if not self.leave_gpu(first_line(error)):
                return version, FileError(f"out of memory: {first_line(error)}")
        except (MemoryError, RuntimeError, ValueError) as error:
            why = first_line(error)
            return version, FileError(f"this network cannot be opened: {why}")
        return self._open_anywhere(ref, self._version(ref))

    def _model_of(self, ref: ModelRef, version: Hashable) -> Model:
        if isinstance(ref, Twin | Shuffled):
            return self._derived(ref, version)
        found = self._shelf.find(ref)
        snapshot, label, sha256 = found.snapshot, found.label, found.sha256
        generator, kimg = snapshot.build().to(self.device), snapshot.kimg or None
        facts = facts_of(generator, label, sha256, kimg, snapshot.provenance)
        # A run that is over may be found at other times in other states.
        key, notice = (version, sha256), found.notice or self.notice
        # Only of a file another can be chosen, not of a moment of a run.
        networks = snapshot.networks if isinstance(ref, File) else ()
        return Model(key, generator, label, kimg, sha256, notice, facts, networks)

    def _derived(self, ref: Twin | Shuffled, version: Hashable) -> Model:
        """An untrained twin of a network, or one with its weights shuffled."""
        of = self.network(ref.of)
        if isinstance(ref, Twin):
            label = f"untrained twin {ref.seed} of {of.label}"
            generator = untrained(of.generator.config, ref.seed).to(self.device)
            said = {
                "licence": "none: its weights are random numbers",
                "twin of": of.label,
            }
        else:
            label = f"shuffled {of.label} (seed {ref.seed})"
            generator = shuffled(of.generator, ref.seed)
            licence = dict(of.facts).get("Licence", "")
            said = {"licence": licence, "shuffled from": of.label}
        facts = facts_of(generator, label, None, None, said)
        return Model((version, None), generator, label, None, None, of.notice, facts)

    def _until_it_comes(self, ref: Live) -> Model:
        """What is shown stays while a run has no snapshot yet."""
        model = self._shown or self.network(Bundled())
        key = (self._version(ref), model.key)
        label = f"{model.label} until run {ref.run} begins"
        return replace(model, key=key, label=label, notice="")


def _no_networks() -> Recent[ModelRef, Opened]:
    return Recent(OPEN, OPEN_BYTES, _bytes, OPEN_LEAST)


def _bytes(opened: Opened) -> int:
    """What a network takes; those that share a synthesis are counted with it."""
    if isinstance(opened[1], FileError):
        return 0
    tensors = opened[1].generator.state_dict().values()
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def first_line(error: Exception) -> str:
    """What an error says, without the advice that torch adds."""
    return (str(error).splitlines() or [type(error).__name__])[0]

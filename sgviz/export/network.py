"""The network that a command computes with, and how exactly."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.errors import shown_name
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.open_model import load_model
from sgviz.models.device import DeviceChoice, choose_device
from sgviz.models.generator import Generator
from sgviz.state import Bundled, File, GeneratorName, ModelRef


@dataclass(frozen=True, eq=False)
class Network:
    """A generator on its device, and which file it came from."""

    generator: Generator
    device: torch.device
    ref: ModelRef
    sha256: str
    name: str

    def check_class(self, number: int | None) -> int:
        """That class, the first where none is asked for.

        Raises
        ------
        ValueError
            One sentence: the network has no such class, or no classes at all.
        """
        count = self.generator.config.c_dim
        if number is None or 0 <= number < count:
            return number or 0
        there = f"classes 0 to {count - 1}" if count else "no classes"
        raise ValueError(f"{self.name} has {there}, so there is no class {number}")


def open_network(
    model: Path | None, device: DeviceChoice = "auto", network: GeneratorName = "G_ema"
) -> Network:
    """The network in a file, or the bundled one; ``network`` is which of several.

    Raises
    ------
    FileError
        One sentence: missing, or no network that sgviz knows.
    ValueError
        The device is not there.
    """
    chosen = choose_device(device)
    path = bundled_path() if model is None else model
    sha256 = hash_file(path)
    generator = load_model(path, network).build().to(chosen)
    ref = Bundled() if model is None else File(str(path), sha256, network)
    name = shown_name(path)
    if network != "G_ema":
        name = f"{name}, {network}"
    return Network(generator, chosen, ref, sha256, name)


@contextlib.contextmanager
def exact() -> Iterator[None]:
    """fp32 that is fp32: no TF32 in the convolutions of CUDA while the block runs."""
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        yield


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """One core while the block runs: the work is many small pieces.

    On a busy machine threads that wait for each other take seven times as long.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)

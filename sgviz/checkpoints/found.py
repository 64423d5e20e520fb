"""What a file of another program turned out to be, before its numbers are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import torch
from torch import Tensor

from sgviz.checkpoints.arrays import Taken
from sgviz.checkpoints.errors import ModelFileError, printable
from sgviz.checkpoints.native import (
    WARNING,
    count_not_finite,
    expected_shapes,
    own_first,
)
from sgviz.checkpoints.window import Budget
from sgviz.models.generator import GeneratorConfig, config_from_dict
from sgviz.models.layers import own_stream
from sgviz.models.mapping import MappingNetwork
from sgviz.models.snapshot import Snapshot

NVIDIA = "NVIDIA's networks: non-commercial licence"
W_AVG = "mapping.w_avg"
W_AVG_SAMPLES = 8192
SHOWN_NAMES = 6


@dataclass(frozen=True)
class Found:
    """A network of another program: our configuration, and where each tensor lies.

    ``tensors`` are by our names; what is missing there of ``zeros`` is filled with
    zeros, and a missing ``mapping.w_avg`` is computed. ``provenance`` says where it
    comes from, ``ignored`` what of the file is never used; ``shapes`` are those of all
    tensors, once they are checked, ``networks`` the generators of the file by name.
    """

    config: GeneratorConfig
    tensors: dict[str, Taken]
    provenance: dict[str, str]
    zeros: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    networks: tuple[str, ...] = ()

    def checked(self) -> "Found":
        """Itself, with exactly the tensors that the configuration asks for.

        Raises
        ------
        ModelFileError
            Names the first tensor that is missing or of another shape.
        """
        wanted = expected_shapes(self.config)
        for key, shape in wanted.items():
            taken = self.tensors.get(key)
            if taken is None:
                if key == W_AVG or key in self.zeros:
                    continue
                raise ModelFileError(f"it lacks the tensor {key}")
            if taken.shape != shape:
                raise ModelFileError(
                    f"its tensor {key} is {_sides(taken.shape)}, not {_sides(shape)}"
                )
        extra = tuple(key for key in self.tensors if key not in wanted)
        tensors = {key: self.tensors[key] for key in wanted if key in self.tensors}
        ignored = self.ignored + extra
        return replace(self, tensors=tensors, ignored=ignored, shapes=wanted)

    def read(self, file: BinaryIO, size: int) -> Snapshot:
        """The network, once checked, with its numbers, float32.

        Raises
        ------
        ModelFileError
            The file became shorter, or its tensors exceed it.
        """
        budget = Budget(tensors=size)
        weights = {key: t.read(file, budget) for key, t in self.tensors.items()}
        provenance = dict(self.described())
        for key, shape in self.shapes.items():
            if key not in weights and key != W_AVG:
                weights[key] = torch.zeros(shape)
        if W_AVG not in weights:
            weights[W_AVG], said = computed_w_avg(self.config, weights)
            provenance["w_avg"] = said
        if bad := count_not_finite(weights):
            provenance[WARNING] = f"{bad:,} weights are not finite numbers"
        own = self.provenance.get("network", "")
        networks = own_first(self.networks, own)
        return Snapshot(self.config, weights, 0.0, provenance, networks)

    @property
    def notice(self) -> str:
        """One sentence that a person should read before anything else, or nothing."""
        said = list(self.notes)
        if W_AVG not in self.tensors:
            said.append("its w_avg is missing and was computed from random z")
        text = "; ".join(said)
        return f"{text[0].upper()}{text[1:]}." if text else ""

    def described(self) -> dict[str, str]:
        """The provenance, with what was ignored and what should be known."""
        said = dict(self.provenance)
        if self.ignored:
            names = ", ".join(printable(n, 60) for n in self.ignored[:SHOWN_NAMES])
            more = len(self.ignored) - SHOWN_NAMES
            said["ignored"] = names + (f" and {more:,} more" if more > 0 else "")
        if self.notes:
            said["note"] = "; ".join(self.notes)
        return said


def computed_w_avg(
    config: GeneratorConfig, weights: Mapping[str, Tensor]
) -> tuple[Tensor, str]:
    """The mean w of seeded z (of all classes), and a sentence with its standard error.

    The error of the mean of N draws is the standard deviation over sqrt(N), as
    length: sqrt(mean |w - w_avg|^2 / N).
    """
    with torch.device("meta"):
        mapping = MappingNetwork(config.mapping)
    own = {
        key.removeprefix("mapping."): tensor
        for key, tensor in weights.items()
        if key.startswith("mapping.")
    }
    own["w_avg"] = torch.zeros(config.w_dim)
    mapping.load_state_dict(own, strict=True, assign=True)
    stream, classes = own_stream(0, "w_avg"), config.c_dim
    label: Tensor | int = 0
    if classes:
        drawn = torch.randint(classes, (W_AVG_SAMPLES,), generator=stream)
        label = torch.nn.functional.one_hot(drawn, classes)
    with torch.no_grad():
        z = torch.randn((W_AVG_SAMPLES, config.z_dim), generator=stream)
        w = mapping(z, label).double()
    mean = w.mean(dim=0)
    spread = (w - mean).square().sum(dim=1).mean()
    error = float((spread / W_AVG_SAMPLES).sqrt() / mean.norm().clamp_min(1e-30))
    said = (
        f"missing in the file: the mean w of {W_AVG_SAMPLES:,} random z, "
        f"with a standard error of {100 * error:.2g} % of its length"
    )
    return mean.float(), said


def config_of(data: dict[str, object]) -> GeneratorConfig:
    """A configuration from what a file says; ModelFileError where it cannot be."""
    try:
        return config_from_dict(data)
    except ValueError as error:
        text = str(error).removeprefix("the configuration is wrong: ")
        why = printable(text, 140)
        raise ModelFileError(f"its sizes are not usable: {why}", "unknown") from error


def _sides(shape: tuple[int, ...]) -> str:
    return "x".join(str(side) for side in shape) or "one number"

"""A network at one moment, apart from the one that goes on training."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.modulated import ModulatedConv


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Config, weights by name (float32, CPU), kimg shown, where it comes from.

    The names are those of ``Generator.state_dict()``. ``networks`` are the generators
    of its file by name, this one first.
    """

    config: GeneratorConfig
    weights: dict[str, Tensor]
    kimg: float = 0.0
    provenance: dict[str, str] = field(default_factory=dict)
    networks: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        generator: Generator,
        kimg: float = 0.0,
        provenance: Mapping[str, str] | None = None,
    ) -> "Snapshot":
        """A copy on the CPU: nothing in it changes when the generator trains on."""
        weights = {
            name: tensor.detach().to("cpu", torch.float32, copy=True).contiguous()
            for name, tensor in generator.state_dict().items()
        }
        return cls(generator.config, weights, kimg, dict(provenance or {}))

    def build(self) -> Generator:
        """A generator, in eval mode and without gradients, on these very tensors.

        It shares the memory of ``weights`` until moved; the kernels among them are
        laid out anew for it, one after another, and stay so.

        Raises
        ------
        ValueError
            The names or shapes are not those of the configuration.
        """
        with torch.device("meta"):
            generator = Generator(self.config, seed=None)
        self._check(generator.state_dict())
        weights = {name: tensor.float() for name, tensor in self.weights.items()}
        generator.load_state_dict(weights, strict=True, assign=True)
        del weights
        for name, module in generator.named_modules():
            if isinstance(module, ModulatedConv):
                module.settle()
                self.weights[f"{name}.weight"] = module.weight.data
        return generator.eval().requires_grad_(requires_grad=False)

    def _check(self, wanted: Mapping[str, Tensor]) -> None:
        """ValueError, in one sentence, unless names and shapes are the wanted ones."""
        if missing := sorted(wanted.keys() - self.weights.keys()):
            raise ValueError(f"the network lacks {missing[0]}{_more(missing)}")
        if extra := sorted(self.weights.keys() - wanted.keys()):
            raise ValueError(f"the network has an unknown {extra[0]}{_more(extra)}")
        for name, tensor in wanted.items():
            found = self.weights[name]
            if found.shape != tensor.shape:
                raise ValueError(
                    f"{name} is {list(found.shape)}, not {list(tensor.shape)}"
                )


def _more(names: list[str]) -> str:
    return f" and {len(names) - 1} more" if len(names) > 1 else ""

"""Pickles in the structure of StyleGAN3's, t and r, written without it."""

from typing import Literal

import torch

from sgviz.models.alias_free import Design, plan
from sgviz.models.generator import Generator, GeneratorConfig
from tests.checkpoints.foreign_files import Call, Tensors, nvidia_module, pickled


def config(kind: Literal["t", "r"]) -> GeneratorConfig:
    """A small network; a design of its own, so that it is not by luck the default."""
    return GeneratorConfig(
        z_dim=6,
        w_dim=5,
        depth=2,
        resolution=32,
        channels=(4, 4, 3, 3, 2),
        conv_clamp=256.0,
        family="stylegan3-t" if kind == "t" else "stylegan3-r",
        w_avg_beta=0.998,
        design=Design(margin=8, first_stopband=4.5),
    )


def weights(kind: Literal["t", "r"]) -> Tensors:
    """The tensors of such a network, none of them trivial."""
    tensors = Generator(config(kind), 3).state_dict()
    stream = torch.Generator().manual_seed(1)
    return {
        name: tensor + 0.3 * torch.rand(tensor.shape, generator=stream)
        for name, tensor in tensors.items()
    }


def module(kind: Literal["t", "r"], **changes: object) -> Call:
    """The generator; ``changes`` are to what its first layer says of itself."""
    ours = config(kind)
    plans = plan(ours.alias_free(kind))
    names = [f"L{i}_{p.after.size}_{p.outputs}" for i, p in enumerate(plans)]
    said: dict[str, dict[str, object]] = {
        "mapping": {"w_avg_beta": 0.998, "num_layers": 2},
        "synthesis": {
            "num_critical": 2,
            "margin_size": 8,
            "output_scale": 0.25,
            "_init_kwargs": {"first_stopband": 4.5},
        },
    }
    for name, each in zip(names, plans, strict=True):
        said[f"synthesis.{name}"] = {
            "in_cutoff": each.before.cutoff,
            "out_cutoff": each.after.cutoff,
            "in_half_width": each.before.half_width,
            "out_half_width": each.after.half_width,
            "in_sampling_rate": each.before.rate,
            "out_sampling_rate": each.after.rate,
            "up_factor": each.up,
            "down_factor": each.down,
            "down_radial": each.radial,
            "conv_clamp": 256,
        }
    said[f"synthesis.{names[0]}"] |= changes
    tensors = {}
    for name, tensor in weights(kind).items():
        parts = name.split(".")
        if parts[0] == "synthesis" and parts[1].startswith("L"):
            parts[1] = names[int(parts[1][1:])]
        tensors[".".join(parts)] = tensor
    tensors[f"synthesis.{names[0]}.up_filter"] = torch.ones(12)
    return nvidia_module(tensors, said, img_resolution=32, z_dim=6, w_dim=5)


def stylegan3(kind: Literal["t", "r"], **changes: object) -> bytes:
    """The pickle of it."""
    return pickled({"G_ema": module(kind, **changes), "D": None})

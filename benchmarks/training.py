"""A training step beside the official code's, at the same sizes, in the same process.

The peer is a checkout of stylegan2-ada-pytorch that the user has: ``--peer PATH``, or
the variable SGVIZ_PEER. Nothing of it is in this project. Steps alternate, one of
ours and one of the peer's, sixteen to a round, so that each side makes one R1 penalty
a round. Ours draws its portraits besides; the peer is handed images of no cost.
"""

import copy
import importlib
import os
import sys
import time
from dataclasses import replace
from statistics import median
from types import ModuleType
from typing import Any

import torch

from benchmarks.table import Row
from sgviz.training.losses import ema_beta, lazy_adam
from sgviz.training.presets import PRESETS
from sgviz.training.trainer import Trainer

PEER = "SGVIZ_PEER"
ROUNDS, STEPS = 3, 16
BAR = 0.65


class Peer:
    """The official networks and loss, stepped as the official loop steps them."""

    def __init__(self, path: str, trainer: Trainer) -> None:
        self.config = config = trainer.config
        networks, loss = _official(path)
        resolution = config.resolution
        sizes: dict[str, Any] = {"img_resolution": resolution, "img_channels": 3}
        channels = {
            "channel_base": config.channels[-1] * resolution,
            "channel_max": max(config.channels),
        }
        self.g = networks.Generator(
            z_dim=config.z_dim,
            c_dim=0,
            w_dim=config.w_dim,
            mapping_kwargs={"num_layers": config.depth},
            synthesis_kwargs=channels,
            **sizes,
        )
        self.d = networks.Discriminator(
            c_dim=0, epilogue_kwargs={"mbstd_group_size": 4}, **sizes, **channels
        )
        ours = sum(p.numel() for p in trainer.generator.parameters())
        theirs = sum(p.numel() for p in self.g.parameters())
        if ours != theirs:
            raise ValueError(f"not the same sizes: {ours} and {theirs} parameters")
        for network in (self.g, self.d):
            network.train().requires_grad_(False)
        self.average = copy.deepcopy(self.g).eval()
        self.loss = loss.StyleGAN2Loss(
            torch.device("cpu"), self.g.mapping, self.g.synthesis, self.d,
            style_mixing_prob=config.style_mixing, r1_gamma=config.r1_gamma,
            pl_weight=0,
        )  # fmt: skip
        betas = (config.beta1, config.beta2)
        lr, lazy = lazy_adam(config.lr_d, betas, config.r1_interval)
        self.adam_g = torch.optim.Adam(self.g.parameters(), config.lr_g, betas)
        self.adam_d = torch.optim.Adam(self.d.parameters(), lr, lazy)
        self.real = torch.rand(config.batch, 3, resolution, resolution) * 2.0 - 1.0
        self.count = 0

    def step(self) -> None:
        """One step of the official loop on one process."""
        self._phase("Gmain", self.g, self.adam_g, 1)
        self._phase("Dmain", self.d, self.adam_d, 1)
        if self.count % self.config.r1_interval == 0:
            self._phase("Dreg", self.d, self.adam_d, self.config.r1_interval)
        self.count += 1
        config = self.config
        beta = ema_beta(self.count * config.batch, config.batch, config.ema_kimg, 0.05)
        with torch.no_grad():
            pairs = zip(self.average.parameters(), self.g.parameters(), strict=True)
            for mean, newest in pairs:
                mean.copy_(newest.lerp(mean, beta))

    def _phase(
        self, name: str, network: Any, adam: torch.optim.Optimizer, gain: int
    ) -> None:
        z = torch.randn(self.config.batch, self.config.z_dim)
        label = torch.zeros(self.config.batch, 0)
        network.requires_grad_(True)
        self.loss.accumulate_gradients(
            phase=name, real_img=self.real, real_c=label, gen_z=z, gen_c=label,
            sync=True, gain=gain,
        )  # fmt: skip
        network.requires_grad_(False)
        for parameter in network.parameters():
            if parameter.grad is not None:
                grad = parameter.grad
                torch.nan_to_num(grad, nan=0, posinf=1e5, neginf=-1e5, out=grad)
        adam.step()
        adam.zero_grad(set_to_none=True)


def measure() -> tuple[list[Row], dict[str, object]]:
    what = "training step, 64x64 preset, batch 16, against the official code"
    facts: dict[str, object] = {"torch_threads": torch.get_num_threads()}
    path = os.environ.get(PEER, "")
    if not path:
        words = "not measured: give a checkout of stylegan2-ada-pytorch (--peer PATH)"
        return [Row(what, f"<= {BAR:.2f}x", words, ok=True)], facts
    trainer = Trainer(replace(PRESETS["portraits"]), torch.device("cpu"))
    peer = Peer(path, trainer)
    trainer.step()
    peer.step()
    peer.count = trainer.counters.steps
    rounds = [_round(trainer, peer) for _ in range(ROUNDS)]
    ratio = median(ours / theirs for ours, theirs in rounds)
    ours, theirs = (median(side) / STEPS for side in zip(*rounds, strict=True))
    words = f"{ratio:.2f}x ({1000 * ours:.0f} against {1000 * theirs:.0f} ms)"
    figures = {"ratio": ratio, "ours": ours, "official": theirs}
    return [Row(what, f"<= {BAR:.2f}x", words, ratio <= BAR, figures)], facts


def _round(trainer: Trainer, peer: Peer) -> tuple[float, float]:
    """Seconds of sixteen steps of each side, one of each in turn."""
    ours = theirs = 0.0
    for _ in range(STEPS):
        start = time.perf_counter()
        trainer.step()
        between = time.perf_counter()
        peer.step()
        ours += between - start
        theirs += time.perf_counter() - between
    return ours, theirs


def _official(path: str) -> tuple[ModuleType, ModuleType]:
    sys.path.insert(0, path)
    name = "training"
    return (
        importlib.import_module(f"{name}.networks"),
        importlib.import_module(f"{name}.loss"),
    )

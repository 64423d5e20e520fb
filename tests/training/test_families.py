"""A run of StyleGAN1's generator: it trains, resumes, and its file is opened."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints import native
from sgviz.models.mapping import STYLEGAN1
from sgviz.models.synthesis_adain import AdainSynthesis
from sgviz.training.config import TrainConfig
from sgviz.training.phases import generator_config
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


@pytest.mark.parametrize("noise_from", [0.0, 1.0])
@pytest.mark.parametrize("pl_weight", [0.0, 2.0])
def test_every_weight_of_stylegan1_learns(
    make_trainer: MakeTrainer, noise_from: float, pl_weight: float
) -> None:
    trainer = make_trainer(
        family="stylegan1", noise_from=noise_from, pl_weight=pl_weight, pl_interval=2
    )
    generator = trainer.generator
    assert isinstance(generator.synthesis, AdainSynthesis)
    before = {name: p.detach().clone() for name, p in generator.named_parameters()}
    for _ in range(4):
        trainer.step()
    assert all(p.isfinite().all() for p in generator.parameters())
    still = {name for name, p in generator.named_parameters() if p.equal(before[name])}
    silent = {name for name in before if name.endswith("noise_strength")}
    assert still == (silent if noise_from else set())


def test_its_configuration_is_stylegan1s(config: TrainConfig) -> None:
    found = generator_config(replace(config, family="stylegan1"))
    assert (found.family, found.gains) == ("stylegan1", STYLEGAN1)
    assert generator_config(config).family == "stylegan2"


def test_a_file_of_it_is_opened_again(
    make_trainer: MakeTrainer, tmp_path: Path
) -> None:
    trainer = make_trainer(family="stylegan1")
    trainer.step()
    path = tmp_path / "one.safetensors"
    native.save(trainer.snapshot(), path)
    opened = native.load(path)
    assert opened.config.family == "stylegan1"
    z = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(opened.build()(z), trainer.snapshot().build()(z))

"""A run small enough to be tested step by step."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from sgviz.training.config import TrainConfig
from sgviz.training.run_folder import RunFolder, create
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


class Waves:
    """Numbered images: image k is a sine of its own frequency."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.asked: list[int] = []

    def batch(self, first_index: int, count: int) -> Tensor:
        self.asked.append(first_index)
        index = torch.arange(first_index, first_index + count)[:, None, None, None]
        x = torch.linspace(0.0, 6.0, self.size)
        colour = torch.arange(1, 4)[None, :, None, None]
        wave = torch.sin(x * (index % 7 + colour))
        return wave.expand(count, 3, self.size, self.size).contiguous()


@pytest.fixture(scope="session")
def config() -> TrainConfig:
    """8x8, a few thousand weights, exact arithmetic, R1 every third step."""
    return TrainConfig(
        resolution=8,
        z_dim=8,
        w_dim=8,
        depth=2,
        channels=(8, 8),
        channels_d=(8, 8),
        batch=4,
        mbstd_group=2,
        r1_interval=3,
        ema_kimg=0.05,
        precision="fp32",
        noise_from=0.0,
        kimg=0.02,
        checkpoint_kimg=0.008,
        keep_every=2,
        samples=False,
    )


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Bit-equality is promised for one number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def make_trainer(config: TrainConfig) -> MakeTrainer:
    """A trainer of the tiny configuration, changed by keywords."""

    def make(**changes: object) -> Trainer:
        changed = replace(config, **changes)  # type: ignore[arg-type]
        return Trainer(changed, torch.device("cpu"), Waves(changed.resolution))

    return make


@pytest.fixture
def trainer(make_trainer: MakeTrainer) -> Trainer:
    """A fresh trainer of the tiny configuration."""
    return make_trainer()


@pytest.fixture
def folder(tmp_path: Path, config: TrainConfig) -> Iterator[RunFolder]:
    """An empty run folder, locked."""
    with create(tmp_path / "run", config) as made:
        yield made

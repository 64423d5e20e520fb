"""A network whose images can be had quickly, and files of perceptual networks."""

from pathlib import Path

import pytest
import torch

from sgviz.analysis.lpips import LAYERS
from sgviz.models.generator import Generator, GeneratorConfig

WIDTHS = (4, 4, 6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 8)


@pytest.fixture(scope="session")
def tiny() -> Generator:
    """A 16x16 generator with z = w = 24; untrained, with a w_avg and with noise."""
    sizes = GeneratorConfig(
        z_dim=24, w_dim=24, depth=3, resolution=16, channels=(12, 12, 8)
    )
    network = Generator(sizes, seed=3).requires_grad_(requires_grad=False)
    z = torch.randn(256, 24, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        network.mapping.w_avg.copy_(network.mapping(z).mean(0))
    for layer in network.synthesis.noisy:
        layer.noise_strength.data.fill_(0.2)
    return network


@pytest.fixture(scope="session")
def vgg() -> dict[str, torch.Tensor]:
    """A narrow VGG16 with LPIPS's weights, by the names of torchvision and LPIPS."""
    generator = torch.Generator().manual_seed(7)
    tensors, inputs = {}, 3
    for layer, width in zip(LAYERS, WIDTHS, strict=True):
        weight = torch.randn(width, inputs, 3, 3, generator=generator)
        tensors[f"features.{layer}.weight"] = weight / (3 * inputs**0.5)
        bias = 0.1 * torch.randn(width, generator=generator)
        tensors[f"features.{layer}.bias"] = bias
        inputs = width
    for stage, width in enumerate((4, 6, 8, 8, 8)):
        weight = torch.rand(1, width, 1, 1, generator=generator)
        tensors[f"lin{stage}.model.1.weight"] = weight
    return tensors


@pytest.fixture(scope="session")
def vgg_file(
    tmp_path_factory: pytest.TempPathFactory, vgg: dict[str, torch.Tensor]
) -> Path:
    """That network as safetensors."""
    from safetensors.torch import save_file

    path = tmp_path_factory.mktemp("vgg") / "lpips.safetensors"
    save_file(vgg, path)
    return path

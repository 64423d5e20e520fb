"""lucidrains' synthesis against its equations in float64 numpy."""

import numpy as np
import pytest
import torch

from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.mapping import LUCIDRAINS
from sgviz.models.synthesis import START
from sgviz.models.synthesis_bilinear import blur, double

CHANNELS = (6, 5, 4)


@pytest.fixture(scope="module")
def network():
    """A little one with noise, biases and styles that are not trivial."""
    config = GeneratorConfig(
        16, 16, 2, 16, CHANNELS, 0.1, LUCIDRAINS, family="lucidrains"
    )
    generator = Generator(config, seed=1)
    stream = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for name, weight in generator.synthesis.named_parameters():
            if name.endswith(("bias", "noise_strength")):
                weight.copy_(torch.randn(weight.shape, generator=stream) * 0.3)
    return generator.synthesis.requires_grad_(False)


def doubled(x):
    """A row of numbers twice as long: 3/4 of the nearest, 1/4 of the next."""
    padded = np.pad(x, [(0, 0), (0, 0), (1, 1)], mode="edge")
    left = 0.25 * padded[..., :-2] + 0.75 * x
    right = 0.75 * x + 0.25 * padded[..., 2:]
    return np.stack([left, right], axis=-1).reshape(*x.shape[:2], -1)


def larger(x):
    return doubled(doubled(x).transpose(0, 2, 1)).transpose(0, 2, 1)


def blurred(x):
    padded = np.pad(x, [(0, 0), (1, 1), (1, 1)], mode="reflect")
    across = padded[..., :-2] / 4 + padded[..., 1:-1] / 2 + padded[..., 2:] / 4
    return across[:, :-2] / 4 + across[:, 1:-1] / 2 + across[:, 2:] / 4


def layer(reference, weights, name, x, w, noise):
    style = weights[f"{name}.affine.weight"] @ w + weights[f"{name}.affine.bias"] + 1
    kernel = weights[f"{name}.weight"] * style[:, None, None]
    if name.endswith("torgb"):
        return reference.correlate(x, kernel, 0)
    length = np.sqrt((kernel**2).sum((1, 2, 3), keepdims=True) + 1e-8)
    y = reference.correlate(x, kernel / length, 1)
    strength = weights[f"{name}.noise_strength"][:, None, None]
    y = y + strength * noise + weights[f"{name}.bias"][:, None, None]
    return np.where(y > 0, y, 0.2 * y)


def picture(reference, weights, ws, noise):
    x = reference.correlate(weights["const"], weights["initial.weight"], 1)
    x, rgb = x + weights["initial.bias"][:, None, None], 0.0
    for row, w in enumerate(ws):
        here, res = f"b{4 << row}", 4 << row
        x = larger(x) if row else x
        corner = noise[:res, :res]
        x = layer(reference, weights, f"{here}.conv0", x, w, corner)
        x = layer(reference, weights, f"{here}.conv1", x, w, corner)
        rgb = rgb + layer(reference, weights, f"{here}.torgb", x, w, corner)
        rgb = rgb if row == len(ws) - 1 else blurred(larger(rgb))
    return 2 * rgb - 1


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("grad", [True, False])
def test_equals_the_reference(network, draw, reference, count, grad):
    weights = {k: v.double().numpy() for k, v in network.state_dict().items()}
    ws, noise = draw(count, 3, 16), torch.rand(16, 16)
    maps = [noise[None, None, :res, :res] for res in network.row_resolutions]
    expected = np.stack(
        [
            picture(reference, weights, w.double().numpy(), noise.double().numpy())
            for w in ws
        ]
    )
    with torch.set_grad_enabled(grad):
        image = network(ws, noise=maps)
    assert np.abs(image.detach().numpy() - expected).max() < 1e-5 * np.ptp(expected)


def test_one_map_of_noise_for_all_layers(network, draw):
    ws = draw(1, 3, 16)
    const = network(ws)
    assert torch.equal(const, network(ws))
    none = network(ws, noise="none")
    assert not torch.allclose(const, none)
    silent = network(ws, strength=torch.zeros(3))
    assert torch.equal(silent, none)
    drawn = [
        network(ws, noise="random", generator=torch.Generator().manual_seed(seed))
        for seed in (4, 4, 5)
    ]
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    with pytest.raises(ValueError, match="needs a generator"):
        network(ws, noise="random")
    assert all(block.loudness() > 0.1 for block in network.noisy)


@pytest.mark.parametrize("row", [1, 2])
def test_resumed_at_a_row_equals_the_whole(network, draw, row):
    ws = draw(1, 3, 16)
    since = network.enter(row, ws)
    assert torch.equal(network(ws, since=since), network(ws))
    assert network.enter(0, ws) is START


def test_bf16_is_near(network, draw):
    ws = draw(1, 3, 16)
    exact, fast = network(ws), network(ws, dtype=torch.bfloat16)
    assert float((fast - exact).abs().max()) < 0.06 * float(exact.max() - exact.min())


def test_the_border():
    x = torch.eye(4)[None, None]
    assert torch.equal(double(x)[..., 0, 0], x[..., 0, 0])
    flat = torch.full((1, 2, 4, 4), 3.0)
    assert torch.allclose(blur(flat), flat)

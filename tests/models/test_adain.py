"""StyleGAN1 against its equations in float64 numpy: nothing shared, nothing fused."""

import numpy as np
import pytest
import torch
from scipy.signal import convolve2d
from torch.autograd import gradgradcheck

from sgviz.models.mapping import STYLEGAN1
from sgviz.models.resample import blur, box
from sgviz.models.synthesis import START, SynthesisConfig
from sgviz.models.synthesis_adain import AdainSynthesis, restyle

BLUR = np.outer([1, 2, 1], [1, 2, 1]) / 16.0


def transposed(x, kernel):
    """Stride 2 with the middle 2H of it: x [H, W], kernel [4, 4]."""
    y = np.zeros((2 * len(x) + 2,) * 2)
    for i, j in np.ndindex(x.shape):
        y[2 * i : 2 * i + 4, 2 * j : 2 * j + 4] += x[i, j] * kernel
    return y[1:-1, 1:-1]


def enlarged(reference, x, weight, size):
    if size < 128:
        doubled = x.repeat(2, axis=1).repeat(2, axis=2)
        return reference.correlate(doubled, weight, 1)
    wide = np.pad(weight, ((0, 0), (0, 0), (1, 1), (1, 1)))
    kernel = sum(wide[:, :, i : i + 4, j : j + 4] for i in (0, 1) for j in (0, 1))
    return np.stack(
        [
            sum(transposed(c, k) for c, k in zip(x, kernels, strict=True))
            for kernels in kernel
        ]
    )


def layer(reference, weights, name, x, w, noise):
    if f"{name}.weight" in weights:
        weight = weights[f"{name}.weight"]
        weight = weight * np.sqrt(2) / np.sqrt(weight[0].size)
        if name.endswith("conv0"):
            x = enlarged(reference, x, weight, 2 * x.shape[1])
            x = np.stack([convolve2d(c, BLUR, mode="same") for c in x])
        else:
            x = reference.correlate(x, weight, 1)
    if noise:
        strength = weights[f"{name}.noise_strength"][:, None, None]
        x = x + weights[f"{name}.noise_const"] * strength
    x = reference.lrelu(x + weights[f"{name}.bias"][:, None, None])
    x = x - x.mean((1, 2), keepdims=True)
    x = x / np.sqrt((x**2).mean((1, 2), keepdims=True) + 1e-8)
    scale, shift = reference.style(weights, name, w).reshape(2, -1, 1, 1)
    return x * (scale + 1) + shift


def synthesis(reference, weights, ws, *, noise=True):
    x = weights["b4.const"]
    for row, w in enumerate(ws):
        name = f"b{4 << row // 2}.conv{row % 2}"
        x = layer(reference, weights, name, x, w, noise)
    colours = weights["torgb.weight"] / np.sqrt(len(x))
    rgb = reference.correlate(x, colours, 0)
    return rgb + weights["torgb.bias"][:, None, None]


@pytest.fixture
def adain(make, draw):
    def made(resolution=32, channels=(10, 8, 6, 4)):
        generator = make(
            family="stylegan1",
            gains=STYLEGAN1,
            resolution=resolution,
            channels=channels,
        )
        # As trained ones are: in a flat channel the norm sees rounding alone.
        const = generator.synthesis.blocks[0].const
        const += draw(*const.shape, seed=5)
        return generator.synthesis

    return made


def numbers(network):
    return {k: v.double().numpy() for k, v in network.state_dict().items()}


@pytest.mark.parametrize("noise", ["const", "none"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("grad", [True, False])
def test_equals_the_reference(adain, draw, reference, noise, count, grad):
    network, ws = adain(), draw(count, 8, 16)
    expected = np.stack(
        [
            synthesis(
                reference, numbers(network), w.double().numpy(), noise=noise == "const"
            )
            for w in ws
        ]
    )
    with torch.set_grad_enabled(grad):
        image = network(ws, noise=noise)
    assert np.abs(image.numpy() - expected).max() < 1e-5 * np.ptp(expected)


def test_the_kernels_from_128_lie_the_other_way_round(adain, draw, reference):
    network = adain(128, (4, 4, 3, 3, 3, 2)).double()
    ws = draw(1, 12, 16).double()
    expected = synthesis(reference, numbers(network), ws[0].numpy())
    image = network(ws, dtype=torch.float64)[0].numpy()
    np.testing.assert_allclose(image, expected, atol=1e-9)
    with torch.no_grad():
        network.blocks[-1].conv0.weight.copy_(
            network.blocks[-1].conv0.weight.flip(2, 3)
        )
    turned = network(ws, dtype=torch.float64)[0].numpy()
    assert np.abs(turned - expected).max() > 1e-2 * np.ptp(expected)


def test_style_alone_sets_mean_and_deviation(draw):
    x, style = draw(2, 3, 16, 16) * 5 + 2, draw(2, 6, seed=1)
    y = restyle(x, style)
    scale, shift = style.chunk(2, 1)
    torch.testing.assert_close(y.mean((2, 3)), shift, rtol=1e-4, atol=1e-5)
    deviation = y.std((2, 3), correction=0)
    torch.testing.assert_close(deviation, (scale + 1).abs(), rtol=1e-4, atol=1e-5)


def test_a_constant_channel_becomes_its_shift(draw):
    style = draw(1, 6)
    for grad in (True, False):
        with torch.set_grad_enabled(grad):
            y = restyle(torch.full((1, 3, 8, 8), 3.0), style)
        expected = style[:, 3:, None, None].expand(-1, -1, 8, 8)
        torch.testing.assert_close(y, expected, rtol=0, atol=1e-2)


def test_the_names_of_the_tensors(adain):
    common = ("bias", "noise_const", "noise_strength", "affine.weight", "affine.bias")
    names = {"b4.const", "torgb.weight", "torgb.bias"}
    for size in (4, 8, 16, 32):
        names |= {f"b{size}.conv{i}.{kind}" for i in (0, 1) for kind in common}
        names |= {f"b{size}.conv{i}.weight" for i in (0, 1) if size > 4 or i}
    tensors = adain().state_dict()
    assert tensors.keys() == names
    assert tensors["b8.conv0.weight"].shape == (8, 10, 3, 3)
    assert tensors["b8.conv0.affine.weight"].shape == (16, 16)
    assert tensors["b16.conv1.noise_strength"].shape == (6,)


def test_every_row_feeds_its_layer_and_has_noise(adain, draw):
    network, ws = adain(), draw(1, 8, 16)
    assert network.num_ws == 8 == len(network.row_names)
    assert network.row_names[:4] == ("4x4, the constant", "4x4", "8x8, from 4x4", "8x8")
    assert network.noise_resolutions == network.row_resolutions
    with torch.no_grad():
        before = [at.x for at in network.walk(ws)]
        for row in range(8):
            changed, strength = ws.clone(), torch.ones(8)
            changed[:, row] += 1
            strength[row] = 3
            for how in ({"ws": changed}, {"ws": ws, "strength": strength}):
                after = [at.x for at in network.walk(**how)]
                differs = [
                    not torch.equal(a, b) for a, b in zip(before, after, strict=True)
                ]
                assert differs == [r >= row for r in range(8)]


@pytest.mark.parametrize("noise", ["const", "none", "random"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("row", range(8))
def test_resumed_at_a_row_equals_the_whole(adain, draw, noise, dtype, row):
    network, ws = adain(), draw(1, 8, 16)

    def how():
        own = torch.Generator().manual_seed(1)
        return {"noise": noise, "generator": own, "dtype": dtype}

    with torch.no_grad():
        kept = network.enter(row, ws, **how())
        whole = network(ws, **how())
        changed = ws.clone()
        changed[:, row:] += draw(1, 8 - row, 16, seed=2)
        resumed = network(changed, since=kept, **how())
        assert torch.equal(resumed, network(changed, **how()))
        assert torch.equal(network(ws, since=kept, **how()), whole)
    assert network.enter(0, ws) is START


@pytest.mark.parametrize("count", [1, 3])
def test_bf16_is_near(adain, draw, count):
    network, ws = adain(channels=(64, 64, 64, 32)), draw(count, 8, 16)
    with torch.no_grad():
        exact = network(ws, "none")
        fast = network(ws, "none", dtype=torch.bfloat16)
    assert fast.dtype == torch.float32
    error = (fast - exact).square().mean().sqrt() / exact.std()
    assert error.item() < 3e-2


def test_an_untrained_network(draw):
    network = AdainSynthesis(SynthesisConfig(16, (8, 8, 8), 12))
    network.reset(torch.Generator().manual_seed(0))
    assert (network.blocks[0].const == 1).all()
    with torch.no_grad():
        image = network(draw(4, 6, 12))
    assert image.shape == (4, 3, 16, 16)
    # The constant is flat: only what lies at the border makes a difference yet.
    assert 0.1 < image.std().item() < 3.0


def test_gradients_of_gradients(draw):
    network = AdainSynthesis(SynthesisConfig(8, (3, 2), 4))
    network.reset(torch.Generator().manual_seed(0))
    network.double()
    ws = draw(2, 4, 4).double().requires_grad_()

    def image(x):
        return network(x, dtype=torch.float64)

    assert gradgradcheck(image, ws, atol=1e-6)


@pytest.mark.parametrize("filtered", [blur, box])
def test_the_filters_are_linear_with_their_transpose(draw, filtered):
    x = draw(1, 2, 6, 6).double().requires_grad_()
    y = filtered(x)
    other = torch.randn_like(y)
    (back,) = torch.autograd.grad(y, x, other, create_graph=True)
    kernel = BLUR if filtered is blur else np.ones((2, 2))
    mode = "same" if filtered is blur else "valid"
    expected = convolve2d(x[0, 0].detach().numpy(), kernel, mode)
    np.testing.assert_allclose(y[0, 0].detach().numpy(), expected, atol=1e-12)
    torch.testing.assert_close((back * x).sum(), (other * y).sum())
    assert gradgradcheck(filtered, x)

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from sgviz.models.layers import SQRT2
from sgviz.models.modulated import (
    ModulatedConv,
    ToRGB,
    convolve,
    demodulation,
    folded_conv,
    modulated_conv,
)
from sgviz.models.resample import fir

TINY = 1e-12


@pytest.fixture(params=[False, True], ids=["plain", "up"])
def up(request):
    return request.param


def tensors(draw, batch=3, inputs=5, outputs=4, size=6):
    x = draw(batch, inputs, size, size).double()
    weight = draw(outputs, inputs, 3, 3, seed=1).double()
    style = draw(batch, inputs, seed=2).double() + 1
    return x, weight, style, draw(outputs, seed=3).double()


def test_convolution_equals_the_reference(reference, draw, up):
    x, weight, *_ = tensors(draw)
    how = reference.up_convolve if up else lambda x, w: reference.correlate(x, w, 1)
    expected = np.stack([how(n, weight.numpy()) for n in x.numpy()])
    np.testing.assert_allclose(convolve(x, weight, up=up), expected, atol=1e-10)


def test_the_middle_stays_in_the_middle(up):
    x = torch.zeros(1, 1, 5, 5)
    x[..., 2, 2] = 1
    y = convolve(x, torch.ones(1, 1, 3, 3), up=up)
    torch.testing.assert_close(y, y.flip(2, 3))
    assert y.shape[2:] == ((10, 10) if up else (5, 5))
    assert y.sum().item() == pytest.approx(36.0 if up else 9.0)


def test_one_convolution_equals_the_grouped_one(draw, up):
    """Equation 1 and 3 as written: every image has weights of its own."""
    x, weight, style, bias = tensors(draw)
    n, inputs, size, _ = x.shape
    own = weight[None] * style[:, None, :, None, None]
    own = own * (own.square().sum((2, 3, 4), keepdim=True) + 1e-8).rsqrt()
    if up:
        kernels = own.transpose(1, 2).reshape(n * inputs, -1, 3, 3)
        flat = x.reshape(1, n * inputs, size, size)
        y = fir(F.conv_transpose2d(flat, kernels, stride=2, groups=n), 1, 4.0)
    else:
        kernels = own.reshape(-1, inputs, 3, 3)
        flat = x.reshape(1, n * inputs, size, size)
        y = F.conv2d(flat, kernels, padding=1, groups=n)
    y = y.reshape(n, -1, *y.shape[2:]) * SQRT2 + bias[:, None, None]
    got = modulated_conv(x, weight, style, bias, up=up)
    torch.testing.assert_close(got, y, rtol=TINY, atol=TINY)


def test_the_folded_form_is_the_same(draw, up):
    x, weight, style, bias = tensors(draw, batch=1)
    one = modulated_conv(x, weight, style, bias, up=up)
    two = folded_conv(x, weight, style, bias, up=up)
    torch.testing.assert_close(one, two, rtol=TINY, atol=TINY)


def test_demodulated_weights_have_length_one(draw):
    _, weight, style, _ = tensors(draw)
    own = weight[None] * style[:, None, :, None, None]
    lengths = own.square().sum((2, 3, 4)).sqrt() * demodulation(weight, style)
    torch.testing.assert_close(lengths, torch.ones_like(lengths), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("alone", [True, False])
def test_a_layer_equals_the_reference(reference, draw, up, alone):
    layer = ModulatedConv(2, 4, 8, 16, up=up)
    layer.reset(torch.Generator().manual_seed(1))
    layer = layer.double().requires_grad_(False)
    layer.bias += draw(4).double()
    layer.noise_strength += 0.7
    n, size = (1 if alone else 3), (8 if up else 16)
    x, w = draw(n, 2, size, size).double(), draw(n, 8, seed=1).double()
    assert layer._folds(x) is False
    name = "conv0" if up else "conv1"
    weights = {f"{name}.{k}": v.numpy() for k, v in layer.state_dict().items()}
    noise = layer.noise_const
    expected = [
        reference.layer(weights, name, a, b, noise.numpy())
        for a, b in zip(x.numpy(), w.numpy(), strict=True)
    ]
    with torch.no_grad():
        assert layer._folds(x) is alone
        got = layer(x, w, noise[None, None])
    np.testing.assert_allclose(got.numpy(), np.stack(expected), atol=1e-10)


@pytest.mark.parametrize("alone", [True, False])
@torch.no_grad()
def test_a_settled_layer_is_the_same_layer(draw, up, alone):
    layer = ModulatedConv(2, 4, 8, 16, up=up)
    layer.reset(torch.Generator().manual_seed(1))
    layer = layer.double().requires_grad_(False)
    n, size = (1 if alone else 3), (8 if up else 16)
    x, w = draw(n, 2, size, size).double(), draw(n, 8, seed=1).double()
    weights, before = layer.state_dict(), layer(x, w, None)
    layer.settle()
    torch.testing.assert_close(layer(x, w, None), before, rtol=0, atol=1e-12)
    assert layer.state_dict().keys() == weights.keys()
    torch.testing.assert_close(layer.weight.data, weights["weight"], rtol=0, atol=0)
    layer.weight *= 3.0  # which demodulation takes away, but not of what it knows
    wrong = layer(x, w, None)
    layer.requires_grad_()
    assert not torch.allclose(wrong, before)
    torch.testing.assert_close(layer(x, w, None), before, rtol=0, atol=1e-7)


def test_colours_equal_the_reference(reference, draw):
    layer = ToRGB(6, 8)
    layer.reset(torch.Generator().manual_seed(1))
    layer = layer.double().requires_grad_(False)
    layer.bias += draw(3).double()
    x, w = draw(2, 6, 4, 4).double(), draw(2, 8, seed=1).double()
    weights = {f"torgb.{k}": v.numpy() for k, v in layer.state_dict().items()}
    expected = [
        reference.colours(weights, "torgb", a, b)
        for a, b in zip(x.numpy(), w.numpy(), strict=True)
    ]
    np.testing.assert_allclose(layer(x, w).numpy(), np.stack(expected), atol=1e-12)


def test_a_clamp_bounds_what_leaves(draw):
    layer, colours = ModulatedConv(4, 4, 8, 8, clamp=0.5), ToRGB(4, 8, clamp=0.5)
    for each in (layer, colours):
        each.reset(torch.Generator().manual_seed(0))
    x, w = draw(2, 4, 8, 8) * 5, draw(2, 8)
    for y in (layer(x, w, None), colours(x, w)):
        assert y.abs().max() == 0.5

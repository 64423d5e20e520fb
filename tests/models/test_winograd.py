"""Half the multiplications, the same convolution."""

import pytest
import torch
from torch.nn import functional as F

from sgviz.models import modulated, winograd
from sgviz.models.modulated import folded_conv
from sgviz.models.winograd import convolve_rows, kernels_of, pays


@pytest.mark.parametrize("size", [(32, 9), (64, 32), (96, 5)])
def test_it_is_the_convolution(draw, size):
    x, weight = draw(1, 5, *size).double(), draw(7, 5, 3, 3, seed=1).double()
    x = x.contiguous(memory_format=torch.channels_last)
    expected = F.conv2d(x, weight, padding=1)
    found = convolve_rows(x, kernels_of(weight))
    assert found.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_its_rounding_is_a_few_times_that_of_the_sum(draw):
    x, weight = draw(1, 256, 64, 64), draw(256, 256, 3, 3, seed=1) / 48.0
    exact = F.conv2d(x.double(), weight.double(), padding=1)
    plain = (F.conv2d(x, weight, padding=1) - exact).square().mean().sqrt()
    found = (convolve_rows(x, kernels_of(weight)) - exact).square().mean().sqrt()
    assert found < 10.0 * plain
    assert found < 1e-6 * exact.std() * 10


@torch.no_grad()
def test_where_it_is_used(draw, monkeypatch):
    """One large float32 picture of many channels; everything else as before."""
    x, weight = torch.empty(1, 256, 32, 32), torch.empty(256, 256, 3, 3)
    assert pays(x, weight)
    with torch.enable_grad():
        assert not pays(x, weight)
    assert not pays(x.expand(2, -1, -1, -1), weight)
    assert not pays(x.bfloat16(), weight)
    assert not pays(x[:, :, :16], weight)
    assert not pays(x, weight[:128])
    monkeypatch.setattr(winograd, "SMALLEST", 16)
    monkeypatch.setattr(winograd, "FEWEST", 8)
    x, weight, style, bias = draw(1, 8, 32, 32), draw(9, 8, 3, 3), draw(1, 8), draw(9)
    found = folded_conv(x, weight, style, bias, up=False)
    monkeypatch.setattr(modulated, "pays", lambda x, weight: False)
    expected = folded_conv(x, weight, style, bias, up=False)
    assert not torch.equal(found, expected)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)

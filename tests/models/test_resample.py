import numpy as np
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from sgviz.models.resample import downsample, fir, upsample


def test_fir_equals_the_reference(reference, draw):
    x = draw(2, 3, 9, 7).double()
    for padding, drop in ((2, 1), (1, 2)):
        expected = np.stack([reference.blurred(n, drop) for n in x.numpy()])
        np.testing.assert_allclose(fir(x, padding).numpy(), expected, atol=1e-12)
        np.testing.assert_allclose(fir(x, padding, 4.0) / 4, expected, atol=1e-12)


def test_upsample_equals_the_reference(reference, draw):
    x = draw(2, 3, 5, 5).double()
    expected = np.stack([reference.upsample(n) for n in x.numpy()])
    np.testing.assert_allclose(upsample(x).numpy(), expected, atol=1e-12)


def test_downsample_equals_the_reference(reference, draw):
    x = draw(2, 3, 8, 8).double()
    expected = np.stack([reference.blurred(n, 2)[:, ::2, ::2] for n in x.numpy()])
    np.testing.assert_allclose(downsample(x).numpy(), expected, atol=1e-12)


def test_a_constant_stays_what_it_is_away_from_the_border():
    x = torch.ones(1, 1, 8, 8)
    for y in (fir(x, 1), upsample(x), downsample(x)):
        torch.testing.assert_close(
            y[..., 1:-1, 1:-1], torch.ones(()).expand_as(y[..., 1:-1, 1:-1])
        )


@pytest.mark.parametrize(
    "operation", [lambda x: fir(x, 1, 4.0), lambda x: fir(x, 2), upsample, downsample]
)
def test_gradients_of_gradients(draw, operation):
    x = draw(2, 2, 4, 4).double().requires_grad_()
    assert gradcheck(operation, x)
    # Linear, so the second derivative is zero; of its cube it is not.
    assert gradgradcheck(lambda x: operation(x**3), x)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_layout_and_type_are_kept(draw, dtype):
    x = draw(2, 4, 8, 8).to(dtype).contiguous(memory_format=torch.channels_last)
    for y in (fir(x, 1), upsample(x), downsample(x)):
        assert y.dtype == dtype
        assert y.stride(1) == 1

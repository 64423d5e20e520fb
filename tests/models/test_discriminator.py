import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch.autograd import gradgradcheck

from sgviz.models.discriminator import (
    Discriminator,
    DiscriminatorConfig,
    minibatch_std,
)

SMALL = DiscriminatorConfig(16, (6, 5, 4), 2)


def lively(network, seed=3):
    own = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith("bias"):
                parameter += torch.randn(parameter.shape, generator=own)
    return network


@pytest.mark.parametrize("features", [0, 1, 2])
def test_equals_the_reference(reference, draw, features):
    config = DiscriminatorConfig(16, (6, 5, 4), 2, features)
    network = lively(Discriminator(config)).double()
    weights = {k: v.numpy() for k, v in network.state_dict().items()}
    images = draw(4, 3, 16, 16).double()
    x = [
        reference.lrelu(reference.convolution(weights, "b16.fromrgb", n)) * np.sqrt(2)
        for n in images.numpy()
    ]
    for name in ("b16", "b8"):
        x = [reference.block(weights, name, n) for n in x]
    logits = reference_epilogue(reference, weights, np.stack(x), features)
    got = network(images, dtype=torch.float64).detach().numpy()
    np.testing.assert_allclose(got, logits, atol=1e-10)


def reference_epilogue(reference, weights, x, features):
    """Groups are images 0 and 2, 1 and 3; one number a group and feature."""
    maps = np.zeros((4, features, 4, 4))
    for first in (0, 1):
        for f, channels in enumerate(np.split(np.arange(6), max(features, 1))):
            if features:
                group = x[[first, first + 2]][:, channels]
                spread = np.sqrt(group.var(axis=0) + 1e-8).mean()
                maps[[first, first + 2], f] = spread
    x = np.concatenate((x, maps), 1)
    y = [reference.lrelu(reference.convolution(weights, "b4.conv", n)) for n in x]
    flat = np.stack(y).reshape(4, -1) * np.sqrt(2)
    fc, out = weights["b4.fc.weight"], weights["b4.out.weight"]
    flat = flat @ fc.T / np.sqrt(fc.shape[1]) + weights["b4.fc.bias"]
    flat = reference.lrelu(flat) * np.sqrt(2)
    return (flat @ out.T / np.sqrt(out.shape[1]) + weights["b4.out.bias"])[:, 0]


def test_equal_images_have_no_spread(draw):
    x = draw(1, 4, 4, 4).expand(4, -1, -1, -1)
    assert minibatch_std(x, 4).max() < 1.01e-4  # the root of the 1e-8
    spread = minibatch_std(draw(8, 4, 4, 4), 4)
    assert spread.shape == (8, 1, 4, 4)
    assert (spread == spread[:, :, :1, :1]).all()
    assert torch.equal(spread[:2], spread[2:4])


def test_a_batch_must_split_into_groups(draw):
    with pytest.raises(ValueError, match="do not split"):
        minibatch_std(draw(6, 4, 4, 4), 4)
    with pytest.raises(ValueError, match="do not split"):
        minibatch_std(draw(4, 4, 4, 4), 4, 3)
    assert minibatch_std(draw(3, 4, 4, 4), 4).shape == (3, 1, 4, 4)


def test_gradients_of_gradients_for_r1(draw):
    network = lively(Discriminator(DiscriminatorConfig(8, (4, 3), 2))).double()
    images = draw(2, 3, 8, 8).double().requires_grad_()
    assert gradgradcheck(
        lambda x: network(x, dtype=torch.float64), images, fast_mode=True
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_r1_reaches_the_weights(draw, dtype):
    network, images = Discriminator(SMALL), draw(4, 3, 16, 16).requires_grad_()
    (slope,) = torch.autograd.grad(
        network(images, dtype).sum(), images, create_graph=True
    )
    slope.square().sum().backward()
    for name, parameter in network.named_parameters():
        if name.endswith("weight"):
            assert parameter.grad.isfinite().all()
            assert parameter.grad.abs().max() > 0, name


def test_bf16_is_near(draw):
    network, images = (
        Discriminator(DiscriminatorConfig(32, (64, 64, 32, 16))),
        draw(8, 3, 32, 32),
    )
    with torch.no_grad():
        exact, fast = network(images), network(images, torch.bfloat16)
    assert fast.dtype == torch.float32
    assert (fast - exact).abs().max() < 3e-2 * exact.abs().max()


def test_the_same_seed_is_the_same_network():
    one, two, other = (Discriminator(SMALL, s).state_dict() for s in (1, 1, 2))
    assert all(torch.equal(one[k], two[k]) for k in one)
    assert not torch.equal(one["b16.conv0.weight"], other["b16.conv0.weight"])


def test_the_names_of_the_tensors():
    names = {"b16.fromrgb.weight", "b16.fromrgb.bias"}
    for block in ("b16", "b8"):
        names |= {
            f"{block}.{c}.{k}" for c in ("conv0", "conv1") for k in ("weight", "bias")
        }
        names |= {f"{block}.skip.weight"}
    names |= {f"b4.{c}.{k}" for c in ("conv", "fc", "out") for k in ("weight", "bias")}
    tensors = Discriminator(SMALL).state_dict()
    assert tensors.keys() == names
    assert tensors["b4.conv.weight"].shape == (6, 7, 3, 3)
    assert tensors["b4.fc.weight"].shape == (6, 96)


def test_limits():
    for wrong in ({"resolution": 20}, {"channels": (4,)}, {"mbstd_group": 0}):
        with pytest.raises(ValidationError):
            DiscriminatorConfig(**wrong)

import copy

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch.autograd import gradgradcheck

from sgviz.models.synthesis import START, SynthesisConfig
from sgviz.models.synthesis_skip import SkipSynthesis


def range_of(image):
    return (image.max() - image.min()).item()


@pytest.mark.parametrize("noise", ["const", "none"])
@pytest.mark.parametrize("alone", [True, False])
def test_equals_the_reference(make, draw, reference, noise, alone):
    generator = make()
    ws = draw(1 if alone else 2, 8, 16)
    weights = {
        name: tensor.double().numpy()
        for name, tensor in generator.synthesis.state_dict().items()
    }
    rows = ws.double().numpy()
    expected = [reference.synthesis(weights, w, noise=noise == "const") for w in rows]
    with torch.no_grad():
        image = generator.synthesis(ws, noise=noise)
    error = np.abs(image.numpy() - np.stack(expected)).max()
    assert error < 1e-5 * np.ptp(expected)


def test_exactly_the_reference_in_double_precision(make, draw, reference):
    synthesis = make().synthesis.double()
    ws = draw(1, 8, 16).double()
    weights = {k: v.numpy() for k, v in synthesis.state_dict().items()}
    image = synthesis(ws, dtype=torch.float64)[0].numpy()
    np.testing.assert_allclose(
        image, reference.synthesis(weights, ws[0].numpy()), atol=1e-10
    )


@pytest.mark.parametrize("noise", ["const", "none", "random"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("row", range(8))
def test_resumed_at_a_row_equals_the_whole(make, draw, noise, dtype, row):
    """Also when the rows from there on have changed meanwhile, as in a drag."""
    synthesis, ws = make().synthesis, draw(1, 8, 16)
    own = torch.Generator()
    how = {"noise": noise, "generator": own, "dtype": dtype, "strength": draw(8) + 1}
    with torch.no_grad():
        own.manual_seed(1)
        kept = synthesis.enter(row, ws, **how)
        assert kept.row == row
        changed = ws.clone()
        changed[:, row:] += draw(1, 8 - row, 16, seed=2)
        own.manual_seed(1)
        resumed = synthesis(changed, since=kept, **how)
        own.manual_seed(1)
        assert torch.equal(resumed, synthesis(changed, **how))


def test_what_is_kept_survives_the_walk(make, draw):
    """No later layer writes into the activation that a cache holds."""
    synthesis, ws = make().synthesis, draw(2, 8, 16)
    with torch.no_grad():
        steps = list(synthesis.walk(ws))
        again = list(synthesis.walk(ws))
    for one, two in zip(steps, again, strict=True):
        assert torch.equal(one.x, two.x)
        assert one.rgb is two.rgb or torch.equal(one.rgb, two.rgb)
    kept = synthesis.enter(5, ws)
    assert synthesis.enter(3, ws, since=kept) is kept
    assert synthesis.enter(0, ws) is START


def test_a_row_feeds_what_its_name_says(make, draw):
    synthesis, ws = make().synthesis, draw(1, 8, 16)
    names = synthesis.row_names
    assert names[:3] == ("4x4", "8x8, and 4x4 colour", "8x8")
    assert names[-2:] == ("32x32", "32x32 colour")
    assert synthesis.row_resolutions == (4, 8, 8, 16, 16, 32, 32, 32)
    with torch.no_grad():
        before = [at.x for at in synthesis.walk(ws)]
        for row in range(8):
            changed = ws.clone()
            changed[:, row] += 1
            after = [at.x for at in synthesis.walk(changed)]
            differs = [
                not torch.equal(a, b) for a, b in zip(before, after, strict=True)
            ]
            # The last row makes colours alone.
            assert differs == [r >= row and row < 7 for r in range(8)]


def test_the_names_of_the_tensors(make):
    layer = ("weight", "bias", "affine.weight", "affine.bias")
    conv = (*layer, "noise_const", "noise_strength")
    names = {"b4.const"} | {f"b4.conv1.{k}" for k in conv}
    names |= {
        f"b{r}.{c}.{k}" for r in (8, 16, 32) for c in ("conv0", "conv1") for k in conv
    }
    names |= {f"b{r}.torgb.{k}" for r in (4, 8, 16, 32) for k in layer}
    tensors = make().synthesis.state_dict()
    assert tensors.keys() == names
    assert tensors["b8.conv0.weight"].shape == (8, 10, 3, 3)
    assert tensors["b8.conv0.affine.weight"].shape == (10, 16)
    assert tensors["b16.conv1.noise_const"].shape == (16, 16)
    assert tensors["b4.conv1.noise_strength"].shape == ()
    assert tensors["b4.torgb.weight"].shape == (3, 10, 1, 1)


def test_the_length_of_a_kernel_does_not_matter(make, draw):
    generator, ws = make(), draw(2, 8, 16)
    before = generator.synthesis(ws)
    for conv in generator.synthesis.convolutions:
        conv.weight.mul_(10)
    error = (generator.synthesis(ws) - before).abs().max().item()
    assert error < 1e-4 * range_of(before)


@pytest.mark.parametrize("alone", [True, False])
def test_bf16_is_near(make, draw, alone):
    generator = make(channels=(64, 64, 64, 32))
    ws = draw(1 if alone else 3, 8, 16)
    with torch.no_grad():
        exact = generator.synthesis(ws)
        fast = generator.synthesis(ws, dtype=torch.bfloat16)
    assert fast.dtype == torch.float32
    assert (fast - exact).abs().max().item() < 2e-2 * range_of(exact)


def test_noise(make, draw):
    synthesis, ws = make().synthesis, draw(2, 8, 16)
    none = synthesis(ws, "none")
    seeded = [
        synthesis(ws, "random", generator=torch.Generator().manual_seed(s))
        for s in (1, 1, 2)
    ]
    assert torch.equal(seeded[0], seeded[1])
    assert not torch.equal(seeded[0], seeded[2])
    assert not torch.equal(synthesis(ws, "const"), none)
    off, full = torch.zeros(8), torch.ones(8)
    torch.testing.assert_close(synthesis(ws, "const", off), none)
    assert torch.equal(synthesis(ws, "const", full), synthesis(ws, "const"))
    full[-1] = 9
    assert torch.equal(synthesis(ws, "const", full), synthesis(ws, "const"))
    full[4] = 9
    assert not torch.equal(synthesis(ws, "const", full), synthesis(ws, "const"))
    with pytest.raises(ValueError, match="generator"):
        synthesis(ws, "random")


def test_random_noise_is_each_images_own(make, draw):
    synthesis, ws = make().synthesis, draw(1, 8, 16).expand(2, -1, -1)
    image = synthesis(ws, "random", generator=torch.Generator().manual_seed(1))
    assert not torch.equal(image[0], image[1])


@pytest.mark.parametrize("resolution", [8, 64, 1024])
def test_every_size(draw, resolution):
    levels = resolution.bit_length() - 2
    network = SkipSynthesis(SynthesisConfig(resolution, (2,) * levels, 4))
    network.reset(torch.Generator().manual_seed(0))
    with torch.no_grad():
        image = network(draw(1, network.num_ws, 4))
    assert image.shape == (1, 3, resolution, resolution)
    assert network.num_ws == 2 * levels == len(network.row_names)
    assert len(network.row_resolutions) == network.num_ws
    assert image.isfinite().all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"resolution": 48},
        {"resolution": 4, "channels": (4,)},
        {"resolution": 2048, "channels": (4,) * 10},
        {"channels": (8, 8)},
        {"channels": (128, 128, 128, 64, 0)},
        {"conv_clamp": 0.0},
        {"w_dim": 1},
    ],
)
def test_limits(wrong):
    with pytest.raises(ValidationError):
        SynthesisConfig(**wrong)


def test_gradients_of_gradients_for_path_length(draw):
    network = SkipSynthesis(SynthesisConfig(8, (3, 2), 4))
    network.reset(torch.Generator().manual_seed(0))
    network = network.double()
    ws = draw(2, 4, 4).double().requires_grad_()
    assert gradgradcheck(
        lambda ws: network(ws, dtype=torch.float64), ws, fast_mode=True
    )


def test_a_deep_copy_is_whole(make, draw):
    synthesis, ws = make().synthesis, draw(1, 8, 16)
    other, image = copy.deepcopy(synthesis), synthesis(ws)
    assert other.blocks[1] is other.b8
    assert other.convolutions[1] is other.b8.conv0
    for parameter in synthesis.parameters():
        parameter.zero_()
    assert torch.equal(other(ws), image)

import json
from dataclasses import replace

import pytest
import torch

from sgviz.models.generator import (
    Generator,
    GeneratorConfig,
    config_from_dict,
    config_to_dict,
    styled,
    to_pixels,
    truncate,
)
from sgviz.models.mapping import LUCIDRAINS, Gains


def test_the_default_is_the_bundled_network():
    config = GeneratorConfig()
    assert (config.z_dim, config.w_dim, config.depth, config.resolution) == (
        512,
        512,
        8,
        64,
    )
    assert config.channels == (128, 128, 128, 64, 32)
    assert config.lr_multiplier == 0.01
    with torch.device("meta"):
        assert Generator(config, seed=None).num_ws == 10


@pytest.mark.parametrize(
    "config",
    [
        GeneratorConfig(),
        GeneratorConfig(8, 16, 2, 8, (4, 4), 0.1, LUCIDRAINS, 0.99, 256.0),
        GeneratorConfig(gains=Gains(stored_std=3.0, fan_in=False)),
        GeneratorConfig(c_dim=7, label_norm="together"),
    ],
)
def test_a_configuration_survives_json(config):
    assert config_from_dict(json.loads(json.dumps(config_to_dict(config)))) == config


def test_what_says_nothing_is_left_out_of_files():
    """A network of before has the same bytes, and the program of before reads it."""
    data = config_to_dict(GeneratorConfig())
    assert data.keys() == {
        "z_dim",
        "w_dim",
        "depth",
        "resolution",
        "channels",
        "lr_multiplier",
        "gains",
        "w_avg_beta",
        "conv_clamp",
    }
    assert config_to_dict(GeneratorConfig(c_dim=3))["c_dim"] == 3


def test_an_image_of_a_class(make, draw):
    generator, z = make(c_dim=4), draw(1, 12)
    assert torch.equal(generator(z), generator(z, label=0))
    assert not torch.allclose(generator(z), generator(z, label=2))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"depth": 99}, "depth"),
        ({"resolution": 63}, "power of two"),
        ({"channels": [8, 8]}, "channels"),
        ({"channels": "many"}, "channels"),
        ({"lr_multiplier": float("nan")}, "lr_multiplier"),
        ({"gains": {"post": -1}}, "gains.post"),
        ({"colour": 3}, "colour"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(change, word):
    with pytest.raises(ValueError, match=word) as caught:
        config_from_dict(config_to_dict(GeneratorConfig()) | change)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [None, 3, "x", [], [1]])
def test_no_configuration_at_all_is_one_sentence(data):
    with pytest.raises(ValueError, match="configuration") as caught:
        config_from_dict(data)
    assert "\n" not in str(caught.value)


def test_the_same_seed_is_the_same_network(draw):
    config = GeneratorConfig(8, 8, 2, 8, (4, 4))
    z = draw(2, 8)
    one, two, other = (Generator(config, seed)(z) for seed in (5, 5, 6))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
    again = Generator(config, seed=None)
    again.reset(torch.Generator().manual_seed(5))
    third = Generator(config, seed=None)
    third.reset(torch.Generator().manual_seed(5))
    assert torch.equal(again(z), third(z))


def test_weights_are_no_latents_of_the_same_seed(draw):
    """Else the first rows of the first matrix are the first latents."""
    weight = Generator(GeneratorConfig(), seed=0).mapping.layers[0].weight
    z = draw(512, 512, seed=0)
    correlation = (weight * z).mean() / weight.std()
    assert correlation.abs() < 0.02


def test_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    Generator(GeneratorConfig(8, 8, 2, 8, (4, 4)))
    assert torch.equal(before, torch.get_rng_state())


def test_truncation(draw):
    w, w_avg = draw(3, 6), draw(6, seed=1)
    assert torch.equal(truncate(w, w_avg, 1.0), w)
    assert torch.equal(truncate(w, w_avg, 0.0), w_avg.expand(3, -1))
    torch.testing.assert_close(truncate(w, w_avg, 0.7), w_avg + 0.7 * (w - w_avg))
    psi = torch.tensor([[0.0], [1.0], [-0.5]])
    torch.testing.assert_close(truncate(w, w_avg, psi), w_avg + psi * (w - w_avg))


def test_psi_zero_is_the_image_of_w_avg(make, draw):
    generator = make()
    images = generator(draw(3, 12), psi=0.0)
    mean = generator.synthesis(generator.mapping.w_avg.expand(3, generator.num_ws, -1))
    assert torch.equal(images, mean)


def test_the_rows_of_ws(draw):
    w, w_b, w_avg = draw(2, 6), draw(1, 6, seed=1), draw(6, seed=2)
    psi = torch.tensor([1.0, 1.0, 0.5, 0.0])
    mix = torch.tensor([0.0, 1.0, 0.25, 0.0])
    ws = styled(w, w_b, w_avg, psi, mix)
    assert ws.shape == (2, 4, 6)
    assert torch.equal(ws[:, 0], w)
    assert torch.equal(ws[:, 1], w_b.expand(2, -1))
    mixed = w_avg + 0.5 * (0.75 * w + 0.25 * w_b - w_avg)
    torch.testing.assert_close(ws[:, 2], mixed)
    assert torch.equal(ws[:, 3], w_avg.expand(2, -1))


def test_a_cutoff_splits_the_rows(make, draw):
    generator = make()
    w = generator.mapping(draw(1, 12))
    psi = torch.tensor([0.5] * 3 + [1.0] * 5)
    ws = styled(w, w, generator.mapping.w_avg, psi, torch.zeros(8))
    short = generator.broadcast(w, 0.5)
    torch.testing.assert_close(ws[:, :3], short[:, :3])
    assert torch.equal(ws[:, 3:], generator.broadcast(w)[:, 3:])


def test_pixels_are_truncated_like_nvidias():
    values = torch.tensor([-9.0, -1.0, -0.996, 0.0, 0.5, 0.99, 1.0, 9.0])
    image = values.view(1, 1, 1, -1).expand(1, 3, -1, -1)
    pixels = to_pixels(image)
    assert pixels.shape == (1, 1, 8, 3)
    assert pixels.dtype == torch.uint8
    assert pixels[0, 0, :, 0].tolist() == [0, 0, 1, 128, 191, 254, 255, 255]


def test_the_mapping_and_the_synthesis_get_their_part():
    config = GeneratorConfig(8, 16, 2, 8, (4, 4), 0.1, LUCIDRAINS, 0.9, 10.0)
    assert config.mapping.gains == LUCIDRAINS
    assert config.mapping.w_avg_beta == 0.9
    assert config.synthesis.conv_clamp == 10.0
    assert replace(config, depth=3).mapping.depth == 3

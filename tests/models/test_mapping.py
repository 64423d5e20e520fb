import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from sgviz.models.layers import SQRT2
from sgviz.models.mapping import (
    LUCIDRAINS,
    STYLEGAN1,
    STYLEGAN2,
    Gains,
    MappingConfig,
    MappingNetwork,
)

CONVENTIONS = {
    "stylegan1": (STYLEGAN1, {"weight": SQRT2, "post": 1.0}),
    "stylegan2": (STYLEGAN2, {}),
    "lucidrains": (LUCIDRAINS, {"post": 1.0, "fan_in": 0, "unit": 1}),
    "odd": (
        Gains(weight=0.7, post=1.3, bias=2.0),
        {"weight": 0.7, "post": 1.3, "bias": 2},
    ),
}


def network(config: MappingConfig, seed: int = 0) -> MappingNetwork:
    """Untrained, but with biases: stored so that they matter at run time."""
    made = MappingNetwork(config).requires_grad_(False)
    own = torch.Generator().manual_seed(seed)
    made.reset(own)
    for layer in made.layers:
        layer.bias += torch.randn(layer.bias.shape, generator=own) * 10
    return made


def weights_of(module: torch.nn.Module) -> dict[str, np.ndarray]:
    return {k: v.double().numpy() for k, v in module.state_dict().items()}


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize(("depth", "lr"), [(1, 1.0), (2, 0.01), (8, 0.01), (16, 0.1)])
def test_equals_the_reference(reference, draw, name, depth, lr):
    gains, how = CONVENTIONS[name]
    made = network(MappingConfig(24, 40, depth, lr, gains))
    z = draw(9, 24, seed=1) * 5
    expected = reference.mapping(
        weights_of(made), z.double().numpy(), depth, lr=lr, **how
    )
    error = np.abs(made(z).double().numpy() - expected).max()
    assert error < 1e-5 * np.ptp(expected)


CLASSES = MappingConfig(12, 20, 3, c_dim=5)


@pytest.mark.parametrize("label_norm", ["apart", "together"])
@pytest.mark.parametrize("kind", ["a class", "numbers", "none"])
def test_a_label_equals_the_reference(reference, draw, label_norm, kind):
    made = network(replace(CLASSES, label_norm=label_norm))
    made.embed.bias += draw(len(made.embed.bias), seed=7)
    z, numbers = draw(4, 12) * 3, draw(4, 5, seed=2)
    label, rows = {
        "a class": (3, np.eye(5)[[3] * 4]),
        "numbers": (numbers, numbers.double().numpy()),
        "none": (None, np.zeros((4, 5))),
    }[kind]
    weights = weights_of(made)
    expected = reference.conditional(
        weights, z.double().numpy(), rows, 3, together=label_norm == "together"
    )
    error = np.abs(made(z, label).double().numpy() - expected).max()
    assert error < 1e-5 * np.ptp(expected)


def test_a_class_moves_w_and_class_0_is_the_default(draw):
    made, z = network(CLASSES), draw(4, 12)
    assert torch.equal(made(z), made(z, 0))
    assert not torch.allclose(made(z), made(z, 1))
    assert made.embed.weight.shape == (20, 5)
    assert made.fc0.weight.shape == (20, 32)
    with pytest.raises(ValueError, match="classes 0 to 4"):
        made(z, 5)
    with pytest.raises(ValueError, match="5 numbers"):
        made(z, draw(4, 3))
    plain = network(replace(CLASSES, c_dim=0))
    assert plain.embed is None
    assert torch.equal(plain(z), plain(z, 4))


def test_the_estimated_w_avg_is_the_mean_over_classes(draw):
    made = network(CLASSES)
    mean = made.estimate_w_avg(torch.Generator().manual_seed(5), 8192)
    means = torch.stack([made(draw(8192, 12, seed=3), k).mean(0) for k in range(5)])
    assert (mean - means.mean(0)).norm() < 0.1 * means.std(0).norm()


def test_stylegan1_in_the_form_of_stylegan2(draw):
    config = MappingConfig(32, 32, 8, 0.01, STYLEGAN1)
    one = network(config)
    two = network(replace(config, gains=STYLEGAN2))
    for old, new in zip(one.layers, two.layers, strict=True):
        new.weight.copy_(old.weight)
        new.bias.copy_(old.bias / math.sqrt(2))
    z = draw(6, 32)
    torch.testing.assert_close(one(z), two(z), rtol=1e-6, atol=1e-6)
    # The same through the bias gain, with the stored numbers left alone.
    three = network(replace(config, gains=Gains(bias=1 / math.sqrt(2))))
    three.load_state_dict(one.state_dict())
    torch.testing.assert_close(one(z), three(z), rtol=1e-6, atol=1e-6)


def test_only_the_direction_of_z_counts(draw):
    made, z = network(MappingConfig(32, 16)), draw(5, 32)
    torch.testing.assert_close(made(z), made(z * 7), rtol=1e-5, atol=1e-5)


def test_activations_lead_to_w(draw):
    made, z = network(MappingConfig(20, 30, 5)), draw(4, 20)
    steps = list(made.activations(z))
    assert [s.shape[1] for s in steps] == [20, *[30] * 5]
    torch.testing.assert_close(steps[0].square().mean(1), torch.ones(4))
    assert torch.equal(steps[-1], made(z))
    for layer, before, after in zip(made.layers, steps, steps[1:], strict=False):
        assert torch.equal(layer(before), after)


def test_w_avg_is_a_moving_average(draw):
    made = network(MappingConfig(8, 8))
    expected = torch.zeros(8)
    for seed in range(4):
        w = draw(5, 8, seed=seed)
        made.update_w_avg(w)
        expected = 0.995 * expected + 0.005 * w.mean(0)
    torch.testing.assert_close(made.w_avg, expected)
    made(draw(3, 8))
    torch.testing.assert_close(made.w_avg, expected)  # a forward pass moves nothing


def test_the_estimated_w_avg_is_the_mean(draw):
    made = network(MappingConfig(16, 24))
    mean = made.estimate_w_avg(torch.Generator().manual_seed(5), 4096)
    many = made(draw(20_000, 16, seed=9))
    error = (mean - many.mean(0)).abs()
    assert (error < 6 * many.std(0) / math.sqrt(4096)).all()


def test_the_names_of_the_tensors():
    made = MappingNetwork(MappingConfig(8, 6, 3))
    names = {f"fc{i}.{kind}" for i in range(3) for kind in ("weight", "bias")}
    assert made.state_dict().keys() == names | {"w_avg"}
    assert made.fc0.weight.shape == (6, 8)
    assert made.fc2.weight.shape == (6, 6)


@pytest.mark.parametrize(
    "wrong",
    [
        {"depth": 0},
        {"depth": 17},
        {"z_dim": 1},
        {"w_dim": 5000},
        {"lr_multiplier": 0.0},
        {"w_avg_beta": 1.0},
        {"surprise": 1},
    ],
)
def test_limits(wrong):
    with pytest.raises(ValidationError):
        MappingConfig(**wrong)


# Infinitely wide untrained networks have a closed form (Cho and Saul 2009; Poole et
# al. 2016, arXiv 1606.05340): L layers grow E||w||^2 / d by 1.04^L and send a cosine
# rho to c(c(...c(rho))).


def correlation(rho: float, layers: int) -> float:
    for _ in range(layers):
        arc = math.sqrt(1 - rho**2) + rho * math.asin(rho)
        rho = (0.36 * rho + 0.16 * 2 / math.pi * arc) / 0.52
    return rho


@pytest.fixture(scope="module")
def fresh():
    """[nets, 9, 3]: mean square, independent and antipodal products, by layer."""
    rows = []
    for seed in range(40):
        made = MappingNetwork(MappingConfig()).requires_grad_(False)
        own = torch.Generator().manual_seed(1000 + seed)
        made.reset(own)
        z = torch.randn(24, 512, generator=own)
        rows.append(
            [
                (
                    x[:24].square().mean().item(),
                    (x[:12] * x[12:24]).mean().item(),
                    (x[:24] * x[24:]).mean().item(),
                )
                for x in made.activations(torch.cat((z, -z)))
            ]
        )
    return np.array(rows)


@pytest.mark.parametrize("layers", range(1, 9))
def test_growth_of_a_fresh_network(fresh, layers):
    assert fresh[:, layers, 0].mean() == pytest.approx(1.04**layers, rel=0.1)


@pytest.mark.parametrize(("column", "start"), [(1, 0.0), (2, -1.0)])
@pytest.mark.parametrize("layers", [1, 4, 8])
def test_angles_in_a_fresh_network(fresh, layers, column, start):
    cosines = fresh[:, layers, column] / fresh[:, layers, 0]
    error = cosines.std(ddof=1) / math.sqrt(len(cosines))
    assert abs(cosines.mean() - correlation(start, layers)) < 3 * error


def test_the_closed_form_has_its_published_values():
    assert correlation(0, 8) == pytest.approx(0.709873, abs=1e-6)
    assert correlation(-1, 8) == pytest.approx(0.622643, abs=1e-6)
    assert correlation(-1, 2) == pytest.approx(-0.055714, abs=1e-6)

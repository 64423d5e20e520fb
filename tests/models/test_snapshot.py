import pytest
import torch

from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot


@pytest.fixture
def snapshot(make):
    return Snapshot.of(make(), 1.5, {"from": "a test"})


def test_what_is_built_is_the_same_network(make, draw, snapshot):
    built = snapshot.build()
    z = draw(2, 12)
    assert torch.equal(built(z), make()(z))
    assert torch.equal(built.mapping.w_avg, make().mapping.w_avg)
    assert not built.training
    assert not any(p.requires_grad for p in built.parameters())
    assert not any(t.is_meta for t in (*built.parameters(), *built.buffers()))


def test_nothing_is_allocated_twice(snapshot):
    built = snapshot.build().state_dict()
    assert all(
        built[name].data_ptr() == tensor.data_ptr()
        for name, tensor in snapshot.weights.items()
    )


def test_a_snapshot_does_not_follow_the_network(make, draw):
    generator, z = make(), draw(1, 12)
    taken = Snapshot.of(generator)
    before = generator(z)
    for parameter in generator.parameters():
        parameter.mul_(2)
    generator.mapping.update_w_avg(draw(3, 16))
    assert torch.equal(taken.build()(z), before)


def test_what_was_built_can_be_trained(draw, snapshot):
    built = snapshot.build().requires_grad_()
    built(draw(2, 12)).sum().backward()
    assert all(p.grad is not None for p in built.parameters())


def test_weights_of_half_precision_become_float32(draw, snapshot):
    half = {name: tensor.half() for name, tensor in snapshot.weights.items()}
    built = Snapshot(snapshot.config, half).build()
    assert {p.dtype for p in built.parameters()} == {torch.float32}


def lacking(weights):
    del weights["synthesis.b8.conv0.bias"]
    return "lacks synthesis.b8.conv0.bias"


def too_many(weights):
    weights |= {
        "mapping.fc3.weight": torch.zeros(1),
        "mapping.fc4.bias": torch.zeros(1),
    }
    return "unknown mapping.fc3.weight and 1 more"


def misshapen(weights):
    weights["mapping.fc0.weight"] = torch.zeros(4, 4)
    return r"mapping.fc0.weight is \[4, 4\], not \[16, 12\]"


@pytest.mark.parametrize("damage", [lacking, too_many, misshapen])
def test_weights_that_do_not_fit_are_one_sentence(snapshot, damage):
    weights = dict(snapshot.weights)
    with pytest.raises(ValueError, match=damage(weights)) as caught:
        Snapshot(snapshot.config, weights).build()
    assert "\n" not in str(caught.value)


def test_a_large_network_costs_nothing_before_its_weights_are_there():
    channels = (512, 512, 512, 512, 512, 256, 128, 64, 32)
    config = GeneratorConfig(resolution=1024, channels=channels)
    with torch.device("meta"):
        names = Generator(config, seed=None).state_dict()
    count = sum(t.numel() for n, t in names.items() if "noise_const" not in n)
    # 30 million, as published for config F, without the constants of the noise.
    assert count == 30_370_060 + 512

"""Path-length regularisation: its lengths, its gradient, its place in a step."""

import copy
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.training import losses, phases
from sgviz.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]


def normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=dtype)


def test_of_a_linear_generator_the_length_is_that_of_its_matrix() -> None:
    # image = sum over rows of A w_row, so the gradient to each row is A^T y.
    matrix, ws = normal(48, 5, seed=1), normal(6, 4, 5, seed=2).requires_grad_(True)
    images = (ws.sum(dim=1) @ matrix.t()).view(6, 3, 4, 4)
    y = normal(6, 3, 4, 4, seed=3)
    expected = (y.flatten(1) / 4.0 @ matrix).norm(dim=1)
    found = losses.path_lengths(images, ws, y)
    assert found.tolist() == pytest.approx(expected.tolist(), rel=1e-12)


def network() -> Generator:
    config = GeneratorConfig(z_dim=6, w_dim=5, depth=2, resolution=8, channels=(4, 3))
    generator = Generator(config, 3).double()
    with torch.no_grad():  # untrained, noise has no strength and no gradient
        for conv in generator.synthesis.convolutions:
            conv.noise_strength.fill_(0.3)
            conv.bias.add_(0.1)
    return generator


def penalty(generator: Generator, z: Tensor, y: Tensor, noise: str) -> Tensor:
    drawn = torch.Generator().manual_seed(11)
    ws = generator.broadcast(generator.mapping(z))
    images = generator.synthesis(ws, noise, generator=drawn, dtype=torch.float64)  # type: ignore[arg-type]
    return (losses.path_lengths(images, ws, y) - 0.7).square().mean()


def plain_penalty(generator: Generator, z: Tensor, y: Tensor, noise: str) -> float:
    """The same from central differences of images alone: no autograd at all."""
    drawn = torch.Generator().manual_seed(11)
    state = drawn.get_state()
    with torch.no_grad():
        ws = generator.broadcast(generator.mapping(z)).clone()

        def value(moved: Tensor) -> Tensor:
            drawn.set_state(state)
            images = generator.synthesis(
                moved,
                noise,  # type: ignore[arg-type]
                generator=drawn,
                dtype=torch.float64,
            )
            return (images * y / 8.0).sum(dim=(1, 2, 3))

        squares = torch.zeros(len(z), dtype=torch.float64)
        for row in range(ws.shape[1]):
            for k in range(ws.shape[2]):
                step = torch.zeros_like(ws)
                step[:, row, k] = 1e-6
                slope = (value(ws + step) - value(ws - step)) / 2e-6
                squares += slope.square() / ws.shape[1]
        return float((squares.sqrt() - 0.7).square().mean())


@pytest.mark.parametrize("noise", ["none", "const", "random"])
def test_the_penalty_is_that_of_differences(noise: str) -> None:
    generator, z, y = network(), normal(3, 6, seed=4), normal(3, 3, 8, 8, seed=5)
    found = float(penalty(generator, z, y, noise).detach())
    assert found == pytest.approx(plain_penalty(generator, z, y, noise), rel=1e-7)


def test_the_gradient_of_every_parameter_is_that_of_differences() -> None:
    generator, z, y = network(), normal(2, 6, seed=6), normal(2, 3, 8, 8, seed=7)
    penalty(generator, z, y, "const").backward()  # type: ignore[no-untyped-call]
    for name, parameter in generator.named_parameters():
        way = normal(*parameter.shape, seed=8)
        kept, step = parameter.detach().clone(), 1e-6
        values = []
        for sign in (1.0, -1.0):
            with torch.no_grad():
                parameter.copy_(kept + sign * step * way)
            values.append(float(penalty(generator, z, y, "const").detach()))
        with torch.no_grad():
            parameter.copy_(kept)
        # The last bias shifts an image, whatever w: its gradient may be none.
        slope = 0.0 if parameter.grad is None else float((parameter.grad * way).sum())
        expected = (values[0] - values[1]) / (2 * step)
        assert slope == pytest.approx(expected, rel=1e-4, abs=1e-8), name


def test_the_phase_weighs_and_remembers(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    players = make_trainer(pl_weight=2.0, pl_interval=3, pl_decay=0.25).players
    twin = copy.deepcopy(players)
    ws = twin.draw_ws(2)[1]
    images = twin.synthesise(ws, "random")
    lengths = losses.path_lengths(images, ws, twin.streams.picture(2, 8))
    mean = 0.25 * float(lengths.detach().mean())
    weight = twin.generator.get_parameter("synthesis.b8.conv0.weight")
    loss = (lengths - mean).square().mean() * 6.0
    (expected,) = torch.autograd.grad(loss, weight)
    caught: list[Tensor] = []

    def catch(_adam: object, module: torch.nn.Module, _: object, team: object) -> bool:
        grad = module.get_parameter("synthesis.b8.conv0.weight").grad
        assert grad is not None
        caught.append(grad.clone())
        return True

    monkeypatch.setattr(phases, "guarded_step", catch)
    phase = players.path_phase("random")
    assert torch.allclose(caught[0], expected, rtol=1e-4)
    assert float(phase.figures[0]) == pytest.approx(4 * mean)
    assert float(players.path_mean) == pytest.approx(mean)


def test_it_comes_when_it_is_due_and_leaves_w_avg_alone(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make_trainer(pl_weight=2.0, pl_interval=2)
    plain = trainer.players.path_phase
    w_avg = trainer.generator.mapping.w_avg
    asked: list[int] = []

    def watched(noise: str) -> phases.Phase:
        before = w_avg.clone()
        phase = plain(noise)  # type: ignore[arg-type]
        assert torch.equal(before, w_avg)
        asked.append(trainer.counters.steps)
        return phase

    monkeypatch.setattr(trainer.players, "path_phase", watched)
    values = [trainer.step().path_length for _ in range(5)]
    assert asked == [0, 2, 4]
    assert values[0] == values[1] != values[2] == values[3] != values[4]
    assert all(value > 0 for value in values)


def test_the_optimiser_of_g_is_corrected_for_the_extra_step(
    make_trainer: MakeTrainer,
) -> None:
    group = make_trainer(pl_weight=2.0, pl_interval=4).players.adam_g.param_groups[0]
    assert group["lr"] == pytest.approx(0.0025 * 0.8)
    assert group["betas"] == pytest.approx((0.0, 0.99**0.8))
    plain = make_trainer(pl_weight=0.0).players.adam_g.param_groups[0]
    assert plain["lr"] == 0.0025
    assert plain["betas"] == (0.0, 0.99)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_resumed_run_is_the_uninterrupted_one(
    make_trainer: MakeTrainer, precision: str
) -> None:
    changes = {"pl_weight": 2.0, "pl_interval": 2, "precision": precision}
    straight, first = make_trainer(**changes), make_trainer(**changes)
    for _ in range(7):
        straight.step()
    for _ in range(3):
        first.step()
    second = make_trainer(**changes)
    second.restore(first.state())
    for _ in range(4):
        second.step()
    one, other = straight.state(), second.state()
    assert one.counters == other.counters
    assert all(torch.equal(t, other.tensors[n]) for n, t in one.tensors.items())
    assert float(one.tensors["pl.mean"]) > 0.0


def test_a_checkpoint_from_before_there_was_path_length_goes_on(
    make_trainer: MakeTrainer,
) -> None:
    trainer = make_trainer()
    trainer.step()
    state = trainer.state()
    for name in ("pl.mean", "rng.path"):
        del state.tensors[name]
    other = make_trainer()
    other.restore(state)
    trainer.step()
    other.step()
    one, two = trainer.state().tensors, other.state().tensors
    assert all(torch.equal(t, two[n]) for n, t in one.items())


def test_a_length_that_is_no_number_skips_the_step_and_not_the_mean(
    make_trainer: MakeTrainer,
) -> None:
    trainer = make_trainer(pl_weight=2.0, pl_interval=1)
    trainer.step()
    before = trainer.players.path_mean.clone()
    picture = trainer.streams.picture

    def broken(count: int, resolution: int) -> Tensor:
        return picture(count, resolution) * math.inf

    trainer.streams.picture = broken  # type: ignore[method-assign]
    stats = trainer.step()
    assert "path length was not finite" in stats.skipped
    assert torch.equal(trainer.players.path_mean, before)
    assert stats.path_length == trainer.counters.path_length > 0.0
    trainer.streams.picture = picture  # type: ignore[method-assign]
    assert not trainer.step().skipped

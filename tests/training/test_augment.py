"""Augmentation: each change against a plain form, and its derivatives."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor

from sgviz.training import augment_geometry as geometry
from sgviz.training.augment import (
    NORMAL,
    UNIFORM,
    Draws,
    adapted,
    augment,
    colours_of,
    places_of,
)


def images(count: int = 2, side: int = 8, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, side, side, generator=generator) * 2 - 1


def draws(count: int = 2, **changes: float) -> Draws:
    """Draws that choose nothing at p = 0.5, but what is given (_ is a space)."""
    uniform = torch.full((count, len(UNIFORM)), 0.9)
    normal = torch.full((count, len(NORMAL)), 1.5)
    for name, value in changes.items():
        name = name.replace("_", " ")
        if name in NORMAL:
            normal[:, NORMAL.index(name)] = value
        else:
            uniform[:, UNIFORM.index(name)] = value
        kind = name.removesuffix(" x").removesuffix(" y")
        uniform[:, UNIFORM.index(f"{kind}?")] = 0.1
    return Draws(uniform, normal)


def changed(x: Tensor, **changes: float) -> Tensor:
    return augment(x, draws(len(x), **changes), 0.5)


def test_where_nothing_is_drawn_an_image_is_as_it_was() -> None:
    x = images(3)
    assert torch.equal(augment(x, draws(3), 0.5), x)
    some = Draws.of(4096, torch.Generator().manual_seed(1))
    untouched = (some.uniform[:, [n.endswith("?") for n in UNIFORM]] >= 0.1).all(1)
    assert untouched.any()
    kept = some.rows(slice(None))
    places, colours = places_of(kept, 0.1, 8), colours_of(kept, 0.1)
    assert torch.equal(
        places[untouched], torch.eye(3).expand(int(untouched.sum()), -1, -1)
    )
    assert torch.equal(
        colours[untouched], torch.eye(4).expand(int(untouched.sum()), -1, -1)
    )


def test_flips_and_turns_are_exact() -> None:
    x = images()
    assert torch.equal(changed(x, flip=0.2), x.flip(3))
    assert torch.equal(changed(x, flip=0.7), x)
    for quarter in range(4):
        expected = torch.rot90(x, -quarter, (2, 3))  # from x to y: clockwise
        assert torch.equal(changed(x, turn=(quarter + 0.5) / 4), expected)


@pytest.mark.parametrize(("u", "pixels"), [(0.0, -1), (0.5, 0), (0.999, 1)])
def test_a_shift_is_by_whole_pixels_and_reflects(u: float, pixels: int) -> None:
    x = images()
    padded = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="reflect")
    moved = padded[:, :, 1:-1, 1 - pixels : 9 - pixels]
    assert torch.equal(changed(x, shift_x=u, shift_y=0.5), moved)
    moved = padded[:, :, 1 - pixels : 9 - pixels, 1:-1]
    assert torch.equal(changed(x, shift_x=0.5, shift_y=u), moved)


def plain(x: Tensor, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same reading by scipy; ``matrix`` takes (x, y, 1) of the new image."""
    middle = (x.shape[2] - 1) / 2
    swap = np.array([[0, 1], [1, 0]])
    linear = swap @ matrix[:2, :2] @ swap
    offset = swap @ matrix[:2, 2] + middle - linear @ [middle, middle]
    planes = [
        ndimage.affine_transform(plane, linear, offset, order=1, mode="mirror")
        for plane in x.double().numpy().reshape(-1, *x.shape[2:])
    ]
    return np.array(planes).reshape(x.shape)


def turning(angle: float) -> NDArray[np.float64]:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


FORWARD: list[tuple[dict[str, float], NDArray[np.float64]]] = [
    ({"scale": 2.0}, np.diag([2**0.4, 2**0.4, 1])),
    ({"scale": -2.0}, np.diag([2**-0.4, 2**-0.4, 1])),
    ({"rotate": 0.7}, turning(0.4 * math.pi)),
    ({"stretch": 1.0}, np.diag([2**0.2, 2**-0.2, 1])),
    ({"rotate_again": 0.1}, turning(-0.8 * math.pi)),
    ({"slide_x": 1.0, "slide_y": -0.3}, np.array([[1, 0, 2], [0, 1, -0.6], [0, 0, 1]])),
]


@pytest.mark.parametrize(("change", "forward"), FORWARD, ids=lambda v: str(v)[:12])
def test_other_places_are_interpolated(
    change: dict[str, float], forward: NDArray[np.float64]
) -> None:
    x = images(side=16)
    if "slide_x" in change:
        forward = forward * 1.0
        forward[:2, 2] *= 16 / 16
    found = changed(x, **change).numpy()
    expected = plain(x, np.linalg.inv(forward))
    assert np.abs(found - expected).max() < 1e-4


def test_all_changes_of_place_come_in_their_order() -> None:
    x = images(side=16)
    together: dict[str, float] = {"flip": 0.2, "turn": 0.3, "shift_x": 0.9}
    forward = np.diag([-1.0, 1, 1])
    forward = turning(math.pi / 2) @ forward
    moved = np.eye(3)
    moved[:2, 2] = round(0.8 * 0.125 * 16), round(0.8 * 0.125 * 16)
    forward = moved @ forward
    for change, matrix in FORWARD[1:]:
        together |= change
        forward = matrix @ forward
    expected = plain(x, np.linalg.inv(forward))
    assert np.abs(changed(x, **together).numpy() - expected).max() < 2e-4


def test_an_index_beyond_the_border_is_that_of_numpy() -> None:
    expected = np.pad(np.arange(5), 40, mode="reflect")
    found = geometry.reflected(torch.arange(-40, 45), 5)
    assert found.tolist() == expected.tolist()


def test_colours_change_as_their_equations_say() -> None:
    x = images()
    luma = x.mean(dim=1, keepdim=True)
    checks = {
        "brightness": (2.0, x + 0.4),
        "contrast": (-2.0, x * 0.5),
        "luma": (0.2, x - 2 * luma),
        "saturation": (1.0, luma + 2 * (x - luma)),
        "hue": (0.5 + 1 / 3, x.roll(1, dims=1)),  # a third of a turn: r to g to b
    }
    for name, (value, expected) in checks.items():
        found = changed(x, **{name: value})
        assert torch.allclose(found, expected, atol=1e-6), name
    assert torch.equal(changed(x, luma=0.7), x)


def test_colours_come_in_their_order() -> None:
    x = images()
    y = (x + 0.4) * 0.5
    luma = y.mean(dim=1, keepdim=True)
    y = (y - 2 * luma).roll(1, dims=1)
    y = -luma + 2 * (y + luma)
    together = {"brightness": 2.0, "contrast": -2.0, "luma": 0.2, "saturation": 1.0}
    found = changed(x, hue=0.5 + 1 / 3, **together)
    assert torch.allclose(found, y, atol=1e-6)


@pytest.mark.parametrize("p", [0.05, 0.5, 1.0])
def test_each_change_comes_as_often_as_p_says(p: float) -> None:
    some = Draws.of(20_000, torch.Generator().manual_seed(2))
    for name in UNIFORM:
        if name.endswith("?"):
            share = float(some.chosen(name[:-1], p).float().mean())
            assert share == pytest.approx(p, abs=0.015)
    rotated = places_of(some, p, 64)
    alone = torch.zeros_like(some.uniform) + 0.999
    for name in ("rotate?", "rotate", "rotate again?", "rotate again"):
        alone[:, UNIFORM.index(name)] = some.u(name)
    rotated = places_of(Draws(alone, some.normal), min(p, 0.99), 64)
    share = float((rotated[:, 0, 1].abs() > 1e-6).float().mean())
    assert share == pytest.approx(min(p, 0.99), abs=0.015)


def test_it_can_be_differentiated_twice() -> None:
    some = Draws.of(3, torch.Generator().manual_seed(3))
    x = images(3, 4).double().requires_grad_(True)

    def scored(x: Tensor) -> Tensor:
        return augment(x, some, 1.0).pow(3)

    assert torch.autograd.gradcheck(scored, (x,))
    assert torch.autograd.gradgradcheck(scored, (x,))


def test_r1_through_it_is_that_of_the_plain_jacobian() -> None:
    # D(x) = sum(a A(x)^2) / 2 with A linear up to a shift: the gradient is J^T (a A).
    some = Draws.of(2, torch.Generator().manual_seed(4))
    a = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    x = images(2, 4).double().requires_grad_(True)
    logits = (a * augment(x, some, 1.0).square()).sum(dim=(1, 2, 3)) / 2
    (gradient,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    r1 = gradient.square().sum(dim=(1, 2, 3)).mean()
    (slope,) = torch.autograd.grad(r1, a)
    flat = torch.autograd.functional.jacobian(lambda x: augment(x, some, 1.0), x)
    jacobian = flat.reshape(96, 96)
    expected = 0.7 * jacobian.t() @ augment(x, some, 1.0).detach().flatten()
    assert r1.item() == pytest.approx(float(expected.square().sum()) / 2)
    assert slope.item() == pytest.approx(2 * r1.item() / 0.7)


def test_draws_of_a_part_are_those_of_the_whole() -> None:
    some = Draws.of(6, torch.Generator().manual_seed(5))
    x = images(6)
    whole = augment(x, some, 0.7)
    part = augment(x[1::2], some.rows(slice(1, None, 2)), 0.7)
    assert torch.equal(whole[1::2], part)


def test_p_adapts_by_its_rule() -> None:
    assert adapted(0.2, 0.7, 0.6, 64, 500.0) == pytest.approx(0.2 + 64 / 500_000)
    assert adapted(0.2, 0.5, 0.6, 64, 500.0) == pytest.approx(0.2 - 64 / 500_000)
    assert adapted(0.2, 0.6, 0.6, 64, 500.0) == 0.2
    assert adapted(0.0, -1.0, 0.6, 64, 500.0) == 0.0
    assert adapted(0.99, 1.0, 0.6, 64, 0.5) == 1.0

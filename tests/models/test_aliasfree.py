"""StyleGAN3 against its equations in float64: spread, filtered, sampled, one by one."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.signal import convolve2d, fftconvolve, firwin, kaiser_atten, kaiser_beta
from scipy.special import j1
from torch.autograd import gradcheck

from sgviz.models.alias_free import AliasFreeConfig, Design, bands, plan
from sgviz.models.filtered import FilteredLeakyReLU
from sgviz.models.filters import bessel_j1, lowpass, radial_lowpass, separable_terms
from sgviz.models.generator import GeneratorConfig
from sgviz.models.synthesis_aliasfree import AliasFreeSynthesis, placement

SMALL = Design(critical=1, margin=4)
KINDS = ("t", "r")


def small(kind, **changes):
    sizes = {"resolution": 32, "channels": (6, 5, 4, 4), "w_dim": 16, "design": SMALL}
    return AliasFreeConfig(kind=kind, **(sizes | changes))


@pytest.fixture
def network(draw):
    def made(kind="t", **changes):
        network = AliasFreeSynthesis(small(kind, **changes)).requires_grad_(False)
        network.reset(torch.Generator().manual_seed(1))
        for i, (name, tensor) in enumerate(network.state_dict().items()):
            if name.endswith("bias"):
                tensor += 0.3 * draw(*tensor.shape, seed=i)
            elif name == "input.affine.weight":
                tensor += 0.3 * draw(*tensor.shape, seed=i)
            elif name.endswith("magnitude_ema"):
                tensor *= 0.5 + 0.1 * i
        return network.eval()

    return made


def numbers(network):
    return {k: v.double().numpy() for k, v in network.state_dict().items()}


# The filters: another implementation of the same designs, scipy's.


@pytest.mark.parametrize(
    ("taps", "cutoff", "width", "rate"),
    [(12, 2.0, 4.6, 32), (24, 11.3, 9.5, 128), (12, 128.0, 59.2, 512), (12, 3, 26, 32)],
)
def test_lowpass_is_the_window_design(taps, cutoff, width, rate):
    expected = firwin(taps, cutoff, width=width, fs=rate)
    np.testing.assert_allclose(lowpass(taps, cutoff, width, rate), expected, atol=1e-14)


@pytest.mark.parametrize(("taps", "cutoff", "width"), [(12, 5.0, 6.0), (24, 2, 3.0)])
def test_radial_lowpass_is_a_jinc_under_a_window(taps, cutoff, width):
    rate = 64.0
    places = (np.arange(taps) - (taps - 1) / 2) / rate
    radius = np.hypot(*np.meshgrid(places, places))
    beta = kaiser_beta(kaiser_atten(taps, 2 * width / rate))
    window = np.kaiser(taps, beta)
    expected = j1(2 * np.pi * cutoff * radius) / radius * np.outer(window, window)
    found = radial_lowpass(taps, cutoff, width, rate)
    np.testing.assert_allclose(found, expected / expected.sum(), atol=1e-13)


def test_bessel():
    x = np.linspace(-150.0, 150.0, 4001)
    np.testing.assert_allclose(bessel_j1(x), j1(x), atol=1e-13)


def test_a_radial_filter_is_a_few_separable_ones():
    kernel = radial_lowpass(12, 5.0, 6.0, 64.0)
    taps, weights = separable_terms(kernel)
    assert len(weights) <= 6
    rebuilt = np.einsum("j,ja,jb->ab", weights, taps, taps)
    np.testing.assert_allclose(rebuilt, kernel, atol=1e-7 * kernel.max())


# The plan: what the paper says follows from cutoffs and stopbands.


@pytest.mark.parametrize("resolution", [128, 256, 512, 1024])
def test_the_bands_of_the_paper(resolution):
    config = AliasFreeConfig("t", resolution, (32,) * 14)
    found = bands(config)
    assert found[0].cutoff == 2.0
    assert found[0].rate == 16
    assert [b.cutoff for b in found[-3:]] == [resolution / 2] * 3
    assert [b.size for b in found[-2:]] == [resolution, resolution]
    for band in found[:-2]:
        assert band.size == band.rate + 20
        stopband = 2 * (band.cutoff + band.half_width)
        assert stopband <= band.rate + 1e-9 or band.rate == resolution
    steps = np.diff(np.log([b.cutoff for b in found[:-2]]))
    np.testing.assert_allclose(steps, steps[0], rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_fits_together(kind):
    layers = plan(AliasFreeConfig(kind, 256, tuple(range(40, 12, -2))))
    for one, two in pairwise(layers):
        assert one.after == two.before
        assert one.outputs == two.inputs
    assert [p.kernel for p in layers] == [3 if kind == "t" else 1] * 14 + [1]
    assert (layers[-1].up, layers[-1].down, layers[-1].outputs) == (1, 1, 3)
    assert layers[-1].padding == (0, 0)
    radial = [len(p.down_terms[1]) > 1 for p in layers]
    assert radial == [kind == "r"] * 12 + [False] * 3
    assert {p.up for p in layers[:-1]} == {2, 4}
    assert {p.down for p in layers[:-1]} == {2}


# The nonlinearity: zeros between the samples, filters by FFT, every second one kept.


def filtered(x, layer, clamp=None):
    """One channel [s, s], by the definition."""
    low, high = layer.padding
    spread = np.zeros((len(x) * layer.up,) * 2)
    spread[:: layer.up, :: layer.up] = x
    before = [slice(max(0, -low), len(spread) - max(0, -high))] * 2
    spread = np.pad(spread[tuple(before)], (max(0, low), max(0, high)))
    up = layer.up * layer.up_taps
    tall = fftconvolve(spread, np.outer(up, up), mode="valid")
    tall = np.where(tall > 0, tall, 0.2 * tall)
    if clamp is not None:
        tall = tall.clip(-clamp, clamp)
    taps, weights = layer.down_terms
    kernel = np.einsum("j,ja,jb->ab", weights, taps, taps)
    return fftconvolve(tall, kernel, mode="valid")[:: layer.down, :: layer.down]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("clamp", [None, 1.5, 100.0])
@pytest.mark.parametrize("grad", [True, False])
def test_the_nonlinearity_is_its_definition(draw, kind, clamp, grad):
    config = AliasFreeConfig(kind, 64, (3,) * 6, design=Design(margin=5))
    seen = set()
    for layer in plan(config)[:-1]:
        seen.add((layer.up, layer.down, len(layer.down_terms[1]) > 1))
        side = layer.before.size + layer.kernel - 1
        x = draw(2, 3, side, side).double()
        with torch.set_grad_enabled(grad):
            y = FilteredLeakyReLU(layer, clamp)(x)
        assert y.shape == (2, 3, layer.after.size, layer.after.size)
        expected = [[filtered(c, layer, clamp) for c in image] for image in x.numpy()]
        np.testing.assert_allclose(y.numpy(), expected, atol=1e-11)
    assert {up for up, *_ in seen} == {2, 4}
    assert any(radial for *_, radial in seen) == (kind == "r")


@pytest.mark.parametrize("kind", KINDS)
def test_the_nonlinearity_has_its_gradient(draw, kind):
    config = AliasFreeConfig(kind, 16, (2, 2), design=Design(critical=0, margin=1))
    layer = plan(config)[1]
    side = layer.before.size + layer.kernel - 1
    x = draw(1, 1, side, side).double().requires_grad_()
    assert gradcheck(FilteredLeakyReLU(layer, 0.7), x, fast_mode=True)


# The whole, for one image.


def waves(weights, w, network, transform=None):
    given = w @ weights["input.affine.weight"].T / math.sqrt(len(w))
    given = given + weights["input.affine.bias"]
    cos, sin, x, y = given / np.hypot(given[0], given[1])
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    move = np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]])
    matrix = weights["input.transform"] if transform is None else transform
    matrix = turn @ move @ matrix
    band = network.input.band
    phases = weights["input.phases"] + weights["input.freqs"] @ matrix[:2, 2]
    freqs = weights["input.freqs"] @ matrix[:2, :2]
    room = band.rate / 2 - band.cutoff
    loudness = 1 - (np.linalg.norm(freqs, axis=1) - band.cutoff) / room
    place = (np.arange(band.size) + 0.5 - band.size / 2) / band.rate
    px, py = np.meshgrid(place, place)
    cycles = np.multiply.outer(freqs[:, 0], px) + np.multiply.outer(freqs[:, 1], py)
    sines = np.sin(2 * np.pi * (cycles + phases[:, None, None]))
    sines = sines * loudness.clip(0, 1)[:, None, None]
    mix = weights["input.weight"] / math.sqrt(len(sines))
    return np.einsum("oi,ihw->ohw", mix, sines)


def synthesis(reference, network, ws, transform=None):
    weights = numbers(network)
    x = waves(weights, ws[0], network, transform)
    for i, (layer, w) in enumerate(zip(network.layers, ws[1:], strict=True)):
        own = f"L{i}"
        weight = weights[f"{own}.weight"]
        style = reference.style(weights, own, w)
        kernel = weight * style[:, None, None]
        last = layer is network.layers[-1]
        if last:
            kernel = kernel / math.sqrt(len(x))
        else:
            kernel = kernel / np.sqrt((kernel**2).sum((1, 2, 3), keepdims=True))
        kernel = kernel / np.sqrt(weights[f"{own}.magnitude_ema"])
        x = reference.correlate(x, kernel, weight.shape[2] - 1)
        x = x + weights[f"{own}.bias"][:, None, None]
        if not last:
            x = np.stack([filtered(c, layer.plan) for c in x]) * np.sqrt(2)
    return 0.25 * x


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("moved", [False, True])
def test_equals_the_reference(network, draw, reference, kind, moved):
    made, ws = network(kind), draw(2, 6, 16)
    transform = placement(0.1, -0.2, 0.5) if moved else None
    given = None if transform is None else transform.double().numpy()
    expected = np.stack(
        [synthesis(reference, made, w, given) for w in ws.double().numpy()]
    )
    with torch.no_grad():
        together = made(ws, transform=transform).numpy()
        alone = made(ws[:1], transform=transform).numpy()
    dense = made(ws, transform=transform).numpy()
    for image, wanted in (
        (together, expected),
        (alone, expected[:1]),
        (dense, expected),
    ):
        assert np.abs(image - wanted).max() < 1e-5 * np.ptp(expected)


@pytest.mark.parametrize("clamp", [0.5, 256.0])
def test_the_clamp_is_after_the_gain(network, draw, clamp):
    free, bound = network(), network(conv_clamp=clamp)
    bound.load_state_dict(free.state_dict())
    ws = draw(1, 6, 16)
    with torch.no_grad():
        same = torch.allclose(free(ws), bound(ws), atol=1e-6)
    assert same == (clamp > 100)
    torch.testing.assert_close(bound(ws), _without_grad(bound, ws))


def _without_grad(made, ws):
    with torch.no_grad():
        return made(ws)


@pytest.mark.parametrize(("kind", "turn"), [("t", 0.0), ("r", math.pi / 2)])
def test_what_is_drawn_moves_where_it_is_told(network, draw, kind, turn):
    """Right, down and counterclockwise, on the screen; the margin makes it exact."""
    made, ws = network(kind, design=Design(critical=1, margin=10)), draw(1, 6, 16)
    # Half a side is a whole number of samples at every rate.
    with torch.no_grad():
        start = made(ws)[0]
        moved = made(ws, transform=placement(0.25, 0.0))[0]
        low = made(ws, transform=placement(0.0, 0.5))[0]
        turned = made(ws, transform=placement(turn=turn))[0]
    scale = start.std(dim=(1, 2)).min()
    around = torch.rot90(start, 1, (1, 2)) if turn else start
    for image, wanted in (
        (moved[:, 8:24, 16:24], start[:, 8:24, 8:16]),
        (low[:, 20:28, 8:24], start[:, 4:12, 8:24]),
        (turned[:, 8:24, 8:24], around[:, 8:24, 8:24]),
    ):
        assert (image - wanted).abs().max() < 0.1 * scale
    assert (moved - start).abs().max() > scale
    assert (low - start).abs().max() > scale


def test_placement_turns_before_it_moves():
    """Of any point, where it comes from: undo the move, then the turn."""
    matrix = placement(0.3, -0.1, 0.7).double().numpy()
    x, y = 0.2, 0.4
    back = np.array([x - 0.3, y + 0.1])
    # Counterclockwise on a screen whose y points down, undone.
    cos, sin = math.cos(0.7), math.sin(0.7)
    expected = np.array([[cos, -sin], [sin, cos]]) @ back
    np.testing.assert_allclose((matrix @ [x, y, 1])[:2], expected, atol=1e-6)


@pytest.mark.parametrize("row", range(6))
def test_resumed_at_a_row_equals_the_whole(network, draw, row):
    made, ws = network(), draw(1, 6, 16)
    with torch.no_grad():
        kept = made.enter(row, ws)
        changed = ws.clone()
        changed[:, row:] += draw(1, 6 - row, 16, seed=2)
        assert torch.equal(made(changed, since=kept), made(changed))
        before = [at.x for at in made.walk(ws)]
        after = [at.x for at in made.walk(changed)]
    differs = [not torch.equal(a, b) for a, b in zip(before, after, strict=True)]
    assert differs == [r >= row and row < 5 for r in range(6)]


def test_rows_and_tensors(network):
    made = network()
    assert made.num_ws == 6 == len(made.row_names) == len(made.row_resolutions)
    assert made.noisy == () == made.noise_resolutions
    assert made.can_move
    assert made.row_names[0].endswith("the waves")
    assert made.row_names[-1] == "32x32 colour"
    kinds = ("weight", "bias", "affine.weight", "affine.bias", "magnitude_ema")
    names = {f"L{i}.{kind}" for i in range(5) for kind in kinds}
    own = ("weight", "affine.weight", "affine.bias", "freqs", "phases", "transform")
    tensors = made.state_dict()
    assert tensors.keys() == names | {f"input.{kind}" for kind in own}
    assert tensors["L4.weight"].shape == (3, 4, 1, 1)
    assert network("r").state_dict()["L1.weight"].shape == (5, 6, 1, 1)


def test_bf16_is_near(network, draw):
    made, ws = network(channels=(48, 48, 32, 32)), draw(1, 6, 16)
    with torch.no_grad():
        exact, fast = made(ws), made(ws, dtype=torch.bfloat16)
    assert fast.dtype == torch.float32
    assert (fast - exact).square().mean().sqrt() < 0.1 * exact.std()


def test_frequencies_fill_the_disc():
    made = AliasFreeSynthesis(small("t", channels=(4000, 4, 4, 4)))
    made.input.reset(torch.Generator().manual_seed(0))
    radius = made.input.freqs.norm(dim=1) / made.input.band.cutoff
    assert radius.max() <= 1.0
    # The area within half the radius is a quarter.
    assert (radius < 0.5).float().mean().item() == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(
    "wrong",
    [
        {"resolution": 48},
        {"channels": (4,)},
        {"design": replace(SMALL, critical=4)},
        {"design": Design(critical=1, first_stopband=1.0)},
        {"design": Design(critical=1, first_stopband=40.0)},
        {"kind": "q"},
    ],
)
def test_limits(wrong):
    with pytest.raises(ValidationError):
        AliasFreeConfig(
            **(
                {"kind": "t", "resolution": 32, "channels": (4,) * 4, "design": SMALL}
                | wrong
            )
        )


def test_a_generator_of_it(make, draw):
    generator = make(
        family="stylegan3-t", resolution=32, channels=(6, 5, 4, 4), design=SMALL
    )
    assert generator.num_ws == 6
    with torch.no_grad():
        assert generator(draw(2, 12)).shape == (2, 3, 32, 32)
    with pytest.raises(ValidationError, match="critical"):
        GeneratorConfig(family="stylegan3-r", resolution=32, channels=(4, 4))


def test_convolve2d_agrees_with_the_fourier_transform(draw):
    """The definition above uses it: one check against plain sums."""
    x, kernel = draw(20, 20).double().numpy(), radial_lowpass(12, 5.0, 6.0, 64.0)
    plain = convolve2d(x, kernel, mode="valid")
    np.testing.assert_allclose(fftconvolve(x, kernel, mode="valid"), plain, atol=1e-12)

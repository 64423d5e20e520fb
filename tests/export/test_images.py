"""Images of seeds and of given latents: exact, named as the field names them."""

import io
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from sgviz.checkpoints.circles_file import read_circles
from sgviz.checkpoints.container import write_tensors
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import metadata_of, save
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.open_model import load_model
from sgviz.checkpoints.picture import read_state
from sgviz.cli import main
from sgviz.export.images import Look, export_images
from sgviz.export.info import as_text, describe
from sgviz.models.alias_free import Design
from sgviz.models.generator import Generator, GeneratorConfig, to_pixels, truncate
from sgviz.models.snapshot import Snapshot
from sgviz.state import File, Given, Placement, Seed
from tests.checkpoints import foreign_files as files

CONFIG = GeneratorConfig(z_dim=8, w_dim=6, depth=2, resolution=8, channels=(4, 4))


@pytest.fixture
def network() -> Generator:
    generator = Generator(CONFIG, seed=1).eval().requires_grad_(requires_grad=False)
    generator.mapping.w_avg.copy_(torch.linspace(-0.5, 0.5, 6))
    for conv in generator.synthesis.convolutions:
        conv.noise_strength.fill_(0.3)
    return generator


@pytest.fixture
def model(network: Generator, tmp_path: Path) -> Path:
    save(Snapshot.of(network), tmp_path / "net.safetensors")
    return tmp_path / "net.safetensors"


def drawn(folder: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    files = sorted(folder.glob("*.png"))
    return np.stack([np.asarray(Image.open(file)) for file in files])


def test_a_seed_is_the_same_face_everywhere(
    network: Generator, model: Path, tmp_path: Path
) -> None:
    told = export_images(tmp_path / "out", model, seeds=[85, 3], look=Look(psi=0.7))
    assert told == "out: 2 images of net.safetensors"
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["latents.npz", "seed0003.png", "seed0085.png"]
    z = np.random.RandomState(85).randn(1, 8).astype(np.float32)
    w = network.mapping(torch.from_numpy(z))
    ws = truncate(w, network.mapping.w_avg, 0.7)[:, None].expand(-1, 4, -1)
    raw = network.synthesis(ws)
    assert np.array_equal(drawn(tmp_path / "out")[1], to_pixels(raw)[0].numpy())
    with np.load(tmp_path / "out" / "latents.npz", allow_pickle=False) as latents:
        assert set(latents) == {"z", "w", "ws"}
        assert np.array_equal(latents["z"][0], z[0])
        np.testing.assert_allclose(latents["w"][0], w[0], atol=1e-6)
        np.testing.assert_allclose(latents["ws"][0], ws[0], atol=1e-6)
        assert latents["ws"].shape == (2, 4, 6)


def test_a_picture_says_how_to_make_it_again(model: Path, tmp_path: Path) -> None:
    look = Look(psi=0.5, noise="none")
    export_images(tmp_path / "out", model, seeds=[85], look=look)
    state = read_state(tmp_path / "out" / "seed0085.png")
    assert state is not None
    assert (state.latent, state.psi, state.noise) == (Seed(85), 0.5, "none")
    assert state.model == File("net.safetensors", hash_file(model))


def test_the_array_is_what_the_network_said(
    network: Generator, model: Path, tmp_path: Path
) -> None:
    export_images(tmp_path / "out", model, seeds=range(5), kind="npy")
    images = np.load(tmp_path / "out" / "images.npy", allow_pickle=False)
    assert images.shape == (5, 3, 8, 8)
    assert images.dtype == np.float32
    z = np.random.RandomState(4).randn(1, 8).astype(np.float32)
    expected = network(torch.from_numpy(z))[0]
    np.testing.assert_allclose(images[4], expected, atol=1e-5)
    assert not list((tmp_path / "out").glob("*.png"))


def test_z_of_a_file(network: Generator, model: Path, tmp_path: Path) -> None:
    z = np.random.RandomState(2).randn(3, 8)
    np.save(tmp_path / "z.npy", z)
    export_images(tmp_path / "out", model, z=tmp_path / "z.npy")
    expected = to_pixels(network(torch.from_numpy(z).float())).numpy()
    assert np.array_equal(drawn(tmp_path / "out"), expected)
    state = read_state(tmp_path / "out" / "0002.png")
    assert state is not None
    assert state.latent == Given("z.npy", hash_file(tmp_path / "z.npy"), 2)


@pytest.mark.parametrize("rows", [None, 4])
def test_w_is_used_as_given(
    network: Generator, model: Path, tmp_path: Path, rows: int | None
) -> None:
    shape = (3, 6) if rows is None else (3, rows, 6)
    w = np.random.RandomState(2).randn(*shape).astype(np.float32)
    np.save(tmp_path / "w.npy", w)
    look = Look(psi=0.2)
    export_images(tmp_path / "out", model, w=tmp_path / "w.npy", look=look)
    ws = torch.from_numpy(w if rows else np.repeat(w[:, None], 4, 1))
    assert np.array_equal(drawn(tmp_path / "out"), to_pixels(network.synthesis(ws)))
    with np.load(tmp_path / "out" / "latents.npz", allow_pickle=False) as latents:
        assert set(latents) == {"w", "ws"}
        assert np.array_equal(latents["w"], w)
        assert np.array_equal(latents["ws"], ws)
    assert read_state(tmp_path / "out" / "0000.png") is None


def test_neighbours_do_not_change_a_picture(model: Path, tmp_path: Path) -> None:
    for seeds in ([85], [1, 2, 85, 3]):
        export_images(tmp_path / str(len(seeds)), model, seeds=seeds)
    alone, among = (tmp_path / n / "seed0085.png" for n in ("1", "4"))
    assert alone.read_bytes() == among.read_bytes()


def test_noise_is_const_none_or_seeded(model: Path, tmp_path: Path) -> None:
    found = {}
    for noise in ("const", "none", "random"):
        look = Look(noise=noise)  # type: ignore[arg-type]
        export_images(tmp_path / noise, model, seeds=[1, 1, 2], look=look, kind="npy")
        images = np.load(tmp_path / noise / "images.npy", allow_pickle=False)
        assert np.array_equal(images[0], images[1])
        found[noise] = images
    assert not np.array_equal(found["const"], found["none"])
    assert not np.array_equal(found["const"], found["random"])
    alone = tmp_path / "alone"
    export_images(alone, model, seeds=[2], look=Look(noise="random"), kind="npy")
    images = np.load(alone / "images.npy", allow_pickle=False)
    assert np.array_equal(images[0], found["random"][2])


def test_progress_is_told_and_the_end_is_the_number(
    model: Path, tmp_path: Path
) -> None:
    heard: list[tuple[int, int]] = []
    export_images(
        tmp_path / "out",
        model,
        seeds=range(3),
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard == [(done, 3) for done in (1, 2, 3)]


def test_fast_is_close(model: Path, tmp_path: Path) -> None:
    for fast in (False, True):
        look = Look(fast=fast)
        export_images(tmp_path / str(fast), model, seeds=[5], look=look, kind="npy")
    exact, fast_image = (
        np.load(tmp_path / name / "images.npy", allow_pickle=False)
        for name in ("False", "True")
    )
    assert np.abs(exact - fast_image).max() < 0.1 * np.ptp(exact)


@pytest.mark.parametrize(
    ("shape", "option", "words"),
    [
        ((3, 7), "z", "7 numbers, and the network takes 8"),
        ((3, 7), "w", r"3x7, and the network takes \[N, 6\] or \[N, 4, 6\]"),
        ((3, 5, 6), "w", "3x5x6"),
        ((3, 2, 2, 2), "w", r"not \[N, w_dim\]"),
        ((40_000_000, 0), "z", r"not \[N, z_dim\]"),
    ],
)
def test_latents_that_do_not_fit(
    model: Path, tmp_path: Path, shape: tuple[int, ...], option: str, words: str
) -> None:
    np.save(tmp_path / "x.npy", np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match=words):
        export_images(tmp_path / "out", model, **{option: tmp_path / "x.npy"})  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_wrong_use_is_said_in_a_sentence(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ValueError, match="name one"):
        export_images(out, model)
    with pytest.raises(ValueError, match="name one"):
        export_images(out, model, seeds=[1], z=model)
    with pytest.raises(ValueError, match="no seeds"):
        export_images(out, model, seeds=[])
    with pytest.raises(ValueError, match="too many"):
        export_images(out, model, seeds=range(10_000_000))
    with pytest.raises(FileError, match="not there"):
        export_images(out, tmp_path / "none", seeds=[1])
    with pytest.raises(FileError, match="not a file of numpy arrays"):
        export_images(out, model, z=model)
    out.write_text("a file")
    with pytest.raises(FileError, match="out is a file"):
        export_images(out, model, seeds=[1])


def test_pictures_are_plain_rgb(model: Path, tmp_path: Path) -> None:
    export_images(tmp_path / "out", model, seeds=[0])
    data = (tmp_path / "out" / "seed0000.png").read_bytes()
    with Image.open(io.BytesIO(data)) as image:
        assert (image.mode, image.size) == ("RGB", (8, 8))


def test_a_class_of_those_the_network_has(tmp_path: Path, model: Path) -> None:
    sizes = replace(CONFIG, c_dim=3)
    network = Generator(sizes, seed=2).eval().requires_grad_(requires_grad=False)
    path = tmp_path / "three.safetensors"
    save(Snapshot.of(network), path)
    shown = {}
    for number in (None, 0, 2):
        out, look = tmp_path / f"class{number}", Look(class_index=number)
        export_images(out, path, seeds=[85], look=look)
        shown[number] = drawn(out)[0]
        state = read_state(out / "seed0085.png")
        assert state is not None and state.class_index == number
    z = torch.from_numpy(np.random.RandomState(85).randn(1, 8)).float()
    assert np.array_equal(shown[2], to_pixels(network(z, label=2))[0].numpy())
    assert np.array_equal(shown[None], shown[0])
    assert not np.array_equal(shown[0], shown[2])
    for file, number, why in (
        (path, 3, "three.safetensors has classes 0 to 2, so there is no class 3"),
        (model, 0, "net.safetensors has no classes, so there is no class 0"),
    ):
        with pytest.raises(ValueError, match=why):
            look = Look(class_index=number)
            export_images(tmp_path / "none", file, seeds=[1], look=look)
    assert not (tmp_path / "none").exists()


def test_pictures_of_stylegan3_are_moved(tmp_path: Path, model: Path) -> None:
    sizes = replace(
        CONFIG,
        resolution=32,
        channels=(6, 5, 4, 4),
        family="stylegan3-r",
        design=Design(critical=1, margin=4),
    )
    path = tmp_path / "movable.safetensors"
    save(Snapshot.of(Generator(sizes, seed=2)), path)
    words = ["images", str(tmp_path / "there"), str(path), "--seeds", "3", "--turn=90"]
    assert main([*words, "--right", "0.25"]) == 0
    state = read_state(tmp_path / "there" / "seed0003.png")
    assert state is not None
    assert state.placement == Placement(right=0.25, turn=math.pi / 2)
    export_images(tmp_path / "here", path, seeds=[3])
    assert not np.array_equal(drawn(tmp_path / "there"), drawn(tmp_path / "here"))
    with pytest.raises(ValueError, match="cannot move its pictures"):
        look = Look(placement=Placement(down=0.1))
        export_images(tmp_path / "none", model, seeds=[1], look=look)


def test_either_generator_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "both.pkl"
    path.write_bytes(files.nvidia(files.weights()))
    out = {name: tmp_path / name for name in ("G_ema", "G")}
    for name, folder in out.items():
        words = ["images", str(folder), str(path), "--seeds", "3", "--network", name]
        assert main(words) == 0
        state = read_state(folder / "seed0003.png")
        assert state is not None and isinstance(state.model, File)
        assert state.model.network == name
    assert not np.array_equal(drawn(out["G_ema"]), drawn(out["G"]))
    for name, sha256 in (("G_ema", hash_file(path)), ("G", None)):
        words = ["circles", str(tmp_path / "c.npz"), str(path), "--network", name]
        assert main([*words, "--points", "8"]) == 0
        assert read_circles(tmp_path / "c.npz").model_sha256 == sha256
    assert describe(path)["networks"] == ["G_ema", "G"]
    other = describe(path, "G")
    assert other["networks"] == ["G", "G_ema"]
    assert other["provenance"]["network"] == "G"
    assert describe(path)["w_avg_norm"] == pytest.approx(other["w_avg_norm"] / 2)
    assert "G_ema" in as_text(other)


def test_either_generator_of_a_checkpoint(tmp_path: Path) -> None:
    """Of a run of ours: the names begin with g_ema. and g."""
    path, tensors = tmp_path / "000.safetensors", {}
    snapshots = [Snapshot.of(Generator(CONFIG, seed=seed)) for seed in (1, 2)]
    for prefix, snapshot in zip(("g_ema.", "g."), snapshots, strict=True):
        tensors |= {prefix + key: t for key, t in snapshot.weights.items()}
    write_tensors(path, tensors, metadata_of(snapshots[0]))
    average, trained = load_model(path), load_model(path, "G")
    assert (average.networks, trained.networks) == (("G_ema", "G"), ("G", "G_ema"))
    for found, snapshot in zip((average, trained), snapshots, strict=True):
        for key, tensor in snapshot.weights.items():
            assert torch.equal(found.weights[key], tensor)
    save(snapshots[0], saved := tmp_path / "one.safetensors")
    assert "networks" not in describe(saved)
    assert load_model(saved).networks == ()
    with pytest.raises(FileError, match="holds no network G"):
        load_model(saved, "G")

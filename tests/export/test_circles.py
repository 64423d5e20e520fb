"""The command circles writes what the model makes of great circles."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.circles_file import read_circles
from sgviz.checkpoints.native import load, save
from sgviz.checkpoints.open_file import hash_file
from sgviz.export.circles import export_circles
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot


def model(folder: Path, w_dim: int = 512) -> Path:
    config = GeneratorConfig(
        z_dim=16, w_dim=w_dim, depth=2, resolution=8, channels=(2, 2)
    )
    generator = Generator(config, seed=1)
    generator.mapping.w_avg.copy_(torch.linspace(-0.1, 0.1, w_dim))
    save(Snapshot.of(generator), folder / "net.safetensors")
    return folder / "net.safetensors"


def test_the_default_six(tmp_path: Path) -> None:
    path = model(tmp_path)
    told = export_circles(tmp_path / "c.npz", path, seed=7)
    assert told == "c.npz: 6 circles of 96 points, of net.safetensors"
    with np.load(tmp_path / "c.npz", allow_pickle=False) as data:
        z, w = data["z"], data["w"]
        assert z.shape == (6, 96, 16)
        assert w.shape == (6, 96, 512)
        np.testing.assert_allclose(np.linalg.norm(z, axis=-1), 4.0, rtol=1e-6)
        assert z[0, 0, 0] == 4.0
        assert z[0, 24, 1] == pytest.approx(4.0)
        first = np.random.RandomState(7).randn(1, 16)[0]
        cosine = first @ z[1, 0] / np.linalg.norm(first) / 4.0
        assert cosine == pytest.approx(1.0)
        network = load(path).build()
        expected = network.mapping(torch.from_numpy(z[3]))
        np.testing.assert_allclose(w[3], expected, atol=1e-5)
        assert np.array_equal(data["w_avg"], network.mapping.w_avg)
    assert read_circles(tmp_path / "c.npz").model_sha256 == hash_file(path)


def test_psi_and_number(tmp_path: Path) -> None:
    path = model(tmp_path)
    export_circles(tmp_path / "a.npz", path, 3, 12, 7, 1.0)
    export_circles(tmp_path / "b.npz", path, 5, 12, 7, 0.5)
    whole, half = read_circles(tmp_path / "a.npz"), read_circles(tmp_path / "b.npz")
    assert len(half.w) == 5
    assert half.psi == 0.5
    expected = whole.centre.lerp(whole.w, 0.5)
    torch.testing.assert_close(half.w[:3], expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("extension", ["csv", "ply", "dat"])
def test_other_formats(tmp_path: Path, extension: str) -> None:
    path = model(tmp_path)
    export_circles(tmp_path / "c.npz", path, 1, 12)
    export_circles(tmp_path / f"c.{extension}", path, 1, 12)
    found = read_circles(tmp_path / f"c.{extension}")
    assert torch.equal(found.w, read_circles(tmp_path / "c.npz").w)


@pytest.mark.parametrize(
    ("name", "circles", "psi", "words"),
    [
        ("c.dat", 2, 1.0, "one circle, not 2"),
        ("c.dat", 1, 0.5, "psi 1"),
        ("c.txt", 1, 1.0, "not .txt"),
        ("c", 1, 1.0, "circles are written as"),
    ],
)
def test_what_cannot_be_written(
    tmp_path: Path, name: str, circles: int, psi: float, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        export_circles(tmp_path / name, model(tmp_path), circles, 8, 0, psi)
    assert not (tmp_path / name).exists()


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at most"):
        export_circles(tmp_path / "c.npz", model(tmp_path), 1024, 4096)
    with pytest.raises(ValueError, match="512 numbers"):
        export_circles(tmp_path / "c.dat", model(tmp_path, 64), 1)


def test_circles_of_a_class(tmp_path: Path) -> None:
    config = GeneratorConfig(
        z_dim=8, w_dim=6, depth=2, resolution=8, channels=(4, 4), c_dim=3
    )
    path = tmp_path / "three.safetensors"
    save(Snapshot.of(Generator(config, seed=2)), path)
    found = {}
    for number in (None, 0, 1):
        out = tmp_path / f"{number}.npz"
        export_circles(out, path, circles=2, points=8, class_index=number)
        found[number] = read_circles(out).w
    assert torch.equal(found[None], found[0])
    assert not torch.allclose(found[0], found[1], atol=1e-3)
    with pytest.raises(ValueError, match="no class 3"):
        export_circles(tmp_path / "no.npz", path, class_index=3)

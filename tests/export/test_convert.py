"""convert: anyone's network as a file of ours, from the command line to the bytes."""

from pathlib import Path

import pytest
import torch

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import load, save
from sgviz.checkpoints.open_file import hash_file, open_file
from sgviz.cli import main
from sgviz.export.convert import convert
from sgviz.export.info import as_text, describe
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from tests.checkpoints import foreign_files as files
from tests.checkpoints.foreign_lucidrains import lucidrains


def test_convert_writes_what_the_file_held(tmp_path: Path) -> None:
    source, out = tmp_path / "net.pkl", tmp_path / "net.safetensors"
    source.write_bytes(files.nvidia(files.weights()))
    assert "weights" in convert(source, out)
    snapshot = load(out)
    for name, tensor in files.weights().items():
        assert torch.equal(snapshot.weights[name], tensor)
    assert snapshot.provenance["source_sha256"] == hash_file(source)
    assert snapshot.provenance["source"] == "net.pkl"
    assert "non-commercial" in snapshot.provenance["licence"]
    assert open_file(out).kind == "model"
    other = tmp_path / "g.safetensors"
    assert main(["convert", str(source), str(other), "--network", "G"]) == 0
    bias = "mapping.fc0.bias"
    assert torch.equal(load(other).weights[bias], 2 * snapshot.weights[bias])


def test_convert_ours(tmp_path: Path) -> None:
    config = GeneratorConfig(z_dim=4, w_dim=4, depth=1, resolution=8, channels=(2, 2))
    save(Snapshot.of(Generator(config), 3.0), tmp_path / "a.safetensors")
    convert(tmp_path / "a.safetensors", tmp_path / "b.safetensors")
    assert load(tmp_path / "b.safetensors").kimg == 3.0


def test_convert_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "net.safetensors"
    source.write_bytes(files.tensorflow(files.weights()))
    with pytest.raises(FileError, match="should end in"):
        convert(source, tmp_path / "net.pkl")
    with pytest.raises(FileError, match="is to be converted"):
        convert(source, source)
    (tmp_path / "bad").write_bytes(files.pickled({"a": 1}))
    words = ["convert", str(tmp_path / "bad"), str(tmp_path / "out.safetensors")]
    assert main(words) == 2
    assert "no network" in capsys.readouterr().err
    assert not (tmp_path / "out.safetensors").exists()


def test_info_of_other_programs(tmp_path: Path) -> None:
    path = tmp_path / "net"
    path.write_bytes(files.rosinality(files.weights(), average=False))
    info = describe(path)
    assert info["kind"] == "model"
    assert (info["w_avg_norm"], info["kimg"]) == (None, None)
    assert info["weights"] == sum(
        t.numel() for n, t in files.weights().items() if n != "mapping.w_avg"
    )
    text = as_text(info)
    assert "family" in text
    assert "StyleGAN2 of rosinality" in text
    assert "w_avg is missing" in text
    path.write_bytes(files.nvidia(files.weights()))
    info = describe(path)
    norm = float(files.weights()["mapping.w_avg"].norm())
    assert info["w_avg_norm"] == pytest.approx(norm, abs=1e-4)
    assert "non-commercial" in as_text(info)
    path.write_bytes(lucidrains(attns=torch.ones(2)))
    assert describe(path)["config"]["family"] == "geometry"
    assert "Geometry only" in as_text(describe(path))


def test_images_of_another_programs_network(tmp_path: Path) -> None:
    path = tmp_path / "net.pkl"
    path.write_bytes(files.nvidia(files.weights()))
    words = ["images", str(tmp_path / "out"), str(path), "--seeds", "0-1"]
    assert main(words) == 0
    assert (tmp_path / "out" / "seed0001.png").is_file()
    path.write_bytes(lucidrains(attns=torch.ones(2)))
    assert main(["images", str(tmp_path / "no"), str(path), "--seeds", "0"]) == 2
    assert main(["circles", str(tmp_path / "c.npz"), str(path), "--device", "cpu"]) == 0

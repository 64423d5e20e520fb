"""What info says about every kind of file."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.circles_file import write_circles
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import save
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.picture import write_png
from sgviz.curves import CurveSet
from sgviz.export.info import as_json, as_text, describe
from sgviz.geometry.circle import sample_angles
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.state import File, Seed, State
from sgviz.state_json import to_json

STATE = replace(State(), latent=Seed(85), psi=0.7)


def test_a_model(tmp_path: Path) -> None:
    config = GeneratorConfig(z_dim=4, w_dim=4, depth=1, resolution=8, channels=(2, 2))
    snapshot = Snapshot.of(Generator(config), 1.5, {"data": "por\x1btraits"})
    save(snapshot, tmp_path / "m.safetensors")
    info = describe(tmp_path / "m.safetensors")
    assert info["kind"] == "model"
    assert info["sha256"] == hash_file(tmp_path / "m.safetensors")
    assert info["config"]["resolution"] == 8
    assert info["kimg"] == 1.5
    assert info["checkpoint"] is False
    assert info["weights"] == sum(t.numel() for t in snapshot.weights.values())
    text = as_text(info)
    assert "\x1b" not in text
    assert "resolution 8" in text
    assert json.loads(as_json(info)) == info


def test_circles(tmp_path: Path) -> None:
    angle = sample_angles(400)
    ring = torch.stack([torch.cos(angle), torch.sin(angle), 0 * angle], 1).float()
    w = torch.stack([ring, 2 * ring])
    names = ("one", "<b>two")
    write_circles(CurveSet(names, w, w, w[0, 0], angle, 0.5), tmp_path / "c.npz")
    info = describe(tmp_path / "c.npz")
    assert (info["circles"], info["points"], info["w_dim"], info["z_dim"]) == (
        2, 400, 3, 3,
    )  # fmt: skip
    assert info["lengths"] == pytest.approx([6.2831, 12.5663], abs=2e-4)
    assert (info["psi"], info["model_sha256"]) == (0.5, None)
    assert "model sha256  \u2013" in as_text(info)
    assert json.loads(as_json(info)) == info


def test_of_a_table_psi_is_unknown(tmp_path: Path) -> None:
    w = torch.randn(1, 12, 3, generator=torch.Generator().manual_seed(0))
    half = CurveSet(("one",), None, w, w[0, 0], sample_angles(12), 0.5)
    write_circles(half, tmp_path / "c.csv")
    info = describe(tmp_path / "c.csv")
    assert info["psi"] is None and "psi           \u2013" in as_text(info)
    assert "no w_avg and no psi" in info["note"]
    write_circles(half, tmp_path / "c.ply")
    assert describe(tmp_path / "c.ply")["psi"] == 0.5


def test_sessions_and_pictures(tmp_path: Path) -> None:
    state = replace(STATE, model=File("/private/net.safetensors", "ab" * 32))
    (tmp_path / "s.json").write_text(to_json(state))
    write_png(tmp_path / "p.png", np.zeros((4, 6, 3), np.uint8), state)
    for name in ("s.json", "p.png"):
        info = describe(tmp_path / name)
        assert info["latent"] == "seed 85"
        assert info["state"]["psi"] == 0.7
        assert "private" not in as_json(info)
        assert "net.safetensors" in as_text(info)
    assert (info["width"], info["height"]) == (6, 4)


def test_nothing_of_ours(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    with pytest.raises(FileError, match="says nothing to sgviz"):
        describe(tmp_path / "x")

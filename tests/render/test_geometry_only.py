"""A network without a synthesis: curves as ever, and a reason in place of an image."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from sgviz.checkpoints.native import load, save
from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.open_model import load_model
from sgviz.frame import ModelInfo, Scene
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.state import File, State


def test_it_is_drawn_and_not_pictured(tmp_path: Path, hand: Any) -> None:
    config = GeneratorConfig(z_dim=16, w_dim=16, depth=2, family="geometry")
    path = tmp_path / "mapping.safetensors"
    save(Snapshot.of(Generator(config)), path)
    assert load(path).config == load_model(path).config == config
    state = replace(State(), model=File(str(path), hash_file(path)))
    hand.ask(state)
    parts = hand.finish()
    model = parts["model"].value
    assert isinstance(model, ModelInfo)
    assert (model.resolution, model.num_ws, model.noise) == (0, 1, ())
    scene = parts["scene"].value
    assert isinstance(scene, Scene)
    assert scene.positions.std() > 0
    for name in ("image", "thumbnails"):
        problem = parts[name].problem
        assert problem is not None
        assert "no images of this network" in problem.what

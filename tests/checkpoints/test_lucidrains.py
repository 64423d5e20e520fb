"""lucidrains' checkpoints: every tensor in its place, and what has no images here."""

from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.open_model import load_model
from sgviz.models.mapping import LUCIDRAINS
from sgviz.models.snapshot import Snapshot
from sgviz.models.synthesis_none import NoImagesError
from tests.checkpoints.foreign_files import CHANNELS, W
from tests.checkpoints.foreign_lucidrains import DEPTH, lucidrains, weights


def opened(data: bytes, folder: Path, network: str = "G_ema") -> Snapshot:
    path = folder / "net.pt"
    path.write_bytes(data)
    return load_model(path, network)


def test_every_tensor_has_its_place(tmp_path: Path) -> None:
    snapshot, tensors = opened(lucidrains(), tmp_path), weights()
    assert snapshot.config.family == "lucidrains"
    assert (snapshot.config.resolution, snapshot.config.channels) == (16, CHANNELS)
    assert snapshot.config.gains == LUCIDRAINS
    assert snapshot.networks == ("G_ema", "G")
    assert snapshot.provenance["ignored"] == "D"
    assert "missing in the file" in snapshot.provenance["w_avg"]
    assert snapshot.weights.keys() - tensors.keys() == {"mapping.w_avg"}
    for name, tensor in tensors.items():
        assert torch.equal(snapshot.weights[name], tensor), name
    with torch.no_grad():
        image = snapshot.build()(torch.ones(1, W))
    assert image.shape == (1, 3, 16, 16)
    assert float(image.std()) > 0.1


def test_the_other_generator(tmp_path: Path) -> None:
    snapshot = opened(lucidrains(), tmp_path, "G")
    assert snapshot.networks == ("G", "G_ema")
    for name, tensor in weights().items():
        assert torch.equal(snapshot.weights[name], 2 * tensor), name


def test_its_mapping(tmp_path: Path) -> None:
    generator, tensors = opened(lucidrains(), tmp_path).build(), weights()
    with torch.no_grad():
        z = torch.from_numpy(np.random.RandomState(0).randn(3, W)).float()
        x = torch.nn.functional.normalize(z, dim=1)
        for i in range(DEPTH):
            weight, bias = (tensors[f"mapping.fc{i}.{k}"] for k in ("weight", "bias"))
            x = torch.nn.functional.linear(x, 0.1 * weight, 0.1 * bias)
            x = torch.nn.functional.leaky_relu(x, 0.2)
        assert torch.allclose(generator.mapping(z), x, atol=1e-6)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"attns__0__0__fn__norm__g": torch.ones(2)}, "parts of its own (attns)"),
        ({"to_initial_block__weight": torch.ones(2)}, "(to_initial_block)"),
        ({"blocks__2__to_rgb__conv__weight": torch.ones(4, 2, 1, 1)}, "not RGB"),
    ],
)
def test_geometry_only(tmp_path: Path, more: dict[str, torch.Tensor], why: str) -> None:
    snapshot = opened(lucidrains(**more), tmp_path)
    assert snapshot.config.family == "geometry"
    assert why in snapshot.provenance["note"]
    with pytest.raises(NoImagesError):
        snapshot.build()(torch.ones(1, W))


def test_a_synthesis_that_lacks_its_constant(tmp_path: Path) -> None:
    tensors = weights()
    del tensors["synthesis.const"]
    assert "not whole" in opened(lucidrains(tensors), tmp_path).provenance["note"]

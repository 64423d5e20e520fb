"""LPIPS from a file: the formula of the paper, the names, and files that do not fit."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from sgviz.analysis.lpips import LAYERS, SCALE, SHIFT, STAGES, load_network
from sgviz.analysis.perceptual import (
    Pixels,
    ReaderFeatures,
    Ruler,
    open_ruler,
    prepared,
    squared,
)
from sgviz.checkpoints.errors import FileError

Weights = dict[str, Tensor]


def embedded(ruler: Ruler, images: Tensor) -> Tensor:
    steps = ruler.embed_steps(images)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Tensor = end.value
            return found


def images(count: int = 4, side: int = 32) -> Tensor:
    generator = torch.Generator().manual_seed(2)
    return torch.rand(count, 3, side, side, generator=generator) * 2 - 1


def by_the_paper(weights: Weights, a: Tensor, b: Tensor) -> Tensor:
    """Equation 1 of Zhang et al. 2018, term by term, in float64."""
    total = torch.zeros(len(a), dtype=torch.float64)
    scale = torch.tensor(SCALE).double()[:, None, None]
    shift = torch.tensor(SHIFT).double()[:, None, None]
    x, y = ((i.double() - shift) / scale for i in (a, b))
    for number, stage in enumerate(STAGES):
        if number:
            x, y = F.max_pool2d(x, 2), F.max_pool2d(y, 2)
        for layer in stage:
            weight = weights[f"features.{layer}.weight"].double()
            bias = weights[f"features.{layer}.bias"].double()
            x, y = (F.conv2d(i, weight, bias, padding=1).relu() for i in (x, y))
        unit_x, unit_y = (i / (i.norm(dim=1, keepdim=True) + 1e-10) for i in (x, y))
        head = weights[f"lin{number}.model.1.weight"].double()
        total += F.conv2d((unit_x - unit_y).square(), head).mean(dim=(1, 2, 3))
    return total


def test_the_distance_is_that_of_the_paper(vgg_file: Path, vgg: Weights) -> None:
    ruler = open_ruler(vgg_file)
    assert ruler.name == "LPIPS on VGG16, lpips.safetensors" and ruler.published
    a, b = images().chunk(2)
    found = squared(embedded(ruler, a), embedded(ruler, b))
    torch.testing.assert_close(found, by_the_paper(vgg, a, b), rtol=1e-5, atol=0)


def test_torch_files_and_the_names_of_the_lpips_program(
    tmp_path: Path, vgg: Weights, vgg_file: Path
) -> None:
    stage_of = {layer: k + 1 for k, s in enumerate(STAGES) for layer in s}
    theirs = {"scaling_layer.shift": torch.zeros(1, 3, 1, 1)}
    for key, tensor in vgg.items():
        place = key.split(".")[1]
        if key.startswith("features"):
            key = key.replace("features", f"net.slice{stage_of[int(place)]}")
        else:
            theirs[f"lins.{key[3]}.model.1.weight"] = tensor
        theirs[key] = tensor
    expected = embedded(open_ruler(vgg_file), images())
    for legacy in (False, True):
        path = tmp_path / f"lpips-{legacy}.pth"
        torch.save(theirs, path, _use_new_zipfile_serialization=not legacy)
        torch.testing.assert_close(embedded(open_ruler(path), images()), expected)


def test_a_vgg16_alone_is_never_called_lpips(tmp_path: Path, vgg: Weights) -> None:
    path = tmp_path / "vgg16.pth"
    plain = {k: v for k, v in vgg.items() if k.startswith("features")}
    torch.save(plain | {"classifier.0.weight": torch.zeros(5, 8)}, path)
    ruler = open_ruler(path)
    assert "not LPIPS" in ruler.name and not ruler.published
    ones = {k: torch.ones_like(v) for k, v in vgg.items() if k.startswith("lin")}
    a, b = images().chunk(2)
    found = squared(embedded(ruler, a), embedded(ruler, b))
    expected = by_the_paper(plain | ones, a, b)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=0)


def test_what_does_not_fit_is_refused_in_one_sentence(
    tmp_path: Path, vgg: Weights
) -> None:
    def said(weights: Weights) -> str:
        path = tmp_path / "other.safetensors"
        save_file({k: v.clone() for k, v in weights.items()}, path)
        with pytest.raises(FileError) as error:
            load_network(path)
        return str(error.value)

    assert said({"fc.weight": torch.ones(2, 2)}).endswith("named as a VGG16's")
    lone = {k: v for k, v in vgg.items() if k.startswith("lin")}
    assert "without the VGG16" in said(lone)
    assert "lacks the tensor features.10.bias" in said(
        _without(vgg, "features.10.bias")
    )
    short = vgg | {"features.2.weight": torch.ones(4, 9, 3, 3)}
    assert "features.2.weight is 4x9x3x3, not 4x4x3x3" in said(short)
    assert "lacks the tensor lin4.weight" in said(_without(vgg, "lin4.model.1.weight"))
    below = vgg | {"lin1.model.1.weight": -torch.ones(1, 6, 1, 1)}
    assert "lin1 weighs below zero" in said(below)
    wrong = vgg | {"features.0.bias": torch.full((4,), torch.nan)}
    assert "not all finite" in said(wrong)
    text = tmp_path / "notes.txt"
    text.write_text("no network at all")
    with pytest.raises(FileError, match=r"notes\.txt"):
        load_network(text)
    with pytest.raises(FileError, match="not there"):
        load_network(tmp_path / "none.pth")


def _without(weights: Weights, name: str) -> Weights:
    return {key: tensor for key, tensor in weights.items() if key != name}


def test_pixels_and_the_readers_features_say_what_they_are() -> None:
    black, white = -torch.ones(1, 3, 8, 8), torch.ones(1, 3, 8, 8)
    distance = squared(embedded(Pixels(), black), embedded(Pixels(), white))
    assert float(distance) == pytest.approx(1.0)
    reader = ReaderFeatures()
    assert embedded(reader, images(2, 64)).shape == (2, 192)
    assert not reader.published and "not LPIPS" in reader.name
    assert not Pixels().published and "pixels" in Pixels().name


def test_images_are_cropped_and_averaged_as_the_definition_says() -> None:
    large = images(1, 1024)
    assert prepared(large).shape == (1, 3, 256, 256)
    torch.testing.assert_close(
        prepared(large)[0, :, 0, 0], large[0, :, :4, :4].mean((1, 2))
    )
    face = prepared(large, crop=True)
    assert face.shape == (1, 3, 256, 256)
    torch.testing.assert_close(
        face[0, :, 0, 0], large[0, :, 384:386, 256:258].mean((1, 2))
    )
    small = images(1, 64)
    assert prepared(small) is small
    assert prepared(small, crop=True).shape == (1, 3, 32, 32)
    assert len(LAYERS) == 13
    with pytest.raises(ValueError, match="16 pixels"):
        embedded(_narrow(), images(1, 8))


def _narrow() -> Ruler:
    from sgviz.analysis.lpips import PerceptualNetwork
    from sgviz.analysis.perceptual import PerceptualFile

    return PerceptualFile(PerceptualNetwork("none", False, (), ()))

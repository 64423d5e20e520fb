"""Two networks headless: both columns, the difference, text, JSON and a page."""

import json
import xml.etree.ElementTree as ET

import pytest

from sgviz import cli
from sgviz.checkpoints import native
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.render.measures import compare, layers, metric_null

CURVES = 8  # of the circle on the ring, and the octants
SIZES = ("--circles", "2", "--points", "16")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Few twins: what they are is tested where they are made."""
    from sgviz.analysis.null import null_steps

    monkeypatch.setattr(compare, "PAIRS", 3)
    monkeypatch.setattr(
        compare, "null_steps", lambda *a, **k: null_steps(*a, twins=3, **k)
    )
    for module in (layers, metric_null):
        monkeypatch.setattr(module, "TWINS", 3)


@pytest.fixture
def two(tmp_path):
    """Two small networks of the same sizes in files."""
    paths = []
    for seed in (1, 2):
        config = GeneratorConfig(24, 24, 3, 16, (8, 8, 8), 0.1)
        paths.append(tmp_path / f"seed{seed}.safetensors")
        native.save(Snapshot.of(Generator(config, seed=seed), 1.0), paths[-1])
    return [str(path) for path in paths]


def test_two_networks_are_two_columns_and_their_difference(two, tmp_path, capsys):
    page = tmp_path / "page.html"
    assert cli.main(["measure", *two, *SIZES, "--report", str(page)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("seed1.safetensors and seed2.safetensors: 2 circles of 16")
    line = next(line for line in said.splitlines() if line.startswith("Length "))
    first, second, gap = (float(word.replace("−", "-")) for word in line.split()[1:4])
    assert gap == pytest.approx(second - first, abs=2e-3)
    assert "Skewness in W" in said
    assert "Likeness of shape" in said
    html = page.read_text("utf-8")
    assert html.count("<svg") == CURVES
    for part in html.split("<svg")[1:]:
        ET.fromstring("<svg" + part.partition("</svg>")[0] + "</svg>")


def test_json_has_each_network_as_measure_gives_it(two, capsys):
    assert cli.main(["measure", *two, *SIZES, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["networks"] == ["seed1.safetensors", "seed2.safetensors"]
    by_key = {each["key"]: each for each in found["figures"]}
    length = by_key["length"]
    assert length["difference"] == pytest.approx(length["second"] - length["first"])
    assert set(found["likeness"]) == {"apart", "left", "procrustes", "cka"}
    assert found["curves"] == []
    for at, name in enumerate(("first", "second")):
        alone = found[name]
        assert alone["mean"]["length"] == length[name]
        assert cli.main(["measure", two[at], *SIZES, "--json", "--twins", "2"]) == 0
        single = json.loads(capsys.readouterr().out)
        assert set(single) == set(alone)
        assert single["mean"]["harmonic_1"] == pytest.approx(
            alone["mean"]["harmonic_1"], rel=1e-4
        )


def test_shape_adds_the_groups_and_their_curves(two, tmp_path, capsys, monkeypatch):
    from sgviz.measured import groups

    few = [each for each in groups.GROUPS if each.key in ("layers", "stretch")]
    monkeypatch.setattr(groups, "GROUPS", tuple(few))
    page = tmp_path / "page.html"
    words = ["measure", *two, *SIZES, "--shape", "--json", "--report", str(page)]
    assert cli.main(words) == 0
    found = json.loads(capsys.readouterr().out)
    heads = {each["of"] for each in found["figures"]}
    assert {"Layers: Mean square", "Stretch: Along the circles"} <= heads
    assert {each["group"] for each in found["curves"]} == {"layers", "stretch"}
    stretch = next(c for c in found["curves"] if c["title"].startswith("Stretch"))
    assert stretch["difference"][3] == pytest.approx(
        stretch["second"][3] - stretch["first"][3]
    )
    html = page.read_text("utf-8")
    assert html.count("<svg") == CURVES + len(found["curves"])
    assert "Stretch: Along the circles" in html


def test_what_is_left_out_is_said(two, tmp_path, capsys):
    other = tmp_path / "other.safetensors"
    config = GeneratorConfig(16, 24, 2, 8, (4, 4), 0.1)
    native.save(Snapshot.of(Generator(config, seed=1), 1.0), other)
    more = [two[0], two[0], str(other), "--twins", "7", *SIZES]
    assert cli.main(["measure", *more]) == 0
    said = capsys.readouterr().out
    assert "(first)" in said
    assert "other.safetensors is a third network" in said
    assert "--twins" in said
    assert cli.main(["measure", two[0], str(other), *SIZES]) in (1, 2)
    assert "takes latents of 16 numbers" in capsys.readouterr().err

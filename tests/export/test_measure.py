"""The command measure: golden numbers, a network, files that are broken in part."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz import cli, measure_full
from sgviz.checkpoints.circles_file import read_circles, write_circles
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import save
from sgviz.curves import CurveSet
from sgviz.export.measure import Asked, measure_files
from sgviz.export.measure_json import as_json, as_table
from sgviz.export.measure_text import as_text
from sgviz.export.report import as_html
from sgviz.geometry.circle import sample_angles
from sgviz.measured.measurement import Measurement, summary
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from tests.geometry.circles import FFHQ, FILES, synthetic

FEW = Asked(circles=2, points=24, twins=3)
GOLDEN = {
    "plane0,1": {
        "length": 114.3473,
        "segment": [0.8797, 1.1911, 1.7861],
        "turning_deg": 2762.21,
        "harmonics": [0.7567, 0.1581, 0.0452, 0.0192],
        "participation_ratio": 2.7739,
        "octants": [0.0329, 0.2672],
        "tetrahedron_1.5": 0.0163,
        "negative_share": 0.6661,
        "negative_share_absolute": 0.6514,
        "antipodal": [14.944, 23.202],
    },
    "random-1": {
        "length": 108.1147,
        "segment": [0.8632, 1.1262, 1.3650],
        "turning_deg": 2720.50,
        "harmonics": [0.7495, 0.1719, 0.0443, 0.0164],
        "participation_ratio": 2.9809,
        "octants": [0.0480, 0.2810],
        "tetrahedron_1.5": 0.0311,
        "negative_share": 0.6490,
        "negative_share_absolute": 0.6409,
        "antipodal": [14.013, 21.546],
    },
}
REQUIRED = set(GOLDEN["plane0,1"]) | {"name", "points"}


def network(folder: Path, z_dim: int = 16, w_dim: int = 24, c_dim: int = 0) -> Path:
    config = GeneratorConfig(z_dim, w_dim, 2, 8, (2, 2), c_dim=c_dim)
    path = folder / f"net{w_dim}{c_dim}.safetensors"
    save(Snapshot.of(Generator(config, seed=1)), path)
    return path


def seeded(folder: Path, name: str = "seeded.npz") -> Path:
    w = synthetic().float()
    curves = CurveSet((name,), None, w[None], w.mean(0), sample_angles(len(w)))
    write_circles(curves, folder / name)
    return folder / name


def npz(path: Path, w: np.ndarray) -> Path:
    np.savez(path, w=w.astype(np.float32), w_avg=np.zeros(w.shape[-1], np.float32))
    return path


def places(value: float, digits: int) -> float:
    return round(value, digits)


@pytest.fixture(scope="module")
def of_network(tmp_path_factory) -> Measurement:
    return measure_files([network(tmp_path_factory.mktemp("net"))], FEW)


def test_the_blogs_circles_to_the_printed_digits(tmp_path: Path) -> None:
    if not FFHQ.is_dir():
        pytest.skip("the blog's circles are not beside the project")
    asked = Asked(twins=2)
    found = json.loads(
        as_json(measure_files([FFHQ / f"{n}.dat" for n in FILES], asked))
    )
    for circle in found["circles"]:
        golden = GOLDEN[circle["name"]]
        assert REQUIRED <= set(circle)
        assert circle["points"] == 96
        assert places(circle["length"], 4) == golden["length"]
        steps = [places(circle["segment"][key], 4) for key in ("min", "mean", "max")]
        assert steps == golden["segment"]
        assert places(circle["turning_deg"], 2) == golden["turning_deg"]
        assert [places(h, 4) for h in circle["harmonics"][:4]] == golden["harmonics"]
        ends = [places(circle["octants"][key], 4) for key in ("+++", "---")]
        assert ends == golden["octants"]
        assert sum(circle["octants"].values()) == pytest.approx(1.0)
        across = [places(circle["antipodal"][key], 3) for key in ("min", "max")]
        assert across == golden["antipodal"]
        for key in ("participation_ratio", "tetrahedron_1.5", "negative_share"):
            assert places(circle[key], 4) == golden[key]
        absolute = places(circle["negative_share_absolute"], 4)
        assert absolute == golden["negative_share_absolute"]
    assert places(found["w_avg_norm"], 4) == 4.1216
    pooled = found["pooled"]
    # Of these two: of five random ones it is 1.931, 4.390, .083, .274.
    for key, value in {
        "w_skewness": 1.8408,
        "w_excess_kurtosis": 3.8375,
        "p_skewness": 0.0735,
        "p_excess_kurtosis": 0.1146,
        "w_median_skewness": 1.0802,
        "p_median_skewness": 0.2747,
    }.items():
        assert places(pooled[key], 4) == value, key
    null = found["null"]
    assert null["depth"] == 8
    assert [places(h, 4) for h in null["harmonics"][:4]] == [
        0.6916, 0.1996, 0.0599, 0.0239,
    ]  # fmt: skip
    assert places(null["participation_ratio"], 2) == 3.83
    assert null["turning_deg"]["mean"] == pytest.approx(2808, abs=60)


def test_a_seeded_circle_by_its_committed_numbers(tmp_path: Path) -> None:
    found = as_table(measure_files([seeded(tmp_path)], Asked(twins=2, depth=2)))
    (circle,) = found["circles"]
    assert circle["name"] == "seeded"
    assert circle["length"] == pytest.approx(37.612376545, rel=1e-5)
    assert circle["turning_deg"] == pytest.approx(1382.541067527, rel=1e-4)
    assert circle["participation_ratio"] == pytest.approx(2.509792152, rel=1e-5)
    assert circle["octants"]["+++"] == pytest.approx(53 / 1536)
    assert circle["negative_share"] == pytest.approx(2663 / 4608, abs=1e-3)
    assert (found["null"]["depth"], found["null"]["w_dim"]) == (2, 48)
    assert found["null"]["harmonics"][0] == pytest.approx(0.8696, abs=5e-5)


def test_a_network_is_measured_on_its_circles(of_network: Measurement) -> None:
    found = json.loads(as_json(of_network))
    assert [c["name"] for c in found["circles"]] == ["axes 0, 1", "random 1 (seed 0)"]
    assert all(c["exact_length"] > c["length"] for c in found["circles"])
    assert set(found["null"]["turning_deg"]) == {"mean", "sd"}
    assert found["null"]["twins"] == 3
    assert found["null"]["shuffled"]["length"]["mean"] > 0
    assert set(found["supports"]) == set(found["mean"])
    for place in found["circles"][0]["place"].values():
        assert place["side"] in (-1, 0, 1)
    assert found["problems"] == []
    assert "NaN" not in as_json(of_network)


def test_signs_and_tails_stand_beside_the_twins(of_network: Measurement) -> None:
    """In both spaces from both zeros, in JSON and on the page; all that is pooled."""
    signs = as_table(of_network)["signs"]
    assert set(signs) == {"w_centred", "w", "p_centred", "p"}
    found = of_network.signs
    assert found is not None
    for name, centred in (("w_centred", True), ("w", False)):
        skewness = signs[name]["skewness"]
        assert skewness["value"] == found.of("W", centred).tails.skewness
        assert skewness["untrained"]["sd"] > 0
        assert skewness["place"]["side"] in (-1, 0, 1)
        assert "say nothing about training" in signs[name]["supports"]
    apart = (signs[name]["skewness"]["infinite_width"] for name in ("w_centred", "w"))
    assert next(apart) != next(apart)
    supports = as_table(of_network)["supports"]
    assert "w_median_skewness" in supports
    assert "w_centred_skewness" in supports
    page = as_html(of_network)
    assert "<h2>Octants and tails of w − w_avg</h2>" in page
    assert page.count('class="band"') > 4


def test_no_sentence_says_learned(of_network: Measurement) -> None:
    for row in of_network.rows():
        assert "learned" not in row.says
        inside = row.place is not None and row.place.side == 0
        assert inside == ("says nothing about training" in row.says)
    assert "in twenty" in (text := summary(list(of_network.rows()))) or "All" in text


def test_tables_and_page_hold_every_figure(of_network: Measurement) -> None:
    text, page = as_text(of_network), as_html(of_network)
    for row in of_network.rows():
        assert row.figure.title in text
        assert row.figure.title in page
    assert "infinite width" in text
    assert page.count("<svg") >= 8 + len(list(of_network.rows()))
    assert "prefers-color-scheme:dark" in page
    assert not re.search(r"<script|http|url\(|@import|src=", page)
    assert "nan" not in re.sub(r"<[a-z]+|[a-z-]+=", "", page).lower().split()


def test_psi_class_and_depth_are_those_asked_for(tmp_path: Path) -> None:
    path = network(tmp_path, c_dim=3)
    asked = Asked(2, 24, psi=0.5, class_index=2, depth=3, twins=2)
    found = measure_files([path], asked)
    assert found.psi == 0.5
    assert found.null is not None
    assert found.null.depth == 3
    assert "classes" in found.null.note
    assert found.null.closed["harmonic_1"] > 0.85
    with pytest.raises(ValueError, match="no class 3"):
        measure_files([path], Asked(class_index=3))


def test_points_that_are_none_are_told_and_the_rest_is_measured(tmp_path) -> None:
    w = np.repeat(synthetic().numpy()[None], 3, axis=0)
    w[1, 4] = np.nan
    w[2] = w[2, 0]
    found = measure_files([npz(tmp_path / "torn.npz", w)], Asked(twins=2))
    assert found.compared == (0,)
    assert len(found.problems) == 2
    assert "torn: 1: a point is not finite" in found.problems[0]
    assert "torn: 2: all points are the same" in found.problems[1]
    table = json.loads(as_json(found))
    assert table["circles"][1]["length"] is None
    assert table["circles"][1]["octants"]["+++"] > 0
    assert table["circles"][2]["segment"]["max"] == 0.0
    assert table["null"]["twins"] == 2
    assert "all points are the same" in as_text(found)
    assert "all points are the same" in as_html(found)


def test_two_points_have_lengths_and_no_null(tmp_path: Path) -> None:
    rows = np.random.RandomState(0).randn(3, 512).astype("<f4")
    (tmp_path / "two.dat").write_bytes(rows.tobytes())
    found = measure_files([tmp_path / "two.dat"], Asked(twins=2))
    assert "2 points make no closed curve" in found.problems[0]
    table = as_table(found)
    assert table["null"] is None
    assert table["circles"][0]["length"] > 0
    assert math.isnan(table["circles"][0]["turning_deg"])
    assert "Nothing is known" in as_text(found) or "two.dat" in as_text(found)
    as_html(found)


def test_circles_of_another_width_are_measured_and_not_compared(tmp_path) -> None:
    narrow = npz(tmp_path / "narrow.npz", synthetic().numpy()[None, :, :12])
    found = measure_files([seeded(tmp_path), narrow], Asked(twins=2, depth=2))
    assert found.problems[0].startswith("narrow has 12 coordinates")
    assert len(found.statistics.circles) == 2
    assert found.compared == (0,)
    assert found.place(1, "length") is None


def test_a_network_and_circles_of_its_width(tmp_path: Path) -> None:
    path = network(tmp_path, w_dim=48)
    found = measure_files([seeded(tmp_path), path], Asked(2, twins=2))
    names = [circle.name for circle in found.statistics.circles]
    assert names == ["axes 0, 1", "random 1 (seed 0)", "seeded"]
    assert found.compared == (0, 1, 2)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"hello", "rows of 512 numbers"),
        (np.full((4, 512), np.nan, "<f4").tobytes(), "no finite"),
        (np.zeros((4, 512), "<f4").tobytes(), "zeros"),
    ],
)
def test_a_file_of_nothing_spoils_no_other(tmp_path, content, why) -> None:
    bad = tmp_path / "bad.dat"
    bad.write_bytes(content)
    with pytest.raises(ValueError, match=why):
        measure_files([bad], Asked(twins=2))
    found = measure_files([bad, seeded(tmp_path)], Asked(twins=2, depth=1))
    assert why in found.problems[0]
    assert [c.name for c in found.statistics.circles] == ["seeded"]


def test_the_command_prints_and_writes(tmp_path, capsys, monkeypatch) -> None:
    path, page = network(tmp_path), tmp_path / "page.html"
    words = ["measure", str(path), "--circles", "1", "--points", "16", "--twins", "2"]
    assert cli.main([*words, "--json", "--report", str(page)]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["model"] == path.name
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert cli.main(["measure", str(tmp_path / "none.dat")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert cli.main([*words, "--report", str(tmp_path / "page.txt")]) == 2


def test_shape_runs_what_the_panels_show(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(measure_full, "SHAPE", ("layers", "stretch"))
    path = network(tmp_path)
    words = ["measure", str(path), "--circles", "1", "--points", "16", "--twins", "2"]
    assert cli.main([*words, "--shape", "--json"]) == 0
    full = json.loads(capsys.readouterr().out)["full"]
    assert set(full) == {"layers", "stretch"}
    assert np.shape(full["stretch"]["stretch"]) == (1, 16)
    page = tmp_path / "page.html"
    assert cli.main([*words, "--shape", "--report", str(page)]) == 0
    assert "Stretch along the circles. The exact Jacobian" in capsys.readouterr().out
    assert "<h2>Layers</h2>" in page.read_text("utf-8")
    circles = ["measure", str(seeded(tmp_path)), "--depth", "1", "--twins", "2"]
    assert cli.main([*circles, "--shape"]) == 0
    assert "there is none among the files" in capsys.readouterr().out


def test_lenient_reading_is_for_measuring_alone(tmp_path: Path) -> None:
    w = synthetic().numpy()[None].repeat(2, 0)
    w[0, 0, 0] = np.inf
    path = npz(tmp_path / "torn.npz", w)
    with pytest.raises(FileError, match="not finite"):
        read_circles(path)
    assert not bool(torch.isfinite(read_circles(path, lenient=True).w).all())

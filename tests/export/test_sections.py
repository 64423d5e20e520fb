"""What measure --full adds, as text and as a page: everything that was found."""

import base64
import io
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from sgviz.analysis.null import null_of
from sgviz.analysis.null_figures import Circles
from sgviz.analysis.statistics import statistics_of
from sgviz.curves import CurveSet
from sgviz.export.measure_json import as_json
from sgviz.export.measure_text import as_text
from sgviz.export.report import as_html
from sgviz.export.report_plots import closed, plots
from sgviz.export.section_plots import section_plots
from sgviz.export.sections import sections
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.measured.beside import twins_of
from sgviz.measured.breakpoints import Breakpoints
from sgviz.measured.dimension import Cloud, Dimension
from sgviz.measured.factor_figures import plane_twins
from sgviz.measured.factors import Crossing, Crossings, FactorCurves, FactorInfo
from sgviz.measured.geodesic import Geodesic, Way
from sgviz.measured.grassmann import Distances, Flatness
from sgviz.measured.images import CircleImages, ImageSpeeds, PathLength, PathLengths
from sgviz.measured.layers import LayerFigures, Layers
from sgviz.measured.measurement import Measurement
from sgviz.measured.metric import BasisNull, LocalBasis, Stretch, StretchNull
from sgviz.measured.null import band_of
from sgviz.measured.separability import Attribute, Separability
from sgviz.models.mapping import MappingConfig
from sgviz.models.untrained import untrained_mapping
from tests.geometry.circles import synthetic

ANGLES = np.arange(8) * math.tau / 8
X = np.eye(2, 3, dtype=np.float32)
WAVE = 2.0 + np.cos(ANGLES)
ORDER = (
    "layers", "image_speed", "path_length", "factors", "crossings", "separability",
    "dimension", "stretch", "local_basis", "breakpoints", "flatness", "geodesic",
)  # fmt: skip


def of_metric() -> dict[str, object]:
    rows, logs = np.stack([WAVE, WAVE]), np.stack([WAVE, WAVE]) / 9
    values, w = np.array([4.0, 1.0, 1e-16]), np.zeros((0, 3), np.float32)
    found = [{"stretch": 2.0, "largest": 5.0}, {"stretch": 9.0, "largest": 5.01}]
    twins = twins_of(found, "twins <8>")
    ends = (WAVE * 0.5, WAVE * 2.0)
    return {
        "stretch": Stretch(("a", "b"), ANGLES, rows, logs, 3, 1.2, 0.1),
        "stretch_null": StretchNull(twins, ANGLES, ends, ends),
        "local_basis": LocalBasis("seed 0", values, values, w, w, w[:0]),
        "local_basis_null": BasisNull(twins, (values * 0.9, values * 1.1)),
    }


def of_images() -> dict[str, object]:
    circle = CircleImages("a & b", ANGLES, WAVE, WAVE, WAVE)
    lengths = (PathLength("zfull", 1.5, 0.1, 9), PathLength("wend", 0.4, 0.1, 9))
    planes = plane_twins([{"seen glasses": 0.5, "crossings": 7.0}] * 2, 8, {})
    info = (FactorInfo("hair_colour", 0.0, 2.0, False, True),)
    read = np.ones((1, 8, 1), np.float32)
    crossing = Crossing("glasses", "w", 0.7, 0.6, (ANGLES,), (ANGLES,), 3, 0.9, 0.5)
    rows = tuple(
        Attribute("glasses", space, 0.5, 0.9, 0.8, 0.5, 3000) for space in ("z", "w")
    )
    values = {"H glasses": 0.9, "score": 1.9, "wend": 0.1, "length": 1.0}
    twins = twins_of([values] * 2, "mappings")
    return {
        "image_speed": ImageSpeeds("pixels", (circle,), (0,), twins),
        "path_length": PathLengths("pixels", False, False, 64, 9, lengths, twins),
        "factors": FactorCurves(info, ("a",), (0,), ANGLES, read, read, True, "Read."),
        "crossings": Crossings(6000, ("a",), (crossing,), (), 1, planes),
        "separability": Separability(6000, "me", (9, 9), 1, rows, (), twins),
    }


def of_spaces() -> dict[str, object]:
    three = np.ones((1, 3))
    layers = LayerFigures(three, three, three, np.ones((1, 3, 4)))
    two = np.ones((2, 3))
    twins = LayerFigures(two, two, two, np.ones((2, 3, 4)))
    clouds = tuple(Cloud(name, 9, 3, {"two_nn": 2.0}) for name in ("Z", "W"))
    pairs = np.ones((8, 8))
    near = Distances(5, pairs, pairs, (1.5, 0.1), (0.9, 0.1))
    images = np.arange(36, dtype=np.uint8).reshape(3, 2, 2, 3)
    way = Way(np.eye(3, dtype=np.float32), np.eye(3, dtype=np.float32), images)
    return {
        "layers": Layers(("a",), 8, layers, layers, twins, 2),
        "breakpoints": Breakpoints("a", 0, (ANGLES, ANGLES[:3]), 4, 8.0),
        "dimension": Dimension(2, clouds, (), {("W", "two_nn"): band_of([3, 4])}, 2),
        "breakpoints_null": twins_of([{"layer_1": 8.0, "layer_2": 4.0}] * 2, "twins"),
        "flatness_null": twins_of([{"geodesic_5": 1.0}] * 2, "twins"),
        "geodesic_null": twins_of([{"shorter": 0.1}] * 2, "twins"),
        "flatness": Flatness("a", 0, ANGLES, (near,), WAVE, WAVE, WAVE),
        "geodesic": Geodesic(("seed 0", "seed 1"), way, way, np.ones(3), 2),
    }


@pytest.fixture
def found() -> Measurement:
    full = of_metric() | of_images() | of_spaces()
    w = synthetic().float()[:, :12]
    curves = CurveSet(("c",), None, w[None], w.mean(0), sample_angles(len(w)))
    return Measurement("net", statistics_of(curves), full=full)


def test_there_is_a_section_for_every_panel(found: Measurement) -> None:
    made = list(sections(found.full))
    assert tuple(section.name for section in made) == ORDER
    for section in made:
        assert section.about.endswith(".") and section.title
        assert section.rows or section.tables or section.says
        for table in section.tables:
            assert all(len(row) == len(table.heads) for row in table.rows)
    assert not list(sections({}))


def test_text_and_page_hold_all_of_them(found: Measurement) -> None:
    text, page = as_text(found), as_html(found)
    for section in sections(found.full):
        assert f"{section.title}. " in text
        assert f"<h2>{section.title}</h2>" in page
        for row in section.rows:
            assert row.figure.title in text
            assert row.figure.shown(row.value) in text
    assert "PPL wend" in text and "above" in text and "hair colour" in text
    assert "twins <8>" in text and "twins &lt;8&gt;" in page and "a & b" not in page
    assert "Mean of all planes: crossings" in text and "50.0% ± 0.0%" in text
    assert page.count("<svg") >= 12 and "learned" not in page


def test_plots_are_there_with_and_without_twins(found: Measurement) -> None:
    named = {name: list(section_plots(name, found.full)) for name in ORDER}
    assert {name for name, drawn in named.items() if drawn} == set(ORDER)
    full = {k: v for k, v in found.full.items() if not k.endswith("_null")}
    full["separability"] = replace(full["separability"], twins=None)
    full["layers"] = replace(full["layers"], twins=None)
    for name in ("stretch", "local_basis", "separability", "layers"):
        assert list(section_plots(name, full)), name
    full["factors"] = replace(full["factors"], is_read=False)
    full["crossings"] = replace(full["crossings"], rows=(), twins=None)
    full["dimension"] = replace(full["dimension"], untrained=None)
    full["geodesic"] = Geodesic(("a", "b"), Way(X, X), Way(X, X), np.ones(1), 2)
    rows = (PathLength("zfull"), PathLength("wend", 1.0, math.nan, 1))
    full["path_length"] = PathLengths("pixels", False, False, 64, 9, rows)
    for name in ORDER:
        for drawn in section_plots(name, full):
            assert "nan" not in drawn.svg.lower(), name
    stretch = named["stretch"][0]
    assert 'class="band"' in stretch.svg and "b</span>" in stretch.svg
    bare = next(section_plots("stretch", full)).svg
    assert 'class="band"' not in bare
    as_html(replace(found, full=full))


def test_json_has_places_and_sentences_of_all_that_has_twins(
    found: Measurement,
) -> None:
    full = json.loads(as_json(found))["full"]
    for name, key in (
        ("image_speed", "length"),
        ("path_length", "wend"),
        ("separability", "score"),
        ("separability", "H glasses"),
        ("crossings", "seen glasses"),
        ("stretch", "stretch"),
        ("local_basis", "largest"),
        ("breakpoints", "layer_1"),
        ("flatness", "geodesic_5"),
        ("geodesic", "shorter"),
    ):
        assert set(full[name]["place"][key]) >= {"side", "deviations", "rank"}, name
        assert full[name]["supports"][key], name
    assert full["dimension"]["place"]["W, two_nn"]["side"] == 0
    assert "w" in full["layers"]["place"]["first harmonic"]


def test_the_page_defines_what_tables_show(found: Measurement) -> None:
    page = as_html(found)
    for words in ("TwoNN, fit", "vMF κ", "Rayleigh p N R²", "Cosine of antipodes",
                  "Always", "H of an attribute"):  # fmt: skip
        assert f"<dt>{words}</dt>" in page, words
    for section in sections(found.full):
        assert section.definitions, section.name


def test_images_and_matrices_lie_within_the_page(found: Measurement) -> None:
    strips = next(section_plots("geodesic", found.full))
    assert strips.broad and strips.svg.count('src="data:image/png;base64,') == 2
    matrix = next(section_plots("flatness", found.full)).svg
    assert matrix.count('href="data:image/png;base64,') == 2
    page = as_html(found)
    assert '<figure class="broad"><h3>Images' in page and "http" not in page
    row = re.search(r'src="data:image/png;base64,([^"]+)"', strips.svg)
    assert row is not None
    with Image.open(io.BytesIO(base64.b64decode(row[1]))) as image:
        assert image.size == (6, 2) and image.getpixel((5, 1)) == (33, 34, 35)


def test_bars_lie_over_the_band_and_curves_are_closed(found: Measurement) -> None:
    bends = next(section_plots("breakpoints", found.full)).svg
    boxes = [m.start() for m in re.finditer(r'<rect class="band"', bends)]
    bars = [m.start() for m in re.finditer(r'<rect x=[^>]*style="fill', bends)]
    assert len(boxes) == len(bars) == 2 and max(boxes) < min(bars)
    tops = [float(y) for y in re.findall(r'class="band" x="[^"]*" y="([^"]*)"', bends)]
    assert min(tops) > 12.0  # the top of the axes: nothing is cut off
    speed = next(section_plots("image_speed", found.full)).svg
    points = re.search(r'points="([^"]*)"', speed)
    assert points is not None
    ends = [float(p.split(",")[0]) for p in points[1].split()]
    assert (ends[0], ends[-1]) == (64.0, 448.0)
    at, row = closed(np.array([45.0, 225.0]), np.array([1.0, 3.0]))
    assert at.tolist() == [0.0, 45.0, 225.0, 360.0]
    assert row.tolist() == [1.5, 1.0, 3.0, 1.5]


def test_plots_of_the_figures_have_the_bands_of_twins() -> None:
    config = MappingConfig(12, 12, 2)
    circles = random_circles(12, 0, (1, 2))
    angle = sample_angles(24)
    z = torch.stack([circle.at(angle) for circle in circles]).float()
    mapping = untrained_mapping(config, 5)
    with torch.no_grad():
        w = torch.stack([mapping(rows) for rows in z])
    curves = CurveSet(("a", "b"), z, w, w.mean((0, 1)), angle)
    null = null_of(config, Circles(z, angle), mapping, 3)
    of = Measurement("net", statistics_of(curves, mapping), null=null, compared=(0, 1))
    drawn = {plot.title: plot.svg for plot in plots(of)}
    for title in ("Speed", "Antipodes", "Harmonics", "Components", "Octants",
                  "Tails in W", "Tails in P"):  # fmt: skip
        assert 'class="band"' in drawn[title], title
    assert drawn["Octants"].count('class="band"') == 8
    bare = {plot.title: plot.svg for plot in plots(replace(of, null=None))}
    assert set(bare) == set(drawn)
    assert not any('class="band"' in svg for svg in bare.values())

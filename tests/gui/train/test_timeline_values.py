"""Panels, sentences, scales and sheets of the timeline: values in, values out."""

import csv
import io

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from sgviz.gui.theme import DARK, LIGHT
from sgviz.gui.train.timeline_paint import tip_of, words_of
from sgviz.gui.train.timeline_panels import (
    AS_BEGUN,
    PANELS,
    UNTRAINED,
    brief,
    curve_of,
    kimg_of,
    nearest,
    panels_of,
    short,
    to_csv,
    verdict,
)
from sgviz.gui.train.timeline_scale import Scale, nice_step, scale_of
from sgviz.gui.train.timeline_sheet import Dress, RunCurves, Sheet, columns_for
from sgviz.measured.null import Band
from sgviz.training.figures import FIGURES, Figures


def figures(images, **changed):
    base = {
        "images": images,
        "displacement": images / 1e4,
        "w_mean_square": 130.0,
        "w_avg_share": 0.7,
        "mean_share": 0.7,
        "harmonics": (0.7, 0.2, 0.06, 0.02),
        "participation_ratio": 2.9,
        "negative_share": 0.58,
        "unevenness": 2.8,
    }
    return Figures(**{**base, **changed})


RUN = [figures(1000 * k) for k in range(5)]
PANEL = {panel.title: panel for panel in PANELS}
HARMONICS = next(panel for panel in PANELS if len(panel.keys) == 4)


def test_every_figure_is_in_exactly_one_panel():
    keys = [key for panel in PANELS for key in panel.keys]
    assert sorted(keys) == sorted(figure.key for figure in FIGURES)
    assert all(panel.title and panel.formula and panel.reading for panel in PANELS)


def test_coverage_has_a_panel_where_it_was_measured():
    assert panels_of(RUN) == PANELS
    covered = [*RUN, figures(5000, coverage=(("smile", 0.2), ("skin", 0.6)))]
    assert panels_of(RUN, covered)[-1].keys == ("coverage",)
    curve = curve_of(covered, "coverage")
    assert np.isnan(curve[:5]).all()
    assert curve[5] == pytest.approx(0.4)


def test_the_record_nearest_to_a_moment():
    kimg = kimg_of(RUN)
    assert kimg.tolist() == [0, 1, 2, 3, 4]
    assert [nearest(kimg, at) for at in (-3, 0.4, 0.5, 2.6, 99)] == [0, 0, 1, 3, 4]
    assert nearest(kimg[:0], 1.0) == -1


def test_inside_the_band_is_never_called_learned():
    panel = PANEL["Participation ratio"]
    key = panel.keys[0]
    bands = {key: Band(2.5, 3.0, 3.5)}
    for value in (2.5, 2.9, 3.5):
        assert verdict({key: value}, panel, bands) == UNTRAINED
    assert verdict({key: 2.4}, panel, bands) == "below the untrained 2.5–3.5"
    assert verdict({key: 9.0}, panel, bands) == "above the untrained 2.5–3.5"
    assert verdict({key: float("nan")}, panel, bands) == ""
    assert verdict({key: 2.9}, panel, None) == ""
    words = [verdict({key: v}, panel, bands) for v in np.linspace(0, 9, 50)]
    assert not any("learn" in each for each in words)


def test_what_was_outside_before_the_first_step_is_chance():
    panel = PANEL["Participation ratio"]
    key = panel.keys[0]
    bands = {key: Band(2.5, 3.0, 3.5)}
    assert verdict({key: 3.8}, panel, bands, {key: 3.8}) == AS_BEGUN
    assert verdict({key: 3.9}, panel, bands, {key: 3.8}) == AS_BEGUN
    assert verdict({key: 4.2}, panel, bands, {key: 3.8}).startswith("above")
    assert verdict({key: 3.0}, panel, bands, {key: 3.8}) == UNTRAINED


def test_harmonics_are_judged_each():
    bands = {f"harmonic_{k}": Band(0.1 / k, 0.2 / k, 0.3 / k) for k in range(1, 5)}
    values = {f"harmonic_{k}": 0.2 / k for k in range(1, 5)}
    assert verdict(values, HARMONICS, bands) == UNTRAINED
    values["harmonic_2"], values["harmonic_4"] = 0.5, 0.001
    assert verdict(values, HARMONICS, bands) == "outside untrained bands: 2, 4"


def test_displacement_says_nearer():
    panel = PANEL["Displacement"]
    bands = {"displacement": Band(1.0, 1.27, 1.5)}
    sentence = verdict({"displacement": 0.1}, panel, bands)
    assert sentence == "nearer than twins are, 1–1.5"
    assert brief(sentence) == "nearer than twins are"


def test_where_there_is_little_room_a_sentence_is_brief():
    assert brief(UNTRAINED) == "as untrained"
    assert brief("below the untrained 0.56–0.8") == "below the untrained"
    assert brief("outside untrained bands: 2, 4") == "outside untrained bands: 2, 4"


def test_short_numbers():
    cases = {0.0: "0", 0.0295: "0.0295", 128.4: "128", 12345.6: "12,346"}
    cases |= {-0.5: "−0.5", 1e-5: "1.0e−05", float("nan"): "–"}
    assert {value: short(value) for value in cases if value == value} == {
        value: text for value, text in cases.items() if value == value
    }
    assert short(float("nan")) == "–"


def test_the_words_of_a_panel_and_its_tip():
    run = RunCurves(
        kimg_of(RUN),
        {figure.key: curve_of(RUN, figure.key) for figure in FIGURES},
        {"displacement": Band(1.0, 1.27, 1.5)},
    )
    panel = PANEL["Displacement"]
    assert words_of(panel, run, 2.1) == ("0.2", "nearer than twins are, 1–1.5")
    tip = tip_of(panel, [run, run], 2.1)
    assert panel.formula in tip
    assert "A: 0.2 · nearer" in tip
    assert "B: 0.2" in tip
    assert words_of(HARMONICS, run, 2.1)[0] == ".7 .2 .06 .02"
    waiting = RunCurves(run.kimg, run.values, None, "measuring …")
    assert words_of(panel, waiting, 2.1) == ("0.2", "measuring …")


def test_a_table_has_every_record_and_the_bands():
    covered = [*RUN, figures(5000, coverage=(("smile", 0.25),))]
    bands = {"unevenness": Band(2.0, 2.5, 3.0, None), "mean_share": Band(0, 1, 2, 0.68)}
    rows = list(csv.DictReader(io.StringIO(to_csv({"a": (covered, bands)}))))
    records = [row for row in rows if row["row"] == "record"]
    assert [int(row["images"]) for row in records] == [f.images for f in covered]
    for figure in FIGURES:
        for row, each in zip(records, covered, strict=True):
            assert float(row[figure.key]) == each.value(figure.key)
    assert [row["coverage smile"] for row in records] == [""] * 5 + ["0.25"]
    parts = {row["row"]: row for row in rows[len(records) :]}
    assert float(parts["untrained low"]["unevenness"]) == 2.0
    assert float(parts["untrained closed form"]["mean_share"]) == 0.68
    assert parts["untrained closed form"]["unevenness"] == ""
    assert parts["untrained high"]["displacement"] == ""


@pytest.mark.parametrize("log", [False, True])
def test_a_scale_goes_there_and_back(log):
    scale = Scale(0.01, 10.0, log)
    for share in (0.0, 0.3, 1.0):
        there = scale.value(share)
        assert scale.share(np.array([there]))[0] == pytest.approx(share)
    ticks = scale.ticks(3)
    assert ticks == sorted(ticks)
    assert all(0.01 <= tick <= 10.0 for tick in ticks)


def test_scales_hold_what_is_drawn():
    scale = scale_of([np.array([1.0, np.nan, 3.0]), np.array([2.0])])
    assert scale.low < 1.0 < 3.0 < scale.high
    flat = scale_of([np.array([5.0, 5.0])])
    assert flat.low < 5.0 < flat.high
    assert scale_of([]) == Scale(0.0, 1.0)
    log = scale_of([np.array([0.0, 0.5])], log=True)
    assert 0 < log.low
    assert np.isfinite(log.share(np.array([0.0, 0.5]))).all()
    assert [nice_step(span, 3) for span in (1.0, 0.29, 40.0)] == [0.5, 0.1, 20.0]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", [(300, 900), (520, 430), (1200, 500)])
def test_the_charts_fill_the_room_and_keep_apart(qapp, theme, size):
    run = RunCurves(kimg_of(RUN), {f.key: curve_of(RUN, f.key) for f in FIGURES})
    sheet = Sheet(PANELS, (run,), Scale(0.0, 4.0), Dress.of(theme))
    area = QRectF(0, 0, *size)
    cells = sheet.cells(area, QFont())
    assert [cell.panel for cell in cells] == list(PANELS)
    boxes = [cell.head.united(cell.chart) for cell in cells]
    for i, box in enumerate(boxes):
        assert area.contains(box)
        assert not any(box.intersects(other) for other in boxes[:i])
    columns = columns_for(len(PANELS), *size)
    assert sum(cell.footed for cell in cells) == columns

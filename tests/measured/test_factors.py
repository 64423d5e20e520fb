"""Factors along circles as values: interpolation, the first factor, sentences."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sgviz.measured.factor_figures import (
    ALL_FACTORS,
    ALL_PLANES,
    curve_twins,
    curve_values,
    passings,
    plane_twins,
    rows_compared,
)
from sgviz.measured.factors import (
    Crossing,
    Crossings,
    FactorCurves,
    FactorInfo,
    interpolated,
    plane_figures,
)

ANGLES = np.arange(8) * math.tau / 8


def curves() -> FactorCurves:
    factors = (
        FactorInfo("smile", -0.5, 1.0, False, True),
        FactorInfo("gaze_x", -1.0, 1.0, False, False),
        FactorInfo("glasses", 0.0, 1.0, True, True),
    )
    values = np.full((2, 8, 3), np.nan, dtype=np.float32)
    values[0, :, 0] = 0.25 + 0.75 * np.cos(ANGLES)
    values[0, ::2, 2] = [0.0, 1.0, 1.0, 0.0]
    return FactorCurves(
        factors, ("a", "b"), (0, 3), ANGLES, values, values, True, "Read."
    )


def test_a_factor_is_known_between_the_angles_that_were_read() -> None:
    found = curves()
    between = np.array([math.pi / 4, math.pi * 7 / 4])
    shares = found.shares(2, between)
    np.testing.assert_allclose(shares[0], [0.5, 0.0], atol=1e-6)
    assert np.isnan(shares[1]).all()
    np.testing.assert_allclose(found.shares(0, ANGLES)[0][[0, 4]], [1.0, 0.0])
    assert found.readable == (0, 2) and not found.is_whole
    around = interpolated(np.array([1.0, np.nan, 0.0]), ANGLES[:3], np.array([6.0]))
    assert 0 < around[0] < 1


def test_what_is_shown_first_is_yes_or_no() -> None:
    found = curves()
    assert found.factors[found.first].name == "glasses"
    assert (found.column("smile"), found.column("none")) == (0, None)
    assert found.factors[1].title == "gaze x"


def test_a_crossing_says_what_was_said_and_seen() -> None:
    row = Crossing(
        "glasses", "w", 0.91, 0.6, (np.array([1.0, 2.0]),), (np.array([1.1]),),
        1, 0.9, 0.7,
    )  # fmt: skip
    assert (row.crossings, row.changes) == (2, 1)
    assert row.sentence == (
        "glasses in W: a plane that is right about 91% of samples it has not seen "
        "(always the same: 60%) is crossed 2 times; the images change 1 times, 1 of "
        "them within 15° of a crossing."
    )


def test_a_factor_ranges_and_passes_its_middle() -> None:
    wave = np.stack([np.cos(ANGLES - 0.1), 0.25 + 0.1 * np.cos(ANGLES)])
    assert passings(wave).tolist() == [2, 0]
    found = curve_values(wave, span=4.0)
    assert found["changes"] == 1.0
    assert found["range"] == pytest.approx((wave.max() - wave.min()) / 4.0)
    wave[0, 3] = np.nan
    assert math.isnan(curve_values(wave, 4.0)["range"]), "a point is to come"
    assert rows_compared(96) == list(range(0, 96, 4)) and rows_compared(3) == [0, 1, 2]
    assert len(set(rows_compared(50))) == 24


def test_factors_stand_beside_untrained_mappings_and_claim_no_more() -> None:
    found = curves()
    found.values[...] = np.nan_to_num(found.values)
    own = found.figures()
    assert own["changes smile"] == 1.0 and own["range smile"] == pytest.approx(1.0)
    assert "range gaze_x" not in own, "it cannot be read"
    nothing = {"range smile": 0.1, "changes smile": 0.0, "range": 0.1, "changes": 0.0}
    twins = curve_twins([nothing] * 8, 8, circles=2)
    rows = replace(found, twins=twins).beside()
    wide, often = rows["smile"]
    assert wide.place is not None and wide.place.side == 1
    assert wide.says.endswith("an untrained network would hardly have it.")
    # No twin changes at all, and one pair on two circles is still no other network.
    assert often.place is not None and often.place.side == 0
    assert often.says == (
        "smile: changes 1.00 lies within what 8 untrained mappings of depth 8, moved "
        "to w_avg, before the same synthesis show (0.00 to 1.00): it says nothing "
        "about the training of the mapping."
    )
    assert rows[ALL_FACTORS][0].figure.key == "range"
    assert rows["glasses"][0].band is None
    found = replace(found, twins=twins)
    assert set(found.place) == set(found.supports) == set(nothing)


def test_planes_stand_beside_those_of_untrained_mappings() -> None:
    angles = (np.array([1.0, 2.0]),)
    shown = Crossing("glasses", "w", 0.9, 0.6, angles, angles, 2, 0.9, 0.7)
    none = replace(shown, name="smile", seen=(np.array([]),), found=0)
    figures = plane_figures((shown, none, replace(shown, name="hat", note="None.")))
    assert figures["found glasses"] == figures["found"] == 1.0
    assert math.isnan(figures["found smile"]) and "found hat" not in figures
    twin = figures | {"seen glasses": 0.6, "found glasses": 0.0, "found": 0.0}
    twins = plane_twins([twin] * 8, 8, {"glasses": 2, "smile": 0})
    tested = Crossings(99, ("a",), (shown, none), (), 4, twins)
    assert not tested.is_whole and [row.space for row in tested.of("w")] == ["w", "w"]
    rows = tested.beside()
    sides = [row.place.side if row.place else None for row in rows["glasses"]]
    assert sides == [1, 0, 1, 0]
    assert twins.bands["crossings glasses"].high == 4.0, "a pair more is no other"
    assert twins.bands["found glasses"].high == 0.5
    assert twins.bands["agreement glasses"].high <= 1.0
    assert rows["smile"][2].place is None and math.isnan(rows["smile"][2].value)
    assert rows[ALL_PLANES][2].figure.title == "Mean of all planes: changes found"
    assert not any("learned" in said for said in tested.supports.values())
    assert tested.place["seen glasses"].words == "above"

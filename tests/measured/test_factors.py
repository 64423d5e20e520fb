"""Factors along circles as values: interpolation, the first factor, sentences."""

import math

import numpy as np
import pytest

from sgviz.measured.factors import Crossing, FactorCurves, FactorInfo, interpolated

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
    assert found.spread(0) == pytest.approx(1.0) and found.spread(1) == 0.0
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

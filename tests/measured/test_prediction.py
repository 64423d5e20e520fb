"""At most one fresh network in twenty lies outside of a band, however few made it."""

import math

import numpy as np
import pytest

from sgviz.measured.figure import Figure
from sgviz.measured.null import Null, band_of
from sgviz.measured.prediction import reach, student_quantile, student_within

LENGTH = Figure("length", "Length", "sum of s", "How long.", 1)


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (7, 2.365), (23, 2.069), (120, 1.980)],
)
def test_quantiles_are_those_of_the_tables(freedom: int, t: float) -> None:
    assert student_quantile(freedom) == pytest.approx(t, abs=5e-4)
    assert student_within(student_quantile(freedom), freedom) == pytest.approx(0.95)


@pytest.mark.parametrize("count", [2, 3, 8, 24, 48])
def test_one_fresh_value_in_twenty_lies_farther_off(count: int) -> None:
    drawn = np.random.RandomState(count).standard_normal((40_000, count + 1)) + 1e3
    known, fresh = drawn[:, :-1], drawn[:, -1]
    far = np.abs(fresh - known.mean(1)) > reach(count) * known.std(1, ddof=1)
    assert far.mean() == pytest.approx(0.05, abs=0.004)
    bands = [band_of(row) for row in known[:4000].tolist()]
    outside = [not b.holds(x) for b, x in zip(bands, fresh.tolist(), strict=False)]
    assert 0.002 < np.mean(outside) < 0.055  # a band reaches to its outermost twin


def test_circles_of_one_network_are_no_independent_draws() -> None:
    values = [10.0, 10.1, 10.2, 12.0, 12.1, 12.2]  # three circles of each of two
    wide, narrow = band_of(values, networks=2), band_of(values)
    assert wide.high - wide.mean == pytest.approx(reach(2) * wide.sd)
    assert narrow.high - narrow.mean == pytest.approx(reach(6) * wide.sd)
    assert wide.holds(20.0) and not narrow.holds(20.0)


def test_a_single_twin_has_no_spread() -> None:
    lonely = band_of([3.0])
    assert lonely.mean == 3.0 and not lonely.known and not lonely.holds(3.0)
    assert math.isinf(reach(1))
    twins = {"length": lonely}
    null = Null(8, 64, 96, 1, twins, twins, {})
    assert null.of_mean("length", 9.0) is None
    assert null.sentence(LENGTH, 9.0).endswith("its spread untrained is unknown.")

"""Dimension: what W's estimates support beside the twins', and no more."""

import math

from sgviz.measured.dimension import DIMENSIONS, Cloud, Dimension
from sgviz.measured.figure import Figure
from sgviz.measured.null import band_of


def of(total: int = 3) -> Dimension:
    figures = dict(zip(DIMENSIONS, (40.0, 40.5, 20.0), strict=True))
    clouds = (Cloud("Z", 400, 512, figures), Cloud("W", 400, 512, figures))
    band = band_of([39.0, 40.0, 41.0])
    bands = {("W", key): band for key in (*DIMENSIONS, "rayleigh_p")}
    return Dimension(511, clouds, (), bands, 3, total)


def test_the_sentence_says_what_is_inside_and_what_is_not() -> None:
    assert of().supports == (
        "Beside 3 untrained twins of the same z: TwoNN, likelihood and TwoNN, fit "
        "inside, which says nothing about training; Levina–Bickel, k = 20, 20.0 sd "
        "below: an untrained network would hardly have it."
    )
    assert of(total=20).supports.startswith("3 of 20 untrained twins so far")
    assert Dimension(511, of().clouds).supports == ""


def test_a_p_value_has_no_place() -> None:
    (row,) = of().beside("W", ("rayleigh_p",))
    assert row.band is None and row.place is None and math.isnan(row.value)
    assert of().beside("W − w_avg", ("two_nn",))[0].band is None


def test_numbers_have_one_minus_sign_and_no_endless_digits() -> None:
    figure, share = Figure("a", "A", "", ""), Figure("s", "S", "", "", is_share=True)
    assert figure.shown(-0.016) == "−0.016" and figure.shown(-1e-9) == "0.000"
    assert figure.shown(1e30) == "1.000e30" and figure.shown(-2.5e9) == "−2.500e9"
    assert figure.shown(99_999_999.0) == "99,999,999"
    assert share.shown(-0.5) == "−50.0%" and share.shown(math.nan) == "–"

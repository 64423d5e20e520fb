"""What images feel, as numbers and sentences: comparisons that are allowed."""

import math

import numpy as np
import pytest

from sgviz.measured.beside import twins_of
from sgviz.measured.images import (
    ABOUT,
    CircleImages,
    ImageSpeeds,
    PathLength,
    PathLengths,
    speed_figures,
)


def test_a_circle_sums_up_its_points() -> None:
    angles = np.arange(4) * math.pi / 2
    image, w = np.array([2.0, 4.0, 2.0, 4.0]), np.array([1.0, 2.0, 1.0, 2.0])
    found = CircleImages("c", angles, image, w, np.full(4, 1.5))
    assert found.length == pytest.approx(3 * math.tau) and found.polygon == 6.0
    assert found.unevenness == pytest.approx(2.0)
    np.testing.assert_allclose(found.stretch, 2.0)
    nothing = np.full(4, np.nan)
    begun = CircleImages("c", angles, nothing, nothing, nothing)
    assert not begun.is_begun and math.isnan(begun.length + begun.unevenness)
    still = CircleImages("c", angles, np.zeros(4), np.zeros(4), np.zeros(4))
    assert np.isnan(still.stretch).all() and still.unevenness == math.inf


@pytest.mark.parametrize(
    ("published", "crop", "side", "comparable"),
    [(True, True, 1024, True), (True, False, 1024, False), (True, True, 64, False),
     (False, True, 1024, False)],
)  # fmt: skip
def test_published_numbers_stand_beside_the_same_definition_alone(
    published: bool, crop: bool, side: int, comparable: bool
) -> None:
    rows = (PathLength("wend", 130.0, 2.0, 100),)
    found = PathLengths("LPIPS", published, crop, side, 100, rows)
    assert found.is_comparable == comparable
    beside = dict(found.published_of("wend"))
    assert beside == (
        {"StyleGAN": 197.2, "StyleGAN2, config F": 129.4} if comparable else {}
    )
    assert ("FFHQ" in found.sentence) == comparable
    assert rows[0].title == "W, lerp, their ends"


def test_all_points_together_make_the_figures() -> None:
    image, w = np.array([2.0, 4.0, np.nan, 6.0]), np.array([1.0, 2.0, 5.0, 3.0])
    found = speed_figures(image, w)
    assert found["length"] == pytest.approx(4.0 * math.tau)
    assert found["variation"] == pytest.approx(math.sqrt(8 / 3) / 4)
    assert found["correlation"] == pytest.approx(1.0)
    assert (found["stretch"], found["stretch_variation"]) == pytest.approx((2.0, 0.0))
    empty = speed_figures(image[:0], w[:0])
    assert all(math.isnan(value) for value in empty.values())


def test_figures_stand_beside_untrained_mappings() -> None:
    wave = np.array([2.0, 4.0, 2.0, 4.0])
    circle = CircleImages("c", wave, wave, wave, wave)
    one = {"length": 18.0, "stretch": 3.0}
    twins = twins_of([one, {"length": 20.0, "stretch": 3.1}], "untrained", ABOUT)
    rows = {r.figure.key: r for r in ImageSpeeds("r", (circle,), (0,), twins).rows()}
    assert rows["length"].place is not None and rows["length"].place.side == 0
    assert rows["length"].says.endswith("nothing about the training of the mapping.")
    assert rows["stretch"].place is not None and rows["stretch"].place.side == -1
    assert "2 untrained" in rows["stretch"].says
    assert rows["correlation"].place is None
    assert "its spread untrained is unknown" in rows["correlation"].says
    found = PathLengths("r", False, False, 64, 9, (PathLength("wend"),), twins)
    (row,) = found.beside()
    assert math.isnan(row.value) and row.place is None
    assert not ImageSpeeds("r", (), ()).rows()

"""What images feel, as numbers and sentences: comparisons that are allowed."""

import math

import numpy as np
import pytest

from sgviz.measured.images import CircleImages, PathLength, PathLengths


def test_a_circle_sums_up_its_points() -> None:
    angles = np.arange(4) * math.pi / 2
    image, w = np.array([2.0, 4.0, 2.0, 4.0]), np.array([1.0, 2.0, 1.0, 2.0])
    found = CircleImages("c", angles, image, w, np.full(4, 1.5))
    assert found.length == pytest.approx(3 * math.tau) and found.polygon == 6.0
    assert (found.unevenness, found.correlation) == pytest.approx((2.0, 1.0))
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

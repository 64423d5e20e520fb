"""Points that are no numbers are left out of curves."""

import numpy as np

from sgviz.gui.gl.gaps import bridged


def test_a_gap_is_where_the_point_before_it_is() -> None:
    rows = np.arange(24, dtype=np.float32).reshape(1, 2, 4, 3)
    rows[0, 0, 0, 1], rows[0, 0, 2] = np.nan, np.inf
    found = bridged(rows)
    assert found[0, 0].tolist() == rows[0, 0, [3, 1, 1, 3]].tolist()
    assert np.array_equal(found[0, 1], rows[0, 1])


def test_a_row_without_a_point_lies_on_another() -> None:
    rows = np.ones((1, 2, 3, 3), dtype=np.float32)
    rows[0, 0] = np.nan
    assert (bridged(rows) == 1.0).all()
    assert (bridged(np.full((1, 1, 3, 3), np.nan, dtype=np.float32)) == 0.0).all()

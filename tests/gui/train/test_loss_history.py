import numpy as np
import pytest

from sgviz.gui.train.loss_history import CAPACITY, LossHistory, moving_mean


def rows(count: int, start: int = 0):
    return [(k / 10, 1.0 + k, 2.0, 3.0) for k in range(start, start + count)]


def test_rows_come_back_as_they_came():
    history = LossHistory(3)
    history.add(rows(5))
    assert len(history) == 5
    assert history.kimg.tolist() == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert history.raw(0).tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert history.raw(1).tolist() == [2.0] * 5
    assert history.raw(2).tolist() == [3.0] * 5


def test_a_long_run_is_thinned_and_its_means_hold():
    history, count = LossHistory(3), 10 * CAPACITY
    history.add(rows(count))
    assert len(history) < CAPACITY
    assert len(history) >= CAPACITY // 2
    assert (np.diff(history.kimg) > 0).all()
    # Each row is the mean of the rows it stands for, so the line stays a line.
    assert history.raw(0) == pytest.approx(1.0 + 10 * history.kimg)
    assert history.kimg[-1] == pytest.approx(count / 10, rel=0.01)


def test_what_is_not_finite_leaves_a_gap_and_spoils_nothing():
    history = LossHistory(3)
    history.add([(0.0, np.nan, 1.0, np.inf), (0.1, 3.0, 1.0, 2.0)])
    assert np.isnan(history.raw(0)[0])
    assert history.smooth(0).tolist() == [3.0, 3.0]
    assert history.smooth(2).tolist() == [2.0, 2.0]
    everything = LossHistory(3)
    everything.add([(k, np.nan, 1.0, 1.0) for k in range(CAPACITY + 3)])
    assert np.isnan(everything.smooth(0)).all()
    assert np.isfinite(everything.smooth(1)).all()


def test_moving_mean_equals_the_plain_one():
    values = np.random.RandomState(0).randn(50)
    values[[3, 4, 20]] = np.nan
    plain = [np.nanmean(values[max(0, k - 4) : k + 5]) for k in range(50)]
    assert moving_mean(values, 4) == pytest.approx(plain)
    assert moving_mean(values[:0], 4).tolist() == []

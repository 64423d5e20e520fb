"""Laws of the schedule, for runs of any length."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sgviz.training.presets import PRESETS
from sgviz.training.timeline_schedule import (
    MAX_BYTES,
    MAX_RECORDS,
    first_interval,
    interval_at,
    is_due,
    kept_records,
    record_bytes,
    record_limit,
)


class Run:
    """Steps of ``batch`` images, and the records that a run of them would have."""

    def __init__(self, batch: int, first: int, limit: int) -> None:
        self.batch, self.first, self.limit = batch, first, limit
        self.images, self.most = 0, 0
        self.records: list[int] = []
        self.record()

    def record(self) -> None:
        self.records.append(self.images)
        self.most = max(self.most, len(self.records))
        interval = interval_at(self.images, self.first, self.limit)
        self.records = kept_records(self.records, interval)

    def steps(self, count: int) -> "Run":
        for _ in range(count):
            self.images += self.batch
            interval = interval_at(self.images, self.first, self.limit)
            if is_due(self.images, self.records[-1], interval):
                self.record()
        return self

    def stop(self) -> "Run":
        """The end of a run is recorded always."""
        if self.records[-1] < self.images:
            self.record()
        return self

    def back_to(self, images: int) -> "Run":
        """Killed, and resumed from a checkpoint: what came after it is cut."""
        self.images = images
        self.records = [there for there in self.records if there <= images]
        return self


batches = st.integers(1, 40)
firsts = st.integers(1, 12)
limits = st.integers(8, 40)
lengths = st.integers(0, 2500)


@given(batches, firsts, limits, lengths)
def test_there_are_always_fewer_records_than_the_limit(
    batch: int, steps_apart: int, limit: int, steps: int
) -> None:
    run = Run(batch, batch * steps_apart, limit).steps(steps).stop()
    assert run.most < limit
    assert run.records[0] == 0
    assert run.records[-1] == run.images
    assert run.records == sorted(set(run.records))


@given(batches, firsts, limits, lengths)
def test_the_records_are_evenly_spread(
    batch: int, steps_apart: int, limit: int, steps: int
) -> None:
    run = Run(batch, batch * steps_apart, limit).steps(steps)
    newest = run.records[-1]
    interval = interval_at(newest, run.first, limit)
    assert run.records == list(range(0, newest + 1, interval))
    assert run.images - newest < interval_at(run.images, run.first, limit)
    # Nor is the interval longer than it has to be.
    assert interval == run.first or newest // (interval // 2) + 4 > limit


@given(batches, firsts, limits, lengths, lengths, st.data())
def test_a_resumed_run_has_the_records_of_one_that_was_not(
    batch: int,
    steps_apart: int,
    limit: int,
    before: int,
    after: int,
    data: st.DataObject,
) -> None:
    first = batch * steps_apart
    straight = Run(batch, first, limit).steps(before + after)
    stopped = Run(batch, first, limit).steps(before).stop().steps(after)
    # A stop in the middle of an interval leaves its record until the next one.
    extra = set(stopped.records) - set(straight.records)
    assert extra <= {batch * before}
    checkpoint = batch * data.draw(st.integers(0, before))
    killed = Run(batch, first, limit).steps(before).back_to(checkpoint)
    killed.steps(before + after - checkpoint // batch)
    assert killed.records == straight.records


def test_the_cap_holds_for_a_run_without_end() -> None:
    first = first_interval(PRESETS["tiny"])
    assert interval_at(10**12, first, MAX_RECORDS) * MAX_RECORDS > 10**12
    run = Run(16, first, MAX_RECORDS).steps(40_000)
    assert MAX_RECORDS - 3 < run.most < MAX_RECORDS
    assert MAX_RECORDS // 2 - 2 <= len(run.records) < MAX_RECORDS


@pytest.mark.parametrize("preset", PRESETS)
def test_the_presets_are_recorded_often_enough_and_not_more(preset: str) -> None:
    config = PRESETS[preset]  # type: ignore[index]
    first = first_interval(config)
    assert first % config.batch == 0
    assert first >= 8 * config.batch
    assert first <= 512
    assert record_limit(config) >= 490


@pytest.mark.parametrize("w_dim", [2, 512, 4096])
@pytest.mark.parametrize("resolution", [8, 64])
def test_the_bytes_on_the_disk_are_limited_too(w_dim: int, resolution: int) -> None:
    config = replace(PRESETS["portraits"], w_dim=w_dim)
    config = replace(
        config,
        resolution=resolution,
        channels=(8,) * (2 if resolution == 8 else 5),
        channels_d=(8,) * (2 if resolution == 8 else 5),
    )
    limit = record_limit(config)
    assert limit * record_bytes(config) <= MAX_BYTES
    assert 8 < limit <= MAX_RECORDS

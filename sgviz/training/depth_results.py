"""What a depth laboratory shows: each depth at its start and now, and what is known.

All of it is read from the timelines of its runs; nothing is trained or mapped again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sgviz.analysis.twins import Cancelled, never
from sgviz.checkpoints.errors import FileError
from sgviz.geometry.curve_measures import turning
from sgviz.measured.null import Band, band_of
from sgviz.models.mapping import MappingConfig
from sgviz.training.config import TrainConfig
from sgviz.training.depth_lab import Lab, Member, read_lab
from sgviz.training.reference import (
    TWINS,
    closed_forms,
    reference,
    twin_circles,
)
from sgviz.training.timeline import TimelineReader
from sgviz.training.timeline_record import Record

TURNING, COVERAGE = "turning", "coverage"


@dataclass(frozen=True, eq=False)
class Moment:
    """A record of a run, with its turning in radians (mean over the circles).

    ``record.w`` is float32 [C, N, w_dim]; turning is for that N alone.
    """

    record: Record
    turning: float

    def value(self, key: str) -> float:
        """A figure by its key; NaN for a coverage that was not measured."""
        if key == TURNING:
            return self.turning
        if key == COVERAGE:
            shares = [share for _, share in self.record.figures.coverage]
            return sum(shares) / len(shares) if shares else float("nan")
        return self.record.figures.value(key)


@dataclass(frozen=True, eq=False)
class DepthResult:
    """One depth: how it began and how it is now, None where nothing is recorded yet.

    ``closed`` has the closed forms of an untrained mapping of this depth and infinite
    width; ``problem`` is one sentence about records that cannot be read.
    """

    depth: int
    config: TrainConfig
    start: Moment | None
    now: Moment | None
    closed: Mapping[str, float]
    problem: str = ""

    @property
    def images(self) -> int:
        """Images shown when it was last recorded."""
        return self.now.record.images if self.now is not None else 0

    @property
    def share(self) -> float:
        """How much of its run is behind it, 0 to 1."""
        return min(1.0, self.images / self.config.total_images)


def lab_results(folder: Path) -> tuple[DepthResult, ...]:
    """Every depth of a laboratory, shallow ones first; FileError."""
    return LabReader(read_lab(folder)).results


class LabReader:
    """Reads the timelines of a laboratory, also while it is trained; no lock."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._timelines: dict[int, TimelineReader] = {}
        self._results: dict[int, DepthResult] = {}
        for member in lab.members:
            self._timelines[member.depth] = TimelineReader(member.path)
            self._results[member.depth] = self._read(member)

    @property
    def results(self) -> tuple[DepthResult, ...]:
        """What was there when it was last looked at, shallow ones first."""
        return tuple(self._results.values())

    def refresh(self) -> bool:
        """Look again; whether anything has changed. Only new records are read."""
        changed = False
        for member in self.lab.members:
            if self._timelines[member.depth].refresh():
                self._results[member.depth] = self._read(member)
                changed = True
        return changed

    def _read(self, member: Member) -> DepthResult:
        timeline, depth = self._timelines[member.depth], member.depth
        before = self._results.get(depth)
        closed = closed_forms(member.config.w_dim, depth)
        start = now = None
        problem = timeline.problems[0] if timeline.problems else ""
        try:
            if len(timeline):
                start = before.start if before is not None else None
                # Of a first record that was damaged, the next one says how it began.
                start = start or _moment(timeline, 0)
                now = _moment(timeline, -1)
        except FileError as error:
            problem = str(error)
        return DepthResult(depth, member.config, start, now, closed, problem)


def untrained_bands(
    config: TrainConfig, cancelled: Cancelled = never, twins: int = TWINS
) -> dict[str, Band]:
    """The band of untrained twins for every figure and the turning; {} if cancelled.

    See :func:`sgviz.training.reference.reference`, which has all but the turning.
    """
    bands = reference(config, cancelled)
    sizes = MappingConfig(z_dim=config.z_dim, w_dim=config.w_dim, depth=config.depth)
    turnings: list[float] = []
    for seed in range(twins if bands else 0):
        w = twin_circles(sizes, seed, cancelled)
        if w is None:
            return {}
        # As a record keeps it.
        turnings.append(float(turning(w.half().float()).mean()))
    return bands | ({TURNING: band_of(turnings)} if turnings else {})


def _moment(timeline: TimelineReader, index: int) -> Moment:
    record = timeline.record(index)
    return Moment(record, float(turning(record.w).mean()))

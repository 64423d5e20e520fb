"""A depth laboratory as it is read for the page: in a thread, where torch may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sgviz.frame import Problem
from sgviz.gui.train.depth_shapes import shape_of
from sgviz.gui.train.depth_words import DepthFacts
from sgviz.gui.train.run_words import as_sentence
from sgviz.gui.train.timeline_bands import sizes_of

if TYPE_CHECKING:
    from pathlib import Path

    from sgviz.training.config import TrainConfig
    from sgviz.training.depth_results import DepthResult, LabReader, Moment

TOLD = (
    "harmonic_1",
    "harmonic_2",
    "harmonic_3",
    "harmonic_4",
    "participation_ratio",
    "turning",
    "unevenness",
    "displacement",
    "coverage",
)


@dataclass(frozen=True, eq=False)
class Seen:
    """What was found: the laboratories there are, and what the shown one holds.

    ``done``: every depth has shown all its images.
    """

    labs: tuple[Path, ...]
    path: Path | None = None
    facts: tuple[DepthFacts, ...] = ()
    base: TrainConfig | None = None
    done: bool = False
    problem: Problem | None = None


class LabShelf:
    """Reads one laboratory again and again; only what is new is placed anew."""

    def __init__(self, folder: Path, path: Path | None) -> None:
        self.folder, self.path = folder, path
        self._reader: LabReader | None = None
        self._facts: dict[int, tuple[DepthResult, DepthFacts]] = {}

    def look(self) -> Seen:
        """Look again; without a path, at the newest laboratory there is."""
        from sgviz.checkpoints.errors import FileError
        from sgviz.training.depth_lab import labs_in, read_lab
        from sgviz.training.depth_results import LabReader

        labs = labs_in(self.folder)
        if self.path is None:
            self.path = labs[0] if labs else None
        if self.path is None:
            return Seen(labs)
        try:
            lab = read_lab(self.path)
        except (FileError, OSError) as error:
            self._reader = None
            return Seen(labs, self.path, problem=Problem(str(error)))
        if self._reader is None or self._reader.lab != lab:
            self._reader = LabReader(lab)
        else:
            self._reader.refresh()
        facts = tuple(self._placed(result) for result in self._reader.results)
        return Seen(labs, self.path, facts, lab.base, lab.done)

    def _placed(self, result: DepthResult) -> DepthFacts:
        known = self._facts.get(result.depth)
        if known is None or known[0] is not result:
            self._facts[result.depth] = known = (result, facts_of(result))
        return known[1]


def facts_of(result: DepthResult) -> DepthFacts:
    """A depth as the page shows it."""
    config, now, start = result.config, result.now, result.start
    facts = DepthFacts(
        depth=result.depth,
        sizes=sizes_of(config),
        kimg=result.images / 1000.0,
        total=config.kimg,
        now={},
        start={},
        closed=result.closed,
        problem=as_sentence(result.problem) if result.problem else "",
    )
    if now is None or start is None:
        return facts
    from dataclasses import replace

    pairs = zip(now.record.w.numpy(), start.record.w.numpy(), strict=True)
    return replace(
        facts,
        now=_values(now),
        start=_values(start),
        shapes=tuple(shape_of(*pair) for pair in pairs),
        names=now.record.names,
        pixels=now.record.pixels,
        points=now.record.w.shape[1],
    )


def _values(moment: Moment) -> dict[str, float]:
    return {key: moment.value(key) for key in TOLD}

"""How far a laboratory that trains has come, from its events; no widgets."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sgviz.frame import Problem
from sgviz.gui.train.depth_words import DepthFacts
from sgviz.gui.train.run_words import as_sentence, end_problem, save_problem
from sgviz.gui.train.runs import RunState, duration_words
from sgviz.training.depth_events import DepthBegan, LabEnded, LabEvent
from sgviz.training.events import (
    Event,
    Finished,
    Losses,
    Paused,
    Resumed,
    Saved,
    SaveFailed,
)


class LabProgress:
    """Takes the events of one laboratory, says where it stands."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.depth = 0
        self.state = RunState.STARTING
        self.ended = False
        self.reason = ""
        self.problem: Problem | None = None
        self._images: dict[int, int] = {}
        self._rate = 0.0

    def take(self, event: LabEvent | Problem) -> None:
        """One more event, or what ended it all."""
        if isinstance(event, Problem):
            self.problem = replace(event, what=as_sentence(event.what))
            self.ended = True
        elif isinstance(event, DepthBegan):
            self.depth, self.state = event.depth, RunState.RUNNING
            self._images[event.depth] = event.images
        elif isinstance(event, LabEnded):
            self.ended, self.reason = True, event.reason
        else:
            self._take(event.depth, event.event)

    def shares(self, facts: Sequence[DepthFacts]) -> dict[int, float]:
        """How much of the run of each depth is made."""
        return {each.depth: min(1.0, self._kimg(each) / each.total) for each in facts}

    def states(self, facts: Sequence[DepthFacts]) -> dict[int, str]:
        """What is said beside the name of a depth while it is trained."""
        if self.ended:
            return {}
        found = {}
        for each in facts:
            if each.depth == self.depth:
                word = "paused" if self.state is RunState.PAUSED else "training"
                found[each.depth] = f"{word}, {each.kimg:g} kimg"
            elif self._kimg(each) < each.total:
                found[each.depth] = "waits its turn"
        return found

    def words(self, facts: Sequence[DepthFacts]) -> str:
        """One line about the whole."""
        if self.ended:
            return f"{self.reason[:1].upper()}{self.reason[1:]}." if self.reason else ""
        now = next((each for each in facts if each.depth == self.depth), None)
        if now is None:
            return "Getting ready …"
        words = f"Depth {self.depth}: {self._kimg(now):.2f} of {now.total:g} kimg"
        if self._rate <= 0.0:
            return words
        left = sum(max(0.0, each.total - self._kimg(each)) for each in facts)
        whole = duration_words(1000.0 * left / self._rate)
        return f"{words} · {self._rate:.0f} images/s · all in {whole}"

    def _take(self, depth: int, event: Event) -> None:
        if isinstance(event, Losses):
            self._images[depth] = event.stats.images
            # A penalty every sixteenth step is slower: a mean over some seconds.
            rate = event.images_per_second
            self._rate = rate if self._rate <= 0.0 else 0.95 * self._rate + 0.05 * rate
        elif isinstance(event, Paused):
            self.state = RunState.PAUSED
        elif isinstance(event, Resumed):
            self.state = RunState.RUNNING
        elif isinstance(event, SaveFailed):
            self.problem = save_problem(event)
        elif isinstance(event, Saved):
            self.problem = None
        elif isinstance(event, Finished):
            self._images[depth] = event.images
            self.problem = end_problem(event) or self.problem

    def _kimg(self, facts: DepthFacts) -> float:
        return max(self._images.get(facts.depth, 0) / 1000.0, facts.kimg)

"""What is asked of the render thread, and how an answer is known."""

from collections.abc import Hashable
from dataclasses import dataclass

from sgviz.state import Focus, State


@dataclass(frozen=True)
class Request:
    """A state to be shown.

    ``settled`` is the state as it was when the drag under way began (else the
    same): what is costly follows it, and is made anew once after release. ``measures``
    names the stages of measures that somebody looks at.
    """

    serial: int
    state: State
    settled: State
    focus: Focus
    measures: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Key:
    """What a part depends on: what is asked, and of which version of the network.

    Work under way for the same ``what`` goes on to its end although a training run
    has moved the network meanwhile: else no long work would ever be finished.
    """

    what: Hashable
    version: Hashable = None

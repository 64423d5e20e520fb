"""What is asked of the render thread, and how an answer is known."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from sgviz.frame import Part
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


@dataclass(frozen=True, eq=False)
class Asked:
    """What each measure would depend on if it were made now, by its stage's name.

    Of a network that ``is_live`` a newer version is always on its way: what was made
    of the one before is of now.
    """

    keys: Mapping[str, Key]
    is_live: bool = False

    def is_of_now(self, part: Part) -> bool:
        """Whether a part shows what is asked now; unknown stages are not doubted."""
        now, then = self.keys.get(part.name), part.key
        if now is None or not isinstance(then, Key):
            return True
        same = self.is_live or now.version == then.version
        return same and now.what == then.what

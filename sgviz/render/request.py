"""What is asked of the render thread."""

from dataclasses import dataclass

from sgviz.state import Focus, State


@dataclass(frozen=True)
class Request:
    """A state to be shown.

    ``settled`` is the state as it was when the drag under way began (else the
    same): what is costly follows it, and is made anew once after release.
    """

    serial: int
    state: State
    settled: State
    focus: Focus

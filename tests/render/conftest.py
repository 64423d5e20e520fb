"""A renderer under the hand of a test: chunk by chunk, with no thread and no clock."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import torch

from sgviz.frame import Part
from sgviz.render.renderer import Renderer
from sgviz.render.request import Request
from sgviz.render.sources import Sources
from sgviz.state import Focus, State


@dataclass
class Hand:
    """Submits states to a renderer and keeps every part that comes out."""

    renderer: Renderer
    serial: int = 0
    parts: list[Part] = field(default_factory=list)
    settled: State | None = None

    def ask(
        self,
        state: State,
        focus: Focus | None = None,
        measures: frozenset[str] = frozenset(),
    ) -> None:
        """A newer request; while a drag lasts ``settled`` stays what it was."""
        focus = focus or Focus()
        if not focus.moving or self.settled is None:
            self.settled = state
        self.serial += 1
        request = Request(self.serial, state, self.settled, focus, measures)
        self.renderer.submit(request)

    def chunk(self) -> Part | None:
        """One chunk of work."""
        part = self.renderer.advance()
        if part is not None:
            self.parts.append(part)
        return part

    def finish(self, limit: int = 10_000) -> dict[str, Part]:
        """Work to the end; the newest part of each name."""
        for _ in range(limit):
            if self.renderer.done:
                break
            self.chunk()
        assert self.renderer.done, "it never ends"
        return self.newest()

    def newest(self) -> dict[str, Part]:
        """The newest part of each name."""
        return {part.name: part for part in self.parts}

    def made(self, name: str) -> list[Part]:
        """The finished parts of a name, oldest first."""
        return [part for part in self.parts if part.name == name and part.final]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Results do not depend on it; a busy machine does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def sources() -> Sources:
    return Sources("cpu")


@pytest.fixture
def hand(sources: Sources) -> Hand:
    return Hand(Renderer(sources))


@pytest.fixture
def make_hand() -> Callable[..., Hand]:
    """A hand on a renderer with stages of one's own."""

    def make(sources: Sources, **options: Any) -> Hand:
        return Hand(Renderer(sources, **options))

    return make


@pytest.fixture
def moved() -> Callable[[State, float], State]:
    """A state whose style slider of row 2 was moved."""

    def move(state: State, value: float) -> State:
        return replace(state, styles=state.styles.edited("psi", (2,), value))

    return move

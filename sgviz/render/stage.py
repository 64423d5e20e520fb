"""What a stage of a frame is."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

from sgviz.render.desk import Desk
from sgviz.render.request import Key, Request

Steps = Generator[object | None, None, object]


@dataclass(frozen=True)
class Stage:
    """A name, what its result depends on, and the work, cut into chunks.

    ``run`` yields None at the end of a chunk, a value where it may already be
    shown, and returns its final value. A ``measure`` is made only while somebody looks
    at it (``Request.measures``); one that takes ``long``, a second and more, rests
    while the hand moves.
    """

    name: str
    key: Callable[[Request, Desk], Key]
    run: Callable[[Request, Desk], Steps]
    measure: bool = False
    long: bool = False

    def is_asked(self, request: Request) -> bool:
        """Whether a request wants the stage's result at all."""
        return not self.measure or self.name in request.measures

    def rests(self, request: Request) -> bool:
        """Whether it waits until the hand is still."""
        return self.long and request.focus.moving


def at_once(make: Callable[[Request, Desk], object]) -> Callable[..., Steps]:
    """Work that is one chunk."""

    def run(request: Request, desk: Desk) -> Steps:
        yield from ()
        return make(request, desk)

    return run

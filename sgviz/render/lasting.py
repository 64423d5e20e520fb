"""Work that goes on where it was left off, whoever asks for it next."""

from collections.abc import Callable, Generator
from typing import Generic, TypeVar

V = TypeVar("V")


class Lasting(Generic[V]):
    """What is half made stays so where the stage that wanted it is given up.

    While a slider is dragged every place of it is another picture, and most of them
    want the same: the circles in W, say, or what they are after each layer.
    """

    def __init__(self) -> None:
        self._work: Generator[object, None, V] | None = None
        self._found: list[V] = []

    def steps(
        self, begin: Callable[[], Generator[object, None, V]]
    ) -> Generator[None, None, V]:
        """Go on to the end, from the beginning where nobody has or where it failed."""
        while not self._found:
            self._work = self._work or begin()
            try:
                next(self._work)
            except StopIteration as end:
                self._work = None
                self._found.append(end.value)
            except Exception:
                self._work = None
                raise
            else:
                yield
        return self._found[0]

"""Stages of a frame made beside each other, without a window: two threads take them.

Each stage is made by a renderer of its own, so nobody waits for anybody; what torch
computes in one thread leaves the other free. Figures are those of one thread.
"""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from sgviz.render.sources import Sources
    from sgviz.render.stage import Stage
    from sgviz.state import State
    from sgviz.terminal import Bar

# More would wait for each other's memory, and hold another network each.
WORKERS = 2
LOOK_S = 0.1


class Stages:
    """The stages of these names over one state, made from the ``with`` on.

    ``groups`` are names of stages that share what they find; each group is one
    thread's, and what takes longest stands first. On a GPU one thread makes all.
    """

    def __init__(
        self, state: "State", device: str, groups: Sequence[Sequence[str]]
    ) -> None:
        self._state, self._device = state, device
        self._names = tuple(name for group in groups for name in group)
        self._waiting = deque(groups)
        self._shares = dict.fromkeys(self._names, 0.0)
        self._now = ""
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._failed: list[BaseException] = []
        self._values: dict[str, object] = {}
        self._problems: dict[str, str] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        from sgviz.export.network import exact, one_thread
        from sgviz.render.sources import Sources

        self._stack.enter_context(exact())
        self._stack.enter_context(one_thread())
        sources = Sources(self._device)  # type: ignore[arg-type]
        several = sources.device.type == "cpu" and (os.cpu_count() or 1) > 1
        for _ in range(min(WORKERS, len(self._waiting)) if several else 1):
            thread = threading.Thread(target=self._work, args=(sources,))
            self._threads.append(thread)
            sources = Sources(self._device)  # type: ignore[arg-type]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._stack.close()

    def wait(self, bar: "Bar") -> tuple[dict[str, object], list[str]]:
        """What was made, by name, and what went wrong."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(LOOK_S)
                bar.show(sum(self._shares.values()), len(self._names), self._now)
        if self._failed:
            raise self._failed[0]
        return self._values, list(self._problems.values())

    def _work(self, sources: "Sources") -> None:
        import torch

        try:
            torch.set_num_threads(1)  # a setting of each thread
            for stages in self._groups():
                self._make(stages, sources)
        except BaseException as error:
            self._failed.append(error)

    def _groups(self) -> Iterator[tuple["Stage", ...]]:
        from sgviz.render.measures.table import MEASURES

        by_name = {stage.name: stage for stage in MEASURES}
        with contextlib.suppress(IndexError):
            while not self._stop.is_set():
                yield tuple(by_name[name] for name in self._waiting.popleft())

    def _make(self, stages: tuple["Stage", ...], sources: "Sources") -> None:
        from sgviz.frame import Progress
        from sgviz.render.renderer import Renderer
        from sgviz.render.request import Request
        from sgviz.state import Focus

        renderer, names = Renderer(sources, stages), frozenset(s.name for s in stages)
        renderer.submit(Request(1, self._state, self._state, Focus(), names))
        while not renderer.done and not self._stop.is_set():
            part = renderer.advance()
            if part is None:
                continue
            if isinstance(part.value, Progress):
                self._now = part.value.what
                self._shares[part.name] = min(part.value.share or 0.0, 1.0)
                continue
            if part.problem is not None:
                self._problems[part.name] = f"{part.name}: {part.problem.what}"
            else:
                self._values[part.name] = part.value
            if part.final:
                self._shares[part.name] = 1.0

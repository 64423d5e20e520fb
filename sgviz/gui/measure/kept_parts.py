"""What was measured last, and whether it is of what is shown now."""

from collections.abc import Iterator

from sgviz.frame import Part, Progress
from sgviz.render.request import Asked

ASKED = "asked"  # the stage that says what each measure depends on now


def is_content(name: str) -> bool:
    """Whether a panel is a picture of it: twins stand beside, strokes are in W."""
    return name != "overlay" and not name.endswith("null")


class KeptParts:
    """The newest part of each measure, and what the measures depend on now."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}
        self._asked: Asked | None = None

    def take(self, part: Part) -> tuple[Part, ...]:
        """Keep a part; how far a measure is, is none.

        Returns those that are of now again, after they were not: an undo, say. Nobody
        makes them anew, and a panel may have dropped them.
        """
        if isinstance(part.value, Asked):
            before, self._asked = self._asked, part.value
            return tuple(
                each
                for each in self._parts.values()
                if before is not None
                and not before.is_of_now(each)
                and part.value.is_of_now(each)
            )
        if not isinstance(part.value, Progress):
            self._parts[part.name] = part
        return ()

    def of(self, measures: frozenset[str]) -> Iterator[Part]:
        """The parts of some measures, in the order in which they came first."""
        return (part for name, part in self._parts.items() if name in measures)

    def is_stale(self, measures: frozenset[str]) -> bool:
        """Whether the content of one of these is of something else than is shown."""
        asked = self._asked
        return asked is not None and any(
            not asked.is_of_now(part)
            for part in self.of(measures)
            if is_content(part.name)
        )

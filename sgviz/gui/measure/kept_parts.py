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

    def take(self, part: Part) -> None:
        """Keep a part; how far a measure is, is none."""
        if isinstance(part.value, Asked):
            self._asked = part.value
        elif not isinstance(part.value, Progress):
            self._parts[part.name] = part

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

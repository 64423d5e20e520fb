"""What a number is called, how it is defined and how it is read."""

from dataclasses import dataclass

# From here on nothing behind the point is worth showing.
LARGE = 10_000.0


@dataclass(frozen=True)
class Figure:
    """A figure: its key, its name on the screen, what it means.

    ``formula`` is the definition in one line, ``reading`` how to read it, one sentence;
    ``digits`` are those behind the point that are worth showing; a share is shown in
    percent.
    """

    key: str
    title: str
    formula: str
    reading: str
    digits: int = 3
    is_share: bool = False

    def shown(self, value: float) -> str:
        """A value in words; a dash where there is none."""
        if value != value:
            return "–"
        if self.is_share:
            return f"{value:.1%}"
        digits = 0 if abs(value) >= LARGE else self.digits
        return f"{value:,.{digits}f}"

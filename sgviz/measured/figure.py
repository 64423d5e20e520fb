"""What a number is called, how it is defined and how it is read."""

from dataclasses import dataclass

# From here on nothing behind the point is worth showing; then not all before it.
LARGE, HUGE = 1e4, 1e8


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
        if abs(value) >= HUGE:
            digits, mark, power = f"{value:.3e}".partition("e")
            return signed(f"{digits}e{int(power)}" if mark else digits)
        if self.is_share:
            return signed(f"{value:z.1%}")
        behind = 0 if abs(value) >= LARGE else self.digits
        return signed(f"{value:z,.{behind}f}")


def signed(number: str) -> str:
    """A number with the minus sign that is as wide as a plus, as in "−−+"."""
    return number.replace("-", "−")

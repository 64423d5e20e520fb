"""How fast circles are run through, and how long they are: from the exact speed."""

from dataclasses import dataclass

from sgviz.measured.curves import Numbers


@dataclass(frozen=True, eq=False)
class Speeds:
    """C circles at psi 1: ``along`` each |w'(t)| a radian [N], and exact ``lengths``.

    Empty and NaN for what is no circle of Z. ``of`` says which circles and which
    network these are, as that of :class:`~sgviz.measured.statistics.Statistics` does:
    truncation multiplies both by |psi|, and changes nothing else.
    """

    along: tuple[Numbers, ...] = ()
    lengths: tuple[float, ...] = ()
    of: object = None

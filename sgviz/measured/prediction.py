"""How far from the mean of a few values one more value lies, by chance.

No torch, no Qt, no scipy.
"""

import math
from functools import lru_cache

WITHIN = 0.95  # the share of fresh values that lie nearer


def student_within(t: float, freedom: int) -> float:
    """P(|T| < t) of Student's t with ``freedom`` >= 1 degrees of freedom, t >= 0.

    Finite sums in theta = atan(t / sqrt(freedom)): Abramowitz and Stegun, Handbook of
    Mathematical Functions, 26.7.3 (odd) and 26.7.4 (even).
    """
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term, total = (cosine if odd else 1.0), 0.0
    for k in range(2 + odd, freedom + 1, 2):
        total += term
        term *= cosine * cosine * (k - 1) / k
    return 2.0 / math.pi * (angle + sine * total) if odd else sine * total


@lru_cache(maxsize=256)
def student_quantile(freedom: int) -> float:
    """The t with P(|T| < t) = 0.95, by halving: 12.706, 4.303, 3.182 ... 1.960."""
    low, high = 0.0, 16.0
    while high - low > 1e-12:
        middle = (low + high) / 2.0
        if student_within(middle, freedom) < WITHIN:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def reach(count: int) -> float:
    """How many standard deviations of ``count`` values hold 95 % of fresh ones.

    t sqrt(1 + 1 / N), t with N - 1 degrees of freedom: the interval that predicts one
    more value of a normal law of which N are known (Hahn and Meeker, Statistical
    Intervals, 1991, section 4.7). 15.6 for 2 values, 2.51 for 8, 2.11 for 24, 2.03 for
    48, 1.96 for very many. Of one value nothing can be predicted: infinite.
    """
    if count < 2:
        return math.inf
    return student_quantile(count - 1) * math.sqrt(1.0 + 1.0 / count)

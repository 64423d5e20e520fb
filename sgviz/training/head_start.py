"""A discriminator that begins beside a generator that has learned.

Fakes are good from the first step then, and two things end the game before it has
begun: R1 at its full weight keeps D at the answer 0, which has no gradient to give;
and G undoes the first difference that D has found before it finds a second. So for
``d_first`` kimg D learns alone, while the weight of R1 grows from a hundredth to the
whole; then G begins with a tenth of its learning rate. (Measured on portraits: without
this D answered 0 for 20 kimg and more; with it, it told them apart after 15.)
"""

import math

LEAST_PENALTY, LEAST_PACE = 0.01, 0.1
MOST_KIMG, SHARE = 32.0, 0.25


def head_start(kimg: float) -> float:
    """How many kimg D is given in a run of ``kimg``."""
    return min(MOST_KIMG, SHARE * kimg)


def penalty_share(images: int, d_first: float) -> float:
    """The share of R1's weight: geometrically from a hundredth to 1 over D's start."""
    return math.pow(LEAST_PENALTY, 1.0 - _done(images, 1000.0 * d_first))


def pace_share(images: int, d_first: float) -> float:
    """The share of G's learning rate: from a tenth to 1 over half as many images."""
    after = images - 1000.0 * d_first
    return math.pow(LEAST_PACE, 1.0 - _done(after, 500.0 * d_first))


def _done(images: float, total: float) -> float:
    return min(max(images / total, 0.0), 1.0) if total > 0.0 else 1.0

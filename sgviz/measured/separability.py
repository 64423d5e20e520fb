"""Linear separability: attributes, their entropies in Z and in W, the score."""

from dataclasses import dataclass

import numpy as np

# StyleGAN on FFHQ, 40 attributes of CelebA-HQ, 100,000 of 200,000 samples (arXiv
# 1812.04948, table 4, and the program's own reference values).
PUBLISHED = "StyleGAN, FFHQ, 40 attributes: Z 165.0, W 3.74; StyleGAN2: 154.2, 4.27"


@dataclass(frozen=True)
class Attribute:
    """One attribute in one space ("z" or "w").

    ``entropy`` H(Y|X) in bits over the samples of the fit, ``accuracy`` there,
    ``held_out`` on samples not seen, ``share`` of yes; ``note``: why there is no plane.
    """

    name: str
    space: str
    entropy: float
    accuracy: float
    held_out: float
    share: float
    kept: int
    note: str = ""


@dataclass(frozen=True, eq=False)
class Separability:
    """The attributes measured so far; ``total`` are to come in each space.

    ``labels`` says who labelled; ``dims`` are those of Z and W; ``problems`` are
    sentences about what is left out.
    """

    samples: int
    labels: str
    dims: tuple[int, int]
    total: int
    rows: tuple[Attribute, ...]
    problems: tuple[str, ...] = ()

    def of(self, space: str) -> tuple[Attribute, ...]:
        """The attributes of one space."""
        return tuple(row for row in self.rows if row.space == space)

    def is_whole(self, space: str) -> bool:
        """Whether all attributes are measured in a space: only then has it a score."""
        return len(self.of(space)) == self.total > 0

    def bits(self, space: str) -> float:
        """Sum of the entropies so far."""
        return float(sum(row.entropy for row in self.of(space)))

    def score(self, space: str) -> float:
        """2^(sum of H), NaN until all attributes are there."""
        return float(2.0 ** self.bits(space)) if self.is_whole(space) else np.nan

    def held_out(self, space: str) -> float:
        """Mean accuracy on samples not seen."""
        found = [row.held_out for row in self.of(space) if row.held_out == row.held_out]
        return float(np.mean(found)) if found else np.nan

    @property
    def warning(self) -> str:
        """What few samples do to the score; nothing where there are many."""
        kept = min((row.kept for row in self.rows), default=0)
        dim = max(self.dims)
        if not kept or kept >= 20 * dim:
            return ""
        return (
            f"{kept:,} samples in {dim} dimensions: planes learn so few by heart, and "
            "the score is too good. Look at the samples not seen."
        )

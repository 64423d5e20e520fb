"""Linear separability: attributes, their entropies in Z and in W, the score."""

import math
from dataclasses import dataclass

import numpy as np

from sgviz.measured.beside import Row, Twins, places_of, row_of, supports_of
from sgviz.measured.figure import Figure
from sgviz.measured.null import Place

# StyleGAN on FFHQ, 40 attributes of CelebA-HQ, 100,000 of 200,000 samples (arXiv
# 1812.04948, table 4, and the program's own reference values).
PUBLISHED = "StyleGAN, FFHQ, 40 attributes: Z 165.0, W 3.74; StyleGAN2: 154.2, 4.27"
# Twins are given the labels of the network's own images: none of theirs is made.
WHO = "untrained mappings of depth {depth} given the same z and labels"
ABOUT = "the training of the mapping"

SCORE = Figure(
    "score",
    "Separability in W",
    "2^(Σ H(Y|X) over the attributes)",
    "1: planes in W part every attribute; twice as much for each left wholly open.",
)
FIGURES: tuple[Figure, ...] = (
    SCORE,
    Figure(
        "held_out",
        "Right about samples not seen",
        "mean accuracy over the attributes",
        "Of planes in W, on a quarter of the samples that they were not fitted to.",
    ),
)


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
    sentences about what is left out. ``twins``: planes in the W of untrained mappings,
    for the same samples and labels; their figures are ``score``, ``held_out`` and, with
    the name of an attribute, ``H name`` and ``seen name``.
    """

    samples: int
    labels: str
    dims: tuple[int, int]
    total: int
    rows: tuple[Attribute, ...]
    problems: tuple[str, ...] = ()
    twins: Twins | None = None

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

    def summed_up(self) -> tuple[Row, ...]:
        """The score in W and the accuracy there, beside untrained mappings."""
        values = {"score": self.score("w"), "held_out": self.held_out("w")}
        return tuple(row_of(f, values[f.key], self.twins) for f in FIGURES)

    def beside(self, row: Attribute) -> tuple[Row, Row]:
        """What planes leave open of an attribute, and their accuracy; as above."""
        left, seen = entropy_figure(row.name), accuracy_figure(row.name)
        return (
            row_of(left, row.entropy, self.twins),
            row_of(seen, row.held_out, self.twins),
        )

    def compared(self) -> tuple[Row, ...]:
        """All that stands beside untrained mappings: the sums, then the attributes."""
        rows = (row for attribute in self.of("w") for row in self.beside(attribute))
        return (*self.summed_up(), *rows)

    @property
    def place(self) -> dict[str, Place]:
        """Where the figures lie among those of untrained mappings, by key."""
        return places_of(self.compared())

    @property
    def supports(self) -> dict[str, str]:
        """What each of them supports, by key, one sentence."""
        return supports_of(self.compared())

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


def entropy_figure(name: str) -> Figure:
    """H(Y|X) of one attribute."""
    return Figure(
        f"H {name}",
        f"H of {name}",
        "H(Y|X) = −Σ p(x, y) log₂ p(y|x), in bits",
        "0: a plane in W parts the samples cleanly; 1: it knows nothing of them.",
        4,
    )


def accuracy_figure(name: str) -> Figure:
    """How often a plane is right about samples of one attribute it has not seen."""
    return Figure(
        f"seen {name}",
        f"Right about {name}",
        "accuracy on samples held out",
        "Read it beside saying always the same.",
    )


def figures_of(rows: tuple[Attribute, ...]) -> dict[str, float]:
    """The figures of one mapping, by key, from its attributes in W."""
    held_out = [row.held_out for row in rows if not math.isnan(row.held_out)]
    found = {
        "score": 2.0 ** math.fsum(row.entropy for row in rows),
        "held_out": float(np.mean(held_out)) if held_out else math.nan,
    }
    for row in rows:
        found[entropy_figure(row.name).key] = row.entropy
        found[accuracy_figure(row.name).key] = row.held_out
    return found

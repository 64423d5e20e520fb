"""Linear separability: how well hyperplanes part what images show, in Z and in W.

Karras et al. 2019, arXiv 1812.04948, section 4.2 and appendix B: of many samples, each
labelled with how sure the label is, the surer half of each attribute; a linear SVM
on their latents; X what the SVM says, Y the label; H(Y|X) how much the SVM leaves
open. The score is 2^(sum of H over attributes) with H in bits (exp of the sum in nats,
as the paper writes it, is the same number): 1 where every attribute is parted cleanly.

The definition asks the samples that the SVM was fitted to. With few samples more
than dimensions it parts anything, so the number of samples belongs to the score, and
beside it stands the accuracy on samples that the SVM has not seen.
"""

import math
from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from sgviz.analysis.svm import Hyperplane, fit_steps

KEPT = 0.5
HELD_OUT = 0.25


@dataclass(frozen=True, eq=False)
class Labels:
    """What N samples were found to be: bool [N, F], and how sure that is [N, F].

    ``sure`` need only put the samples of one attribute in order; ``ranked`` says of
    each attribute whether it does (labels of yes and no alone rank nothing).
    """

    names: tuple[str, ...]
    positive: Tensor
    sure: Tensor
    ranked: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Parted:
    """One attribute in one space.

    ``entropy`` H(Y|X) in bits; ``accuracy`` on the samples of the fit, ``held_out``
    on samples of the surer half that another fit has not seen; ``share`` of the first
    class. ``note`` says why there is no plane.
    """

    name: str
    entropy: float
    accuracy: float
    held_out: float
    share: float
    plane: Hyperplane | None
    note: str = ""


def most_confident(sure: Tensor, kept: float = KEPT) -> Tensor:
    """The places of the surer half of sure [N], the surest first."""
    count = max(1, int(len(sure) * kept))
    return sure.sort(descending=True, stable=True).indices[:count]


def conditional_entropy(said: Tensor, label: Tensor) -> float:
    """H(Y|X) = -sum p(x, y) log2 p(y|x), in bits, of bool [N] and bool [N]."""
    table = torch.zeros(2, 2, dtype=torch.float64)
    places = (said.long(), label.long())
    table.index_put_(places, torch.ones(len(said), dtype=torch.float64), True)
    joint = table / table.sum()
    given = joint / joint.sum(dim=1, keepdim=True).clamp_min(1e-300)
    nats = -float(torch.special.xlogy(joint, given).sum())
    return max(0.0, nats / math.log(2.0))


def score(entropies: list[float]) -> float:
    """2^(sum of H): 1 is perfect; 2 for every attribute that is left wholly open."""
    return float(2.0 ** sum(entropies))


def part_steps(
    x: Tensor, name: str, positive: Tensor, sure: Tensor | None
) -> Generator[None, None, Parted]:
    """Part one attribute of the latents x [N, D], resting every few milliseconds.

    ``sure`` None keeps all samples. An attribute of which only one class is left is
    perfectly known: its entropy is 0, and ``note`` says so.
    """
    places = most_confident(sure) if sure is not None else torch.arange(len(x))
    x, positive = x[places], positive[places]
    share = float(positive.double().mean())
    if share in (0.0, 1.0):
        which = "is" if share else "is not"
        note = f"every sample kept {which} {name}: nothing to part"
        return Parted(name, 0.0, 1.0, 1.0, share, None, note)
    plane = yield from fit_steps(x, positive)
    said = plane.side(x)
    held_out = yield from _held_out(x, positive)
    accuracy = float((said == positive).double().mean())
    entropy = conditional_entropy(said, positive)
    return Parted(name, entropy, accuracy, held_out, share, plane)


def split(count: int) -> tuple[Tensor, Tensor]:
    """Places to fit and places held out (a quarter), the same for the same count."""
    generator = torch.Generator().manual_seed(count)
    order = torch.randperm(count, generator=generator)
    held = max(1, int(count * HELD_OUT))
    return order[held:], order[:held]


def _held_out(x: Tensor, positive: Tensor) -> Generator[None, None, float]:
    """The accuracy of a second plane on a quarter it has not seen; NaN if too few."""
    seen, unseen = split(len(x))
    labels = positive[seen]
    if len(seen) < 2 or bool(labels.all()) or not bool(labels.any()):
        return float("nan")
    plane = yield from fit_steps(x[seen], labels)
    return float((plane.side(x[unseen]) == positive[unseen]).double().mean())

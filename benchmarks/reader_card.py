"""The exam of a reader on portraits it has never seen, and the card that tells it."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from sgviz.analysis.reader import READABLE, FactorReader, Readings
from sgviz.analysis.reader_network import Exam
from sgviz.training.portraits import Portraits

RESOLUTIONS = (16, 32, 64)
EXAM_SEED, COUNT = 1_000_037, 4096
BINS = 5


@dataclass(frozen=True, eq=False)
class Examined:
    """An exam, and how far the reader is right about itself.

    ``claimed`` and ``true`` [BINS]: of the readings whose confidence lies in a bin,
    the mean confidence, and the share of the variance that they in fact explain;
    ``share`` [BINS] of all readings are in it.
    """

    exam: Exam
    claimed: Tensor
    true: Tensor
    share: Tensor


def read_portraits(
    reader: FactorReader, side: int, seed: int, count: int
) -> tuple[Readings, Tensor]:
    """Readings of the first portraits of a set, and their factors [count, F]."""
    data, parts = Portraits(side, seed), []
    for first in range(0, count, 256):
        parts.append(reader.read(data.batch(first, min(256, count - first))))
    columns = zip(*((p.values, p.confidence, p.features) for p in parts), strict=True)
    return Readings(*(torch.cat(c) for c in columns)), data.factors(0, count)


def examined(reader: FactorReader, side: int) -> Examined:
    """What a reader makes of portraits of ``side`` pixels that it has not seen.

    Raises
    ------
    ValueError
        It cannot read any factor.
    """
    readings, factors = read_portraits(reader, side, EXAM_SEED, COUNT)
    std = torch.tensor([scale.std for scale in reader.config.factors])
    miss = ((readings.values - factors) / std).square()
    r2 = 1 - miss.mean(0) / (factors / std).var(0, correction=0)
    readable = r2 >= READABLE
    if not readable.any():
        raise ValueError(f"no factor can be read at {side}x{side}: train for longer")
    confidence = readings.confidence[:, readable]
    exam = Exam(
        side,
        tuple(round(x, 4) for x in r2.tolist()),
        tuple(float(f"{x:.5g}") for x in readings.values.std(0).tolist()),
        round(float(confidence.mean()), 4),
    )
    place = (confidence * BINS).long().clamp(max=BINS - 1).flatten()
    count = torch.bincount(place, minlength=BINS).clamp(min=1)
    claimed = torch.bincount(place, confidence.flatten(), BINS) / count
    true = 1 - torch.bincount(place, miss[:, readable].flatten(), BINS) / count
    return Examined(exam, claimed, true, count / len(place))


def card(reader: FactorReader, found: list[Examined], path: Path, command: str) -> str:
    """The page that lies beside a reader's file; ``found`` in order of resolution."""
    weights = sum(t.numel() for t in reader.network.state_dict().values())
    widths = " ".join(str(width) for _, width in reader.config.layers)
    readable = [sum(r2 >= READABLE for r2 in f.exam.r2) for f in found]
    counts = ", ".join(
        f"{n} of {len(reader.names)} at {side}x{side}"
        for n, side in zip(readable, RESOLUTIONS, strict=True)
    )
    return "\n".join(
        [
            f"# {path.stem}",
            "",
            *INTRODUCTION,
            "",
            "| | |",
            "|---|---|",
            f"| file | `{path.name}`, float16, {weights:,} parameters, "
            f"{path.stat().st_size / 2**20:.2f} MB |",
            f"| network | 2x2 blocks, 3x3 convolutions of {widths} channels, "
            f"{reader.config.features} features, two numbers a factor |",
            f"| reads | {counts} factors (R^2 of at least {READABLE}) |",
            f"| made by | `{command}` |",
            "",
            *CONFIDENCE,
            "",
            *_reliability(found[-1]),
            "",
            "## Factor by factor",
            "",
            *_table(reader, [f.exam for f in found]),
            "",
        ]
    )


INTRODUCTION = (
    "Reads the factors of a portrait off its pixels, and says how sure it is. With it",
    "sgviz measures what a generator of portraits covers, along a run and in the card",
    "of the bundled network, with no weights from elsewhere: it was trained by this",
    "project on its own procedurally drawn portraits. MIT licence, as the rest.",
)
CONFIDENCE = (
    "## Confidence",
    "",
    "The reader tells the variance of its own error; its confidence is 1 - that",
    "variance / the factor's. It learned from portraits that were blurred, shrunk,",
    "noisy or badly compressed, and from pictures with nothing to read (an eighth:",
    "clouds of noise, shuffled and bent portraits), for which the right answer is a",
    "confidence of 0. What it claims was set right, one number a factor, on portraits",
    "apart. On others again, at 64x64, readings with such a confidence explain such a",
    "share of the variance (at 16x16 it is too sure of itself, see below):",
)


def _reliability(found: Examined) -> list[str]:
    lines = ["| confidence | readings | claimed | true |", "|---|---:|---:|---:|"]
    rows = zip(found.share, found.claimed, found.true, strict=True)
    for k, (share, claimed, true) in enumerate(rows):
        bounds = f"{k / BINS:.1f} to {(k + 1) / BINS:.1f}"
        lines.append(f"| {bounds} | {share:.0%} | {claimed:.2f} | {true:.2f} |")
    error = float((found.share * (found.claimed - found.true).abs()).sum())
    lines += ["", f"Mean difference of claimed and true, by readings: {error:.3f}."]
    return lines


def _table(reader: FactorReader, exams: list[Exam]) -> list[str]:
    sides = " | ".join(f"R^2 at {exam.resolution}" for exam in exams)
    lines = [
        f"{COUNT} portraits of each size that the reader has not seen. A number in",
        "brackets: too little to count as read. The shape of glasses means nothing",
        "where none are worn, and a fringe hides the brows: that bounds their R^2.",
        "",
        f"| factor | {sides} |",
        "|---|" + "---:|" * len(exams),
    ]
    for k, name in enumerate(reader.names):
        cells = [exam.r2[k] for exam in exams]
        shown = [f"{x:.2f}" if x >= READABLE else f"({x:.2f})" for x in cells]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    kept = [[r2 for r2 in exam.r2 if r2 >= READABLE] for exam in exams]
    mean = [f"{sum(r2s) / len(r2s):.2f}" for r2s in kept]
    sure = [f"{exam.confidence:.2f}" for exam in exams]
    lines.append(f"| *mean of those that can be read* | {' | '.join(mean)} |")
    lines.append(f"| *mean confidence in them* | {' | '.join(sure)} |")
    return lines

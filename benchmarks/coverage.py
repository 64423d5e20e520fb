"""How good is a generator of portraits? By what a small reader makes of its samples.

    python -m benchmarks.coverage MODEL.safetensors [--samples 2048] [--json]
                                  [--card CARD.md] [--sheet SHEET.png]

Samples of a model (seeds 0 ... N - 1, psi 1, constant noise), as many portraits, and
as many images of the same network untrained are compared with N other portraits, all as
the bundled reader sees them (assets/reader). ``--card`` writes the table into a card,
between the two lines that say where; ``--sheet`` writes a picture of 64 portraits
(left) and the first 64 samples (right), neither chosen. ``make card`` does both for the
bundled network.
"""

import argparse
import json
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from benchmarks.reader_card import read_portraits
from sgviz.analysis.quality import DOUBTED, Quality, compare
from sgviz.analysis.reader import READABLE, FactorReader, Readings, load_reader
from sgviz.checkpoints.atomic import write_text_atomically
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import load
from sgviz.models.generator import Generator, to_pixels
from sgviz.models.snapshot import Snapshot
from sgviz.training.portraits import FACTORS, Portraits
from sgviz.training.samples import sample_pixels

COVERED = 0.5
SHEET, GAP = 64, 16
CHUNK = 64
DATA_SEED = 1_000_039  # no reader was trained, calibrated or examined on these
BEGIN, END = "<!-- quality: begin -->", "<!-- quality: end -->"

log = logging.getLogger("coverage")


@dataclass(frozen=True, eq=False)
class Compared:
    """A network next to the data: its samples, real images, and it untrained.

    ``r2`` [F] is how well the reader reads each factor in images of this size,
    ``readable`` what that means; ``first`` are the pixels of the first samples.
    """

    label: str
    count: int
    samples: Quality
    real: Quality
    untrained: Quality
    r2: tuple[float, ...]
    readable: tuple[bool, ...]
    first: Tensor


def compared(snapshot: Snapshot, name: str, count: int) -> Compared:
    """Compare a network with the data, by ``count`` images of each kind.

    Raises
    ------
    ValueError
        Its images are too small to be read.
    """
    reader, side = load_reader(), snapshot.config.resolution
    readable = reader.readable(side)
    portraits, _ = read_portraits(reader, side, DATA_SEED, 2 * count)
    data, real = split(portraits, count)
    log.info("read %d portraits", 2 * count)
    samples, first = read_samples(reader, snapshot.build(), count)
    untrained = Generator(snapshot.config).eval().requires_grad_(requires_grad=False)
    noise, _ = read_samples(reader, untrained, count)
    return Compared(
        label=f"{name} after {snapshot.kimg:,g} kimg",
        count=count,
        samples=compare(samples, data, readable),
        real=compare(real, data, readable),
        untrained=compare(noise, data, readable),
        r2=reader.exam(side).r2,
        readable=readable,
        first=first,
    )


def split(readings: Readings, count: int) -> tuple[Readings, Readings]:
    """The first ``count`` readings, and the others."""
    parts = (readings.values, readings.confidence, readings.features)
    return (
        Readings(*(part[:count] for part in parts)),
        Readings(*(part[count:] for part in parts)),
    )


def read_samples(
    reader: FactorReader, generator: Generator, count: int
) -> tuple[Readings, Tensor]:
    """Readings of seeds 0 ... ``count`` - 1, and the pixels of the first of them."""
    found, first = [], []
    for seed in range(0, count, CHUNK):
        here = min(CHUNK, count - seed)
        pixels = torch.from_numpy(sample_pixels(generator, here, seed))
        found.append(reader.read_pixels(pixels))
        if seed < SHEET:
            first.append(pixels)
        if (seed // CHUNK) % 8 == 7:
            log.info("sampled %d of %d", seed + here, count)
    columns = zip(*((r.values, r.confidence, r.features) for r in found), strict=True)
    return Readings(*(torch.cat(c) for c in columns)), torch.cat(first)[:SHEET]


def as_json(found: Compared) -> dict[str, object]:
    """Every figure, by name."""
    factors = {
        factor.name: {
            "law": factor.distribution,
            "r2": found.r2[k],
            "readable": found.readable[k],
            **{
                name: round(float(getattr(found.samples, name)[k]), 4)
                for name in ("spread", "distance", "overlap", "shift")
            },
        }
        for k, factor in enumerate(FACTORS)
    }
    sets = {
        name: {
            "frechet": round(quality.frechet, 4),
            "confidence": round(quality.confidence, 4),
            "confident": round(quality.confident, 4),
            "covered": covered(found, quality),
            "median_distance": round(median(found, quality.distance), 4),
            "median_overlap": round(median(found, quality.overlap), 4),
        }
        for name, quality in sets_of(found)
    }
    head = {"model": found.label, "count": found.count, "readable": sum(found.readable)}
    return head | sets | {"factors": factors}


def sets_of(found: Compared) -> tuple[tuple[str, Quality], ...]:
    return (
        ("real", found.real),
        ("samples", found.samples),
        ("untrained", found.untrained),
    )


def covered(found: Compared, quality: Quality) -> int:
    """How many of the readable factors a set spreads at least half as widely."""
    return int((quality.spread >= COVERED)[torch.tensor(found.readable)].sum())


def median(found: Compared, figures: Tensor) -> float:
    """The median of a figure over the readable factors."""
    return float(figures[torch.tensor(found.readable)].median())


def text_of(found: Compared) -> str:
    """Both tables and what their words mean, in Markdown."""
    return "\n".join([*_whole(found), "", *_factors(found)])


def _whole(found: Compared) -> list[str]:
    count, total = found.count, sum(found.readable)
    sets = [quality for _, quality in sets_of(found)]
    shares = [covered(found, quality) for quality in sets]
    rows = {
        "Fréchet distance": [f"{q.frechet:.2f}" for q in sets],
        "mean confidence": [f"{q.confidence:.2f}" for q in sets],
        "read with confidence": [f"{q.confident:.0%}" for q in sets],
        "factors covered": [f"{n} of {total} ({n / total:.0%})" for n in shares],
        "median distance": [f"{median(found, q.distance):.2f}" for q in sets],
        "median overlap": [f"{median(found, q.overlap):.2f}" for q in sets],
    }
    return [
        f"{count} samples of {found.label} (seeds from 0, psi 1, constant noise), next",
        f"to {count} other portraits and {count} images of the same network untrained,",
        f"each against {count} portraits, all as this project's own reader of factors",
        "sees them (`assets/reader`; no weights from elsewhere).",
        "",
        "*Fréchet distance*: of the reader's features. *Confidence*: the share of a",
        "factor's variance that the reader says it can tell; an image is read with",
        f"confidence if it reaches what {DOUBTED - 1} of {DOUBTED} portraits reach.",
        "*Covered*: a factor whose spread is at least half of the data's.",
        "",
        "| | real | samples | untrained |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()),
    ]


def _factors(found: Compared) -> list[str]:
    lines = [
        "Factor by factor, as read. *Spread*: deviation over samples / over data.",
        "*Distance*: how far values have to move on average to make the samples'",
        "histogram the data's (Wasserstein-1), in deviations of the data. *Overlap*:",
        "what the two histograms share. *Shift*: the difference of the means, in",
        f"deviations. *R^2*: the reader's own; below {READABLE} a factor cannot be",
        "read, and its verdict is in brackets.",
        "",
        "| factor | law | spread | covered | distance | overlap | shift | R^2 |",
        "|---|---|---:|:---:|---:|---:|---:|---:|",
    ]
    quality = found.samples
    for k, factor in enumerate(FACTORS):
        spread = float(quality.spread[k])
        verdict = "yes" if spread >= COVERED else "**no**"
        cells = (
            f"{spread:.2f}",
            verdict if found.readable[k] else f"({verdict.strip('*')})",
            f"{float(quality.distance[k]):.2f}",
            f"{float(quality.overlap[k]):.2f}",
            f"{float(quality.shift[k]):+.2f}",
            f"{found.r2[k]:.2f}",
        )
        lines.append(f"| {factor.name} | {factor.distribution} | {' | '.join(cells)} |")
    return lines


def write_card(path: Path, text: str) -> None:
    """Put the tables between the two lines of a card that say where they belong.

    Raises
    ------
    ValueError
        The card has no such lines.
    """
    card = path.read_text(encoding="utf-8")
    before, begin, rest = card.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path.name} lacks the lines {BEGIN} and {END}")
    write_text_atomically(path, f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def sheet(data: Tensor, samples: Tensor) -> Image.Image:
    """Two squares of images, u8 [64, R, R, 3] each: data left, samples right."""
    left, right = _square(data), _square(samples)
    gap = np.full((left.shape[0], GAP, 3), 255, np.uint8)
    return Image.fromarray(np.concatenate([left, gap, right], axis=1))


def _square(images: Tensor) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """u8 [n * n, R, R, 3] -> [n * R, n * R, 3]."""
    n, size = int(len(images) ** 0.5), images.shape[1]
    grid = images[: n * n].reshape(n, n, size, size, 3).permute(0, 2, 1, 3, 4)
    return grid.reshape(n * size, n * size, 3).numpy()


def _parsed() -> argparse.Namespace:
    about = (__doc__ or "").splitlines()[0]
    parser = argparse.ArgumentParser(prog="benchmarks.coverage", description=about)
    parser.add_argument("model", type=Path, help="a model file of ours, of portraits")
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--json", action="store_true", help="print JSON instead")
    parser.add_argument("--card", type=Path, help="write the tables into this card")
    parser.add_argument("--sheet", type=Path, help="write a picture of 64 + 64")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    args = _parsed()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(args.threads)
    try:
        snapshot = load(args.model)
        found = compared(snapshot, args.model.stem, args.samples)
        text = text_of(found)
        if args.card:
            write_card(args.card, text)
    except (FileError, ValueError, OSError) as error:
        print(f"coverage: {error}", file=sys.stderr)
        return 2
    if args.sheet:
        side = snapshot.config.resolution
        data = to_pixels(Portraits(side, DATA_SEED).batch(0, SHEET))
        # 256 colours: a third of the bytes, and no difference to be seen.
        sheet(data, found.first).quantize(256).save(args.sheet, optimize=True)
    print(json.dumps(as_json(found), indent=2) if args.json else text)
    return 0


if __name__ == "__main__":
    sys.exit(main())

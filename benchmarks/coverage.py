"""Does a generator of portraits cover its data? Factor by factor, and to the eye.

Samples of a model (seeds 0 ... N - 1, psi 1, constant noise) and portraits are shown
to the same reader (factor_regressor.py). The spread of a factor over the samples,
against its spread over the data, both as read, is 1 where the model covers the
factor and 0 where it has collapsed to one value.

    python benchmarks/coverage.py MODEL.safetensors [--out DIR]
                                  [--reader READER.safetensors] [--samples 2048]

Writes coverage.md (the table, also printed) and coverage.png (64 portraits left, the
first 64 samples right, neither chosen).
"""

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from factor_regressor import (
    EPOCHS,
    IMAGES,
    READABLE,
    SIZE,
    Exam,
    examined,
    held_out,
    read,
    reader_from,
    within_range,
)
from PIL import Image
from torch import Tensor

from sgviz.checkpoints.native import load
from sgviz.models.generator import Generator, to_pixels
from sgviz.training.portraits import FACTORS

COVERED = 0.5
SHEET = 64
GAP = 16
BINS = 20

log = logging.getLogger("coverage")


@dataclass(frozen=True, eq=False)
class Coverage:
    """How samples compare with data, each [F], in deviations of the data's factors.

    ``spread`` is the ratio of the standard deviations as read, ``overlap`` the share
    of their histograms that is common, ``shift`` the difference of the means as read,
    ``r2`` how well the reader reads the factor.
    """

    spread: Tensor
    overlap: Tensor
    shift: Tensor
    r2: Tensor


def sampled(generator: Generator, count: int, batch: int = 32) -> Tensor:
    """u8 [count, R, R, 3]: the images of seeds 0 ... ``count`` - 1 at psi 1."""
    z_dim, num_ws = generator.config.z_dim, generator.num_ws
    images = []
    with torch.no_grad():
        for first in range(0, count, batch):
            seeds = range(first, min(first + batch, count))
            z = [np.random.RandomState(seed).randn(1, z_dim) for seed in seeds]
            w = generator.mapping(torch.from_numpy(np.concatenate(z)).float())
            ws = w[:, None].expand(-1, num_ws, -1)
            images.append(to_pixels(generator.synthesis(ws)))
            if (first // batch) % 8 == 7:
                log.info("sampled %d of %d", seeds.stop, count)
    return torch.cat(images)


def coverage(samples: Tensor, exam: Exam) -> Coverage:
    """Compare readings of samples [N, F] with those of held-out data."""
    samples, data = within_range(samples), within_range(exam.readings)
    return Coverage(
        spread=samples.std(0) / data.std(0),
        overlap=_overlap(samples, data),
        shift=samples.mean(0) - data.mean(0),
        r2=exam.r2,
    )


def _overlap(samples: Tensor, data: Tensor) -> Tensor:
    """Sum over bins of min(p, q), [F], for readings [N, F] and [M, F].

    The bins are the data's own quantiles, so that each holds as much of the data.
    """
    edges = torch.quantile(data, torch.linspace(0, 1, BINS + 1)[1:-1], dim=0)
    shares = []
    for values in (samples, data):
        place = torch.searchsorted(edges.T.contiguous(), values.T.contiguous())
        counts = torch.nn.functional.one_hot(place, BINS).sum(1)
        shares.append(counts / len(values))
    return torch.minimum(*shares).sum(1)


def table(found: Coverage, label: str, samples: int) -> str:
    """The comparison in Markdown, with the shares of factors that are covered."""
    lines = [
        f"# Factor coverage of {label}",
        "",
        f"{samples} samples (seeds from 0, psi 1) against the data, both as a small",
        "regressor reads them (readings end where the factor's range ends).",
        "",
        f"*Spread*: deviation over samples / over data; covered from {COVERED} on.",
        "*Overlap*: what the two histograms share (1: the same). An untrained network",
        "spreads too (median about 1.1), but its overlap is about 0.6. *Shift*: the",
        "difference of the means in deviations of the factor. *R^2*: the regressor's",
        f"own on held-out data; below {READABLE} a factor counts as unreadable, its",
        "verdict is in brackets.",
        "",
        "| factor | law | spread | covered | overlap | shift | R^2 |",
        "|---|---|---:|:---:|---:|---:|---:|",
    ]
    rows = zip(
        FACTORS,
        found.spread.tolist(),
        found.overlap.tolist(),
        found.shift.tolist(),
        found.r2.tolist(),
        strict=True,
    )
    for factor, spread, overlap, shift, r2 in rows:
        verdict = "yes" if spread >= COVERED else "no"
        if r2 < READABLE:
            verdict = f"({verdict})"
        cells = f"{spread:.2f} | {verdict} | {overlap:.2f} | {shift:+.2f} | {r2:.2f}"
        lines.append(f"| {factor.name} | {factor.distribution} | {cells} |")
    return "\n".join([*lines, "", *_summary(found), ""])


def _summary(found: Coverage) -> list[str]:
    """How many factors are covered: of all, and of those that can be read."""
    readable = found.r2 >= READABLE
    covered = found.spread >= COVERED
    lines = []
    for name, which in (("all", torch.ones_like(readable)), ("readable", readable)):
        count, total = int((covered & which).sum()), int(which.sum())
        share = count / max(total, 1)
        lines.append(f"Covered of {name} factors: {count} of {total} ({share:.0%}).  ")
    median = found.spread[readable].median().item()
    common = found.overlap[readable].median().item()
    return [
        *lines,
        f"Median of the readable factors: spread {median:.2f}, overlap {common:.2f}.",
    ]


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
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path, help="a model file of ours, 64x64")
    parser.add_argument("--out", type=Path, default=Path("."))
    parser.add_argument("--reader", type=Path, help="keep the reader in this file")
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--images", type=int, default=IMAGES, help="to train on")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    args = _parsed()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(args.threads)
    snapshot = load(args.model)
    if snapshot.config.resolution != SIZE:
        raise SystemExit(f"{args.model.name} does not draw {SIZE}x{SIZE} images")
    samples = sampled(snapshot.build(), args.samples)
    reader = reader_from(args.reader, args.images, args.epochs)
    found = coverage(read(reader, samples), examined(reader))
    label = f"{args.model.name} after {snapshot.kimg:g} kimg"
    text = table(found, label, args.samples)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "coverage.md").write_text(text, encoding="utf-8")
    sheet(held_out(SHEET), samples[:SHEET]).save(args.out / "coverage.png")
    print(text)


if __name__ == "__main__":
    main()

"""A small reader of portraits: which factors made an image, as a network sees them.

It tells how much of each factor survives in the samples of a generator (coverage.py).
Trained from scratch in about a minute on one core; its own R^2 on held-out portraits
says which factors can be read at all.

    python benchmarks/factor_regressor.py [--images 24576] [--epochs 2]
                                          [--reader READER.safetensors]
"""

import argparse
import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from sgviz.models.generator import to_pixels
from sgviz.training.portraits import FACTORS, Portraits

SIZE = 64
BATCH = 32
IMAGES, EPOCHS = 24576, 2
RATE = 3e-3
WIDTHS = (32, 64, 96, 128)
HIDDEN = 256
TRAINING_SEED, HELD_OUT_SEED = 1_000_003, 1_000_033
HELD_OUT = 2048
READABLE = 0.2  # the least R^2 with which a factor counts as read at all

log = logging.getLogger("factor_regressor")


class Reader(nn.Module):
    """Images [N, 3, 64, 64] in [-1, 1] -> standardised factors [N, F].

    Blocks of 2x2 pixels, four convolutions and, since where something is matters as
    much as what it is, one dense layer over the last 4x4 map.
    """

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.PixelUnshuffle(2)]
        inputs = 12
        for stride, width in zip((1, 2, 2, 2), WIDTHS, strict=True):
            layers += [nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(width), nn.LeakyReLU(0.1)]
            inputs = width
        layers += [nn.Flatten(), nn.Linear(inputs * 16, HIDDEN, bias=False)]
        layers += [nn.BatchNorm1d(HIDDEN), nn.LeakyReLU(0.1)]
        layers += [nn.Linear(HIDDEN, len(FACTORS))]
        for layer in layers:
            if isinstance(layer, nn.Conv2d | nn.Linear):
                std = math.sqrt(1 / layer.weight[0].numel())
                nn.init.normal_(layer.weight, std=std, generator=generator)
        self.layers = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """The factors in units of their standard deviation over the data."""
        factors: Tensor = self.layers(x)
        return factors


@dataclass(frozen=True, eq=False)
class Exam:
    """What a reader made of held-out portraits.

    ``readings`` [M, F] are standardised factors, ``r2`` [F] the share of each
    factor's variance that they explain.
    """

    readings: Tensor
    r2: Tensor


def standardised(factors: Tensor) -> Tensor:
    """Factors [N, F] with mean 0 and deviation 1 under their own laws."""
    low = torch.tensor([f.low for f in FACTORS])
    span = torch.tensor([f.high - f.low for f in FACTORS])
    chance = torch.tensor([0.5 if f.chance is None else f.chance for f in FACTORS])
    binary = torch.tensor([f.chance is not None for f in FACTORS])
    spread = torch.where(
        binary, (chance * (1 - chance)).sqrt(), torch.tensor(1 / 12).sqrt()
    )
    return ((factors - low) / span - chance) / spread


def within_range(readings: Tensor) -> Tensor:
    """Standardised readings [N, F], none beyond what the factor can be."""
    low = standardised(torch.tensor([[f.low for f in FACTORS]]))
    high = standardised(torch.tensor([[f.high for f in FACTORS]]))
    return torch.minimum(torch.maximum(readings, low), high)


def train(images: int = IMAGES, epochs: int = EPOCHS, seed: int = 0) -> Reader:
    """A reader trained on ``images`` portraits, each seen ``epochs`` times."""
    reader = Reader(torch.Generator().manual_seed(seed))
    data = Portraits(SIZE, TRAINING_SEED + seed)
    steps = max(1, images // BATCH)
    optimiser = torch.optim.AdamW(reader.parameters(), lr=RATE)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=steps * epochs
    )
    kept: list[Tensor] = []
    start = time.perf_counter()
    for step in range(steps * epochs):
        k = step % steps
        if step < steps:
            kept.append(to_pixels(data.batch(k * BATCH, BATCH)))
        wanted = standardised(data.factors(k * BATCH, BATCH))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            seen = reader(from_pixels(kept[k]))
        loss = (seen.float() - wanted).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
        if (step + 1) % 128 == 0 or step + 1 == steps * epochs:
            seconds, total = time.perf_counter() - start, steps * epochs
            shown = step + 1, total, loss.item(), seconds
            log.info("reader: step %d of %d, loss %.3f, %.0f s", *shown)
    return reader.eval().requires_grad_(requires_grad=False)


def from_pixels(pixels: Tensor) -> Tensor:
    """u8 [N, H, W, 3] -> [N, 3, H, W] in [-1, 1], in channels-last memory."""
    return (pixels.float() / 127.5 - 1).permute(0, 3, 1, 2)


def read(reader: Reader, pixels: Tensor) -> Tensor:
    """The standardised factors [N, F] that a reader sees in u8 [N, 64, 64, 3]."""
    with torch.no_grad():
        return torch.cat([reader(from_pixels(p)) for p in torch.split(pixels, 256)])


def held_out(count: int = HELD_OUT) -> Tensor:
    """Portraits that no reader was trained on, u8 [count, 64, 64, 3]."""
    return to_pixels(Portraits(SIZE, HELD_OUT_SEED).batch(0, count))


def examined(reader: Reader) -> Exam:
    """The reader's readings of held-out portraits, and how good they are.

    The shape of glasses means nothing where none are worn, and a fringe hides the
    brows: their R^2 is bounded by that.
    """
    wanted = standardised(Portraits(SIZE, HELD_OUT_SEED).factors(0, HELD_OUT))
    readings = read(reader, held_out())
    missed = (readings - wanted).square().mean(0)
    return Exam(readings, 1 - missed / wanted.var(0, correction=0))


def reader_from(
    path: Path | None, images: int = IMAGES, epochs: int = EPOCHS
) -> Reader:
    """The reader kept at ``path``; trained, and kept there, if there is none."""
    if path is not None and path.exists():
        reader = Reader(torch.Generator().manual_seed(0))
        reader.load_state_dict(load_file(path))
        return reader.eval().requires_grad_(requires_grad=False)
    reader = train(images, epochs)
    if path is not None:
        weights = {k: v.contiguous() for k, v in reader.state_dict().items()}
        save_file(weights, path)
    return reader


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--images", type=int, default=IMAGES)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--reader", type=Path, help="keep the reader in this file")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(args.threads)
    exam = examined(reader_from(args.reader, args.images, args.epochs))
    print("| factor | law | R^2 |\n|---|---|---:|")
    for factor, r2 in zip(FACTORS, exam.r2.tolist(), strict=True):
        print(f"| {factor.name} | {factor.distribution} | {r2:.2f} |")
    readable = int((exam.r2 >= READABLE).sum())
    print(f"\n{readable} of {len(FACTORS)} factors can be read (R^2 >= {READABLE}).")


if __name__ == "__main__":
    main()

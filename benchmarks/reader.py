"""Train the reader of portraits that comes with sgviz, and examine it.

    python -m benchmarks.reader --out assets/reader/portraits-factors.safetensors

It learns from portraits drawn for it, softened and mixed with nonsense
(corruption.py), so that it reads what a generator makes with as much doubt as it
deserves. The errors it expects of itself are then set right on portraits it has not
seen, and its R^2 at each resolution goes into the file. The same command makes the same
reader on the same machine; the card beside it (.md) is written too.
"""

import argparse
import logging
import time
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.corruption import Corruption
from benchmarks.reader_card import RESOLUTIONS, card, examined
from sgviz.analysis.reader import (
    FactorReader,
    from_pixels,
    load_reader,
    reader_metadata,
    resampled,
)
from sgviz.analysis.reader_network import SLOPE, ReaderConfig, ReaderNetwork, Scale
from sgviz.checkpoints.container import write_tensors
from sgviz.models.generator import to_pixels
from sgviz.training.portraits import FACTORS, Portraits

SIZE, BATCH, RATE = 64, 64, 4e-3
IMAGES, EPOCHS = 40960, 10
LAYERS = ((1, 32), (1, 32), (2, 64), (1, 64), (2, 112), (1, 112), (2, 128))
FEATURES = 192
NONSENSE = 0.125
TRAINING_SEED, CALIBRATION_SEED = 1_000_003, 1_000_033
HELD_OUT = 4096

log = logging.getLogger("reader")


class Pupil(nn.Module):
    """The network of a reader while it learns: with batch normalisation."""

    def __init__(self, config: ReaderConfig, generator: torch.Generator) -> None:
        super().__init__()
        inputs = 12
        self.convolutions, self.norms = nn.ModuleList(), nn.ModuleList()
        for stride, width in config.layers:
            layer = nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False)
            self.convolutions.append(layer)
            self.norms.append(nn.BatchNorm2d(width))
            inputs = width
        self.dense = nn.Linear(inputs * 16, config.features, bias=False)
        self.dense_norm = nn.BatchNorm1d(config.features)
        self.head = nn.Linear(config.features, 2 * len(config.factors))
        nn.init.zeros_(self.head.bias)
        for layer in (*self.convolutions, self.dense, self.head):
            std = layer.weight[0].numel() ** -0.5
            nn.init.normal_(layer.weight, std=std, generator=generator)
        self.to(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pixel_unshuffle(x, 2)
        for layer, norm in zip(self.convolutions, self.norms, strict=True):
            x = F.leaky_relu(norm(layer(x)), SLOPE)
        x = F.leaky_relu(self.dense_norm(self.dense(x.flatten(1))), SLOPE)
        answers: Tensor = self.head(x)
        return answers

    def folded(self) -> dict[str, Tensor]:
        """The weights of the same network without normalisation."""
        pairs = [*zip(self.convolutions, self.norms, strict=True)]
        pairs.append((self.dense, self.dense_norm))
        names = [f"convolutions.{k}" for k in range(len(self.norms))] + ["dense"]
        found = {f"head.{key}": t for key, t in self.head.state_dict().items()}
        for name, (layer, norm) in zip(names, pairs, strict=True):
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()
            shape = [-1] + [1] * (layer.weight.ndim - 1)
            found[f"{name}.weight"] = layer.weight * gain.reshape(shape)
            found[f"{name}.bias"] = norm.bias - norm.running_mean * gain
        return {key: t.detach().clone().contiguous() for key, t in found.items()}


def plain_config() -> ReaderConfig:
    """The reader of portraits, before its exams."""
    scales = tuple(Scale(f.name, f.low, f.high, f.chance) for f in FACTORS)
    return ReaderConfig(SIZE, LAYERS, FEATURES, scales)


def standardised(factors: Tensor) -> Tensor:
    """Factors [N, F] with mean 0 and deviation 1; binary ones stay 0 and 1."""
    scales = plain_config().factors
    mean = torch.tensor([0.0 if s.chance else s.mean for s in scales])
    std = torch.tensor([1.0 if s.chance else s.std for s in scales])
    return (factors - mean) / std


def loss_of(answers: Tensor, wanted: Tensor) -> Tensor:
    """Negative log likelihood, weighted by the square root of the claimed variance.

    The weight keeps hard factors from being given up early (Seitzer et al. 2022,
    arXiv 2203.09168, beta = 0.5).
    """
    binary = torch.tensor([f.chance is not None for f in FACTORS])
    value, log_variance = answers.chunk(2, 1)
    miss = (value - wanted).square()
    gaussian = 0.5 * (log_variance + miss * torch.exp(-log_variance))
    gaussian = gaussian * (0.5 * log_variance.detach()).exp()
    yes_or_no = F.binary_cross_entropy_with_logits(
        value, wanted.clamp(0, 1), reduction="none"
    )
    return torch.where(binary, yes_or_no, gaussian).mean()


def drawn(images: int, seed: int) -> Tensor:
    """Portraits as pixels, u8 [images, 64, 64, 3]."""
    data, parts = Portraits(SIZE, seed), []
    for first in range(0, images, 512):
        parts.append(to_pixels(data.batch(first, min(512, images - first))))
        if first % 8192 == 0:
            log.info("reader: %d of %d portraits drawn", first, images)
    return torch.cat(parts)


def trained(images: int, epochs: int, seed: int) -> Pupil:
    """A network that saw ``images`` portraits ``epochs`` times."""
    own = torch.Generator().manual_seed(seed)
    pupil, harm = Pupil(plain_config(), own), Corruption(seed)
    pixels = drawn(images, TRAINING_SEED + seed)
    wanted = standardised(Portraits(SIZE, TRAINING_SEED + seed).factors(0, images))
    optimiser = torch.optim.AdamW(pupil.parameters(), lr=RATE, weight_decay=0.02)
    steps = images // BATCH * epochs
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    start, order = time.perf_counter(), torch.empty(0, dtype=torch.long)
    for step in range(steps):
        if len(order) < BATCH:
            order = torch.randperm(images, generator=own)
        chosen, order = order[:BATCH], order[BATCH:]
        x, y = from_pixels(pixels[chosen]), wanted[chosen]
        lost = round(NONSENSE * BATCH)
        # The last few are nonsense, with the factors of others.
        x[-lost:] = harm.nonsense(x[-lost:])
        y[-lost:] = wanted[torch.randint(images, (lost,), generator=own)]
        x = harm.softened(x).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            answers = pupil(x)
        loss = loss_of(answers.float(), y)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
        optimiser.step()
        rate.step()
        if (step + 1) % 128 == 0 or step + 1 == steps:
            passed = time.perf_counter() - start
            shown = step + 1, steps, loss.item(), passed
            log.info("reader: step %d of %d, loss %.3f, %.0f s", *shown)
    return pupil.eval()


def reader_of(config: ReaderConfig, weights: dict[str, Tensor]) -> FactorReader:
    """A reader with these weights."""
    network = ReaderNetwork(config)
    network.load_state_dict({key: t.float() for key, t in weights.items()})
    return FactorReader(config, network)


def calibrated(config: ReaderConfig, weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights with each factor's claimed variance set right, and in float16.

    One number a factor, by portraits of 32 and of 64 pixels that it did not learn
    from: the mean squared error against the mean of the claimed variance.
    """
    network = reader_of(config, weights).network
    error = claim = torch.zeros(len(FACTORS))
    for side in (SIZE // 2, SIZE):
        data, answers = Portraits(side, CALIBRATION_SEED), []
        wanted = standardised(data.factors(0, HELD_OUT // 2))
        for first in range(0, HELD_OUT // 2, 128):
            images = resampled(data.batch(first, 128), SIZE)
            with torch.no_grad():
                answers.append(network(images)[1])
        value, log_variance = torch.cat(answers).chunk(2, 1)
        error = error + (value - wanted).square().mean(0)
        claim = claim + log_variance.exp().mean(0)
    bias = weights["head.bias"].clone()
    bias[len(FACTORS) :] += (error / claim).log()
    return {key: t.half() for key, t in (weights | {"head.bias": bias}).items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks.reader", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--images", type=int, default=IMAGES)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(args.threads)
    config, start = plain_config(), time.perf_counter()
    pupil = trained(args.images, args.epochs, args.seed)
    weights = calibrated(config, pupil.folded())
    minutes = (time.perf_counter() - start) / 60
    reader = reader_of(config, weights)
    try:
        found = [examined(reader, side) for side in RESOLUTIONS]
    except ValueError as error:
        parser.exit(1, f"reader: {error}\n")
    config = replace(config, exams=tuple(one.exam for one in found))
    command = f"python -m benchmarks.reader --images {args.images} "
    command += f"--epochs {args.epochs} --seed {args.seed}"
    provenance = {"command": command, "data": "portraits", "licence": "MIT"}
    kimg = args.images * args.epochs / 1000
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_tensors(args.out, weights, reader_metadata(config, kimg, provenance))
    reader = load_reader(args.out)
    text = card(reader, found, args.out, f"{command} --out {args.out.as_posix()}")
    args.out.with_suffix(".md").write_text(text, encoding="utf-8")
    log.info("reader: %.0f minutes\n\n%s", minutes, text)


if __name__ == "__main__":
    main()

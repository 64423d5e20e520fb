"""The leaky ReLU of alias-free networks: up, nonlinearity, down, by matrix products.

Karras et al. 2021, arXiv 2106.12423, section 3.2 and appendix C.3. In one direction
both filters are banded matrices. They are applied to strips of the result, each small
enough for the cache: the oversampled signal, the largest by far, never exists as a
whole. A dense matrix of some dozen rows times everything beside it is what a processor
does best, zeros included: many times faster than convolutions of single channels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from sgviz.models.alias_free import LayerPlan
from sgviz.models.filters import Array
from sgviz.models.layers import SLOPE

# Rows of the result in a strip, and of the two signals in a product: the fastest of
# 4 to 64, by little.
STRIP = 16
TILE_UP = 32
TILE_DOWN = 16


@dataclass(frozen=True, eq=False)
class Tile:
    """Rows ``rows`` of a banded product need the rows ``of`` alone."""

    rows: slice
    of: slice
    matrix: Tensor

    @property
    def height(self) -> int:
        """How many rows come out."""
        return int(self.rows.stop - self.rows.start)


@dataclass(frozen=True, eq=False)
class Strip:
    """Rows ``rows`` of the result: both vertical filters of them."""

    rows: slice
    up: Tile
    down: Tensor


@dataclass(frozen=True, eq=False)
class Tables:
    """All matrices of a layer, of one type on one device; J terms down."""

    strips: tuple[Strip, ...]
    up: tuple[Tile, ...]
    down: tuple[Tile, ...]
    terms: int


class FilteredLeakyReLU:
    """x [N, C, s, s] -> [N, C, size, size] of a layer's plan, s what its conv gives.

    ``clamp`` bounds what leaves the nonlinearity. The gain of the original is left to
    the layer before.
    """

    def __init__(self, plan: LayerPlan, clamp: float | None = None) -> None:
        self.plan, self.clamp = plan, clamp
        self.wide = plan.before.size + plan.kernel - 1
        self.size = plan.after.size
        low, high = plan.padding
        self.tall = self.wide * plan.up + low + high - len(plan.up_taps) + 1
        self._tables: dict[tuple[torch.dtype, torch.device], Tables] = {}

    def __call__(self, x: Tensor) -> Tensor:
        """The filtered signal, channels last."""
        if torch.is_grad_enabled():
            return self.in_one(x)
        bounded = self.clamp is None or self._stays_within(x)
        tables = self._tables_for(x)
        images = x.permute(0, 2, 3, 1).contiguous()
        out = images.new_empty(len(x), self.size, self.size, x.shape[1])
        for image, into in zip(images, out, strict=True):
            self._strips(image, into, tables, None if bounded else self.clamp)
        return out.permute(0, 3, 1, 2)

    def in_one(self, x: Tensor) -> Tensor:
        """The same as one chain of dense products, which can be differentiated."""
        low, high, rows = self._up_rows(0, self.tall)
        up = torch.from_numpy(rows).to(x)
        y = F.leaky_relu(up @ x[:, :, low:high, low:high] @ up.t(), SLOPE)
        if self.clamp is not None:
            y = y.clamp(-self.clamp, self.clamp)
        matrices = self._down_rows(0, self.size)[2]
        result = torch.zeros_like(y[:, :, : self.size, : self.size])
        weights = self.plan.down_terms[1]
        for weight, matrix in zip(weights, matrices, strict=True):
            down = torch.from_numpy(matrix).to(x)
            result = result + float(weight) * (down @ y @ down.t())
        return result

    def _strips(
        self, x: Tensor, out: Tensor, tables: Tables, clamp: float | None
    ) -> None:
        """One image: x [s, s, C] into out [size, size, C]."""
        wide, channels, size = self.wide, x.shape[2], self.size
        memory = Scratch(x)
        for strip in tables.strips:
            high = strip.up.height
            across = high * channels
            rows = x[strip.up.of].flatten(1)
            tall = strip.up.matrix @ rows
            # From here on columns come first, so that they too are rows of a matrix.
            tall = tall.view(high, wide, channels).transpose(0, 1).reshape(wide, -1)
            y = memory.take("y", self.tall, across)
            for tile in tables.up:
                torch.mm(tile.matrix, tall[tile.of], out=y[tile.rows])
            y = F.leaky_relu_(y, SLOPE)
            if clamp is not None:
                y = y.clamp_(-clamp, clamp)
            z = memory.take("z", tables.terms * size, across).view(
                tables.terms, size, across
            )
            for tile in tables.down:
                _product(tile, y, z)
            z = z.view(tables.terms, size, high, channels).transpose(1, 2)
            into = out[strip.rows].flatten(1)
            torch.mm(strip.down, z.reshape(tables.terms * high, -1), out=into)

    def _stays_within(self, x: Tensor) -> bool:
        """Whether no filtered x reaches the clamp: far cheaper than clamping it."""
        assert self.clamp is not None
        phases = self.plan.up * np.abs(self.plan.up_taps)
        gain = max(phases[i :: self.plan.up].sum() for i in range(self.plan.up))
        low, high = torch.aminmax(x)
        return max(-float(low), float(high)) * float(gain) ** 2 <= self.clamp

    def _tables_for(self, x: Tensor) -> Tables:
        key = (x.dtype, x.device)
        if key not in self._tables:
            self._tables[key] = self._make_tables(x)
        return self._tables[key]

    def _make_tables(self, like: Tensor) -> Tables:
        def tensor(matrix: Array) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(matrix)).to(like)

        strips = []
        for top, bottom in _steps(self.size, STRIP):
            first, last, down = self._down_rows(top, bottom)
            low, high, up = self._up_rows(first, last)
            weighted = down * self.plan.down_terms[1][:, None, None]
            beside = np.concatenate(list(weighted), axis=1)
            tile = Tile(slice(first, last), slice(low, high), tensor(up))
            strips.append(Strip(slice(top, bottom), tile, tensor(beside)))
        up_tiles = [
            Tile(slice(a, b), slice(low, high), tensor(matrix))
            for a, b in _steps(self.tall, TILE_UP)
            for low, high, matrix in [self._up_rows(a, b)]
        ]
        down_tiles = [
            Tile(
                slice(a, b), slice(low, high), tensor(matrices.reshape(-1, high - low))
            )
            for a, b in _steps(self.size, TILE_DOWN)
            for low, high, matrices in [self._down_rows(a, b)]
        ]
        terms = len(self.plan.down_terms[1])
        return Tables(tuple(strips), tuple(up_tiles), tuple(down_tiles), terms)

    def _up_rows(self, first: int, last: int) -> tuple[int, int, Array]:
        """Rows of the oversampled signal: which samples they need, and how much."""
        taps, factor, before = self.plan.up_taps, self.plan.up, self.plan.padding[0]
        low = max(0, -((before - first) // factor))
        high = min(self.wide, (last + len(taps) - 2 - before) // factor + 1)
        tap = np.arange(low, high) * factor - np.arange(first, last)[:, None] + before
        inside = (tap >= 0) & (tap < len(taps))
        matrix = np.where(inside, factor * taps[tap.clip(0, len(taps) - 1)], 0.0)
        return low, max(high, low), matrix

    def _down_rows(self, first: int, last: int) -> tuple[int, int, Array]:
        """Rows of the result: the same, a matrix for each term."""
        taps, factor = self.plan.down_terms[0], self.plan.down
        count = taps.shape[1]
        low, high = first * factor, (last - 1) * factor + count
        tap = np.arange(low, high) - factor * np.arange(first, last)[:, None]
        inside = (tap >= 0) & (tap < count)
        return low, high, np.where(inside, taps[:, tap.clip(0, count - 1)], 0.0)


class Scratch:
    """Memory that one strip after another writes into: fresh pages cost time."""

    def __init__(self, like: Tensor) -> None:
        self._like = like
        self._kept: dict[str, Tensor] = {}

    def take(self, name: str, rows: int, columns: int) -> Tensor:
        """An uninitialised matrix."""
        kept = self._kept.get(name)
        if kept is None or kept.numel() < rows * columns:
            kept = self._kept[name] = self._like.new_empty(rows * columns)
        return kept[: rows * columns].view(rows, columns)


def _product(tile: Tile, y: Tensor, into: Tensor) -> None:
    """Rows of every term: the tile's matrix [J * rows, .] into [J, size, .]."""
    if len(into) == 1:
        torch.mm(tile.matrix, y[tile.of], out=into[0, tile.rows])
    else:
        rows = tile.matrix @ y[tile.of]
        into[:, tile.rows] = rows.view(len(into), tile.height, -1)


def _steps(count: int, step: int) -> Iterator[tuple[int, int]]:
    return pairwise([*range(0, count, step), count])

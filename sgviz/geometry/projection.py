"""From W, or another space, to the three dimensions of a picture.

A :class:`Basis` is found once for what is shown and applied to it; the same basis
then places single points (the marker) among the curves, whatever it was found from.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Positions = NDArray[np.float32]
Names = tuple[str, str, str]


@dataclass(frozen=True)
class Called:
    """What a space and its coordinates are called on the screen."""

    space: str = "W"
    coordinate: str = "w{}"

    def names(self, columns: list[int]) -> tuple[str, ...]:
        """The names of coordinates."""
        return tuple(self.coordinate.format(column) for column in columns)


W = Called()


@dataclass(frozen=True, eq=False)
class Basis:
    """S triples of directions of a space, relative to ``centre`` [D].

    ``directions`` is float32 [D, 3] (S = 1), or None where the directions are
    coordinates, whose numbers ``columns`` int64 [S, 3] then holds. ``shares`` are
    the explained shares of the variance, where they are known; ``note`` is one
    sentence where not all that was asked for could be had, else empty.
    """

    centre: Tensor
    titles: tuple[str, ...]
    axes: Names
    columns: Tensor | None = None
    directions: Tensor | None = None
    shares: tuple[float, ...] = ()
    note: str = ""

    def apply(self, w: Tensor) -> Positions:
        """Where ``w`` [..., D] lies in every slice, float32 [S, ..., 3].

        Raises
        ------
        ValueError
            ``w`` has another number of coordinates than the basis.
        """
        dim = len(self.centre)
        if w.shape[-1] != dim:
            raise ValueError(f"this basis is for {dim} coordinates, not {w.shape[-1]}")
        points = w.detach().cpu().float().reshape(-1, dim)
        placed = self._place(points).contiguous()
        return placed.reshape(len(placed), *w.shape[:-1], 3).numpy()

    def _place(self, points: Tensor) -> Tensor:
        """[M, D] -> [S, M, 3]."""
        if self.columns is not None:
            # Only what is shown is touched: a few coordinates of many points.
            columns = self.columns.reshape(-1)
            shown = points[:, columns] - self.centre[columns]
            return shown.reshape(len(points), -1, 3).transpose(0, 1)
        if self.directions is None:
            raise ValueError("a basis needs coordinates or directions")
        return ((points - self.centre) @ self.directions)[None]


def triplets(
    dim: int, start: int, count: int, stride: int, called: Called = W
) -> Basis:
    """``count`` coordinate triplets (d, d + 1, d + 2), d = start + stride * k.

    Fitted to ``dim``: the last start is dim - 3, so that the last coordinate is
    reached, and only triplets that are there are taken; ``note`` says what changed.
    """
    _check_dim(dim, called)
    first = min(start, dim - 3)
    there = (dim - 3 - first) // stride + 1
    columns = first + stride * torch.arange(min(count, there))[:, None]
    columns = columns + torch.arange(3)
    rows = [called.names(row) for row in columns.tolist()]
    titles = tuple(f"{first}\u2013{last}" for first, _, last in rows)
    return Basis(
        torch.zeros(dim),
        titles,
        (rows[0][0], rows[0][1], rows[0][2]),
        columns=columns,
        note=_fitted(dim, start, first, count, len(columns), called),
    )


def best_triplets(
    w: Tensor, start: int, count: int, stride: int, called: Called = W
) -> Basis:
    """``count`` triplets (d, d + 1, d + 2), d = stride * k, by their share of energy.

    The energy of curves ``w`` [..., N, D] is their squared distance from the mean of
    each, summed; a triplet's share is that of its coordinates. ``start`` of the best
    are passed over; the titles say the shares.
    """
    dim = w.shape[-1]
    _check_dim(dim, called)
    points = w.detach().cpu().double()
    squares = (points - points.mean(dim=-2, keepdim=True)).square()
    each = squares.reshape(-1, dim).sum(dim=0)
    firsts = torch.arange(0, dim - 2, stride)
    energies = each.unfold(0, 3, 1).sum(dim=1)[firsts]
    order = energies.nan_to_num(0.0).argsort(descending=True, stable=True)
    ranks = order[min(start, len(order) - 1) :][:count]
    columns = firsts[ranks][:, None] + torch.arange(3)
    shares = (energies[ranks] / each.sum()).tolist()
    rows = [called.names(row) for row in columns.tolist()]
    titles = tuple(
        f"{first}\u2013{last} · {share:.1%}"
        for (first, _, last), share in zip(rows, shares, strict=True)
    )
    kind = "triplet" if len(ranks) == 1 else "triplets"
    note = f"{called.space} has {len(order)} such triplets: showing {len(ranks)} {kind}"
    return Basis(
        torch.zeros(dim),
        titles,
        (rows[0][0], rows[0][1], rows[0][2]),
        columns=columns,
        note="" if len(ranks) == count else note,
    )


def coordinates(dim: int, i: int, j: int, k: int, called: Called = W) -> Basis:
    """Any three coordinates; ValueError where there is no such one."""
    _check_dim(dim, called)
    if max(i, j, k) >= dim:
        raise ValueError(
            f"{called.space} has the coordinates 0 to {dim - 1}: "
            f"there is no {max(i, j, k)}"
        )
    x, y, z = called.names([i, j, k])
    names = (x, y, z)
    columns = torch.tensor([[i, j, k]])
    return Basis(torch.zeros(dim), (" ".join(names),), names, columns=columns)


def random_axes(dim: int, seed: int, called: Called = W) -> Basis:
    """Three random orthonormal directions, uniformly distributed (QR, R positive)."""
    _check_dim(dim, called)
    rows = torch.from_numpy(np.random.RandomState(seed).randn(dim, 3))
    q, r = torch.linalg.qr(rows)
    directions = (q * r.diagonal().sign()).float()
    title = f"random directions of seed {seed}"
    return Basis(torch.zeros(dim), (title,), ("r1", "r2", "r3"), directions=directions)


def principal_axes(
    w: Tensor, first: int = 0, previous: Basis | None = None, called: Called = W
) -> Basis:
    """Principal components ``first`` to ``first + 2`` of the points ``w`` [..., D].

    Found about the mean of ``w``; the points are then placed about ``centre``, so
    that the offset of a curve is not lost. A direction's sign is that of the sum of
    its cubed loadings (large loadings decide, and no single one flips it), or the
    one nearer to ``previous``, the basis of the frame before.

    Raises
    ------
    ValueError
        The points are not finite, or W has fewer than three coordinates.
    """
    dim = w.shape[-1]
    _check_dim(dim, called)
    points = w.detach().cpu().float().reshape(-1, dim)
    points = points - points.mean(dim=0)
    if not bool(torch.isfinite(points).all()):
        raise ValueError(
            f"{called.space} holds numbers that are not finite: it has no components"
        )
    start = min(first, dim - 3)
    variances, vectors = _components(points, start + 3)
    directions = _signed(vectors[:, start : start + 3].float(), previous)
    total = float(variances.sum())
    found = torch.zeros(start + 3, dtype=variances.dtype)
    found[: len(variances)] = variances[: start + 3]
    shares = tuple(float(v) / total if total > 0 else 0.0 for v in found[start:])
    axes = (f"PC{start + 1}", f"PC{start + 2}", f"PC{start + 3}")
    title = f"PC {start + 1}\u2013{start + 3}: {sum(shares):.1%} of the variance"
    note = "" if start == first else f"the last component is {dim}: showing {title}"
    basis = Basis(torch.zeros(dim), (title,), axes, directions=directions)
    return replace(basis, shares=shares, note=note)


def turned_onto(basis: Basis, w: Tensor, target: Tensor) -> Basis:
    """The same three directions, turned within what they span onto a picture.

    So that ``w`` [M, D] lies as near as can be to ``target`` [M, 3], a picture of other
    points in the same order: the R with the least |A R - B|, A^T B = U S V^T, R = U V^T
    (Schönemann 1966, Psychometrika 31). The axes are then no components of their own.
    """
    assert basis.directions is not None
    directions = basis.directions.double()
    placed = (w.double() - basis.centre.double()) @ directions
    u, _, vh = torch.linalg.svd(placed.T @ target.double())
    centred = (w.double() - w.double().mean(dim=0)).square().sum()
    turned = directions @ (u @ vh)
    spread = ((w.double() - w.double().mean(dim=0)) @ turned).square().sum(dim=0)
    return replace(
        basis,
        directions=turned.float(),
        axes=("a1", "a2", "a3"),
        shares=tuple((spread / centred.clamp(min=1e-300)).tolist()),
    )


def _components(points: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Variances [R], falling, and the first ``count`` directions [D, count], float64.

    The smaller of the two products of ``points`` [M, D] with itself is taken: its
    eigenvalues are the same.
    """
    few = len(points) < points.shape[1]
    product = points @ points.T if few else points.T @ points
    values, vectors = torch.linalg.eigh(product.double())
    values, vectors = values.flip(0).clamp(min=0.0), vectors.flip(1)[:, :count]
    if not few:
        return values, vectors
    # Directions that no point reaches are completed by QR to an orthonormal set.
    spanned = torch.zeros(points.shape[1], count, dtype=torch.float64)
    spanned[:, : vectors.shape[1]] = points.double().T @ vectors
    return values, torch.linalg.qr(spanned)[0]


def _signed(directions: Tensor, previous: Basis | None) -> Tensor:
    signs = torch.where((directions**3).sum(dim=0) < 0, -1.0, 1.0)
    before = previous.directions if previous is not None else None
    if before is not None and before.shape == directions.shape:
        cosines = (before * directions).sum(dim=0)
        # A direction that is new altogether has no sign to keep.
        signs = torch.where(cosines.abs() > 0.1, cosines.sign(), signs)
    return directions * signs


def _check_dim(dim: int, called: Called) -> None:
    if dim < 3:
        raise ValueError(
            f"{called.space} has {dim} coordinates: three are needed to draw it"
        )


def _fitted(
    dim: int, start: int, first: int, count: int, shown: int, called: Called
) -> str:
    """What was changed to fit a space, as one sentence; empty where nothing was."""
    if first == start and shown == count:
        return ""
    kind = "triplet" if shown == 1 else "triplets"
    last = f"{called.space} ends at coordinate {dim - 1}"
    return f"{last}: showing {shown} {kind} from {first}"

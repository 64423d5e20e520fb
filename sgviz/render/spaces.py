"""The curves on the screen in other spaces than W, and what is kept of them."""

from collections.abc import Generator, Hashable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import torch
from torch import Tensor

from sgviz.curves import CurveSet, with_fewer_pauses
from sgviz.geometry.projection import Basis, Called, turned_onto
from sgviz.geometry.whitening import Moments, Whitening, whitening
from sgviz.models.generator import Generator as Network
from sgviz.render.aside import aside
from sgviz.render.lasting import Lasting
from sgviz.render.projecting import basis_for
from sgviz.render.recent import Recent
from sgviz.space_names import coordinate_format, space_name
from sgviz.spaces import (
    NO_NETWORK,
    SAMPLES,
    PMoments,
    Rows,
    fitted,
    is_w,
    layer_means,
    layers_of,
    needs_network,
    rows_in,
)
from sgviz.state import InLayer, InP, InZ, OneSpace, Pca, Projection

# P_N is shown as soon as there are so many samples, and anew when they have doubled.
FIRST_SAMPLES = 6_400
# Numbers of all layers together that are kept, and points that components are found of.
KEPT_NUMBERS = 48_000_000
PCA_POINTS = 8_192

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, eq=False)
class Whose:
    """The curves that are shown, and the network that made them, where it is known."""

    curves: CurveSet
    network: Network | None = None
    key: Hashable = None
    label: int = 0

    @property
    def rows(self) -> Rows:
        """All points, one below the other."""
        z, w = self.curves.z, self.curves.w
        flat = None if z is None else z.flatten(0, 1)
        return Rows(w.flatten(0, 1), flat, self.label)

    @property
    def depth(self) -> int:
        """How many layers the mapping has; beyond any where it is not known."""
        return self.network.config.depth if self.network else 1 << 16


@dataclass(frozen=True, eq=False)
class Inside:
    """Curves in a space: points [C, N, D] and ``zero`` [D], mostly where w_avg lies."""

    space: OneSpace
    points: Tensor
    zero: Tensor
    note: str = ""

    @property
    def called(self) -> Called:
        """What the space and its coordinates are called."""
        return Called(space_name(self.space), coordinate_format(self.space))


Finding = Generator[None, None, Inside]


class Spaces:
    """Finds curves in spaces; belongs to a render thread."""

    def __init__(self) -> None:
        self._samples: Recent[Hashable, PMoments] = Recent(2)
        self._white: Recent[Hashable, Whitening] = Recent(2)
        self._means: Recent[Hashable, Lasting[tuple[Tensor, ...]]] = Recent(2)
        # Of untrained networks, by their sizes: see measures.layers.
        self.twins: Recent[Hashable, list[Any]] = Recent(16)
        self._layers: Recent[range, Lasting[dict[int, Tensor]]] = Recent(2)
        self._layers_of: Whose | None = None
        self._turned: dict[int, Basis] = {}
        self._turned_for: tuple[Tensor | None, Hashable] | None = None

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self._samples, self._white, self._means, self.twins):
            kept.clear()
        self._layers.clear()
        self._layers_of = None
        self._turned, self._turned_for = {}, None

    def inside(self, space: OneSpace, whose: Whose, centred: bool) -> Finding:
        """The curves in a space, its zero where w_avg lies or not.

        Raises
        ------
        ValueError
            One sentence: what the space needs is not known of these curves.
        """
        network, rows = whose.network, whose.rows
        if network is not None:
            space = fitted(space, network)
        elif needs_network(space):
            raise ValueError(NO_NETWORK)
        if is_w(space, whose.depth):
            return Inside(space, whose.curves.w, _zero(whose.curves.centre, centred))
        if isinstance(space, InLayer) and network is not None:
            return (yield from self._in_layer(space, whose, network, centred))
        white = self._white.get(whose.key) if space == InP(normalised=True) else None
        found = rows_in(space, rows, network, white)
        zero = torch.zeros(found.shape[-1])
        # P_N has its own zero, the mean of P: w_avg lies far from everything there.
        if centred and space not in (InZ(), InP(normalised=True)):
            avg = Rows(whose.curves.centre[None])
            zero = rows_in(space, avg, network, white)[0]
        points = found.reshape(*whose.curves.w.shape[:2], -1)
        return Inside(space, points, zero, _sampled(white))

    def white(self, whose: Whose) -> Whitening | None:
        """The whitening of P as it is known of a network by now."""
        return self.white_of(whose.key)

    def white_of(self, key: Hashable) -> Whitening | None:
        """The same for a network by its key."""
        return self._white.get(key)

    def sample(self, whose: Whose) -> Generator[None, None, bool]:
        """Draw twice as many samples for P_N as there are; False: these are all.

        What was drawn stays drawn where the work is given up.
        """
        if whose.network is None:
            raise ValueError(NO_NETWORK)
        before = self._white.get(whose.key)
        if before is not None and before.count >= SAMPLES:
            return False
        drawn = self._samples.get(whose.key)
        if drawn is None:
            drawn = self._samples.put(whose.key, PMoments(whose.network))
        first = max(FIRST_SAMPLES, 4 * whose.network.config.w_dim)
        wanted = first if before is None else min(SAMPLES, 2 * before.count)
        yield from with_fewer_pauses(drawn.grow(wanted))
        self._white.put(whose.key, (yield from whitened(drawn.moments, before)))
        return True

    def turned(
        self, layer: int, whose: Whose, projection: Pca, centred: bool
    ) -> Generator[None, None, Basis]:
        """Components of a layer, turned to meet those of the next, and so on to W."""
        z, psi = whose.curves.z, whose.curves.psi
        key, last = (whose.key, whose.label, psi, projection, centred), self._turned_for
        if last is None or last[0] is not z or last[1] != key:
            self._turned, self._turned_for = {}, (z, key)
        if layer in self._turned:
            return self._turned[layer]
        depth = whose.depth
        step = -(-len(whose.rows.w) // PCA_POINTS)
        target: Tensor | None = None
        for index in range(depth, layer - 1, -1):
            found = yield from self.inside(InLayer(index), whose, centred)
            some = found.points.flatten(0, 1)[::step]
            basis = self._turned.get(index)
            if basis is None:
                every = found.points if index == depth else some
                basis = basis_for(every, projection, found.zero, called=found.called)
                if target is not None:
                    basis = _renamed(turned_onto(basis, some, target))
                self._turned[index] = basis
                yield
            target = torch.from_numpy(basis.apply(some)[0])
        return self._turned[layer]

    def ahead(
        self, whose: Whose, projection: Projection, centred: bool
    ) -> Generator[None, None, None]:
        """All that a way through the layers needs, before anybody sets out."""
        if whose.network is None or whose.curves.z is None:
            return
        if whose.depth > 1:
            yield from self.inside(InLayer(1), whose, centred)
        if isinstance(projection, Pca):
            yield from self.turned(0, whose, projection, centred)

    def _in_layer(
        self, space: InLayer, whose: Whose, network: Network, centred: bool
    ) -> Finding:
        points = yield from self._layer(space.layer, whose, network)
        zero = torch.zeros(points.shape[-1])
        if centred and space.layer:
            means = _kept(self._means, whose.key).steps(lambda: layer_means(network))
            zero = (yield from with_fewer_pauses(means))[space.layer]
        shape = (*whose.curves.w.shape[:2], -1)
        return Inside(space, points.reshape(shape), zero)

    def _layer(
        self, layer: int, whose: Whose, network: Network
    ) -> Generator[None, None, Tensor]:
        rows, kept = whose.rows, self._layers_of
        if rows.z is None or layer == 0:
            return rows_in(InLayer(0), rows)
        if kept is None or not _same(kept, whose):
            self._layers.clear()
            self._layers_of = whose
        z, config = rows.z, network.config
        all_of_them = len(z) * config.w_dim * config.depth <= KEPT_NUMBERS
        wanted = range(1, config.depth) if all_of_them else range(layer, layer + 1)
        found = _kept(self._layers, wanted).steps(
            lambda: layers_of(network, z, rows.label, wanted)
        )
        return (yield from with_fewer_pauses(found))[layer]


def whitened(
    moments: Moments, previous: Whitening | None = None
) -> Generator[None, None, Whitening]:
    """The whitening of what is streamed in by now, found aside.

    The eigenvectors of 512 x 512 numbers take 35 ms that have no seams.
    """
    now = moments.frozen()
    return (yield from aside(lambda: whitening(now, previous)))


def _kept(works: Recent[K, Lasting[V]], key: K) -> Lasting[V]:
    """The work for a key: under way, over, or not begun."""
    return works.get(key) or works.put(key, Lasting())


def _same(a: Whose, b: Whose) -> bool:
    return (a.curves.z is b.curves.z) and (a.key, a.label) == (b.key, b.label)


def _zero(centre: Tensor, centred: bool) -> Tensor:
    return centre if centred else torch.zeros_like(centre)


def _renamed(basis: Basis) -> Basis:
    share = f"{sum(basis.shares):.1%} of the variance"
    first = basis.titles[0].partition(":")[0]
    title = f"{first}, turned to meet the next layer: {share}"
    return replace(basis, titles=(title,))


def _sampled(white: Whitening | None) -> str:
    """How well P_N is known: one sentence, empty for other spaces."""
    if white is None:
        return ""
    more = ", more to come" if white.count < SAMPLES else ""
    return f"P_N of {white.count:,} samples of w{more}"

"""The same circles through networks beside the one on the screen, and what is kept."""

from collections.abc import Callable, Generator, Hashable
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch
from torch import Tensor

from sgviz.analysis.infinite_width import InfinitelyWide
from sgviz.curves import with_fewer_pauses
from sgviz.geometry.octants import p_space
from sgviz.geometry.whitening import Whitening
from sgviz.models.generator import Generator as Network
from sgviz.models.generator import truncate
from sgviz.models.mapping import Label
from sgviz.models.untrained import Styles
from sgviz.render.recent import Recent
from sgviz.render.spaces import whitened
from sgviz.spaces import PMoments, Population, Rows, is_w, layers_of, rows_in
from sgviz.state import InLayer, InP, InStyle, OneSpace

# The means of a network's layers are of so many random z: a 23rd of W's spread off.
MEAN_OF = 512
# P_N of a network beside is of so many: they are quickly drawn, for twenty networks.
WHITE_OF = 12_800
# Circles in a space, and numbers of them in all, that are kept.
KEPT, KEPT_NUMBERS = 512, 48_000_000

Kind = Literal["twin", "shuffled", "infinite", "model"]
V = TypeVar("V")
Steps = Generator[None, None, V]


@dataclass(frozen=True, eq=False)
class Other:
    """A network beside: ``make`` builds it, ``key`` changes when its weights do.

    In the limit of infinite width it is a random function instead. It has ``depth``
    layers and is asked for the class ``label``; ``facts`` are known of a second
    network, ``styles`` are those of a mapping that has no synthesis of its own.
    """

    kind: Kind
    key: Hashable
    title: str
    depth: int
    make: "Callable[[], Steps[Network]] | InfinitelyWide"
    label: Label = 0
    facts: tuple[tuple[str, str], ...] = ()
    styles: Styles | None = None


@dataclass(frozen=True, eq=False)
class Place:
    """Points [C, N, D] of circles in a space, and ``zero`` [D], where w_avg lies."""

    points: Tensor
    zero: Tensor


class Elsewhere:
    """Finds circles in the spaces of other networks; belongs to a render thread."""

    def __init__(self) -> None:
        self._kept: Recent[Hashable, Place] = Recent(KEPT, KEPT_NUMBERS, _numbers)
        self._means: Recent[Hashable, tuple[Tensor, ...]] = Recent(64)
        self._white: Recent[Hashable, Whitening] = Recent(24)

    def clear(self) -> None:
        """Forget everything."""
        for kept in (self._kept, self._means, self._white):
            kept.clear()

    def found(
        self, other: Other, circles: Hashable, z: Tensor, space: OneSpace, psi: float
    ) -> Steps[Place]:
        """Circles z [C, N, z_dim], known as ``circles``, in a space; W after ``psi``.

        Raises
        ------
        ValueError
            One sentence: the network takes no such z, or has no such space.
        """
        layer = other.depth
        if isinstance(space, InLayer):
            layer = min(space.layer, layer)
        place = yield from self._after(layer, other, circles, z)
        if layer < other.depth:
            return place
        w = Place(truncate(place.points, place.zero, psi), place.zero)
        if is_w(space, other.depth):
            return w
        return (yield from self._beyond(space, w, other))

    def _after(
        self, layer: int, other: Other, circles: Hashable, z: Tensor
    ) -> Steps[Place]:
        """Circles after so many layers, and the mean activation there."""
        if layer == 0:
            return Place(z, torch.zeros(z.shape[-1]))
        key = (other.key, circles, other.label, layer)
        place = self._kept.get(key)
        if place is None:
            place = yield from self._mapped(other, z, layer)
            self._kept.put(key, place)
        return place

    def _mapped(self, other: Other, z: Tensor, layer: int) -> Steps[Place]:
        if isinstance(wide := other.make, InfinitelyWide):
            points = yield from with_fewer_pauses(wide.circles_steps(z, layer))
            return Place(points, wide.mean(layer))
        network = yield from wide()
        z_dim = network.config.z_dim
        if z.shape[-1] != z_dim:
            raise ValueError(
                f"The second network takes latents of {z_dim} numbers, not of"
                f" {z.shape[-1]}."
            )
        means = self._means.get(other.key)
        if means is None:
            means = yield from with_fewer_pauses(means_of(network))
            self._means.put(other.key, means)
        work = layers_of(network, z.flatten(0, 1), other.label, range(layer, layer + 1))
        points = (yield from with_fewer_pauses(work))[layer]
        zero = means[layer]
        if other.kind == "model" and layer == other.depth:
            zero = network.mapping.w_avg.detach().cpu()
        return Place(points.reshape(*z.shape[:-1], -1), zero)

    def _beyond(self, space: OneSpace, w: Place, other: Other) -> Steps[Place]:
        """From W to a space that lies behind it: P, P_N, the styles."""
        points, zero = w.points.flatten(0, 1), w.zero[None]
        if isinstance(space, InP):
            points, zero = p_space(points), p_space(zero)
            if space.normalised:
                white = yield from self._whitening(other)
                points, zero = white.apply(points), torch.zeros_like(zero)
        elif isinstance(space, InStyle) and other.styles is not None:
            points = other.styles(space.row, points)
            zero = other.styles(space.row, zero)
        else:
            assert not isinstance(other.make, InfinitelyWide)  # it has styles
            network = yield from other.make()
            points = rows_in(space, Rows(points), network)
            zero = rows_in(space, Rows(zero), network)
        return Place(points.reshape(*w.points.shape[:2], -1), zero[0])

    def _whitening(self, other: Other) -> Steps[Whitening]:
        """A network's own P_N; what was found stays found."""
        white = self._white.get(other.key)
        if white is None:
            if isinstance(other.make, InfinitelyWide):
                white = other.make.whitening()
            else:
                drawn = PMoments((yield from other.make()))
                yield from with_fewer_pauses(drawn.grow(WHITE_OF))
                white = yield from whitened(drawn.moments)
            self._white.put(other.key, white)
        return white


def means_of(network: Network, count: int = MEAN_OF) -> Steps[tuple[Tensor, ...]]:
    """The mean after each layer over random z, with a pause after each; zero for z.

    The last is w_avg, which a network that begins has not yet.
    """
    population, sums = Population(network), dict[int, Tensor]()
    while population.count < count:
        layers = population.next_layers()
        for index in range(network.config.depth + 1):
            with torch.no_grad():
                x = next(layers)
            total = x.sum(dim=0, dtype=torch.float64).cpu()
            sums[index] = total + sums.get(index, torch.zeros_like(total))
            yield
    means = [(sums[k] / population.count).float() for k in sorted(sums)]
    return (torch.zeros(network.config.z_dim), *means[1:])


def known(network: Network) -> Steps[Network]:
    """A network that is there already."""
    yield from ()
    return network


def _numbers(place: Place) -> int:
    return place.points.numel()

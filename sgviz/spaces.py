"""Where points of Z lie in every space of a network: Z, its layers, W, P, P_N and S.

Karras et al. 2019 (arXiv 1812.04948, section 2) for W and the styles; Zhu et al. 2020
(arXiv 2012.09036, section 3.2) for P and P_N; Wu et al. 2020 (arXiv 2011.12799) for S.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from sgviz.geometry.octants import p_space
from sgviz.geometry.whitening import Moments, Whitening
from sgviz.models.generator import Generator as Network
from sgviz.models.mapping import Label
from sgviz.state import InLayer, InP, InStyle, InW, InZ, OneSpace

# Rows of one chunk, of circles and of random z: the latter divides all numbers of them.
CHUNK, DRAWN = 288, 256
# How many random z stand for all of Z. With 100,000 of them the variances along 512
# components are known to a few percent (the paper takes 1,000,000).
SAMPLES = 102_400
MEAN_SAMPLES = 4_096

Pause = Generator[None, None, None]


@dataclass(frozen=True, eq=False)
class Rows:
    """Points of a network: z [M, z_dim] where it is known, w [M, w_dim] after psi."""

    w: Tensor
    z: Tensor | None = None
    label: Label = 0


def fitted(space: OneSpace, network: Network) -> OneSpace:
    """A space that the network has: a layer or row beyond the last is the last."""
    match space:
        case InLayer(layer=layer) if layer >= network.config.depth:
            return InLayer(network.config.depth)
        case InStyle(row=row):
            return replace(space, row=min(row, network.num_ws - 1))
    return space


def is_w(space: OneSpace, depth: int) -> bool:
    """Whether a space is W, be it as the last layer of a mapping of that depth."""
    return isinstance(space, InW) or (
        isinstance(space, InLayer) and space.layer >= depth
    )


def needs_network(space: OneSpace) -> bool:
    """Whether a network must be known beside z and w."""
    return not isinstance(space, InZ | InW) and space != InP()


@torch.no_grad()
def rows_in(
    space: OneSpace,
    rows: Rows,
    network: Network | None = None,
    white: Whitening | None = None,
) -> Tensor:
    """The points in a space, [M, D] on the CPU; exactly z and w at the mapping's ends.

    Of psi they have what w has: Z and the layers before the last know of none.

    Raises
    ------
    ValueError
        One sentence: the space needs what is not known of these points.
    """
    if isinstance(space, InZ) or space == InLayer(0):
        return _known_z(rows).cpu()
    if is_w(space, network.config.depth if network else 1 << 16):
        return rows.w.cpu()
    if space == InP():
        return p_space(rows.w).cpu()
    if network is None:
        raise ValueError(NO_NETWORK)
    device = network.mapping.w_avg.device
    match space:
        case InLayer(layer=layer):
            z = _known_z(rows).to(device)
            return nth(network.mapping.activations(z, rows.label), layer).cpu()
        case InStyle(row=row):
            return network.synthesis.styles(row, rows.w.to(device)).cpu()
    if white is None:
        raise ValueError("P_N needs samples of the network, which are not drawn yet")
    return white.apply(p_space(rows.w))


NO_NETWORK = (
    "These circles are geometry only: this space needs the network that made them"
)
NO_Z = "These circles are geometry only: the file holds no z"


def nth(layers: Iterator[Tensor], index: int) -> Tensor:
    """The activation after ``index`` layers; what follows is not computed."""
    for count, x in enumerate(layers):
        if count == index:
            return x
    raise ValueError(f"the mapping has no layer {index}")


class Population:
    """Random z of a network, always the same ones, chunk after chunk.

    Where there are classes each z is given one at random, as for w_avg.
    """

    def __init__(self, network: Network, seed: int = 0) -> None:
        self.network, self.count = network, 0
        self._draws = torch.Generator().manual_seed(seed)

    def next_layers(self, rows: int = DRAWN) -> Iterator[Tensor]:
        """The activations of that many more z, from what enters the first layer."""
        config = self.network.config
        z = torch.randn(rows, config.z_dim, generator=self._draws)
        label: Label = 0
        if config.c_dim:
            drawn = torch.randint(config.c_dim, (rows,), generator=self._draws)
            label = torch.nn.functional.one_hot(drawn, config.c_dim)
        self.count += rows
        return self.network.mapping.activations(
            z.to(self.network.mapping.w_avg.device), label
        )


class PMoments:
    """The moments of P over a population that grows."""

    def __init__(self, network: Network) -> None:
        self._population = Population(network)
        self.moments = Moments(network.config.w_dim)

    def grow(self, count: int) -> Pause:
        """Draw until there are ``count``, with a pause after every layer."""
        while self.moments.count < count:
            layers = self._population.next_layers()
            w = yield from _last(layers)
            self.moments.add(p_space(w))
            yield


def layer_means(
    network: Network, count: int = MEAN_SAMPLES
) -> Generator[None, None, tuple[Tensor, ...]]:
    """The mean activation after each layer over random z, with a pause after each.

    [z_dim or more], then [w_dim] each; the last one is w_avg itself, and z's is zero.
    """
    population = Population(network)
    sums: list[Tensor] = []
    while population.count < count:
        layers = population.next_layers()
        index = 0
        while (x := _next(layers)) is not None:
            total = x.double().sum(dim=0).cpu()
            if index == len(sums):
                sums.append(total)
            else:
                sums[index] += total
            index += 1
            yield
    means = [(total / population.count).float() for total in sums]
    z_mean = torch.zeros(network.config.z_dim)
    return (z_mean, *means[1:-1], network.mapping.w_avg.detach().cpu())


def layers_of(
    network: Network, z: Tensor, label: Label, wanted: range
) -> Generator[None, None, dict[int, Tensor]]:
    """What z [M, z_dim] is after each of the ``wanted`` layers, [M, D] on the CPU.

    Layer 0 is z itself.
    """
    config = network.config
    found = {k: torch.empty(len(z), config.w_dim) for k in wanted if k > 0}
    device = network.mapping.w_avg.device
    for begin in range(0, len(z), CHUNK):
        part = slice(begin, begin + CHUNK)
        layers = network.mapping.activations(z[part].to(device), label)
        for index in range(max(wanted, default=0) + 1):
            x = _next(layers)
            if x is None:
                break
            if index in found:
                found[index][part] = x.cpu()
            yield
    if 0 in wanted:
        found[0] = z
    return found


def _known_z(rows: Rows) -> Tensor:
    if rows.z is None:
        raise ValueError(NO_Z)
    return rows.z


def _last(layers: Iterator[Tensor]) -> Generator[None, None, Tensor]:
    last = _next(layers)
    while (following := _next(layers)) is not None:
        last = following
        yield
    assert last is not None  # z itself, normalised, comes before the layers
    return last


# Grad mode is a thread's: it is never off across a pause.
@torch.no_grad()
def _next(layers: Iterator[Tensor]) -> Tensor | None:
    return next(layers, None)

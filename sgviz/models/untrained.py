"""What a trained mapping is compared with: untrained twins, and its weights shuffled.

A twin has a network's configuration (sizes, depth, gains, lr multiplier, classes) and
the weights that a training run begins with: normal, biases 0. It is the null of
Poole et al. 2016 (arXiv 1606.05340, section 2) at the network's own width. Shuffled
weights keep each layer's histogram, and so the scale of what leaves it, and nothing of
what connects to what.

Both are given their mean w as ``w_avg``, estimated from random z: a run that begins has
none yet, and a curve about zero is not the same as a curve about its mean.
"""

import copy
from collections.abc import Callable
from collections.abc import Generator as TypingGenerator

import torch
from torch import Tensor

from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.layers import own_stream
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.synthesis import Synthesis

Steps = TypingGenerator[None, None, MappingNetwork]
# What a row's layers make of w [N, w_dim]: their styles, [N, channels].
Styles = Callable[[int, Tensor], Tensor]
# Of so many random z is w_avg the mean: its error is a fortieth of w's own spread.
MEAN_OF = 2048


def untrained_mapping(
    config: MappingConfig, seed: int, centred: bool = True
) -> MappingNetwork:
    """The mapping of twin ``seed``: the one a training run of that seed begins with.

    Unless ``centred``, w_avg stays zero, as a run begins.
    """
    mapping = _end_of(untrained_steps(config, seed))
    return _at_rest(mapping, seed) if centred else mapping


def untrained_steps(config: MappingConfig, seed: int) -> Steps:
    """:func:`untrained_mapping`, not centred, a layer between two yields."""
    mapping, stream = MappingNetwork(config), own_stream(seed, "g")
    for layer in mapping.layers:
        layer.reset(stream)
        yield
    if mapping.embed is not None:
        mapping.embed.reset(stream)
    return mapping.eval().requires_grad_(requires_grad=False)


def untrained(config: GeneratorConfig, seed: int) -> Generator:
    """A whole untrained network; its mapping is :func:`untrained_mapping`'s."""
    generator = Generator(config, seed)
    _at_rest(generator.mapping, seed)
    return generator.eval().requires_grad_(requires_grad=False)


def mapping_alone(mapping: MappingNetwork) -> Generator:
    """A network that is a mapping, that very one, and no synthesis."""
    config = mapping.config
    sizes = GeneratorConfig(
        z_dim=config.z_dim,
        w_dim=config.w_dim,
        depth=config.depth,
        lr_multiplier=config.lr_multiplier,
        gains=config.gains,
        w_avg_beta=config.w_avg_beta,
        family="geometry",
        c_dim=config.c_dim,
        label_norm=config.label_norm,
    )
    with torch.device("meta"):
        network = Generator(sizes, seed=None)
    network.mapping = mapping
    return network.eval()


def shuffled_mapping(
    mapping: MappingNetwork, seed: int, centred: bool = True
) -> MappingNetwork:
    """A mapping, on the CPU, with each layer's weights and biases in another order.

    Weights change places with weights of their layer, biases with biases. Unless
    ``centred``, w_avg stays what it was, which is not the mean any more.
    """
    other = _end_of(shuffled_steps(mapping, seed))
    return _at_rest(other, seed) if centred else other


def shuffled_steps(mapping: MappingNetwork, seed: int) -> Steps:
    """:func:`shuffled_mapping`, not centred, a tensor between two yields."""
    other = copy.deepcopy(mapping).to("cpu")
    stream = own_stream(seed, "shuffled")
    for _, parameter in sorted(other.named_parameters()):
        with torch.no_grad():
            parameter.copy_(_permuted(parameter, stream))
        yield
    return other


def with_mapping(generator: Generator, mapping: MappingNetwork) -> Generator:
    """A network of that mapping, which is moved to the generator's device.

    The synthesis is the very same one, not a copy: what it makes of a w that nothing
    has learned is what a picture of such a network shows.
    """
    with torch.device("meta"):
        other = Generator(generator.config, seed=None)
    other.mapping = mapping.to(generator.mapping.w_avg.device)
    other.synthesis = generator.synthesis
    return other.eval().requires_grad_(requires_grad=False)


def shuffled(generator: Generator, seed: int) -> Generator:
    """A network whose mapping is :func:`shuffled_mapping`'s, with its own synthesis."""
    return with_mapping(generator, shuffled_mapping(generator.mapping, seed))


def untrained_styles(synthesis: Synthesis, seed: int) -> Styles:
    """The styles of layers of the same sizes as a synthesis has, untrained."""

    @torch.no_grad()
    def styles(row: int, w: Tensor) -> Tensor:
        stream = own_stream(seed, f"styles {row}")
        affines = [copy.deepcopy(each).to("cpu") for each in synthesis.affines(row)]
        for affine in affines:
            affine.reset(stream)
        return torch.cat([affine(w) for affine in affines], dim=1)

    return styles


def _end_of(steps: Steps) -> MappingNetwork:
    """What steps return, in one go."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            mapping: MappingNetwork = end.value
            return mapping


def _at_rest(mapping: MappingNetwork, seed: int) -> MappingNetwork:
    """The mapping in eval mode, without gradients, and with its mean w."""
    mapping.eval().requires_grad_(requires_grad=False)
    mapping.w_avg.copy_(mapping.estimate_w_avg(own_stream(seed, "w_avg"), MEAN_OF))
    return mapping


def _permuted(values: Tensor, stream: torch.Generator) -> Tensor:
    order = torch.randperm(values.numel(), generator=stream)
    return values.detach().flatten()[order].reshape(values.shape)

"""Which sizes, rates and filters the layers of an alias-free network have.

Karras et al. 2021, arXiv 2106.12423, section 3.2 and appendix C: cutoff and stopband
grow geometrically from layer to layer, and everything else follows from them.
"""

from dataclasses import dataclass as plain_dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from sgviz.models.filters import Array, lowpass, radial_lowpass, separable_terms
from sgviz.models.synthesis import FROZEN, Channels, Clamp, Resolution, Width, levels

Kind = Literal["t", "r"]
Frequency = Annotated[float, Field(gt=0, le=4096)]


@dataclass(frozen=True, config=FROZEN)
class Design:
    """What the filters are designed from; the defaults are the paper's.

    ``critical`` layers at the end are critically sampled; ``last_stopband`` is relative
    to the last cutoff; ``margin`` is that around what is seen, in pixels; a filter has
    ``filter_size`` taps for each sample of the lower rate; the nonlinearity is computed
    at ``oversampling`` times the higher rate; the image is scaled by ``output_scale``.
    """

    critical: Annotated[int, Field(ge=0, le=64)] = 2
    first_cutoff: Frequency = 2.0
    first_stopband: Frequency = 2.0**2.1
    last_stopband: Frequency = 2.0**0.3
    margin: Annotated[int, Field(ge=0, le=64)] = 10
    filter_size: Annotated[int, Field(ge=2, le=16, multiple_of=2)] = 6
    oversampling: Literal[1, 2, 4] = 2
    output_scale: Annotated[float, Field(gt=0, le=1e3)] = 0.25


@dataclass(frozen=True, config=FROZEN)
class AliasFreeConfig:
    """Sizes of an alias-free synthesis.

    ``channels[i]`` is what layer i puts out; there is one more layer, to colours.
    Kind t has 3x3 convolutions and separable filters, r 1x1 and radial ones.
    """

    kind: Kind
    resolution: Resolution
    channels: Channels
    w_dim: Width = 512
    conv_clamp: Clamp | None = None
    design: Design = Field(default_factory=Design)

    def __post_init__(self) -> None:
        check_design(self.resolution, self.channels, self.design)


@plain_dataclass(frozen=True)
class Band:
    """The signal between two layers: its rate, size with margin, cutoff, half-width.

    ``half_width`` is half of the transition band, as the cutoff in cycles an image.
    """

    rate: int
    size: int
    cutoff: float
    half_width: float


@plain_dataclass(frozen=True)
class LayerPlan:
    """One layer: from a band to another, by a convolution and a filtered nonlinearity.

    The convolution has ``kernel`` pixels a side, and adds as many less one to the size.
    """

    before: Band
    after: Band
    inputs: int
    outputs: int
    kernel: int
    filter_size: int
    oversampling: int
    radial: bool

    @property
    def rate(self) -> int:
        """The rate at which the nonlinearity is computed."""
        return max(self.before.rate, self.after.rate) * self.oversampling

    @property
    def up(self) -> int:
        """How many times the rate grows before the nonlinearity."""
        return self.rate // self.before.rate

    @property
    def down(self) -> int:
        """How many times it shrinks after it."""
        return self.rate // self.after.rate

    @cached_property
    def up_taps(self) -> Array:
        """The filter [taps] after the rate has grown."""
        return self._lowpass(self.before, self.up)

    @cached_property
    def down_terms(self) -> tuple[Array, Array]:
        """The filter before the rate shrinks: taps [J, taps] and weights [J]."""
        if not self.radial or self.down == 1:
            return self._lowpass(self.after, self.down)[None], np.ones(1)
        taps, band = self.filter_size * self.down, self.after
        width = 2.0 * band.half_width
        return separable_terms(radial_lowpass(taps, band.cutoff, width, self.rate))

    @property
    def padding(self) -> tuple[int, int]:
        """Zeros before and after the spread signal; negative ones crop it.

        So many that the filtered result has the size that is wanted, split so that
        samples stay in their places about the centre (appendix C.3).
        """
        up_taps, down_taps = len(self.up_taps), self.down_terms[0].shape[1]
        wanted = (self.after.size - 1) * self.down + 1 + up_taps + down_taps - 2
        total = wanted - (self.before.size + self.kernel - 1) * self.up
        low = (total + self.up) // 2
        return low, total - low

    def _lowpass(self, band: Band, factor: int) -> Array:
        if factor == 1:
            return np.ones(1)
        taps, width = self.filter_size * factor, 2.0 * band.half_width
        return lowpass(taps, band.cutoff, width, self.rate)


def check_design(resolution: int, channels: tuple[int, ...], design: Design) -> None:
    """ValueError, one sentence, unless layers of such a design can be built."""
    levels(resolution)
    if design.critical >= len(channels):
        raise ValueError(
            f"of {len(channels)} layers {design.critical} cannot be critical"
        )
    if design.first_stopband <= design.first_cutoff or design.last_stopband <= 1.0:
        raise ValueError("a stopband must lie above its cutoff")
    if design.first_stopband > design.last_stopband * resolution / 2:
        raise ValueError("the first stopband must not lie above the last")


def bands(config: AliasFreeConfig) -> tuple[Band, ...]:
    """What leaves each layer, the colours last: cutoffs and stopbands of appendix C."""
    design, count = config.design, len(config.channels)
    last = config.resolution / 2.0
    progress = np.minimum(np.arange(count + 1) / (count - design.critical), 1.0)
    cutoffs = design.first_cutoff * (last / design.first_cutoff) ** progress
    growth = last * design.last_stopband / design.first_stopband
    stopbands = design.first_stopband * growth**progress
    # The smallest power of two that holds the stopband, the image's own at most.
    wanted = np.minimum(2.0 * stopbands, config.resolution)
    rates = np.exp2(np.ceil(np.log2(wanted))).astype(int)
    widths = np.maximum(stopbands, rates / 2.0) - cutoffs
    sizes = rates + 2 * design.margin
    sizes[-2:] = config.resolution
    return tuple(
        Band(int(rate), int(size), float(cutoff), float(width))
        for rate, size, cutoff, width in zip(rates, sizes, cutoffs, widths, strict=True)
    )


def plan(config: AliasFreeConfig) -> tuple[LayerPlan, ...]:
    """The layers from the input to the colours."""
    found, design, count = bands(config), config.design, len(config.channels)
    widths = (config.channels[0], *config.channels, 3)
    steps = (found[0], *found)
    return tuple(
        LayerPlan(
            before=steps[i],
            after=steps[i + 1],
            inputs=widths[i],
            outputs=widths[i + 1],
            kernel=3 if config.kind == "t" and i < count else 1,
            filter_size=design.filter_size,
            oversampling=design.oversampling if i < count else 1,
            radial=config.kind == "r" and i < count - design.critical,
        )
        for i in range(count + 1)
    )

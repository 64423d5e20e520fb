"""TrainConfig: everything that decides a training run, and the presets.

Neither torch nor Qt is imported: the command line and the form of the Train tab
read the fields, their limits and their help from here.
"""

from math import log2
from typing import Annotated, Literal, get_args, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False)

Width = Annotated[int, Field(ge=1, le=4096)]
Channels = Annotated[tuple[Width, ...], Field(min_length=2, max_length=9)]
Preset = Literal["tiny", "portraits", "large"]


@dataclass(frozen=True, config=FROZEN)
class TrainConfig:
    """A training run by value; the defaults are the ``portraits`` preset.

    ``channels`` and ``channels_d`` are counted from 4x4 upwards, one number a
    resolution. Change a value with :func:`dataclasses.replace`.

    Raises
    ------
    pydantic.ValidationError
        A value is out of its limits, or two values do not fit each other.
    """

    data: Annotated[
        str,
        Field(min_length=1, max_length=4096, description="What to learn: portraits."),
    ] = "portraits"
    resolution: Annotated[
        int, Field(ge=8, le=1024, description="Side of the images, a power of two.")
    ] = 64
    z_dim: Annotated[
        int, Field(ge=2, le=4096, description="Numbers in a latent of Z.")
    ] = 512
    w_dim: Annotated[
        int, Field(ge=2, le=4096, description="Numbers in a latent of W.")
    ] = 512
    depth: Annotated[
        int, Field(ge=1, le=16, description="Layers of the mapping network.")
    ] = 8
    lr_multiplier: Annotated[
        float,
        Field(gt=0, le=1, description="Learning rate of the mapping, relative."),
    ] = 0.01
    channels: Annotated[
        Channels, Field(description="Channels of the generator from 4x4 upwards.")
    ] = (128, 128, 128, 64, 32)
    channels_d: Annotated[
        Channels, Field(description="Channels of the discriminator from 4x4 upwards.")
    ] = (128, 128, 128, 64, 32)
    batch: Annotated[int, Field(ge=1, le=256, description="Images a step.")] = 16
    mbstd_group: Annotated[
        int,
        Field(
            ge=1,
            le=256,
            description="Images a group of the minibatch standard deviation.",
        ),
    ] = 4
    lr_g: Annotated[
        float, Field(gt=0, le=1, description="Learning rate of the generator (Adam).")
    ] = 0.0025
    lr_d: Annotated[
        float,
        Field(gt=0, le=1, description="Learning rate of the discriminator (Adam)."),
    ] = 0.0025
    beta1: Annotated[
        float, Field(ge=0, lt=1, description="Adam: memory of the gradient.")
    ] = 0.0
    beta2: Annotated[
        float, Field(ge=0, lt=1, description="Adam: memory of its square.")
    ] = 0.99
    r1_gamma: Annotated[
        float,
        Field(ge=0, le=1000, description="Weight of the gradient penalty on images."),
    ] = 1.0
    r1_interval: Annotated[
        int, Field(ge=1, le=1024, description="Steps from one R1 penalty to the next.")
    ] = 16
    style_mixing: Annotated[
        float, Field(ge=0, le=1, description="Share of images with two styles.")
    ] = 0.9
    ema_kimg: Annotated[
        float,
        Field(ge=0, le=10_000, description="Half-life of the averaged generator."),
    ] = 5.0
    ema_rampup: Annotated[
        float | None,
        Field(gt=0, le=1, description="Half-life at most this share of the run."),
    ] = 0.05
    noise_from: Annotated[
        float,
        Field(
            ge=0,
            le=1e6,
            description="Thousands of images before the layers are given noise.",
        ),
    ] = 80.0
    precision: Annotated[
        Literal["auto", "bf16", "fp32"],
        Field(description="Numbers of the convolutions; auto: what is fast here."),
    ] = "auto"
    threads: Annotated[
        int | None,
        Field(ge=1, le=1024, description="Threads of torch; none: as it is."),
    ] = None
    seed: Annotated[
        int, Field(ge=0, lt=2**32, description="Start of every random draw.")
    ] = 0
    kimg: Annotated[
        float,
        Field(gt=0, le=1e6, description="Thousands of images shown in all."),
    ] = 100.0
    checkpoint_kimg: Annotated[
        float,
        Field(gt=0, le=1e6, description="Thousands of images between checkpoints."),
    ] = 2.0
    keep_every: Annotated[
        int,
        Field(ge=1, le=10_000, description="Of the older checkpoints every Nth stays."),
    ] = 10
    samples: Annotated[
        bool, Field(description="Write a sheet of samples with each checkpoint.")
    ] = True

    def __post_init__(self) -> None:
        levels = resolution_levels(self.resolution)
        for name in ("channels", "channels_d"):
            if len(getattr(self, name)) != levels:
                raise ValueError(
                    f"{name} needs {levels} numbers, 4x4 to "
                    f"{self.resolution}x{self.resolution}"
                )
        if self.batch % min(self.batch, self.mbstd_group):
            raise ValueError(
                f"a batch of {self.batch} does not split into groups of "
                f"{self.mbstd_group}"
            )

    @property
    def total_images(self) -> float:
        """The run stops at the first step with at least so many images."""
        return 1000.0 * self.kimg


def resolution_levels(resolution: int) -> int:
    """Resolutions from 4x4 to ``resolution``; ValueError if no power of two."""
    if resolution < 4 or resolution & (resolution - 1):
        raise ValueError(f"the resolution is a power of two, not {resolution}")
    return int(log2(resolution)) - 1


# "large" follows the paper256 configuration of stylegan2-ada-pytorch; "portraits" is
# the network of the bundled model; "tiny" is for a look within minutes, and for tests.
PRESETS: dict[Preset, TrainConfig] = {
    "tiny": TrainConfig(
        resolution=32,
        z_dim=128,
        w_dim=128,
        channels=(64, 64, 32, 16),
        channels_d=(64, 64, 32, 16),
        r1_gamma=0.5,
        ema_kimg=2.0,
        noise_from=16.0,
        kimg=20.0,
        checkpoint_kimg=1.0,
    ),
    "portraits": TrainConfig(),
    "large": TrainConfig(
        resolution=256,
        channels=(512, 512, 512, 512, 256, 128, 64),
        channels_d=(512, 512, 512, 512, 256, 128, 64),
        batch=32,
        r1_gamma=1.0,
        ema_kimg=20.0,
        noise_from=0.0,
        kimg=25_000.0,
        checkpoint_kimg=20.0,
    ),
}


@dataclass(frozen=True)
class FieldHelp:
    """A field for a form: its name, help, and limits where it has any."""

    name: str
    help: str
    low: float | None
    high: float | None


def field_help() -> tuple[FieldHelp, ...]:
    """Every field of :class:`TrainConfig` in order, with help and limits."""
    hints = get_type_hints(TrainConfig, include_extras=True)
    return tuple(_one_help(name, hint) for name, hint in hints.items())


def _one_help(name: str, hint: object) -> FieldHelp:
    # An alias such as Channels has limits of its own: all of them count.
    infos = [item for item in get_args(hint) if isinstance(item, FieldInfo)]
    limits = {
        rule_name: float(value)
        for info in infos
        for rule in info.metadata
        for rule_name in ("ge", "gt", "le", "lt")
        if (value := getattr(rule, rule_name, None)) is not None
    }
    text = next((info.description for info in infos if info.description), "")
    low, high = (limits.get(a, limits.get(b)) for a, b in (("ge", "gt"), ("le", "lt")))
    return FieldHelp(name, text, low, high)


_ADAPTER = TypeAdapter(TrainConfig)


def to_json(config: TrainConfig) -> str:
    """A configuration as JSON."""
    return _ADAPTER.dump_json(config, indent=1).decode("utf-8")


def from_json(text: str) -> TrainConfig:
    """The configuration in a JSON text.

    Raises
    ------
    ValueError
        One sentence: no JSON, an unknown field, or a value out of its limits.
    """
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise ValueError(sentence(error)) from error


def sentence(error: ValidationError) -> str:
    """What a validation error says about a configuration, as one sentence."""
    first = error.errors(include_url=False, include_input=False, include_context=False)
    place = ".".join(str(part) for part in first[0]["loc"])
    message = first[0]["msg"].removeprefix("Value error, ")
    return f"{place}: {message}"[:300] if place else message[:300]

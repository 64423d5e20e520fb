"""TrainConfig: everything that decides a training run.

Neither torch nor Qt is imported: the command line and the form of the Train tab
read the fields, their limits and their help from here (:mod:`sgviz.training.fields`).
"""

from functools import partial
from math import log2
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

FROZEN = ConfigDict(extra="forbid", allow_inf_nan=False)

Group = Literal["Data", "Network", "Training", "Regularisation", "Run"]


def _about(
    group: Group, text: str, unit: str = "", live: bool = False, **limits: Any
) -> Any:
    """What a form needs to know of a field: where it stands, help, unit, limits."""
    extra: dict[str, Any] = {"group": group, "unit": unit, "live": live}
    return Field(description=text, json_schema_extra=extra, **limits)


_data, _net, _learn, _limit, _run = (partial(_about, g) for g in get_args(Group))

Width = Annotated[int, Field(ge=1, le=4096)]
Channels = tuple[Width, ...]


@dataclass(frozen=True, config=FROZEN)
class TrainConfig:
    """A training run by value; the defaults are the ``portraits`` preset.

    ``channels`` and ``channels_d`` are counted from 4x4 upwards, one number a
    resolution. Change a value with :func:`dataclasses.replace`. The fields marked
    ``live`` may change while a run goes on.

    Raises
    ------
    pydantic.ValidationError
        A value is out of its limits, or two values do not fit each other.
    """

    data: Annotated[
        str,
        _data(
            "portraits, or a folder or zip of images.", min_length=1, max_length=4096
        ),
    ] = "portraits"
    resolution: Annotated[
        int, _data("Side of the images, a power of two.", unit="pixels", ge=8, le=1024)
    ] = 64
    fit: Annotated[
        Literal["crop", "letterbox"],
        _data("How an image of another shape becomes square."),
    ] = "crop"
    mirror: Annotated[bool, _data("Show each image mirrored half of the time.")] = False
    family: Annotated[
        Literal["stylegan2", "stylegan1"],
        _net("How the generator draws: modulated weights, or AdaIN."),
    ] = "stylegan2"
    z_dim: Annotated[int, _net("Numbers in a latent of Z.", ge=2, le=4096)] = 512
    w_dim: Annotated[int, _net("Numbers in a latent of W.", ge=2, le=4096)] = 512
    depth: Annotated[
        int, _net("Layers of the mapping network.", unit="layers", ge=1, le=16)
    ] = 8
    channels: Annotated[
        Channels,
        _net("Channels of the generator from 4x4 upwards.", min_length=2, max_length=9),
    ] = (128, 128, 128, 64, 32)
    channels_d: Annotated[
        Channels,
        _net(
            "Channels of the discriminator from 4x4 upwards.",
            min_length=2,
            max_length=9,
        ),
    ] = (128, 128, 128, 64, 32)
    batch: Annotated[int, _learn("Images a step.", unit="images", ge=1, le=256)] = 16
    mbstd_group: Annotated[
        int,
        _learn(
            "Images a group of the minibatch standard deviation.",
            unit="images",
            ge=1,
            le=256,
        ),
    ] = 4
    lr_g: Annotated[
        float, _learn("Learning rate of the generator (Adam).", live=True, gt=0, le=1)
    ] = 0.0025
    lr_d: Annotated[
        float,
        _learn("Learning rate of the discriminator (Adam).", live=True, gt=0, le=1),
    ] = 0.0025
    lr_multiplier: Annotated[
        float, _learn("Learning rate of the mapping, relative.", gt=0, le=1)
    ] = 0.01
    beta1: Annotated[float, _learn("Adam: memory of the gradient.", ge=0, lt=1)] = 0.0
    beta2: Annotated[float, _learn("Adam: memory of its square.", ge=0, lt=1)] = 0.99
    ema_kimg: Annotated[
        float,
        _learn("Half-life of the averaged generator.", unit="kimg", ge=0, le=10_000),
    ] = 5.0
    ema_rampup: Annotated[
        float | None, _learn("Half-life at most this share of the run.", gt=0, le=1)
    ] = 0.05
    style_mixing: Annotated[
        float, _limit("Share of images with two styles.", live=True, ge=0, le=1)
    ] = 0.9
    noise_from: Annotated[
        float,
        _limit("Images before the layers are given noise.", unit="kimg", ge=0, le=1e6),
    ] = 80.0
    d_first: Annotated[
        float,
        _limit("D learns alone before G goes on.", unit="kimg", ge=0, le=1e6),
    ] = 0.0
    r1_gamma: Annotated[
        float,
        _limit(
            "Weight of the gradient penalty on images (R1).", live=True, ge=0, le=1000
        ),
    ] = 1.0
    r1_interval: Annotated[
        int,
        _limit("Steps from one R1 penalty to the next.", unit="steps", ge=1, le=1024),
    ] = 16
    pl_weight: Annotated[
        float,
        _limit("Weight of path-length regularisation; 2 is usual.", ge=0, le=1000),
    ] = 0.0
    pl_interval: Annotated[
        int,
        _limit("Steps from one path length to the next.", unit="steps", ge=1, le=1024),
    ] = 4
    pl_decay: Annotated[
        float, _limit("How fast the mean path length follows.", gt=0, le=1)
    ] = 0.01
    pl_shrink: Annotated[
        int, _limit("Path length is over a batch so much smaller.", ge=1, le=256)
    ] = 2
    augment: Annotated[
        Literal["none", "adaptive", "fixed"],
        _limit("Augment what the discriminator sees.", live=True),
    ] = "none"
    augment_p: Annotated[
        float,
        _limit(
            "Probability of each augmentation, at first or fixed.",
            live=True,
            ge=0,
            le=1,
        ),
    ] = 0.0
    augment_target: Annotated[
        float,
        _limit("Adaptive: the mean sign of D(real) to hold.", live=True, ge=-1, le=1),
    ] = 0.6
    augment_interval: Annotated[
        int,
        _limit(
            "Adaptive: steps from one adjustment to the next.",
            unit="steps",
            ge=1,
            le=1024,
        ),
    ] = 4
    augment_kimg: Annotated[
        float,
        _limit("Adaptive: images from p = 0 to p = 1.", unit="kimg", gt=0, le=1e6),
    ] = 500.0
    precision: Annotated[
        Literal["auto", "bf16", "fp32"],
        _run("Numbers of the convolutions; auto: what is fast here."),
    ] = "auto"
    threads: Annotated[
        int | None, _run("Threads of torch; none: as it is.", ge=1, le=1024)
    ] = None
    seed: Annotated[int, _run("Start of every random draw.", ge=0, lt=2**32)] = 0
    kimg: Annotated[
        float, _run("Thousands of images shown in all.", unit="kimg", gt=0, le=1e6)
    ] = 100.0
    checkpoint_kimg: Annotated[
        float, _run("Images between checkpoints.", unit="kimg", gt=0, le=1e6)
    ] = 2.0
    keep_every: Annotated[
        int, _run("Of the older checkpoints every Nth stays.", ge=1, le=10_000)
    ] = 10
    samples: Annotated[bool, _run("Write a sheet of samples with each checkpoint.")] = (
        True
    )
    timeline: Annotated[bool, _run("Record circles and samples along the run.")] = True

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

"""The generator: mapping and synthesis, and what happens to w in between."""

from collections.abc import Callable
from dataclasses import field
from typing import Any, Literal

import torch
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from torch import Tensor, nn

from sgviz.models.alias_free import AliasFreeConfig, Design, Kind, check_design
from sgviz.models.layers import own_stream
from sgviz.models.mapping import (
    FROZEN,
    Beta,
    Classes,
    Depth,
    Gains,
    Label,
    LabelNorm,
    LrMultiplier,
    MappingConfig,
    MappingNetwork,
    Width,
)
from sgviz.models.synthesis import (
    Channels,
    Clamp,
    Resolution,
    Synthesis,
    SynthesisConfig,
    check_channels,
)
from sgviz.models.synthesis_adain import AdainSynthesis
from sgviz.models.synthesis_aliasfree import AliasFreeSynthesis
from sgviz.models.synthesis_bilinear import BilinearSynthesis
from sgviz.models.synthesis_none import NoSynthesis
from sgviz.models.synthesis_skip import SkipSynthesis

Family = Literal[
    "stylegan2", "stylegan1", "stylegan3-t", "stylegan3-r", "lucidrains", "geometry"
]
FAMILY_NAMES: dict[Family, str] = {
    "stylegan2": "StyleGAN2",
    "stylegan1": "StyleGAN",
    "stylegan3-t": "StyleGAN3-T",
    "stylegan3-r": "StyleGAN3-R",
    "lucidrains": "StyleGAN2 of lucidrains",
    "geometry": "mapping alone",
}


@dataclass(frozen=True, config=FROZEN)
class GeneratorConfig:
    """Sizes of a generator; the defaults are those of the bundled network.

    ``family`` says which synthesis it has (:data:`FAMILIES`), ``c_dim`` how many
    classes. Of StyleGAN3 ``channels`` are those of its layers, and ``design`` is that
    of its filters.

    Raises
    ------
    pydantic.ValidationError
        A value is out of its limits, or two values do not fit each other.
    """

    z_dim: Width = 512
    w_dim: Width = 512
    depth: Depth = 8
    resolution: Resolution = 64
    channels: Channels = (128, 128, 128, 64, 32)
    lr_multiplier: LrMultiplier = 0.01
    gains: Gains = field(default_factory=Gains)
    w_avg_beta: Beta = 0.995
    conv_clamp: Clamp | None = None
    family: Family = "stylegan2"
    c_dim: Classes = 0
    label_norm: LabelNorm = "apart"
    design: Design = field(default_factory=Design)

    def __post_init__(self) -> None:
        if self.family.startswith("stylegan3"):
            check_design(self.resolution, self.channels, self.design)
        else:
            check_channels(self.resolution, self.channels)

    @property
    def mapping(self) -> MappingConfig:
        """The part that the mapping network needs."""
        return MappingConfig(
            z_dim=self.z_dim,
            w_dim=self.w_dim,
            depth=self.depth,
            lr_multiplier=self.lr_multiplier,
            gains=self.gains,
            w_avg_beta=self.w_avg_beta,
            c_dim=self.c_dim,
            label_norm=self.label_norm,
        )

    @property
    def synthesis(self) -> SynthesisConfig:
        """The part that the synthesis network needs."""
        return SynthesisConfig(
            resolution=self.resolution,
            channels=self.channels,
            w_dim=self.w_dim,
            conv_clamp=self.conv_clamp,
        )

    def alias_free(self, kind: Kind) -> AliasFreeConfig:
        """The part that an alias-free synthesis needs."""
        return AliasFreeConfig(
            kind=kind,
            resolution=self.resolution,
            channels=self.channels,
            w_dim=self.w_dim,
            conv_clamp=self.conv_clamp,
            design=self.design,
        )


# What each family's synthesis is made of.
FAMILIES: dict[Family, Callable[[GeneratorConfig], Synthesis]] = {
    "stylegan2": lambda config: SkipSynthesis(config.synthesis),
    "stylegan1": lambda config: AdainSynthesis(config.synthesis),
    "stylegan3-t": lambda config: AliasFreeSynthesis(config.alias_free("t")),
    "stylegan3-r": lambda config: AliasFreeSynthesis(config.alias_free("r")),
    "lucidrains": lambda config: BilinearSynthesis(config.synthesis),
    "geometry": lambda config: NoSynthesis(),
}

_ADAPTER = TypeAdapter(GeneratorConfig)
# Fields that came later: left out of files where they say nothing.
_LATER = ("family", "c_dim", "label_norm", "design")


def config_to_dict(config: GeneratorConfig) -> dict[str, Any]:
    """The configuration as what JSON can hold."""
    data: dict[str, Any] = _ADAPTER.dump_python(config, mode="json")
    plain = _ADAPTER.dump_python(GeneratorConfig(), mode="json")
    silent = {name for name in _LATER if data[name] == plain[name]}
    return {name: value for name, value in data.items() if name not in silent}


def config_from_dict(data: object) -> GeneratorConfig:
    """The inverse of :func:`config_to_dict`, for data of any origin.

    Raises
    ------
    ValueError
        One sentence that names the first field that is wrong.
    """
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        message = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"the configuration is wrong: {place}: {message}") from error


def truncate(w: Tensor, w_avg: Tensor, psi: Tensor | float) -> Tensor:
    """w_avg + psi (w - w_avg) (arXiv 1812.04948, appendix B). psi 1 is exactly w."""
    if isinstance(psi, float):
        return w if psi == 1.0 else w_avg.lerp(w, psi)
    return torch.lerp(w_avg, w, psi)


def styled(w: Tensor, w_b: Tensor, w_avg: Tensor, psi: Tensor, mix: Tensor) -> Tensor:
    """The rows of ws: ws_i = lerp(truncated w, truncated w_b, mix_i).

    w and w_b [N or 1, w_dim], w_avg [w_dim], psi and mix [num_ws] -> ws
    [N, num_ws, w_dim].
    """
    rows_a = truncate(w[:, None], w_avg, psi[None, :, None])
    rows_b = truncate(w_b[:, None], w_avg, psi[None, :, None])
    return rows_a.lerp(rows_b, mix[None, :, None])


def to_pixels(image: Tensor) -> Tensor:
    """Raw image [N, 3, H, W] -> u8 [N, H, W, 3]: clamp(127.5 x + 128), truncated."""
    scaled = (image.detach() * 127.5 + 128.0).clamp(0.0, 255.0)
    return scaled.permute(0, 2, 3, 1).to(torch.uint8).contiguous()


class Generator(nn.Module):
    """``mapping`` and ``synthesis``; the same ``seed`` gives the same weights.

    With ``seed`` None no weight is drawn, for those who load them (see
    :meth:`Snapshot.build`). All weights are float32.
    """

    def __init__(self, config: GeneratorConfig, seed: int | None = 0) -> None:
        super().__init__()
        self.config = config
        self.mapping = MappingNetwork(config.mapping)
        self.synthesis = FAMILIES[config.family](config)
        if seed is not None:
            self.reset(own_stream(seed, "g"))

    @property
    def num_ws(self) -> int:
        """The number of rows of ws."""
        return self.synthesis.num_ws

    def reset(self, generator: torch.Generator) -> None:
        """Draw an untrained network."""
        self.mapping.reset(generator)
        self.synthesis.reset(generator)

    def broadcast(self, w: Tensor, psi: float = 1.0) -> Tensor:
        """The rows of ws [N, num_ws, w_dim], each the truncated w [N, w_dim]."""
        rows = truncate(w, self.mapping.w_avg, psi)[:, None]
        return rows.expand(-1, self.num_ws, -1)

    def forward(
        self,
        z: Tensor,
        psi: float = 1.0,
        dtype: torch.dtype = torch.float32,
        label: Label = 0,
    ) -> Tensor:
        """The raw image [N, 3, R, R] of z [N, z_dim], with the stored noise."""
        ws = self.broadcast(self.mapping(z, label), psi)
        image: Tensor = self.synthesis(ws, dtype=dtype)
        return image

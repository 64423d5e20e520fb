"""What is to be said of a network: its family, sizes and origin, in words."""

import math
from collections.abc import Mapping

from torch import Tensor, nn

from sgviz.checkpoints.errors import printable
from sgviz.models.generator import FAMILY_NAMES, Generator

Facts = tuple[tuple[str, str], ...]
# What readers of foreign files call otherwise than a person would.
CLEARER = {"classes": "Python classes", "network": "generator", "family": "format"}
NOTHING = "\u2013"


def facts_of(
    generator: Generator,
    label: str,
    sha256: str | None = None,
    kimg: float | None = None,
    provenance: Mapping[str, str] | None = None,
) -> Facts:
    """Names and words, in the order of reading; no control characters in either.

    ``label`` says which network it is, ``provenance`` what its file says of itself.
    """
    facts = {"network": label, "family": FAMILY_NAMES[generator.config.family]}
    facts |= _sizes(generator)
    facts["|w_avg|"] = shown(w_avg_norm(generator.mapping.w_avg))
    if kimg is not None:
        facts["trained"] = f"{kimg:g} kimg"
    facts["SHA-256"] = sha256 or "none yet: this network is in no file"
    said = dict(provenance or {})
    facts["licence"] = shown(said.pop("licence", "the file says nothing of it"))
    for key, text in said.items():
        key = CLEARER.get(key, key.replace("_", " "))
        name = printable(key) or NOTHING
        # What the file calls itself does not replace what was found in it.
        facts[f"{name} (says the file)" if name in facts else name] = shown(text)
    return tuple((_begun(name), printable(text)) for name, text in facts.items())


def _sizes(generator: Generator) -> dict[str, str]:
    config = generator.config
    side = config.resolution
    mapping, synthesis = _count(generator.mapping), _count(generator.synthesis)
    parts = f"mapping {mapping:,}, synthesis {synthesis:,}"
    geometry = config.family == "geometry"
    return {
        "z": f"{config.z_dim} numbers",
        "w": f"{config.w_dim} numbers",
        "depth": f"{config.depth} layers",
        "images": "none: geometry only" if geometry else f"{side}\u00d7{side}",
        "classes": f"{config.c_dim:,}" if config.c_dim else "none",
        "parameters": f"{mapping + synthesis:,} ({parts})",
    }


def w_avg_norm(w_avg: Tensor) -> float | None:
    """The length of w_avg; None where it is not finite, which JSON cannot hold."""
    norm = float(w_avg.detach().double().norm())
    return round(norm, 4) if math.isfinite(norm) else None


def shown(value: object) -> str:
    """A value of a file's making in one line, without control characters."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        # The name of a circle may hold a comma.
        comma = "; " if any(isinstance(item, str) for item in value) else ", "
        return comma.join(shown(item) for item in value)
    if value is None or value == "":
        return NOTHING
    return printable(str(value))


def _count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _begun(name: str) -> str:
    """A name with a capital, but for the letters of mathematics."""
    return name if name in ("z", "w") else name[:1].upper() + name[1:]

"""A network of which the mapping alone is known: geometry, and no images."""

from collections.abc import Mapping
from dataclasses import replace

from sgviz.checkpoints.arrays import Taken
from sgviz.checkpoints.found import Found
from sgviz.models.generator import GeneratorConfig

MAPPING = "mapping."
SHOWN_PARTS = 6


def without_images(
    config: GeneratorConfig,
    tensors: Mapping[str, Taken],
    provenance: Mapping[str, str],
    ignored: tuple[str, ...],
    reason: str,
) -> Found:
    """What was found, with the mapping alone; ``reason`` says what else there is."""
    own = {name: t for name, t in tensors.items() if name.startswith(MAPPING)}
    parts = sorted({name.partition(".")[0] for name in tensors if name not in own})
    return Found(
        replace(config, family="geometry"),
        own,
        dict(provenance),
        ignored=(*ignored, *parts[:SHOWN_PARTS]),
        notes=(f"geometry only: the file has {reason}",),
    )

"""What TensorFlow's and genforce's StyleGAN1 have in common, by our names."""

from dataclasses import asdict

from sgviz.checkpoints.arrays import Taken
from sgviz.checkpoints.found import Found, config_of
from sgviz.checkpoints.geometry_only import without_images
from sgviz.checkpoints.pickle_nodes import Array
from sgviz.models.mapping import STYLEGAN1

GAINS = asdict(STYLEGAN1)

Layer = dict[str, Array]


def stylegan1(
    fields: dict[str, object],
    tensors: dict[str, Taken],
    layers: list[Layer],
    rgb: Layer,
    provenance: dict[str, str],
    ignored: tuple[str, ...],
) -> Found:
    """A network of StyleGAN1: its mapping, and its layers from 4x4 upwards.

    Raises
    ------
    ModelFileError
        The layers do not fit each other.
    """
    reason = "a synthesis of StyleGAN1"
    return without_images(
        config_of(fields), tensors, provenance, ignored, reason
    ).checked()

"""What TensorFlow's and genforce's StyleGAN1 have in common, by our names."""

from dataclasses import asdict, replace

from sgviz.checkpoints.arrays import Taken
from sgviz.checkpoints.errors import ModelFileError
from sgviz.checkpoints.found import Found, config_of
from sgviz.checkpoints.geometry_only import without_images
from sgviz.checkpoints.pickle_nodes import Array
from sgviz.models.mapping import STYLEGAN1

GAINS = asdict(STYLEGAN1)
SMALLEST = 2

Layer = dict[str, Array]


def stylegan1(
    mapping: Found, layers: list[Layer], rgb: Layer | None, lod: float
) -> Found:
    """A network of StyleGAN1: its mapping as found, its layers from 4x4 upwards.

    ``lod`` above 0 says how many doublings its progressive training had left.

    Raises
    ------
    ModelFileError
        The layers do not fit each other.
    """
    reason = ""
    if len(layers) < 2 * SMALLEST or len(layers) % 2:
        reason = "a synthesis of an unusual size"
    elif lod > 0:
        reason = "a synthesis that is not fully grown"
    elif rgb is None or rgb["bias"].shape != (3,):
        reason = "a synthesis of images that are not RGB"
    if rgb is None or reason:
        return without_images(
            mapping.config, mapping.tensors, mapping.provenance, mapping.ignored, reason
        ).checked()
    tensors = dict(mapping.tensors)
    for i, layer in enumerate(layers):
        here = f"synthesis.b{4 << i // 2}"
        for name, array in layer.items():
            place = here if name == "const" else f"{here}.conv{i % 2}"
            tensors[f"{place}.{name}"] = Taken(array)
    tensors |= {f"synthesis.torgb.{name}": Taken(array) for name, array in rgb.items()}
    shapes = [layer["bias"].shape for layer in layers[::2]]
    if any(len(shape) != 1 for shape in shapes):
        raise ModelFileError("its synthesis has a bias that is none")
    found = {
        "family": "stylegan1",
        "resolution": 2 << len(layers) // 2,
        "channels": [shape[0] for shape in shapes],
    }
    config = config_of(asdict(mapping.config) | found)
    return replace(mapping, config=config, tensors=tensors).checked()

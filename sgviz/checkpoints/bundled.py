"""The trained network that comes with sgviz."""

from pathlib import Path

from sgviz.assets import bundled_model
from sgviz.checkpoints.errors import FileError


def bundled_path() -> Path:
    """The bundled network's file, of a checkout or of an installed wheel.

    Raises
    ------
    FileError
        It is not there.
    """
    path = bundled_model()
    if not path.is_file():
        raise FileError(
            f"the bundled network ({path.name}) is missing from this installation: "
            "open a model of your own, or train one"
        )
    return path

"""When a scene is of something else than the one before, and is framed anew."""

from sgviz.frame import Scene
from sgviz.state import ModelRef

DIGITS = "0123456789"


class Framing:
    """What was framed last: of which network, in which space, along which axes."""

    def __init__(self) -> None:
        self._model: ModelRef | str | None = None
        self._kind: tuple[object, ...] = ()

    def set_model(self, ref: ModelRef | None) -> None:
        """The network of the scenes that follow; a run is one, whatever its moment."""
        self._model = getattr(ref, "run", ref)

    def is_other(self, scene: Scene) -> bool:
        """Whether this scene is of something else; another coordinate's number is not.

        Asked once for each scene.
        """
        space, axis = (name.rstrip(DIGITS) for name in (scene.space, scene.axes[0]))
        what = (space, axis, scene.panels, type(scene.of), scene.has_latents)
        kind = (self._model, *what)
        other, self._kind = kind != self._kind, kind
        return other

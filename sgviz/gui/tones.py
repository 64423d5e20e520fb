"""Colours that show what was measured along the circles, in W and on the ring."""

import numpy as np

from sgviz.frame import Part, Scene
from sgviz.gui.colours import Rgba, angle_colours
from sgviz.gui.scene_colours import Tone, scene_colours
from sgviz.gui.theme import Theme
from sgviz.gui.w_view import WView
from sgviz.measured.extremes import Extremes
from sgviz.measured.factors import FactorCurves
from sgviz.measured.metric import Stretch
from sgviz.state import Look

# The stage that measures what a colour of the curves shows.
FOR_COLOUR = {
    "factor": "factors",
    "stretch": "stretch",
    "volume": "stretch",
    "largest": "extremes",
}


class Tones:
    """Keeps what was measured for the colours, and gives it to the W view."""

    def __init__(self, w_view: WView) -> None:
        self._w_view = w_view
        self._toned: dict[str, Tone] = {}

    def stages(self, look: Look) -> frozenset[str]:
        """The measure that a look's colour needs, if it needs one."""
        stage = FOR_COLOUR.get(look.colour)
        return frozenset((stage,) if stage else ())

    def take(self, part: Part) -> bool:
        """Whether a part is for a colour; then it is shown in W."""
        if not isinstance(part.value, FactorCurves | Stretch | Extremes):
            return False
        for colour, stage in FOR_COLOUR.items():
            if stage == part.name:
                self._toned[colour] = part.value
                self._w_view.set_toned(colour, part.value)
        return True

    def of_ring(self, scene: Scene, ring: int, look: Look, theme: Theme) -> Rgba:
        """Colours u8 [N, 4] of the circle on the ring: by angle, or as in W."""
        if not scene.has_rings:
            return np.zeros((0, 4), np.uint8)
        if look.colour in FOR_COLOUR:
            return np.asarray(scene_colours(scene, look, theme, self._toned)[ring])
        return angle_colours(scene.angles[ring], theme, look.colour == "vivid")

"""The curves of other networks in the W view: what is drawn of them, and the legend."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sgviz.frame import Companion, Companions, Floats, Scene
from sgviz.gui.beside_legend import BesideLegend, entries
from sgviz.gui.beside_look import echoes, grey_curves, held, second_curves
from sgviz.gui.theme import DARK, Theme
from sgviz.state import CirclesFile

if TYPE_CHECKING:
    from sgviz.gui.gl.scene_view import SceneView

Colours = NDArray[np.uint8]
# Where places [S, ..., 3] are drawn.
Arrange = Callable[[Floats], Floats]
NOTHING = Companions()


class WBeside:
    """Networks beside a scene; those of another scene than is shown are left out."""

    def __init__(self) -> None:
        self.legend = BesideLegend()
        # What came last; what of it is drawn; what was drawn last, where it lies in W.
        self.companions = self._shown = self._last = NOTHING
        self._old: tuple[Companion, ...] = ()
        self._panels = 0
        self._theme = DARK
        self._name = self._file = ""

    @property
    def shown(self) -> Companions:
        """What is drawn: all that fits the scene."""
        return self._shown

    def set_name(self, name: str) -> None:
        """What the network on the screen is called."""
        self._name = name
        self._write()

    def set_theme(self, theme: Theme) -> None:
        """New colours."""
        self._theme = theme
        self.legend.set_theme(theme)

    def show(
        self,
        view: "SceneView",
        scene: Scene,
        colours: Colours,
        width: float,
        arrange: Arrange,
    ) -> None:
        """Draw what fits a scene; what is not there yet stays where it was.

        Faintly where the circles have moved on without it.
        """
        if len(scene.panels) != self._panels:  # the old ones' places mean nothing here
            self._last, self._panels = NOTHING, len(scene.panels)
        fresh = self.companions if self.companions.fits(scene) else NOTHING
        old = held(self._last, self.companions, scene)
        # Whose circles they are: those of before, as long as there are some.
        of = self._last.of if old else fresh.of
        self._last = replace(fresh, items=(*fresh.items, *old), of=of)
        shown = replace(fresh, items=_arranged(fresh.items, arrange))
        old = _arranged(old, arrange)
        if shown.items or old or self._shown.items or self._old:
            every = replace(shown, items=(*shown.items, *old))
            second = second_curves(every, colours, self._theme)
            grey = grey_curves(every, self._theme, old if of != scene.of else ())
            view.set_beside(grey, second, width)
        self._shown, self._old = shown, old
        of_file = scene.of if isinstance(scene.of, CirclesFile) else None
        self._file = PurePath(of_file.path).name if of_file else ""
        self._write()

    def light(self, view: "SceneView", circle: int | None, point: int) -> None:
        """Light the point under the hand in the networks beside, too."""
        lit = circle is not None and bool(self._shown.items)
        found = echoes(self._shown, circle or 0, point, self._theme) if lit else None
        view.set_echoes(found)

    def _write(self) -> None:
        every = replace(self._shown, items=(*self._shown.items, *self._old))
        self.legend.set_entries(entries(self._file or self._name, every))


def _arranged(items: tuple[Companion, ...], arrange: Arrange) -> tuple[Companion, ...]:
    """Networks where they are drawn."""
    return tuple(replace(item, positions=arrange(item.positions)) for item in items)

"""The measures: stages that run while a panel shows them, in the order of the menu."""

from sgviz.render.stage import Stage

MEASURES: tuple[Stage, ...] = ()

"""The measures: stages that run while a panel shows them, in the order of the menu."""

from sgviz.render.measures import curves
from sgviz.render.measures.compare import COMPARE
from sgviz.render.measures.dimension import DIMENSION
from sgviz.render.measures.factors import CROSSINGS, FACTORS
from sgviz.render.measures.images import IMAGE_SPEED, PATH_LENGTH
from sgviz.render.measures.separability import SEPARABILITY
from sgviz.render.stage import Stage

FEELING = (IMAGE_SPEED, PATH_LENGTH, FACTORS, CROSSINGS, SEPARABILITY, DIMENSION)
MEASURES: tuple[Stage, ...] = (*curves.CURVES, *COMPARE, *FEELING)

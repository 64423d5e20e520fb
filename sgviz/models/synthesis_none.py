"""The synthesis of a network of which only the mapping is known: none.

Its circles, its w and its w_avg are all there; whoever asks for an image is told why
there is none.
"""

import torch

from sgviz.models.layers import FullyConnected
from sgviz.models.synthesis import Entering, Feed, Synthesis

NO_IMAGES = (
    "There are no images of this network: sgviz knows its mapping, and not its "
    "synthesis. What is drawn of W is exact."
)


NO_STYLES = "This network has no styles: sgviz knows its mapping, and not its synthesis"


class NoImagesError(ValueError):
    """An image was asked of a network without a synthesis; one sentence."""

    def __init__(self) -> None:
        super().__init__(NO_IMAGES)


class NoStylesError(ValueError):
    """Styles were asked of a network without a synthesis; one sentence."""

    def __init__(self) -> None:
        super().__init__(NO_STYLES)


class NoSynthesis(Synthesis):
    """One row of ws, and no image of it."""

    num_ws = 1
    row_names = ("w",)
    row_resolutions = (4,)

    def reset(self, generator: torch.Generator) -> None:
        """Nothing is drawn."""

    def affines(self, row: int) -> tuple[FullyConnected, ...]:
        """Raise NoStylesError."""
        raise NoStylesError

    def step(self, at: Entering, feed: Feed) -> Entering:
        """Raise NoImagesError."""
        raise NoImagesError

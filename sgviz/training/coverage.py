"""How much of each factor of the portraits a generator's samples spread.

The standard deviation of a factor over samples against its deviation over the data,
both as :mod:`sgviz.analysis.reader` reads them: 1 where the samples vary as the data
do, 0 where a factor has collapsed to one value. Cheap enough to be taken along a run.
"""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from sgviz.analysis.reader import FactorReader, from_pixels, load_reader


class Coverage:
    """The coverage of samples of one resolution; the reader is loaded once.

    Only factors that can be read in images of that size are told; with smaller ones
    they are fewer. What the data spread was measured when the reader was made.
    """

    def __init__(self, resolution: int, reader: FactorReader | None = None) -> None:
        """``reader`` is the bundled one, unless told.

        Raises
        ------
        FileError
            The bundled reader is missing or damaged.
        ValueError
            Images of this resolution are too small to be read (below 16 pixels).
        """
        self.resolution = resolution
        self.reader = reader or load_reader()
        spread = self.reader.exam(resolution).spread
        self._spread = torch.tensor(spread, dtype=torch.float64)
        self._readable = self.reader.readable(resolution)

    @property
    def names(self) -> tuple[str, ...]:
        """The factors that :meth:`of` tells, in its order."""
        pairs = zip(self.reader.names, self._readable, strict=True)
        return tuple(name for name, readable in pairs if readable)

    def of(self, images: Tensor | NDArray[Any]) -> dict[str, float]:
        """Spread over samples / spread over the data, by the name of the factor.

        ``images`` are u8 [N, R, R, 3], or float [N, 3, R, R] in [-1, 1]; R is the
        resolution. Of N samples of the data the ratio is 1 with a deviation of
        about 0.45 / sqrt(N): 0.03 of 256.

        Raises
        ------
        ValueError
            Fewer than two images, or images of another size.
        """
        images = torch.as_tensor(images)
        if images.dtype == torch.uint8:
            images = from_pixels(images)
        if images.shape[-1] != self.resolution or len(images) < 2:
            shape, side = list(images.shape), self.resolution
            raise ValueError(f"coverage needs two images of {side} pixels, not {shape}")
        values = self.reader.read(images).values.double()
        ratios = (values.std(0) / self._spread).tolist()
        found = zip(self.reader.names, ratios, self._readable, strict=True)
        return {name: ratio for name, ratio, readable in found if readable}

"""A sheet of samples at fixed latents, as a PNG."""

import io

import numpy
import torch
from PIL import Image

from sgviz.models.generator import Generator, to_pixels

COLUMNS, ROWS = 8, 8


def sheet_png(generator: Generator, seed: int = 0) -> bytes:
    """Samples of seeds ``seed`` ... ``seed + 63``, 8 x 8, psi 1, stored noise.

    Seeds are the field's (``RandomState(n).randn(1, z_dim)``), so a sheet says
    which face is which and shows the same latents all through a run. No random
    state of torch is touched.
    """
    device = generator.mapping.w_avg.device
    rows = [
        numpy.random.RandomState(seed + n).randn(1, generator.config.z_dim)
        for n in range(COLUMNS * ROWS)
    ]
    z = torch.from_numpy(numpy.concatenate(rows)).float().to(device)
    with torch.no_grad():
        parts = [to_pixels(generator(part)) for part in torch.chunk(z, ROWS)]
        pixels = torch.cat(parts)
    side = pixels.shape[1]
    grid = pixels.reshape(ROWS, COLUMNS, side, side, 3).transpose(1, 2)
    flat = grid.reshape(ROWS * side, COLUMNS * side, 3).cpu().numpy()
    file = io.BytesIO()
    Image.fromarray(flat).save(file, format="PNG")
    return file.getvalue()

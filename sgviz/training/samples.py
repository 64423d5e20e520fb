"""A sheet of samples at fixed latents, as a PNG."""

import io

import numpy
import torch
from numpy.typing import NDArray
from PIL import Image

from sgviz.models.device import is_bf16_fast
from sgviz.models.generator import Generator, to_pixels
from sgviz.training.data import Images

COLUMNS, ROWS, BATCH = 8, 8, 8


def sample_pixels(
    generator: Generator, count: int, seed: int = 0, fast: bool = False
) -> NDArray[numpy.uint8]:
    """Samples of ``count`` seeds from ``seed`` on, u8 [count, H, W, 3].

    Psi 1 and the stored noise. Seeds are the field's (``RandomState(n).randn(1,
    z_dim)``), so the same latents are shown all through a run. ``fast`` is for the
    eye: bf16 where the device is good at it. No random state of torch is touched.
    """
    device = generator.mapping.w_avg.device
    rows = [
        numpy.random.RandomState(seed + n).randn(1, generator.config.z_dim)
        for n in range(count)
    ]
    z = torch.from_numpy(numpy.concatenate(rows)).float().to(device)
    dtype = torch.bfloat16 if fast and is_bf16_fast(device) else torch.float32
    with torch.no_grad():
        images = (generator(part, dtype=dtype) for part in torch.split(z, BATCH))
        parts = [to_pixels(image) for image in images]
    return torch.cat(parts).cpu().numpy()


def real_pixels(images: Images, count: int) -> NDArray[numpy.uint8]:
    """The first images of a data set, u8 [count, H, W, 3]."""
    return to_pixels(images.batch(0, count)).numpy()


def sheet_png(generator: Generator, seed: int = 0) -> bytes:
    """A sheet of 8 x 8 samples, seeds ``seed`` ... ``seed + 63``, as PNG bytes."""
    pixels = sample_pixels(generator, COLUMNS * ROWS, seed)
    side = pixels.shape[1]
    grid = pixels.reshape(ROWS, COLUMNS, side, side, 3).swapaxes(1, 2)
    file = io.BytesIO()
    Image.fromarray(grid.reshape(ROWS * side, COLUMNS * side, 3)).save(file, "PNG")
    return file.getvalue()

import numpy as np
import pytest
from PySide6.QtCore import QSize

from sgviz.gui.pixmaps import fitted_size, rounded_pixmap, scaled, to_qimage


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, 256, (height, width, 3), np.uint8)


def colour(image, x: int, y: int) -> tuple[int, int, int]:
    c = image.pixelColor(x, y)
    return c.red(), c.green(), c.blue()


# 5 pixels a row: 15 bytes, which Qt would otherwise pad to 16 and skew.
@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (5, 7), (64, 64)])
def test_every_pixel_arrives(shape):
    pixels = noise(*shape)
    image = to_qimage(pixels)
    assert (image.height(), image.width()) == shape
    for y in range(shape[0]):
        for x in range(shape[1]):
            assert colour(image, x, y) == tuple(pixels[y, x])


def test_views_that_are_not_contiguous_are_read_rightly():
    pixels = noise(9, 8)
    for view in (pixels[::-1], pixels[:, ::-1], pixels[::2, 1::3], pixels[..., ::-1]):
        image = to_qimage(view)
        assert colour(image, 1, 2) == tuple(view[2, 1])
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1)).transpose(1, 2, 0)
    assert colour(to_qimage(planes), 3, 4) == tuple(pixels[4, 3])


def test_the_image_outlives_and_ignores_its_array():
    pixels = noise(16, 16)
    first = tuple(pixels[0, 0])
    image = to_qimage(pixels)
    pixels[:] = 0
    del pixels
    assert colour(image, 0, 0) == first


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 0, 3), np.uint8),
    ],
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(ValueError, match="image"):
        to_qimage(wrong)


def test_crisp_takes_the_whole_multiple_that_fills_the_room_well():
    image = QSize(64, 64)
    assert fitted_size(image, QSize(340, 500), smooth=False) == QSize(320, 320)
    assert fitted_size(image, QSize(340, 500), smooth=True) == QSize(340, 340)
    # 2 x 64 would leave a third of the room empty.
    assert fitted_size(image, QSize(190, 190), smooth=False) == QSize(190, 190)
    assert fitted_size(image, QSize(40, 90), smooth=False) == QSize(40, 40)
    assert fitted_size(image, QSize(0, 90), smooth=False) == QSize(0, 0)
    assert fitted_size(QSize(32, 64), QSize(640, 640), False) == QSize(320, 640)


def test_crisp_enlarging_by_a_whole_number_repeats_pixels():
    pixels = noise(4, 4)
    large = scaled(to_qimage(pixels), QSize(20, 20), smooth=False)
    for y in range(20):
        for x in range(20):
            assert colour(large, x, y) == tuple(pixels[y // 5, x // 5])


def test_crisp_enlarging_by_a_fraction_keeps_pixels_flat():
    pixels = noise(8, 8)
    large = scaled(to_qimage(pixels), QSize(42, 42), smooth=False)
    assert large.size() == QSize(42, 42)
    for k in range(8):
        middle = int((k + 0.5) * 42 / 8)
        there, expected = colour(large, middle, middle), pixels[k, k]
        assert (
            max(abs(int(a) - int(b)) for a, b in zip(there, expected, strict=True)) <= 2
        )


def test_rounded_pixmap_has_its_size_ratio_and_clear_corners(qapp):
    pixels = np.full((64, 64, 3), 200, np.uint8)
    pixmap = rounded_pixmap(to_qimage(pixels), 40.0, 10.0, 2.0)
    assert pixmap.width() == 80 and pixmap.devicePixelRatio() == 2.0
    image = pixmap.toImage()
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(40, 40).getRgb() == (200, 200, 200, 255)

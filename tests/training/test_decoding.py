"""Any picture as a square: its geometry, its colours, and what is refused."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from sgviz.training.decoding import Fit, PictureError, check, kind_of, square

R = 32
# What Pillow says about damaged files, which the package keeps quiet.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def squared(data: bytes, fit: Fit = "crop", side: int = R) -> NDArray[np.uint8]:
    check(io.BytesIO(data), len(data))
    return square(io.BytesIO(data), side, fit)


def refused(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        squared(data)
    return str(caught.value)


def plain(colour: tuple[int, ...], mode: str = "RGB", size: int = 40) -> Image.Image:
    return Image.new(mode, (size, size), colour)


def ramp(width: int, height: int) -> NDArray[np.uint8]:
    """Red grows by one a column, green by one a row."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.arange(width)[None]
    pixels[..., 1] = np.arange(height)[:, None]
    return pixels


def chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data).to_bytes(4, "big")
    return len(data).to_bytes(4, "big") + kind + data + crc


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 64))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(R, R), (96, R), (R, 90), (33, R)])
def test_a_crop_is_the_largest_square_in_the_middle(width: int, height: int) -> None:
    found = squared(saved(Image.fromarray(ramp(width, height)), "PNG"))
    left, top = (width - R) / 2, (height - R) / 2
    # An uneven rest falls between two columns, where Lanczos gives their mean.
    middle = slice(4, -4)
    x, y = np.arange(R) + left, np.arange(R) + top
    assert np.allclose(found[..., 0][:, middle], x[None, middle], atol=0.51)
    assert np.allclose(found[..., 1][middle], y[middle, None], atol=0.51)
    if (width - R) % 2 == 0 and (height - R) % 2 == 0:
        whole = ramp(width, height)
        a, b = int(top), int(left)
        assert np.array_equal(found, whole[a : a + R, b : b + R])


def test_a_smaller_picture_is_the_mean_of_what_it_covers() -> None:
    found = squared(saved(Image.fromarray(ramp(256, 128)), "PNG"))
    # The middle 128 columns, four to a pixel: 64 + 4 k + 1.5.
    expected = 64 + 4 * np.arange(R) + 1.5
    assert np.allclose(found[8, 2:-2, 0], expected[2:-2], atol=0.51)
    assert np.allclose(found[2:-2, 8, 1], (4 * np.arange(R) + 1.5)[2:-2], atol=0.51)


def test_what_is_too_fine_to_see_becomes_grey_and_no_moire() -> None:
    stripes = np.zeros((256, 256, 3), np.uint8)
    stripes[:, ::2] = 255
    found = squared(saved(Image.fromarray(stripes), "PNG"))
    assert found.std() < 2
    assert abs(found.mean() - 127.5) < 2


@pytest.mark.parametrize(("width", "height"), [(64, 32), (32, 64), (100, 10)])
def test_a_letterbox_shows_all_of_it_between_black_bars(
    width: int, height: int
) -> None:
    image = Image.new("RGB", (width, height), (200, 150, 100))
    found = squared(saved(image, "PNG"), "letterbox")
    longer = max(width, height)
    w, h = round(width * R / longer), round(height * R / longer)
    left, top = (R - w) // 2, (R - h) // 2
    inside = found[top : top + h, left : left + w]
    assert (inside == (200, 150, 100)).all()
    assert int((found.sum(-1) > 0).sum()) == w * h


def test_a_letterbox_of_a_square_has_no_bars() -> None:
    assert (squared(saved(plain((9, 9, 9)), "PNG"), "letterbox") == 9).all()


def corner() -> Image.Image:
    """Red, green, blue and white quarters: no two turns look alike."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:32, :32], pixels[:32, 32:] = (255, 0, 0), (0, 255, 0)
    pixels[32:, :32], pixels[32:, 32:] = (0, 0, 255), (255, 255, 255)
    return Image.fromarray(pixels)


# What the quarters (0 1 / 2 3) look like after a viewer has turned them, EXIF 2.32.
TURNED = {
    1: (0, 1, 2, 3),
    2: (1, 0, 3, 2),
    3: (3, 2, 1, 0),
    4: (2, 3, 0, 1),
    5: (0, 2, 1, 3),
    6: (2, 0, 3, 1),
    7: (3, 1, 2, 0),
    8: (1, 3, 0, 2),
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_as_exif_says(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100} if kind in ("JPEG", "WEBP") else {}
    found = squared(saved(corner(), kind, exif=exif, **options))
    colours = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)])
    seen = found[[8, 8, 24, 24], [8, 24, 8, 24]].astype(int)
    nearest = [int(np.abs(colours - pixel).sum(-1).argmin()) for pixel in seen]
    assert tuple(nearest) == TURNED[orientation]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_tall_photograph_lying_on_its_side_is_letterboxed_upright(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (64, 32), (200, 200, 200))
    found = squared(saved(image, kind, exif=exif), "letterbox")
    assert (found[:, :8] == 0).all()
    assert (found[:, 8:24] > 150).all()


MODES: dict[str, tuple[Callable[[], bytes], tuple[int, int, int]]] = {
    "grey": (lambda: saved(plain((77,), "L"), "PNG"), (77, 77, 77)),
    "black and white": (lambda: saved(plain((1,), "1"), "PNG"), (255, 255, 255)),
    "palette": (
        lambda: saved(plain((10, 200, 30)).convert("P", palette=1), "PNG"),
        (10, 200, 30),
    ),
    "half transparent": (
        lambda: saved(plain((0, 100, 200, 128), "RGBA"), "PNG"),
        (127, 177, 227),
    ),
    "all transparent": (
        lambda: saved(plain((9, 9, 9, 0), "RGBA"), "PNG"),
        (255, 255, 255),
    ),
    "transparent grey": (lambda: saved(plain((0, 0), "LA"), "PNG"), (255, 255, 255)),
    "transparent palette": (
        lambda: saved(plain((3, 3, 3)).quantize(2), "PNG", transparency=0),
        (255, 255, 255),
    ),
    "a transparent colour": (
        lambda: saved(plain((1, 2, 3)), "PNG", transparency=(1, 2, 3)),
        (255, 255, 255),
    ),
    "16 bits, PNG": (
        lambda: saved(Image.fromarray(np.full((40, 40), 0x8040, np.uint16)), "PNG"),
        (128, 128, 128),
    ),
    "16 bits, TIFF": (
        lambda: saved(Image.fromarray(np.full((40, 40), 0x4000, np.uint16)), "TIFF"),
        (64, 64, 64),
    ),
    "CMYK": (
        lambda: saved(plain((0, 255, 255, 0), "CMYK"), "JPEG", quality=100),
        (255, 0, 0),
    ),
    "YCbCr": (lambda: saved(plain((90, 128, 128), "YCbCr"), "TIFF"), (90, 90, 90)),
    "BMP": (lambda: saved(plain((5, 6, 7)), "BMP"), (5, 6, 7)),
    "WebP": (lambda: saved(plain((5, 6, 7)), "WEBP", lossless=True), (5, 6, 7)),
    "two frames": (
        lambda: saved(
            plain((250, 0, 0)),
            "GIF",
            save_all=True,
            append_images=[plain((0, 0, 250))],
        ),
        (250, 0, 0),
    ),
}


@pytest.mark.parametrize("name", MODES)
def test_every_kind_of_pixel_becomes_rgb(name: str) -> None:
    make, expected = MODES[name]
    found = squared(make()).astype(int)
    assert found.shape == (R, R, 3)
    assert np.abs(found - expected).max() <= 3, found[0, 0]


def test_what_it_is_is_said_by_its_bytes() -> None:
    kinds = {"PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"}
    assert {kind_of(saved(plain((1, 2, 3)), kind)) for kind in kinds} == kinds
    assert kind_of(b"") is kind_of(b"RIFF....WAVE") is kind_of(b"hello") is None


def test_a_large_photograph_is_decoded_at_a_smaller_size_and_looks_the_same() -> None:
    rows = np.linspace(0, 255, 1024)[:, None] * np.ones(1024)
    pixels = np.stack([rows, rows.T, 255 - rows], -1).astype(np.uint8)
    exact = squared(saved(Image.fromarray(pixels), "PNG"))
    quick = squared(saved(Image.fromarray(pixels), "JPEG", quality=98))
    assert np.abs(exact.astype(int) - quick).max() <= 4


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "text": (lambda: b"Not a picture\n", "is a text, not a picture"),
    "web page": (lambda: b"<!doctype html><p>404", "is a web page"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is an SVG drawing"),
    "noise": (lambda: bytes(range(128, 200)), "is not a picture of a kind"),
    "1x1": (lambda: saved(plain((1, 2, 3), size=1), "PNG"), "has 1 × 1 pixels: at"),
    "no pixels": (lambda: png_of(0, 0), "is a damaged PNG picture"),
    "60,000": (lambda: png_of(60_000, 60_000), "is too large: at most 89 million"),
    "10,000": (lambda: png_of(10_000, 10_000), "is too large: at most 89 million"),
    "no rows": (lambda: png_of(64, 64), "is cut off"),
    "32 bits": (
        lambda: saved(Image.fromarray(np.ones((40, 40), np.float32)), "TIFF"),
        "has numbers of 32 bits",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_says_why(name: str) -> None:
    make, sentence = REFUSED[name]
    assert refused(make()).startswith(sentence)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_cut_off_anywhere_is_refused_and_never_raises_anything_else(kind: str) -> None:
    noise = np.random.RandomState(0).randint(0, 256, (48, 48, 3), np.uint8)
    whole = saved(Image.fromarray(noise), kind)
    for length in np.linspace(0, len(whole) - 24, 80).astype(int):
        with pytest.raises(PictureError):
            square(io.BytesIO(whole[:length]), R, "crop")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_file_without_its_end_is_found_by_looking_at_it(kind: str) -> None:
    noise = np.random.RandomState(0).randint(0, 256, (64, 64, 3), np.uint8)
    whole = saved(Image.fromarray(noise), kind)
    cut = whole[: len(whole) // 2]
    with pytest.raises(PictureError, match="is cut off"):
        check(io.BytesIO(cut), len(cut))


def test_a_photograph_with_something_behind_its_end_is_as_good() -> None:
    data = saved(plain((100, 100, 100)), "JPEG") + b"\0" * 4000
    assert (squared(data) == 100).all()


def test_mutants_are_pictures_or_refused() -> None:
    random = np.random.RandomState(1)
    noise = random.randint(0, 256, (24, 24, 3), np.uint8)
    for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"):
        whole = np.frombuffer(saved(Image.fromarray(noise), kind), np.uint8)
        for _ in range(150):
            mutant = whole.copy()
            places = random.randint(0, min(len(mutant), 400), 3)
            mutant[places] = random.randint(0, 256, 3)
            try:
                assert squared(mutant.tobytes()).shape == (R, R, 3)
            except PictureError as error:
                assert len(str(error)) < 120

"""One picture of anybody's: what it is by its content, and its pixels as a square.

Pillow decodes, and only the six formats that are named here. Whatever a damaged
file makes it raise becomes a :class:`PictureError`, which says in a few words what
is wrong with *that file*: "is cut off". Colour profiles are not applied.
"""

import codecs
import warnings
from typing import BinaryIO, Literal

import numpy
from numpy.typing import NDArray
from PIL import ExifTags, Image

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.source import looks_like

Fit = Literal["crop", "letterbox"]
Pixels = NDArray[numpy.uint8]

HEAD = 64
TAIL = 64
MIN_SIDE = 8
MAX_PIXELS = 89_478_485  # what Pillow warns about: half a billion bytes while decoded
FORMATS = "PNG, JPEG, WebP, BMP, TIFF, GIF"
WHITE, BLACK = (255, 255, 255), (0, 0, 0)

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
# What EXIF's orientation asks for (EXIF 2.32, 4.6.4, tag 274).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Twice MAX_PIXELS is an error of Pillow's own; this makes one of its warning. What
# else it has to say about the inside of a file is not for somebody who trains.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class PictureError(FileError):
    """A picture that cannot be used: what is wrong, to be read after its name."""


def kind_of(head: bytes) -> str | None:
    """The format that the first bytes of a file say it has; None for no picture."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    found = (kind for magic, kind in _MAGIC if head.startswith(magic))
    return next(found, None)


def check(file: BinaryIO, size: int) -> tuple[int, int]:
    """Width and height of an open file of ``size`` bytes that can be used.

    The header is read, and whether the file ends as its format does; only one that
    does not is decoded.

    Raises
    ------
    PictureError
        No picture, damaged, cut off, too large or too small.
    """
    kind = _checked_kind(file)
    image = _opened(file, kind)
    width, height = image.size
    if not _whole(file, size, kind):
        _load(image, kind)
    return width, height


def square(file: BinaryIO, resolution: int, fit: Fit) -> Pixels:
    """A picture as u8 [resolution, resolution, 3], sRGB.

    Turned upright as EXIF says; of several frames the first; what is transparent is
    laid on white. ``crop`` takes the largest square in the middle; ``letterbox`` the
    whole picture between black bars. Made smaller with Lanczos' filter of three
    lobes over the source's own pixels, as the data sets of StyleGAN are.

    Raises
    ------
    PictureError
        As :func:`check`, and what only decoding shows.
    """
    kind = _checked_kind(file)
    image = _opened(file, kind)
    if kind == "JPEG":
        # A large photograph is decoded at a half, a quarter or an eighth of its
        # size, as long as twice the pixels that are wanted are left.
        side = min(image.size) if fit == "crop" else max(image.size)
        share = max(1.0, side / (2 * resolution))
        image.draft(None, (int(image.width / share), int(image.height / share)))
    _load(image, kind)
    try:
        return _fitted(image, kind, resolution, fit)
    except (MemoryError, PictureError):
        raise
    except Exception as error:
        raise PictureError(f"is a damaged {kind} picture") from error


def _checked_kind(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    kind = kind_of(head)
    if kind is None:
        raise PictureError(_not_a_picture(head))
    return kind


def _not_a_picture(head: bytes) -> str:
    if (what := looks_like(head)) is not None:
        return f"is {what}"
    if b"<svg" in head.lower():
        return f"is an SVG drawing; what can be used is {FORMATS}"
    if _is_text(head):
        return "is a text, not a picture"
    return f"is not a picture of a kind that can be used ({FORMATS})"


def _is_text(head: bytes) -> bool:
    try:
        # The last character may be cut.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c in "\t\r\n\ufeff" for c in text) and bool(text)


def _whole(file: BinaryIO, size: int, kind: str) -> bool:
    """Whether the last bytes are those of a whole file; unknown ends are good."""
    if kind not in ("PNG", "JPEG", "GIF"):
        return True
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    if kind == "GIF":
        return tail.rstrip(b"\0").endswith(b";")
    return (b"IEND" if kind == "PNG" else b"\xff\xd9") in tail


def _opened(file: BinaryIO, kind: str) -> Image.Image:
    """A picture whose header was read, not its pixels, of a size that can be used."""
    try:
        image: Image.Image = Image.open(file, formats=(kind,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large("more than that")) from error
    except MemoryError:
        raise
    except Exception as error:
        # A hostile header makes Pillow raise nearly anything.
        raise PictureError(f"is a damaged {kind} picture") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureError(_too_large(f"{width:,} × {height:,}"))
    if min(width, height) < MIN_SIDE:
        raise PictureError(
            f"has {width} × {height} pixels: at least {MIN_SIDE} a side are needed"
        )
    return image


def _too_large(size: str) -> str:
    most = MAX_PIXELS // 1_000_000
    return f"is too large: at most {most} million pixels can be used, it has {size}"


def _load(image: Image.Image, kind: str) -> None:
    """Decode the pixels; PictureError."""
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        cut = "truncat" in str(error).lower()
        what = "is cut off" if cut else f"is a damaged {kind} picture"
        raise PictureError(what) from error


def _fitted(image: Image.Image, kind: str, resolution: int, fit: Fit) -> Pixels:
    turn = _TURNS.get(_orientation(image))
    image = _in_eight_bits(image, kind)
    width, height = image.size
    if fit == "crop":
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
        size = (resolution, resolution)
    else:
        box = (0.0, 0.0, float(width), float(height))
        longer = max(width, height)
        size = (_share(width, longer, resolution), _share(height, longer, resolution))
    small = _on_white(image.resize(size, Image.Resampling.LANCZOS, box))
    if turn is not None:
        small = small.transpose(turn)
    if small.size == (resolution, resolution):
        return numpy.array(small)
    page = Image.new("RGB", (resolution, resolution), BLACK)
    page.paste(
        small, ((resolution - small.width) // 2, (resolution - small.height) // 2)
    )
    return numpy.array(page)


def _share(side: int, longer: int, resolution: int) -> int:
    return max(1, round(side * resolution / longer))


def _orientation(image: Image.Image) -> int:
    """The orientation in the EXIF data, 1 to 8; upright where they are damaged."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except MemoryError:
        raise
    except Exception:
        return 1


def _in_eight_bits(image: Image.Image, kind: str) -> Image.Image:
    """RGB, or RGBA where something is transparent."""
    if image.mode.startswith("I;16") or (image.mode == "I" and kind == "PNG"):
        values = numpy.asarray(image) >> 8
        image = Image.fromarray(numpy.clip(values, 0, 255).astype(numpy.uint8))
    if image.mode in ("I", "F"):
        raise PictureError("has numbers of 32 bits, of which nobody says what is white")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    page = Image.new("RGBA", image.size, (*WHITE, 255))
    return Image.alpha_composite(page, image).convert("RGB")

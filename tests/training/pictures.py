"""Folders and zips of pictures for tests."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image


def png(k: int, side: int = 16) -> bytes:
    """A picture that is like no other: k in its colour, noise of seed k in it."""
    noise = np.random.RandomState(k).randint(0, 256, (side, side, 3), np.uint8)
    noise[..., 0] = k % 256
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


def jpeg(k: int, side: int = 16) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(png(k, side))).save(file, "JPEG", quality=95)
    return file.getvalue()


def folder_of(path: Path, count: int, side: int = 16) -> Path:
    """000.png, 001.png ... in two folders."""
    for k in range(count):
        place = path / ("even" if k % 2 == 0 else "odd")
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{k:03d}.png").write_bytes(png(k, side))
    return path


def zip_of(folder: Path, path: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """The same files in a zip, in another order."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    with zipfile.ZipFile(path, "w", method) as archive:
        for file in reversed(files):
            archive.write(file, file.relative_to(folder))
    return path

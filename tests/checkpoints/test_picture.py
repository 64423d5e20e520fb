"""A picture carries its State; a picture from anyone does no harm."""

import io
import json
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sgviz.checkpoints import picture
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.picture import picture_size, png_bytes, read_state, write_png
from sgviz.state import CirclesFile, File, OnCircle, Seed, State
from sgviz.state_json import to_json

PIXELS = np.random.RandomState(0).randint(0, 256, (5, 7, 3)).astype(np.uint8)
STATE = replace(
    State(),
    latent=Seed(85),
    latent_b=OnCircle(State().circles.circles[2], 1.25),  # type: ignore[union-attr]
    psi=0.7,
    model=File("net.safetensors", "cd" * 32),
)


def chunk(kind: bytes, data: bytes, crc: int | None = None) -> bytes:
    crc = zlib.crc32(kind + data) if crc is None else crc
    return len(data).to_bytes(4, "big") + kind + data + crc.to_bytes(4, "big")


def with_chunk(*chunks: bytes) -> bytes:
    """A PNG of one pixel with these chunks behind its header."""
    buffer = io.BytesIO()
    Image.new("RGB", (1, 1)).save(buffer, "PNG")
    data = buffer.getvalue()
    return data[:33] + b"".join(chunks) + data[33:]


def state_chunk(text: bytes, packed: int = 0, method: int = 0) -> bytes:
    return chunk(b"iTXt", b"sgviz-state\0" + bytes([packed, method]) + b"\0\0" + text)


def reason(data: bytes) -> str:
    with pytest.raises(FileError) as caught:
        read_state(data)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 400
    return message


def test_a_picture_carries_its_state(tmp_path: Path) -> None:
    write_png(tmp_path / "a.png", PIXELS, STATE)
    assert read_state(tmp_path / "a.png") == STATE
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), PIXELS)
        assert json.loads(image.info["sgviz-state"])["psi"] == 0.7


def test_bytes_of_another_program_keep_their_pixels() -> None:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG")
    first = png_bytes(buffer.getvalue(), STATE)
    second = png_bytes(first, State())
    assert read_state(first) == STATE
    assert read_state(second) == State()
    with Image.open(io.BytesIO(second)) as image:
        assert np.array_equal(np.asarray(image), PIXELS)


def test_it_can_be_written_to_an_open_file() -> None:
    buffer = io.BytesIO()
    write_png(buffer, PIXELS, STATE)
    assert read_state(buffer.getvalue()) == STATE


def test_no_folder_goes_into_a_picture() -> None:
    circles = CirclesFile("/somewhere/private/c.npz", "ab" * 32)
    model = File("/somewhere/private/net.safetensors", "cd" * 32)
    data = png_bytes(PIXELS, replace(STATE, circles=circles, model=model))
    assert b"private" not in data
    found = read_state(data)
    assert found is not None
    assert found.circles == CirclesFile("c.npz", "ab" * 32)


def test_a_picture_without_a_state() -> None:
    assert read_state(with_chunk()) is None
    assert read_state(with_chunk(chunk(b"iTXt", b"Comment\0\0\0\0\0hello"))) is None
    assert picture_size(io.BytesIO(with_chunk()), len(with_chunk()), "x") == (1, 1)


def test_a_packed_state_is_read() -> None:
    text = zlib.compress(to_json(STATE).encode())
    assert read_state(with_chunk(state_chunk(text, 1))) == STATE


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a PNG"),
        (b"GIF89a" + bytes(100), "not a PNG"),
        (with_chunk(state_chunk(b"{}")), "no version"),
        (with_chunk(state_chunk(b"\xff\xfe")), "damaged"),
        (with_chunk(state_chunk(b"not packed", 1)), "damaged"),
        (with_chunk(state_chunk(b"{}", 0, 5)), "too large"),
        (with_chunk(state_chunk(b'{"version": 2}')), "version 2"),
        (with_chunk(state_chunk(b'{"version": 1, "psi": NaN}')), "NaN"),
        (with_chunk(state_chunk(b'{"version": 1, "psi": "x"}')), "psi"),
        (with_chunk(state_chunk(b'{"version": 1, "psi": 1e999}')), "psi"),
        (with_chunk(state_chunk(b"[" * 200_000)), "no usable state"),
        (with_chunk(state_chunk(zlib.compress(bytes(10**8)), 1)), "too large"),
        (with_chunk(*[state_chunk(b"{}")] * 2), "two states"),
        (with_chunk(chunk(b"iTXt", b"sgviz-state\0\0\0\0\0{}", crc=5)), "damaged"),
        (with_chunk(chunk(b"iTXt", b"sgviz-state\0" + bytes(20_000_000))), "too large"),
        (with_chunk() + b"more", "goes on"),
        (with_chunk(chunk(b"abCd", b"") * 100_001), "too many pieces"),
        (with_chunk()[:33] + (2**31 - 1).to_bytes(4, "big") + b"iTXt", "cut off"),
    ],
)
def test_bad_pictures_are_refused_in_a_sentence(data: bytes, words: str) -> None:
    assert words in reason(data)


def test_a_chunk_of_a_hundred_megabytes_is_not_read(tmp_path: Path) -> None:
    data = with_chunk(state_chunk(b""))
    start = data.index(b"iTXt") - 4
    with (tmp_path / "x.png").open("wb") as file:
        file.write(data[:start] + (10**8).to_bytes(4, "big") + data[start + 4 :])
        file.truncate(start + 12 + 10**8)
    with pytest.raises(FileError, match="too large"):
        read_state(tmp_path / "x.png")


def test_cut_anywhere_it_is_refused() -> None:
    data = png_bytes(PIXELS, STATE)
    for cut in range(0, len(data), 7):
        reason(data[:cut])


def test_no_mutant_raises_anything_else() -> None:
    data, random = png_bytes(PIXELS, STATE), np.random.RandomState(3)
    for _ in range(2000):
        mutant = bytearray(data)
        for _ in range(random.randint(1, 5)):
            mutant[random.randint(len(mutant))] = random.randint(256)
        try:
            read_state(bytes(mutant))
        except FileError:
            pass


def test_claimed_sizes_cost_nothing() -> None:
    head = (2**31 - 1).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    data = picture.MAGIC + chunk(b"IHDR", head) + chunk(b"IEND", b"")
    assert read_state(data) is None


def test_pictures_need_no_torch() -> None:
    code = "import sys, sgviz.checkpoints.picture; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"

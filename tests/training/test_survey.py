"""The contact sheet: how many, which are bad and why, and some of them."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sgviz.checkpoints.errors import FileError
from sgviz.training.config import TrainConfig
from sgviz.training.survey import notices, survey
from tests.training.pictures import folder_of, jpeg, png, zip_of


def test_a_survey_counts_shows_and_names(tmp_path: Path, config: TrainConfig) -> None:
    folder = folder_of(tmp_path / "set", 60, side=12)
    (folder / "broken.jpg").write_bytes(jpeg(1, 64)[:900])
    (folder / "text\x1b[31m\n.jpg").write_text("hello")
    (folder / "readme.md").write_text("hello")
    heard: list[tuple[int, int]] = []
    found = survey(folder, config, 25, progress=lambda *d: heard.append(d))
    assert found is not None
    assert found.count == 60
    assert found.bad == (
        ("broken.jpg", "is cut off"),
        ("text [31m .jpg", "is a text, not a picture"),
    )
    assert found.pixels.shape == (25, 8, 8, 3)
    assert found.pixels.dtype == np.uint8
    # Spread over all of them: the first and the last stretch are shown.
    reds = found.pixels[..., 0].mean((1, 2))
    assert len(set(reds.round())) == 25
    assert heard[-1] == (62, 62)
    again = survey(zip_of(folder, tmp_path / "set.zip"), config, 25)
    assert again is not None
    assert np.array_equal(again.pixels, found.pixels)
    assert (again.count, again.bad) == (found.count, found.bad)


def test_one_broken_photograph_in_a_thousand(
    tmp_path: Path, config: TrainConfig
) -> None:
    data = jpeg(3, 24)
    for k in range(1000):
        (tmp_path / f"{k}.jpg").write_bytes(data[:-200] if k == 437 else data)
    found = survey(tmp_path, config, 4)
    assert found is not None
    assert (found.count, found.bad) == (999, (("437.jpg", "is cut off"),))
    assert found.notices[0].startswith("999 images are few")


def test_what_only_decoding_shows_is_named_where_it_is_shown(
    tmp_path: Path, config: TrainConfig
) -> None:
    folder_of(tmp_path, 5)
    # Whole by its header and its end; its pixels are nonsense.
    head = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n"
    for kind, part in (b"IHDR", head), (b"IDAT", b"nonsense"), (b"IEND", b""):
        crc = zlib.crc32(kind + part).to_bytes(4, "big")
        data += len(part).to_bytes(4, "big") + kind + part + crc
    (tmp_path / "even" / "000.png").write_bytes(data)
    found = survey(tmp_path, config, wanted=2)
    assert found is not None
    assert (found.count, len(found.pixels)) == (4, 2)
    assert found.bad == (("even/000.png", "is a damaged PNG picture"),)
    unseen = survey(tmp_path, config, wanted=0)
    assert unseen is not None
    assert (unseen.count, unseen.bad, len(unseen.pixels)) == (5, (), 0)


def test_a_survey_that_is_not_wanted_any_more_ends(
    tmp_path: Path, config: TrainConfig
) -> None:
    folder_of(tmp_path, 30)
    asked: list[int] = []

    def cancelled_after(count: int) -> bool:
        asked.append(1)
        return len(asked) > count

    for count in (0, 5, 40, 70):
        asked.clear()
        assert survey(tmp_path, config, 25, lambda c=count: cancelled_after(c)) is None
        assert len(asked) == count + 1


def test_nothing_to_show_is_a_sentence(tmp_path: Path, config: TrainConfig) -> None:
    with pytest.raises(FileError, match="holds no images"):
        survey(tmp_path, config)
    with pytest.raises(FileError, match="there is no folder or zip of images gone"):
        survey(tmp_path / "gone", config)


def test_fewer_than_wanted_are_all_shown_as_they_will_be_learned(
    tmp_path: Path, config: TrainConfig
) -> None:
    folder_of(tmp_path, 3, side=32)
    found = survey(tmp_path, replace(config, resolution=32, channels=(8,) * 4,
                                     channels_d=(8,) * 4), 25)  # fmt: skip
    assert found is not None
    assert [int(p[0, 0, 0]) for p in found.pixels] == [0, 2, 1]
    assert found.small == 0


@pytest.mark.parametrize(
    ("count", "small", "expected"),
    [
        (1, 0, ["1 image is too few to learn from: the network will only repeat it"]),
        (49, 0, ["49 images are too few to learn from: "]),
        (50, 0, ["50 images are few: adaptive augmentation keeps"]),
        (1000, 0, []),
        (1000, 1, ["1 image is smaller than 64 × 64 and enlarged"]),
    ],
)
def test_notices(count: int, small: int, expected: list[str]) -> None:
    found = notices(count, small, 64)
    assert len(found) == len(expected)
    assert all(a.startswith(b) for a, b in zip(found, expected, strict=True))


def test_a_picture_of_two_sizes_is_told_as_small(
    tmp_path: Path, config: TrainConfig
) -> None:
    folder_of(tmp_path, 2, side=8)
    (tmp_path / "big.png").write_bytes(png(9, 40))
    config = replace(config, resolution=16, channels=(8,) * 3, channels_d=(8,) * 3)
    found = survey(tmp_path, config)
    assert found is not None
    assert found.small == 2
    assert found.notices[-1] == "2 images are smaller than 16 × 16 and enlarged"

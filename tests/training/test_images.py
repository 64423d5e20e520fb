"""A folder as an endless row: its order, its cache, its faults, and a run on it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sgviz.checkpoints.errors import FileError
from sgviz.training import images as images_module
from sgviz.training.config import TrainConfig
from sgviz.training.data import data_name, images_of
from sgviz.training.images import ImageFolder, epoch_of
from tests.training.pictures import folder_of, jpeg, png, zip_of

CPU = torch.device("cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twenty pictures of 16x16, each of which says its number in red."""
    return folder_of(tmp_path / "faces", 20)


@pytest.fixture
def config(config: TrainConfig, folder: Path) -> TrainConfig:
    return replace(
        config, data=str(folder), resolution=16, channels=(8, 8, 8),
        channels_d=(8, 8, 8),
    )  # fmt: skip


def numbers(data: ImageFolder, first: int, count: int) -> list[int]:
    """Which pictures these are."""
    return [int(data.pixels(k)[0, 0, 0]) for k in range(first, first + count)]


def test_an_epoch_shows_every_image_once_in_an_order_of_its_own(
    folder: Path, config: TrainConfig
) -> None:
    data = ImageFolder(folder, config)
    assert len(data) == 20
    assert data.bad == ()
    epochs = [numbers(data, 20 * k, 20) for k in range(4)]
    assert all(sorted(epoch) == list(range(20)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 4
    other = ImageFolder(folder, replace(config, seed=1))
    assert numbers(other, 0, 20) != epochs[0]


def test_the_order_of_a_seed_never_changes() -> None:
    first = epoch_of(85, 3, 12)
    assert first.files.tolist() == [2, 5, 9, 7, 4, 3, 11, 6, 10, 0, 1, 8]
    assert 30 < epoch_of(0, 0, 100).mirrored.sum() < 70


def test_image_k_is_a_function_of_k_alone(folder: Path, config: TrainConfig) -> None:
    config = replace(config, mirror=True)
    straight = ImageFolder(folder, config).batch(0, 70)
    assert straight.shape == (70, 3, 16, 16)
    assert straight.dtype == torch.float32
    jumping = ImageFolder(folder, config, cache_bytes=0)
    for k in (69, 0, 41, 12, 3, 42):
        assert torch.equal(jumping.batch(k, 1)[0], straight[k])
    assert torch.equal(jumping.batch(13, 30), straight[13:43])


def test_pixels_go_from_minus_one_to_one_and_back(
    folder: Path, config: TrainConfig
) -> None:
    from sgviz.models.generator import to_pixels

    data = ImageFolder(folder, config)
    batch = data.batch(0, 20)
    assert -1 <= batch.min() < -0.9
    assert 0.9 < batch.max() <= 1
    assert np.array_equal(to_pixels(batch[:1])[0].numpy(), data.pixels(0))


def test_half_of_the_images_are_mirrored_exactly(
    folder: Path, config: TrainConfig
) -> None:
    plain = ImageFolder(folder, config)
    data = ImageFolder(folder, replace(config, mirror=True))
    mirrored = 0
    for k in range(200):
        one, two = plain.pixels(k), data.pixels(k)
        same = np.array_equal(one, two)
        assert same or np.array_equal(one[:, ::-1], two)
        mirrored += not same
    assert 70 < mirrored < 130


def test_a_zip_is_the_folder(folder: Path, config: TrainConfig, tmp_path: Path) -> None:
    (folder / "even" / "bad.jpg").write_text("no")
    (folder / "a.jpg").write_bytes(jpeg(5, 40))
    archive = zip_of(folder, tmp_path / "faces.zip")
    one, two = ImageFolder(folder, config), ImageFolder(archive, config)
    assert one.bad == two.bad == (("even/bad.jpg", "is a text, not a picture"),)
    assert torch.equal(one.batch(0, 44), two.batch(0, 44))


def test_what_is_in_memory_is_not_read_again(
    folder: Path, config: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    decoded = images_module.decoded

    def counted(files: object, name: str, config: TrainConfig) -> object:
        read.append(name)
        return decoded(files, name, config)  # type: ignore[arg-type]

    monkeypatch.setattr(images_module, "decoded", counted)
    ImageFolder(folder, config).batch(0, 60)
    assert len(read) == 20
    read.clear()
    # Room for seven of them.
    data = ImageFolder(folder, config, cache_bytes=7 * 3 * 16 * 16 + 5)
    data.batch(0, 60)
    assert len(read) == 7 + 3 * 13


def test_a_bad_file_is_replaced_by_the_next_and_moves_no_other(
    folder: Path, config: TrainConfig
) -> None:
    whole = numbers(ImageFolder(folder, config), 0, 60)
    (folder / "odd" / "007.png").write_bytes(png(7)[:300])
    data = ImageFolder(folder, config)
    assert data.bad == (("odd/007.png", "is cut off"),)
    assert len(data) == 19
    for epoch in range(3):
        row = whole[20 * epoch : 20 * epoch + 20]
        place = row.index(7)
        row[place] = row[(place + 1) % 20]
        assert numbers(data, 20 * epoch, 20) == row


def test_one_that_breaks_later_gives_the_row_of_one_that_broke_before(
    folder: Path, config: TrainConfig
) -> None:
    data = ImageFolder(folder, config, cache_bytes=0)
    before = data.batch(0, 8)
    (folder / "odd" / "007.png").write_bytes(png(7)[:300])
    after = data.batch(8, 52)
    assert data.take_news() == [("odd/007.png", "is cut off")]
    assert data.take_news() == []
    assert data.lost == 1
    resumed = ImageFolder(folder, config)
    assert torch.equal(resumed.batch(8, 52), after)
    assert before.shape[0] == 8


def test_too_many_lost_files_end_it(folder: Path, config: TrainConfig) -> None:
    data = ImageFolder(folder, config, cache_bytes=0)
    for k in range(6):
        (folder / ("odd" if k % 2 else "even") / f"{k:03d}.png").unlink()
    with pytest.raises(
        FileError,
        match=r"^training on faces stopped: 6 of its 20 images cannot be read any more",
    ):
        data.batch(0, 60)
    assert data.lost == 6
    assert {why for _, why in data.take_news()} == {"is not there"}


def test_a_handful_of_three_is_none(tmp_path: Path, config: TrainConfig) -> None:
    folder = folder_of(tmp_path / "three", 3)
    data = ImageFolder(folder, config, cache_bytes=0)
    assert data.notices == (
        "3 images are too few to learn from: the network will only repeat them",
    )
    assert sorted(numbers(data, 0, 3)) == [0, 1, 2]
    for file in folder.rglob("*.png"):
        file.write_bytes(b"")
    with pytest.raises(FileError, match="stopped: no image of it can be read any more"):
        data.batch(3, 3)


def test_a_folder_that_vanishes_ends_it_at_once(
    folder: Path, config: TrainConfig
) -> None:
    data = ImageFolder(folder, config, cache_bytes=0)
    data.batch(0, 4)
    shutil.rmtree(folder)
    with pytest.raises(FileError, match=r"^training on faces stopped: it is gone$"):
        data.batch(4, 4)
    assert data.lost == 1


def test_what_cannot_be_learned_from_says_why(
    tmp_path: Path, config: TrainConfig
) -> None:
    def why(path: Path) -> str:
        with pytest.raises(FileError) as caught:
            images_of(replace(config, data=str(path)))
        return str(caught.value)

    empty = tmp_path / "empty"
    empty.mkdir()
    assert why(empty) == "empty holds no images (PNG, JPEG, WebP, BMP, TIFF, GIF)"
    (empty / "a.jpg").write_text("hello")
    assert why(empty) == (
        "empty: its only image cannot be used; a.jpg is a text, not a picture"
    )
    (empty / "b.png").write_bytes(b"")
    assert why(empty).startswith("empty: none of its 2 images can be used; a.jpg is")
    assert why(tmp_path / "moved") == (
        f"there is no folder or zip of images moved in {tmp_path}"
    )


def test_others_read_the_name_of_a_data_set_and_no_more(folder: Path) -> None:
    assert data_name("portraits") == "portraits"
    assert data_name(str(folder)) == "faces"
    assert data_name("some/where/set.zip") == "set.zip"

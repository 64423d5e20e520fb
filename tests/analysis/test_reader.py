"""The reader of portraits: what it reads, how sure it is, and files that are none."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.analysis.reader import (
    READABLE,
    SIZE_LIMIT,
    FactorReader,
    load_reader,
    reader_metadata,
    resampled,
)
from sgviz.analysis.reader_network import Exam, ReaderConfig, ReaderNetwork, Scale
from sgviz.assets import bundled_model, bundled_reader
from sgviz.checkpoints.container import write_tensors
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.native import load
from sgviz.models.generator import to_pixels
from sgviz.training.portraits import FACTORS, Portraits

FRESH = 99_991  # a set that no reader was trained, calibrated or examined on


@pytest.fixture(scope="module")
def reader() -> FactorReader:
    return load_reader()


@pytest.fixture(scope="module")
def portraits() -> torch.Tensor:
    return Portraits(64, FRESH).batch(0, 512)


def r_squared(read: torch.Tensor, true: torch.Tensor) -> torch.Tensor:
    return 1 - (read - true).square().mean(0) / true.var(0, correction=0)


def test_the_bundled_reader_is_small_and_reads_the_factors_of_portraits(
    reader: FactorReader,
) -> None:
    assert bundled_reader().stat().st_size <= SIZE_LIMIT == 2 * 1024**2
    assert reader.names == tuple(factor.name for factor in FACTORS)
    for scale, factor in zip(reader.config.factors, FACTORS, strict=True):
        assert (scale.low, scale.high) == (factor.low, factor.high)
        assert scale.chance == factor.chance
    assert sum(reader.readable(64)) >= 30 > sum(reader.readable(16)) >= 20


@pytest.mark.parametrize("side", [16, 32, 64, 128])
def test_portraits_of_any_size_are_read_as_well_as_the_file_says(
    reader: FactorReader, side: int
) -> None:
    data, count = Portraits(side, FRESH), 256
    read = reader.read(data.batch(0, count))
    found = r_squared(read.values, data.factors(0, count))
    exam = reader.exam(side)
    readable = torch.tensor(reader.readable(side))
    assert exam.resolution == min(side, 64)
    worse = (torch.tensor(exam.r2) - found)[readable]
    # What is hidden most of the time (the shape of glasses) is read by few images.
    assert worse.max() < 0.25 and worse.mean().abs() < 0.03
    assert read.confidence[:, readable].mean() == pytest.approx(
        exam.confidence, abs=0.03
    )
    spread = read.values.std(0) / torch.tensor(exam.spread)
    assert (spread[readable] - 1).abs().max() < 0.25


def test_confidence_is_the_share_of_the_variance_that_is_explained(
    reader: FactorReader, portraits: torch.Tensor
) -> None:
    read, true = reader.read(portraits), Portraits(64, FRESH).factors(0, 512)
    std = torch.tensor([scale.std for scale in reader.config.factors])
    error = ((read.values - true) / std).square()
    sure = read.confidence >= 0.8
    torch.testing.assert_close(
        1 - error[sure].mean(), read.confidence[sure].mean(), atol=0.03, rtol=0
    )
    readable = torch.tensor(reader.readable(64))
    unsure = (read.confidence < 0.6) & readable
    claimed = read.confidence[unsure].mean()
    torch.testing.assert_close(1 - error[unsure].mean(), claimed, atol=0.1, rtol=0)


def test_little_is_claimed_of_noise_and_of_blank_images(reader: FactorReader) -> None:
    own = torch.Generator().manual_seed(0)
    readable = torch.tensor(reader.readable(64))
    real = reader.exam(64).confidence
    for nonsense in (
        torch.rand(64, 3, 64, 64, generator=own) * 2 - 1,
        torch.rand(64, 3, 1, 1, generator=own).mul(2).sub(1).expand(64, 3, 64, 64),
    ):
        confidence = reader.read(nonsense).confidence[:, readable]
        assert confidence.mean() < 0.35 * real


def test_a_blurred_portrait_is_read_with_less_confidence(
    reader: FactorReader, portraits: torch.Tensor
) -> None:
    soft = torch.nn.functional.avg_pool2d(portraits[:128], 9, stride=1, padding=4)
    sharp, soft = reader.read(portraits[:128]).confidence, reader.read(soft).confidence
    small, large = (reader.names.index(name) for name in ("brow_angle", "skin_tone"))
    assert soft[:, small].mean() < 0.7 * sharp[:, small].mean()
    assert soft[:, large].mean() > 0.9 * sharp[:, large].mean()


def test_values_stay_within_what_a_factor_can_be(
    reader: FactorReader, portraits: torch.Tensor
) -> None:
    for images in (portraits[:64], 50 * portraits[:64]):
        read = reader.read(images)
        for column, scale in enumerate(reader.config.factors):
            assert read.values[:, column].min() >= scale.low - 1e-6
            assert read.values[:, column].max() <= scale.high + 1e-6
        assert 0 <= read.confidence.min() and read.confidence.max() <= 1


def test_pixels_are_read_as_their_images_are_and_in_any_company(
    reader: FactorReader, portraits: torch.Tensor
) -> None:
    whole = reader.read_pixels(to_pixels(portraits[:200]))
    assert (whole.values - reader.read(portraits[:200]).values).abs().max() < 0.1
    alone = reader.read_pixels(to_pixels(portraits[150:151]))
    torch.testing.assert_close(alone.values, whole.values[150:151], atol=1e-4, rtol=0)
    assert alone.features.shape == (1, reader.config.features)


def test_images_that_cannot_be_read_are_refused(reader: FactorReader) -> None:
    for shape in ((2, 3, 8, 8), (2, 1, 64, 64), (3, 64, 64), (2, 3, 64, 32)):
        with pytest.raises(ValueError, match=r"^(a reader reads|nothing is read)"):
            reader.read(torch.zeros(shape))
    with pytest.raises(ValueError, match="nothing is read in images of 8 pixels"):
        reader.exam(8)
    with pytest.raises(ValueError, match="pixels are u8"):
        reader.read_pixels(torch.zeros(2, 64, 64, 3))


def test_smaller_images_are_means_of_blocks() -> None:
    images = torch.arange(16.0).reshape(1, 1, 4, 4).expand(1, 3, 4, 4)
    small = resampled(images, 2)
    assert small[0, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]
    assert resampled(images, 4) is images
    assert resampled(torch.full((1, 3, 48, 48), 0.3), 64).std() < 1e-6


TINY = ReaderConfig(16, ((2, 4),), 5, (Scale("a", 0, 2), Scale("b", 0, 1, 0.25)), ())


def write(path: Path, stated: ReaderConfig = TINY, **changes: str) -> Path:
    network = ReaderNetwork(TINY)
    with torch.no_grad():
        for number, parameter in enumerate(network.parameters()):
            own = torch.Generator().manual_seed(number)
            parameter.copy_(torch.randn(parameter.shape, generator=own))
    metadata = reader_metadata(stated, 1.0, {}) | changes
    write_tensors(
        path, {k: t.half() for k, t in network.state_dict().items()}, metadata
    )
    return path


def test_a_reader_in_a_file_says_what_its_network_says(tmp_path: Path) -> None:
    reader = load_reader(write(tmp_path / "tiny.safetensors"))
    own = torch.Generator().manual_seed(7)
    images = torch.rand(3, 3, 16, 16, generator=own)
    read = reader.read(images)
    features, answers = reader.network(images)
    torch.testing.assert_close(read.features, features)
    a, b, log_variance, _ = answers.unbind(1)
    # The law of a: mean 1, deviation 2 / sqrt(12). b is 1 with the probability 1/4.
    torch.testing.assert_close(read.values[:, 0], (1 + a * (1 / 3) ** 0.5).clamp(0, 2))
    torch.testing.assert_close(read.values[:, 1], b.sigmoid())
    variance = log_variance.clamp(-8, 0).exp()
    torch.testing.assert_close(read.confidence[:, 0], 1 - variance)
    p = b.sigmoid()
    doubt = (1 - p * (1 - p) / 0.1875).clamp(0, 1)
    torch.testing.assert_close(read.confidence[:, 1], doubt)


def test_the_mean_and_deviation_of_a_law() -> None:
    assert TINY.factors[0].mean == 1.0
    assert TINY.factors[0].std == pytest.approx(2 / 12**0.5)
    assert TINY.factors[1].mean == 0.25
    assert TINY.factors[1].std == pytest.approx((0.25 * 0.75) ** 0.5)


def test_the_exam_of_the_nearest_size_below_is_taken(tmp_path: Path) -> None:
    exams = (Exam(16, (0.1, 0.9), (1, 1), 0.5), Exam(64, (READABLE, 0.9), (1, 1), 0.6))
    reader = load_reader(write(tmp_path / "r.safetensors", replace(TINY, exams=exams)))
    assert [reader.exam(side).resolution for side in (16, 48, 64, 256)] == [
        16, 16, 64, 64,
    ]  # fmt: skip
    assert reader.readable(32) == (False, True)
    assert reader.readable(64) == (True, True)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "generator"}, "holds no reader of factors"),
        ({"format": "pt"}, "holds no reader of factors"),
        ({"version": "2"}, "made by a newer sgviz"),
        ({"config": "{"}, "the configuration in bad.safetensors is wrong"),
        ({"config": '{"size": 16}'}, "the configuration in bad.safetensors is wrong"),
    ],
)
def test_a_file_that_is_no_reader_is_refused(
    tmp_path: Path, changes: dict[str, str], why: str
) -> None:
    with pytest.raises(FileError, match=why):
        load_reader(write(tmp_path / "bad.safetensors", TINY, **changes))


def test_a_reader_with_other_weights_than_it_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.safetensors"
    with pytest.raises(FileError, match=r"tensor dense.weight of .* is 5x64, not 6x64"):
        load_reader(write(path, replace(TINY, features=6)))
    with pytest.raises(FileError, match="is not there"):
        path.unlink()
        load_reader(path)
    path.write_bytes(bundled_reader().read_bytes()[:-1])
    with pytest.raises(FileError, match="is cut off"):
        load_reader(path)
    path.write_bytes(b"{" * (SIZE_LIMIT + 1))
    with pytest.raises(FileError, match="the most that is read is 2 MB"):
        load_reader(path)


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="the layers lead to 8x8, not 4x4"):
        replace(TINY, layers=((1, 4),))
    with pytest.raises(ValueError, match="a stride is 1 or 2"):
        replace(TINY, layers=((3, 4),))
    with pytest.raises(ValueError, match="one number a factor"):
        replace(TINY, exams=(Exam(16, (0.5,), (1, 1), 0.5),))


def test_the_reader_is_no_model_and_a_model_no_reader() -> None:
    with pytest.raises(FileError, match="holds a factor reader, not a generator"):
        load(bundled_reader())
    with pytest.raises(FileError, match="the most that is read is 2 MB"):
        load_reader(bundled_model())

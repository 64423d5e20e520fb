"""Our weights there and back, and every broken file we could think of."""

import json
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor

from sgviz.checkpoints import container, native
from sgviz.checkpoints.container import read_header, write_tensors
from sgviz.checkpoints.errors import FileError, WriteError, printable, shown_name
from sgviz.checkpoints.source import HEADER_LIMIT, open_source
from sgviz.models.generator import Generator, GeneratorConfig, config_to_dict
from sgviz.models.snapshot import Snapshot

SIZES = GeneratorConfig(
    z_dim=4, w_dim=6, depth=2, resolution=8, channels=(4, 2), lr_multiplier=0.1
)
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX files")


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return Snapshot.of(Generator(SIZES, seed=3), 12.5, {"data": "portraits"})


@pytest.fixture(scope="module")
def good(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "a.safetensors"
    native.save(snapshot, path)
    return path.read_bytes()


def parts(data: bytes) -> tuple[dict[str, dict[str, object]], bytes]:
    """The header as a table, and the numbers."""
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def whole(header: object, numbers: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def refused(path: Path) -> str:
    """The sentence that a file is refused with."""
    with pytest.raises(FileError) as caught:
        native.load(path)
    sentence = str(caught.value)
    assert sentence
    assert sentence == printable(sentence, 1000)
    assert len(sentence) < 400
    assert str(path.parent) not in sentence
    return sentence


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert one.config == other.config
    assert one.kimg == other.kimg
    assert one.provenance == other.provenance
    assert one.weights.keys() == other.weights.keys()
    assert all(torch.equal(t, other.weights[n]) for n, t in one.weights.items())


# There and back


def test_a_snapshot_comes_back_as_it_was(snapshot: Snapshot, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    native.save(snapshot, path)
    found = native.load(path)
    assert_same(found, snapshot)
    assert all(t.dtype is torch.float32 for t in found.weights.values())
    z = torch.linspace(-1, 1, 8).reshape(2, 4)
    assert torch.equal(found.build()(z), snapshot.build()(z))


def test_the_metadata_is_that_of_the_design(snapshot: Snapshot, good: bytes) -> None:
    header, _ = parts(good)
    metadata = header["__metadata__"]
    assert metadata["format"] == "sgviz"
    assert metadata["version"] == "1"
    assert json.loads(str(metadata["config"])) == config_to_dict(SIZES)
    assert json.loads(str(metadata["kimg"])) == 12.5
    assert json.loads(str(metadata["provenance"])) == {"data": "portraits"}
    assert set(header) - {"__metadata__"} == set(snapshot.weights)


def test_the_safetensors_library_reads_what_we_write(
    snapshot: Snapshot, good: bytes
) -> None:
    found = safetensors.torch.load(good)
    assert found.keys() == snapshot.weights.keys()
    assert all(torch.equal(t, found[n]) for n, t in snapshot.weights.items())


def test_we_read_what_the_safetensors_library_writes(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    path = tmp_path / "a.safetensors"
    metadata = native.metadata_of(snapshot)
    weights = {name: each.contiguous() for name, each in snapshot.weights.items()}
    safetensors.torch.save_file(weights, path, metadata)
    assert_same(native.load(path), snapshot)


def test_equal_snapshots_are_equal_bytes(
    snapshot: Snapshot, good: bytes, tmp_path: Path
) -> None:
    shuffled = dict(reversed(list(snapshot.weights.items())))
    native.save(replace(snapshot, weights=shuffled), tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == good


@pytest.mark.parametrize("name", ["a.pkl", "a.png", "a", "ä 🙂\n.txt", "-x"])
def test_a_file_is_known_by_its_content(
    good: bytes, snapshot: Snapshot, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(good)
    assert_same(native.load(path), snapshot)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_floats_are_cast(
    snapshot: Snapshot, tmp_path: Path, dtype: torch.dtype
) -> None:
    stored = {n: t.to(dtype) for n, t in snapshot.weights.items()}
    write_tensors(tmp_path / "a", stored, native.metadata_of(snapshot))
    found = native.load(tmp_path / "a").weights
    assert all(torch.equal(stored[n].float(), t) for n, t in found.items())
    assert all(t.dtype is torch.float32 for t in found.values())


def test_a_training_checkpoint_opens_as_its_average(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    other = Generator(SIZES, seed=9).state_dict()
    tensors = {f"g.{n}": t for n, t in other.items()}
    tensors |= {f"g_ema.{n}": t for n, t in snapshot.weights.items()}
    tensors["rng.noise"] = torch.arange(5, dtype=torch.uint8)
    write_tensors(tmp_path / "a", tensors, native.metadata_of(snapshot))
    assert_same(native.load(tmp_path / "a"), snapshot)


@pytest.mark.parametrize(
    ("bad", "count"), [([torch.nan], 1), ([torch.inf, -torch.inf, torch.nan], 3)]
)
def test_weights_that_are_no_numbers_are_counted(
    snapshot: Snapshot, tmp_path: Path, bad: list[float], count: int
) -> None:
    weights = {n: t.clone() for n, t in snapshot.weights.items()}
    weights["mapping.fc0.weight"].view(-1)[:count] = torch.tensor(bad)
    native.save(replace(snapshot, weights=weights), tmp_path / "a")
    warning = native.load(tmp_path / "a").provenance["warning"]
    assert warning == f"{count} weights are not finite numbers"


def test_provenance_loses_its_control_characters(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    evil = {"by\x1b[2J": "a\x00b\x1b]0;x\x07\u202ec\nd" + "e" * 1000}
    native.save(replace(snapshot, provenance=evil), tmp_path / "a")
    ((key, text),) = native.load(tmp_path / "a").provenance.items()
    assert key == "by [2J"
    assert text.startswith("a b ]0;x c d")
    assert len(text) == 300


# Broken files of any kind


def test_case_1_and_2_empty_and_one_byte(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"")
    assert refused(path) == "a is empty"
    path.write_bytes(b"x")
    assert refused(path) == "a is not a file that sgviz knows"


def test_case_3_and_4_folder_and_missing(tmp_path: Path) -> None:
    assert refused(tmp_path).endswith("is a folder, not a file")
    assert refused(tmp_path / "a") == "a is not there"


@POSIX
def test_case_5_unreadable(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(good)
    path.chmod(0)

    def deny(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    if os.geteuid() == 0:  # root reads everything
        monkeypatch.setattr(os, "open", deny)
    assert refused(path) == "a cannot be read: permission denied"


@POSIX
def test_case_6_and_7_a_fifo_and_a_device_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a")
    assert refused(tmp_path / "a") == "a is a device or a pipe, not a file"
    assert refused(Path("/dev/zero")) == "zero is a device or a pipe, not a file"


@POSIX
def test_case_8_and_9_symlinks_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    assert refused(tmp_path / "a") == "a is not there"
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert "cannot be read" in refused(tmp_path / "a")


@POSIX
@pytest.mark.parametrize("name", [b"a\nb", "🙂".encode(), b"\xff\xfe", b"a\x1b[31mb"])
def test_case_10_names_are_shown_in_one_line(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(b"nothing")
    assert refused(path).endswith("is not a file that sgviz knows")
    assert refused(Path(f"{tmp_path}/a\0b")) == "a b is no name of a file"


def test_case_11_two_sparse_gibibytes_take_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    tracemalloc.start()
    assert refused(path) == "a is not a file that sgviz knows"
    assert tracemalloc.get_traced_memory()[1] < 1024**2
    tracemalloc.stop()
    with path.open("wb") as file:
        file.truncate(4 * 1024**3 + 1)
    assert "MB" in refused(path)


def test_case_12_cut_off_at_200_points(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a"
    for cut in np.linspace(1, len(good) - 1, 200).astype(int):
        path.write_bytes(good[:cut])
        refused(path)


def test_case_13_and_103_bytes_after_the_end(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(good + b"xyz")
    assert refused(tmp_path / "a") == "a has 3 bytes after its last tensor"


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
        (b"\n  <html><body>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git-LFS"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"PK\x03\x04\x14\x00", "a zip archive"),
        (b"\x80\x04\x95\x00", "a Python pickle"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        (b"\x93NUMPY\x01\x00", "a numpy array"),
    ],
)
def test_case_15_to_17_what_it_is_instead(
    tmp_path: Path, start: bytes, what: str
) -> None:
    (tmp_path / "a.safetensors").write_bytes(start + bytes(1000))
    assert what in refused(tmp_path / "a.safetensors")


def test_case_18_a_file_that_shrinks_while_it_is_read(
    good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(good)
    shapes = native.expected_shapes

    def shrink(config: GeneratorConfig) -> dict[str, tuple[int, ...]]:
        os.truncate(path, len(good) - 10)
        return shapes(config)

    monkeypatch.setattr(native, "expected_shapes", shrink)
    assert refused(path) == "a became shorter while it was read"


@POSIX
def test_case_19_a_file_that_is_removed_while_it_is_read(
    good: bytes, snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(good)
    shapes = native.expected_shapes

    def remove(config: GeneratorConfig) -> dict[str, tuple[int, ...]]:
        path.unlink()
        return shapes(config)

    monkeypatch.setattr(native, "expected_shapes", remove)
    assert_same(native.load(path), snapshot)  # what is open can be read on


# Broken safetensors

Edit = Callable[[dict[str, dict[str, object]]], object]


def first(header: dict[str, dict[str, object]], key: str, value: object) -> None:
    name = next(n for n in header if n != "__metadata__")
    header[name][key] = value


def meta(key: str, value: object) -> Edit:
    return lambda header: header["__metadata__"].__setitem__(key, value)


EDITS: dict[str, tuple[Edit, str]] = {
    "102 past the end": (
        lambda h: first(h, "data_offsets", [0, 2**50]),
        "not as many bytes",
    ),
    "104 unknown dtype": (lambda h: first(h, "dtype", "F8\x1b[0m"), "unknown type F8"),
    "104 no dtype": (lambda h: first(h, "dtype", 3), "unknown type 3"),
    "negative side": (lambda h: first(h, "shape", [-2]), "impossible shape"),
    "fractional side": (lambda h: first(h, "shape", [1.5]), "impossible shape"),
    "boolean side": (lambda h: first(h, "shape", [True]), "impossible shape"),
    "huge side": (lambda h: first(h, "shape", [2**63]), "impossible shape"),
    "overflowing product": (lambda h: first(h, "shape", [2**40] * 6), "bytes"),
    "too many sides": (lambda h: first(h, "shape", [1] * 9), "impossible shape"),
    "one offset": (lambda h: first(h, "data_offsets", [0]), "impossible"),
    "no shape": (lambda h: first(h, "shape", None), "impossible shape"),
    "another field": (lambda h: first(h, "evil", 1), "does not describe"),
    "106 other format": (meta("format", "pt"), "not one of sgviz"),
    "106 no metadata": (lambda h: h.pop("__metadata__"), "not one of sgviz"),
    "106 metadata of numbers": (meta("format", 3), "table of texts"),
    "106 no config": (
        lambda h: h["__metadata__"].pop("config"),
        "does not state its config",
    ),
    "106 config not JSON": (meta("config", "{"), "config in a is not readable"),
    "106 config of lists": (meta("config", "[]"), "configuration"),
    "106 deep config": (meta("config", "[" * 10**5), "config in a is not readable"),
    "106 unknown field": (meta("config", '{"x": 1}'), "configuration"),
    "106 kimg": (meta("kimg", "-1"), "how many images"),
    "106 kimg NaN": (meta("kimg", "NaN"), "how many images|readable"),
    "106 kimg infinite": (meta("kimg", "1e999"), "how many images"),
    "106 kimg enormous": (meta("kimg", "1" * 400), "how many images"),
    "106 kimg yes": (meta("kimg", "true"), "how many images"),
    "106 provenance": (meta("provenance", "[1]"), "provenance"),
    "106 long provenance": (
        meta("provenance", json.dumps({str(k): "" for k in range(100)})),
        "provenance",
    ),
    "107 newer": (meta("version", "2"), "newer sgviz: it has version 2, this one"),
    "107 not a number": (meta("version", "one"), "no usable version"),
    "107 empty": (meta("version", ""), "no usable version"),
    "107 huge": (meta("version", "9" * 10**4), "no usable version"),
    "109 no tensors": (
        lambda h: [h.pop(n) for n in list(h) if n != "__metadata__"],
        "bytes after its last tensor",
    ),
    "a tensor missing": (lambda h: h.pop(sorted(h)[-1]), "bytes after"),
}


@pytest.mark.parametrize("case", list(EDITS))
def test_headers_that_lie(good: bytes, tmp_path: Path, case: str) -> None:
    edit, sentence = EDITS[case]
    header, numbers = parts(good)
    edit(header)
    (tmp_path / "a").write_bytes(whole(header, numbers))
    with pytest.raises(FileError, match=sentence):
        native.load(tmp_path / "a")
    refused(tmp_path / "a")


RAW: dict[str, tuple[Callable[[bytes, bytes], bytes], str]] = {
    "95 length 2^63": (
        lambda text, numbers: (2**63).to_bytes(8, "little") + text + numbers,
        "cut off",
    ),
    "96 longer than the file": (
        lambda text, numbers: (len(text) + 10**6).to_bytes(8, "little") + text,
        "cut off",
    ),
    "97 a header of 101 MB": (
        lambda text, _: whole(text + b" " * (101 * 10**6), b""),
        "header of 101,",
    ),
    "98 not JSON": (lambda _, n: whole(b"{nothing like it", n), "not JSON"),
    "98 a list": (lambda _, n: whole(b"[]", n), "not a file that sgviz knows"),
    "98 two values": (lambda t, n: whole(t.strip() + b"{}", n), "not JSON"),
    "99 bad UTF-8": (lambda _, n: whole(b'{"\xff\xfe": 1}', n), "not text"),
    "105 a name twice": (
        lambda t, n: whole(t.replace(b'"synthesis', b'"b4":0,"b4":1,"synthesis', 1), n),
        "names b4 twice",
    ),
    "105 a key twice": (
        lambda t, n: whole(t.replace(b'"shape"', b'"dtype":"F32","shape"', 1), n),
        "names dtype twice",
    ),
    "108 deep": (
        lambda _, n: whole(b'{"a":' * 10**5 + b"}" * 10**5, n),
        "nested too deeply",
    ),
    "NaN in the header": (
        lambda t, n: whole(t.replace(b"[0,", b"[NaN,", 1), n),
        "has NaN in its header",
    ),
    "a number of 5,000 digits": (
        lambda t, n: whole(t.replace(b"[0,", b"[" + b"1" * 5000 + b",", 1), n),
        "not JSON",
    ),
    "20,001 tensors": (
        lambda _, n: whole(
            {
                str(k): {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
                for k in range(20_001)
            },
            b"",
        ),
        "20,001 tensors",
    ),
}


@pytest.mark.parametrize("case", list(RAW))
def test_bytes_that_are_no_header(good: bytes, tmp_path: Path, case: str) -> None:
    make, sentence = RAW[case]
    length = int.from_bytes(good[:8], "little")
    (tmp_path / "a").write_bytes(make(good[8 : 8 + length], good[8 + length :]))
    with pytest.raises(FileError, match=sentence):
        native.load(tmp_path / "a")
    refused(tmp_path / "a")


def two(first_offsets: list[int], second_offsets: list[int]) -> bytes:
    header = {
        name: {"dtype": "U8", "shape": [b - a], "data_offsets": [a, b]}
        for name, (a, b) in {"x": first_offsets, "y": second_offsets}.items()
    }
    return whole(header, bytes(8))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (two([0, 5], [4, 8]), "tensor y of a overlaps another"),
        (two([0, 3], [4, 8]), "tensor y of a leaves a hole"),
        (two([1, 4], [4, 8]), "tensor x of a leaves a hole"),
        (two([0, 4], [4, 9]), "a is cut off: 1 bytes are missing"),
        (two([0, 4], [4, 7]), "a has 1 bytes after its last tensor"),
    ],
)
def test_case_100_to_103_tensors_lie_side_by_side(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    (tmp_path / "a").write_bytes(data)
    assert refused(tmp_path / "a") == sentence


def test_case_109_a_file_of_ours_without_tensors(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    write_tensors(tmp_path / "a", {}, native.metadata_of(snapshot))
    assert "lacks the tensor mapping" in refused(tmp_path / "a")


# The network that the file states


def stored(snapshot: Snapshot, path: Path, change: dict[str, Tensor | None]) -> Path:
    tensors = dict(snapshot.weights)
    for name, tensor in change.items():
        if tensor is None:
            del tensors[name]
        else:
            tensors[name] = tensor
    write_tensors(path, tensors, native.metadata_of(snapshot))
    return path


@pytest.mark.parametrize(
    ("name", "tensor", "sentence"),
    [
        ("mapping.w_avg", None, "a lacks the tensor mapping.w_avg"),
        ("mapping.fc9.bias", torch.zeros(2), "unknown tensor mapping.fc9.bias"),
        ("mapping.w_avg", torch.zeros(7), "mapping.w_avg of a is 7, not 6"),
        ("mapping.w_avg", torch.zeros(6, dtype=torch.int32), "holds int32, not weig"),
        ("../evil\x1b[0m", torch.zeros(1), r"unknown tensor \.\./evil \[0m"),
        ("<img src=x>" * 9, torch.zeros(1), "unknown tensor <img"),
        ("mapping.w_avg", torch.zeros(0), "mapping.w_avg of a is 0, not 6"),
        ("synthesis.b4.conv1.noise_strength", torch.zeros(1), "is 1, not one number"),
    ],
)
def test_tensors_are_those_of_the_configuration(
    snapshot: Snapshot, tmp_path: Path, name: str, tensor: Tensor | None, sentence: str
) -> None:
    path = stored(snapshot, tmp_path / "a", {name: tensor})
    with pytest.raises(FileError, match=sentence):
        native.load(path)
    refused(path)


@pytest.mark.parametrize(
    "change",
    [
        {"z_dim": 10**9},
        {"depth": 64},
        {"resolution": 24},
        {"resolution": 2**20},
        {"channels": [4]},
        {"channels": [4, 2, 2]},
        {"channels": [10**9, 2]},
        {"lr_multiplier": 0},
        {"w_dim": "six"},
    ],
)
def test_an_impossible_configuration_allocates_nothing(
    snapshot: Snapshot, tmp_path: Path, change: dict[str, object]
) -> None:
    metadata = native.metadata_of(snapshot)
    metadata["config"] = json.dumps(config_to_dict(SIZES) | change)
    write_tensors(tmp_path / "a", snapshot.weights, metadata)
    assert "configuration" in refused(tmp_path / "a")


def test_a_large_configuration_without_the_tensors_allocates_nothing(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    large = {"z_dim": 4096, "w_dim": 4096, "depth": 16, "resolution": 1024}
    metadata = native.metadata_of(snapshot)
    metadata["config"] = json.dumps(
        config_to_dict(SIZES) | large | {"channels": [4096] * 9}
    )
    write_tensors(tmp_path / "a", snapshot.weights, metadata)
    assert "not" in refused(tmp_path / "a")


def test_hundreds_of_mutants_load_or_are_refused(
    good: bytes, snapshot: Snapshot, tmp_path: Path
) -> None:
    random = np.random.RandomState(0)
    length = int.from_bytes(good[:8], "little")
    path = tmp_path / "a"
    loaded = 0
    for k in range(600):
        data = bytearray(good)
        for _ in range(random.randint(1, 4)):
            span = len(data) if k % 3 == 0 else min(8 + length, len(data))
            data[random.randint(span)] = random.randint(256)
        path.write_bytes(data)
        try:
            found = native.load(path)
        except FileError as error:
            assert str(error) == printable(str(error), 1000)
            continue
        loaded += 1
        assert found.weights.keys() == snapshot.weights.keys()
    assert 0 < loaded < 400


# Writing


def test_a_file_that_changes_on_the_disk_is_not_kept(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    native.save(snapshot, path)
    before = path.read_bytes()
    monkeypatch.setattr(container, "data_checksum", lambda _: 0)
    with pytest.raises(WriteError, match="a was not saved: the disk changed"):
        native.save(snapshot, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_header_can_be_read_alone(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(good)
    with open_source(tmp_path / "a") as (file, size):
        header = read_header(file, size, "a")
    assert header.entries["mapping.w_avg"].shape == (6,)
    assert header.entries["mapping.w_avg"].dtype is torch.float32
    assert HEADER_LIMIT == 8 * 1024**2


def test_the_names_of_files_are_shown_short_and_clean() -> None:
    assert shown_name(Path("x") / ("n" * 500)) == "n" * 79 + "…"
    assert shown_name(Path("x/\x1b\n")) == "the file"
    assert printable("a\u202eb\u2028c\td") == "a b c d"

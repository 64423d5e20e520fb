"""Networks of other programs, in files that the tests write in their structures."""

import io
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from sgviz.checkpoints.errors import FileError, ModelFileError
from sgviz.checkpoints.native import load, save
from sgviz.checkpoints.open_file import open_file
from sgviz.checkpoints.open_model import load_model, look_at
from sgviz.models.generator import GeneratorConfig
from sgviz.models.mapping import STYLEGAN1
from sgviz.models.snapshot import Snapshot
from tests.checkpoints import foreign_files as files
from tests.checkpoints import foreign_stylegan1 as stylegan1
from tests.checkpoints import foreign_stylegan3 as stylegan3
from tests.checkpoints.foreign_files import CHANNELS, RES, Tensors, W, Z, weights
from tests.checkpoints.foreign_lucidrains import lucidrains

SGVIZ = GeneratorConfig(
    z_dim=Z, w_dim=W, depth=2, resolution=RES, channels=CHANNELS, conv_clamp=256.0
)


def opened(data: bytes, folder: Path, network: str = "G_ema") -> Snapshot:
    (folder / "file.bin").write_bytes(data)
    assert open_file(folder / "file.bin").kind == "model"
    return load_model(folder / "file.bin", network)


def refusal(data: bytes, folder: Path, network: str = "G_ema") -> ModelFileError:
    (folder / "file.bin").write_bytes(data)
    with pytest.raises(ModelFileError) as caught:
        load_model(folder / "file.bin", network)
    message = str(caught.value)
    assert message.startswith("file.bin cannot be opened: ")
    assert message.isprintable()
    assert len(message) < 300
    return caught.value


def same(snapshot: Snapshot, tensors: Tensors) -> bool:
    return snapshot.weights.keys() == tensors.keys() and all(
        torch.equal(snapshot.weights[name], tensor) for name, tensor in tensors.items()
    )


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_ada_bit_by_bit(tmp_path: Path, protocol: int) -> None:
    tensors = weights()
    snapshot = opened(files.nvidia(tensors, protocol), tmp_path)
    assert same(snapshot, tensors)
    assert snapshot.config == SGVIZ
    assert snapshot.provenance["family"] == "StyleGAN2 of ada-pytorch"
    assert "non-commercial" in snapshot.provenance["licence"]
    assert len(snapshot.provenance["module_sha256"]) == 64
    assert snapshot.provenance["ignored"] == "D"
    snapshot.build()


def test_the_choice_of_g(tmp_path: Path) -> None:
    tensors = weights()
    twice = {name: 2 * tensor for name, tensor in tensors.items()}
    assert same(opened(files.nvidia(tensors), tmp_path, "G"), twice)
    error = refusal(files.nvidia(tensors), tmp_path, "nobody")
    assert "but no nobody" in str(error)
    bare = files.pickled(files.nvidia_module(tensors))
    assert same(opened(bare, tmp_path), tensors)


@pytest.mark.parametrize("legacy", [False, True])
def test_a_module_that_torch_saved(tmp_path: Path, legacy: bool) -> None:
    """As programs that tune a network write it: alone, or with others by name."""
    tensors = weights()
    module = files.nvidia_module(tensors)
    for value in (module, {"G_ema": module, "step": 3}):
        data = files.torch_saved(value, legacy=legacy)
        assert same(opened(data, tmp_path), tensors)


@pytest.mark.parametrize(
    "data",
    [
        files.nvidia(weights()),
        files.rosinality(weights()),
        stylegan1.genforce(stylegan1.weights()),
        lucidrains(),
    ],
)
def test_what_can_be_chosen_is_not_called_ignored(tmp_path: Path, data: bytes) -> None:
    for name in opened(data, tmp_path).networks:
        said = opened(data, tmp_path, name).provenance.get("ignored", "").split(", ")
        assert not {"G", "G_ema", "g", "g_ema", "generator", "S", "GE"} & set(said)


def test_networks_with_classes(tmp_path: Path) -> None:
    tensors = weights(c_dim=3)
    for data in (files.nvidia(tensors, c_dim=3), files.tensorflow(tensors)):
        snapshot = opened(data, tmp_path)
        assert same(snapshot, tensors)
        assert (snapshot.config.c_dim, snapshot.config.label_norm) == (3, "apart")


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_tensorflow_bit_by_bit(tmp_path: Path, protocol: int) -> None:
    tensors = weights(depth=3)
    snapshot = opened(files.tensorflow(tensors, protocol), tmp_path)
    assert same(snapshot, tensors)
    assert snapshot.config.depth == 3
    assert snapshot.provenance["family"] == "StyleGAN2 of TensorFlow"
    assert snapshot.provenance["ignored"] == "D"


@pytest.mark.parametrize("legacy", [False, True])
def test_rosinality_bit_by_bit(tmp_path: Path, legacy: bool) -> None:
    tensors = weights()
    snapshot = opened(files.rosinality(tensors, legacy=legacy), tmp_path)
    assert same(snapshot, tensors)
    assert snapshot.config.conv_clamp is None


def test_a_missing_w_avg_is_computed_and_said(tmp_path: Path) -> None:
    tensors = weights()
    data = files.rosinality(tensors, average=False, training=True)
    snapshot = opened(data, tmp_path)
    assert "standard error" in snapshot.provenance["w_avg"]
    assert "w_avg is missing" in open_file(tmp_path / "file.bin").notice
    generator = snapshot.build()
    with torch.no_grad():
        z = torch.from_numpy(np.random.RandomState(5).randn(20_000, Z)).float()
        w = generator.mapping(z)
    error = w.std(dim=0) / 20_000**0.5 + w.std(dim=0) / 8_192**0.5
    assert bool(((w.mean(dim=0) - generator.mapping.w_avg).abs() < 4 * error).all())
    twice = opened(data, tmp_path, "G").weights["mapping.fc0.bias"]
    assert torch.equal(twice, 2 * tensors["mapping.fc0.bias"])


@pytest.mark.parametrize("c_dim", [0, 4])
@pytest.mark.parametrize("make", [stylegan1.tensorflow, stylegan1.genforce])
def test_stylegan1_bit_by_bit(
    tmp_path: Path, c_dim: int, make: Callable[[Tensors], bytes]
) -> None:
    tensors = stylegan1.weights(c_dim=c_dim)
    snapshot = opened(make(tensors), tmp_path)
    assert same(snapshot, tensors)
    config = snapshot.config
    assert (config.family, config.channels) == ("stylegan1", CHANNELS)
    assert (config.gains, config.c_dim) == (STYLEGAN1, c_dim)
    assert config.label_norm == ("together" if c_dim else "apart")
    snapshot.build()
    for name in tensors:
        if name not in ("mapping.w_avg", "mapping.embed.bias", "mapping.embed.weight"):
            less = {k: t for k, t in tensors.items() if k != name}
            (tmp_path / "file.bin").write_bytes(make(less))
            try:
                assert load_model(tmp_path / "file.bin").config != config
            except ModelFileError:
                continue


def test_stylegan1_that_is_not_grown(tmp_path: Path) -> None:
    for make in (stylegan1.tensorflow, stylegan1.genforce):
        snapshot = opened(make(stylegan1.weights(), 1.5), tmp_path)
        assert snapshot.config.family == "geometry"
        assert snapshot.config.gains == STYLEGAN1
        assert "not fully grown" in snapshot.provenance["note"]


@pytest.mark.parametrize("kind", ["t", "r"])
def test_stylegan3_bit_by_bit(tmp_path: Path, kind: Literal["t", "r"]) -> None:
    snapshot = opened(stylegan3.stylegan3(kind), tmp_path)
    assert same(snapshot, stylegan3.weights(kind))
    assert snapshot.config == stylegan3.config(kind)
    with torch.no_grad():
        assert bool(snapshot.build()(torch.ones(1, 6)).isfinite().all())


@pytest.mark.parametrize(
    "said",
    [{"out_cutoff": 3.0}, {"up_factor": 4}, {"down_radial": 5}, {"conv_clamp": None}],
    ids=str,
)
def test_stylegan3_with_filters_of_its_own(
    tmp_path: Path, said: dict[str, object]
) -> None:
    snapshot = opened(stylegan3.stylegan3("t", **said), tmp_path)
    assert snapshot.config.family == "geometry"
    assert "filters of its own" in snapshot.provenance["note"]


def test_what_is_converted_opens_the_same(tmp_path: Path) -> None:
    makers = (files.nvidia, files.tensorflow, files.rosinality)
    for data in (*(make(weights()) for make in makers), lucidrains()):
        snapshot = opened(data, tmp_path)
        save(snapshot, tmp_path / "ours.safetensors")
        again = load(tmp_path / "ours.safetensors")
        assert again.config == snapshot.config
        assert same(again, snapshot.weights)
        assert again.provenance == snapshot.provenance


def test_other_types_of_numbers(tmp_path: Path) -> None:
    tensors = weights()
    half = {name: tensor.half().float() for name, tensor in tensors.items()}
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        kept = {name: t.half().to(dtype) for name, t in tensors.items()}
        wanted = {name: t.float() for name, t in kept.items()}
        assert same(opened(files.nvidia(kept), tmp_path), wanted)
    big = files.tensorflow(tensors)
    assert same(opened(big, tmp_path), tensors)
    assert half.keys() == tensors.keys()


def test_73_big_endian_arrays(tmp_path: Path) -> None:
    array = np.arange(6, dtype=">f4").reshape(2, 3)
    tensors = weights()
    data = files.pickled(
        (
            files.network([], {}, {}),
            files.network([], {}, {}),
            files.network([("x", array)], {}, {}),
        )
    )
    refusal(data, tmp_path)
    from sgviz.checkpoints.arrays import read_array
    from sgviz.checkpoints.pickle_nodes import NumpyArray
    from sgviz.checkpoints.torch_files import read_pickle
    from sgviz.checkpoints.window import Budget

    for each in (array, np.arange(4000, dtype=">f8").reshape(40, 100).T):
        raw = io.BytesIO(files.pickled(each))
        found = read_pickle(raw, len(raw.getvalue()))
        assert isinstance(found, NumpyArray)
        assert found.array is not None
        read = read_array(raw, found.array, Budget())
        assert np.array_equal(read.numpy(), each.astype(np.float32))
    assert tensors


def test_77_where_a_tensor_lived_does_not_matter(tmp_path: Path) -> None:
    tensors = weights()
    data = files.nvidia(tensors)
    moved = data.replace(b"X\x03\x00\x00\x00cpu", b"X\x03\x00\x00\x00xpu")
    assert data != moved
    assert same(opened(moved, tmp_path), tensors)


def test_78_79_numbers_that_are_none(tmp_path: Path) -> None:
    tensors = weights()
    tensors["mapping.fc0.weight"][0, :2] = float("nan")
    tensors["mapping.w_avg"][0] = float("inf")
    snapshot = opened(files.nvidia(tensors), tmp_path)
    assert snapshot.provenance["warning"] == "3 weights are not finite numbers"


def test_61_69_tensors_larger_than_the_file(tmp_path: Path) -> None:
    one, wide = torch.zeros(1), 4096
    mapping = {"mapping.w_avg": one.expand(wide)}
    for i in range(8):
        mapping[f"mapping.fc{i}.weight"] = one.expand(wide, wide)
        mapping[f"mapping.fc{i}.bias"] = one.expand(wide)
    module = files.nvidia_module(mapping, z_dim=wide, w_dim=wide)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = refusal(files.pickled(module), tmp_path)
    assert (error.code, "larger than the file" in str(error)) == ("limit", True)
    mapping["mapping.fc0.weight"] = one.expand(2**20, 2**19)
    refusal(files.pickled(files.nvidia_module(mapping)), tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_80_nothing_of_size_zero(tmp_path: Path) -> None:
    tensors = weights()
    tensors["mapping.fc0.weight"] = torch.zeros(W, 0)
    refusal(files.nvidia(tensors), tmp_path)


def test_81_82_no_generator(tmp_path: Path) -> None:
    only = files.pickled({"D": files.module("D", {}, {}, {})})
    assert "it holds D, but no G_ema" in str(refusal(only, tmp_path))
    nothing = files.pickled({"D": files.module("D", {}, {}, {})})
    assert refusal(nothing, tmp_path, "D").code == "unknown"
    for value in ({"a": 1}, {}, [1], None, {"G_ema": 3}, (1, 2, 3), "text"):
        assert refusal(files.pickled(value), tmp_path).code == "unknown"


@pytest.mark.parametrize(
    "said",
    [{"img_resolution": 1024}, {"z_dim": 10**9}, {"w_dim": 4}, {"c_dim": 7}],
    ids=str,
)
def test_83_84_networks_that_lie_about_themselves(
    tmp_path: Path, said: dict[str, int]
) -> None:
    assert "it says" in str(refusal(files.nvidia(weights(), **said), tmp_path))


@pytest.mark.parametrize(
    ("depth", "good"), [(1, True), (8, True), (0, False), (64, False)]
)
def test_85_depths(tmp_path: Path, depth: int, good: bool) -> None:
    data = files.nvidia(weights(depth=depth))
    if good:
        assert opened(data, tmp_path).config.depth == depth
    else:
        refusal(data, tmp_path)


def test_87_88_what_is_missing_is_named(tmp_path: Path) -> None:
    for name in weights():
        tensors = weights()
        del tensors[name]
        for make in (files.nvidia, files.tensorflow, files.rosinality):
            if name == "mapping.w_avg":
                if make is not files.rosinality:
                    assert "w_avg" in opened(make(tensors), tmp_path).provenance
                continue
            (tmp_path / "file.bin").write_bytes(make(tensors))
            try:
                load_model(tmp_path / "file.bin")
            except ModelFileError:
                continue
            # Without its last layers a network is smaller, or has no images.
            assert load_model(tmp_path / "file.bin").config != SGVIZ


def relative(extra: Tensors, drop: str = "synthesis") -> bytes:
    tensors = {k: t for k, t in weights().items() if not k.startswith(drop)}
    inner = files.nvidia_module(tensors | extra)
    outer = files.module("TriPlaneGenerator", {}, {"backbone": inner}, {"z_dim": Z})
    return files.pickled({"G_ema": outer, "D": None})


def test_90_relatives(tmp_path: Path) -> None:
    snapshot = opened(relative({"synthesis.other": torch.ones(2)}), tmp_path)
    assert snapshot.config.family == "geometry"
    assert "geometry only" in snapshot.provenance["note"]
    assert "TriPlaneGenerator" in snapshot.provenance["classes"]
    assert torch.equal(snapshot.weights["mapping.w_avg"], weights()["mapping.w_avg"])
    odd = relative({"mapping.embed_proj.weight": torch.ones(2, 2)})
    assert "mapping.embed_proj" in str(refusal(odd, tmp_path))
    none = relative({"synthesis.x": torch.ones(2)}, "")
    assert "no mapping network" in str(refusal(none, tmp_path))


def test_89_91_unusual_syntheses_are_geometry_only(tmp_path: Path) -> None:
    grey = weights()
    for name in [n for n in grey if n.endswith(("torgb.weight", "torgb.bias"))]:
        grey[name] = grey[name][:1]
    four = {n: t for n, t in weights().items() if ".b8" not in n and ".b16" not in n}
    for data, why in (
        (files.nvidia(grey, img_channels=1), "not RGB"),
        (files.nvidia(four, img_resolution=4), "unusual size"),
        (files.tensorflow(weights(), architecture="orig"), "skip connections"),
        (files.tensorflow(weights(), resample_kernel=[1, 2, 1]), "another filter"),
        (files.tensorflow(four), "none of the last version"),
    ):
        snapshot = opened(data, tmp_path)
        assert snapshot.config.family == "geometry"
        assert why in snapshot.provenance["note"]


def test_92_94_names_are_shown_without_harm(tmp_path: Path) -> None:
    tensors = weights()
    tensors["synthesis.<img src=x>\x1b[31m"] = torch.ones(1)
    tensors["synthesis.\u202etxt"] = torch.ones(1)
    snapshot = opened(files.nvidia(tensors), tmp_path)
    assert snapshot.provenance["ignored"].isprintable()
    for name in ("synthesis." + "x" * 10**6, "synthesis.\0", "synthesis.b4\n.x"):
        data = files.nvidia(weights() | {name: torch.ones(1)})
        (tmp_path / "file.bin").write_bytes(data)
        try:
            text = load_model(tmp_path / "file.bin").provenance["ignored"]
        except ModelFileError as error:
            text = str(error)
        assert text.isprintable()
        assert len(text) < 1000


def test_93_two_modules_of_one_name(tmp_path: Path) -> None:
    inner = files.module("x", {"weight": torch.ones(1)}, {}, {})
    twice = files.module("x", {}, {"b": inner}, {})
    root = files.module("G", {}, {"a": twice, "a.b": inner}, {})
    assert "same name" in str(refusal(files.pickled(root), tmp_path))


def test_58_modules_in_a_circle(tmp_path: Path) -> None:
    inside: dict[str, object] = {}
    circle = files.New(files.Named("torch.nn.x", "Y"), (), {"_modules": inside})
    inside["a"] = circle
    assert refusal(files.pickled(circle), tmp_path).code == "limit"
    many = {f"m{i}": files.module("M", {}, {}, {}) for i in range(5_001)}
    data = files.pickled(files.module("G", {}, many, {}))
    assert refusal(data, tmp_path).code == "limit"


def test_12_13_cut_anywhere(tmp_path: Path) -> None:
    for data in (
        files.nvidia(weights()),
        files.tensorflow(weights()),
        files.rosinality(weights()),
        files.rosinality(weights(), legacy=True),
    ):
        for cut in sorted({len(data) * i // 200 for i in range(200)}):
            (tmp_path / "cut").write_bytes(data[:cut])
            with pytest.raises(FileError):
                load_model(tmp_path / "cut")
        refusal(data + b"\0", tmp_path)


def test_18_19_files_that_change_while_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(files.nvidia(weights()))
    size = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        found = look_at(file, size, "file.bin")
        path.unlink()
        assert same(found.read(file, size), weights())
    path.write_bytes(files.tensorflow(weights(), 5))
    with path.open("rb", buffering=0) as file:
        found = look_at(file, path.stat().st_size, "file.bin")
        with path.open("r+b") as other:
            other.truncate(100)
        try:
            found.read(file, size)
        except FileError as error:
            assert "shorter" in str(error)


def test_no_source_is_run_and_none_is_kept(tmp_path: Path) -> None:
    snapshot = opened(files.nvidia(weights()), tmp_path)
    assert "was run" in files.SOURCE
    assert "was run" not in str(snapshot.provenance)


MEASURE = """
import sys
from pathlib import Path
from sgviz.checkpoints.open_model import load_model

def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))

load_model(Path(sys.argv[1]))
Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
before = kilobytes("VmRSS")
load_model(Path(sys.argv[2]))
print(kilobytes("VmHWM") - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere in other units")
def test_memory_is_that_of_the_tensors(tmp_path: Path) -> None:
    wide, paths = 1500, [tmp_path / "small", tmp_path / "large"]
    paths[0].write_bytes(files.nvidia(weights()))
    mapping = {"mapping.w_avg": torch.ones(wide)}
    for i in range(6):
        mapping[f"mapping.fc{i}.weight"] = torch.ones(wide, wide)
        mapping[f"mapping.fc{i}.bias"] = torch.ones(wide)
    paths[1].write_bytes(files.nvidia(mapping, z_dim=wide, w_dim=wide))
    size = sum(4 * tensor.numel() for tensor in mapping.values())
    words = [sys.executable, "-c", MEASURE, *map(str, paths)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    # Two such networks lie in the file, of which one is taken.
    assert 0.9 * size < int(done.stdout) * 1024 < 2 * size

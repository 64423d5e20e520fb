"""What a reference stands for: bundled, a file, a live run; gone, changed, found."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgviz.checkpoints import native
from sgviz.checkpoints.bundled import bundled_path
from sgviz.checkpoints.circles_file import write_circles
from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.of_run import checkpoint_path
from sgviz.checkpoints.open_file import hash_file
from sgviz.curves import map_circles
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.snapshot import Snapshot
from sgviz.render import shelf as shelf_module
from sgviz.render import sources as sources_module
from sgviz.render.sources import Sources
from sgviz.state import AtKimg, Bundled, CirclesFile, File, Given, Live, State
from sgviz.state_json import from_json, to_json

SIZES = GeneratorConfig(6, 8, 2, 8, (4, 4), 0.1)


def snapshot(kimg: float, seed: int = 0) -> Snapshot:
    return Snapshot.of(Generator(SIZES, seed=seed), kimg)


@pytest.fixture
def copy(network_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.safetensors"
    path.write_bytes(network_file.read_bytes())
    return path


@pytest.fixture
def bundled(monkeypatch, network_file: Path) -> Path:
    """The little network in the place of the bundled one."""
    monkeypatch.setattr(shelf_module, "bundled_path", lambda: network_file)
    return network_file


def test_bundled(sources, bundled):
    model = sources.model(Bundled())
    assert model.label == "bundled portraits"
    assert model.sha256 == hash_file(bundled)
    assert model.kimg == 3.0
    assert not model.generator.training
    assert not any(p.requires_grad for p in model.generator.parameters())


def test_a_missing_bundled_network_is_a_sentence(sources, monkeypatch, tmp_path):
    def nowhere() -> Path:
        return tmp_path / "portraits-64.safetensors"

    monkeypatch.setattr("sgviz.checkpoints.bundled.bundled_model", nowhere)
    assert bundled_path.__module__ == "sgviz.checkpoints.bundled"
    with pytest.raises(FileError, match="missing from this installation"):
        sources.model(Bundled())


def test_a_file(sources, copy):
    ref = File(str(copy), hash_file(copy))
    model = sources.model(ref)
    assert (model.label, model.sha256) == ("copy.safetensors", ref.sha256)
    assert sources.model(ref) is model
    copy.unlink()
    assert sources.model(ref) is model, "a file is read once"


def test_a_file_that_is_gone(sources, copy):
    ref = File(str(copy), hash_file(copy))
    copy.unlink()
    for _ in range(2):
        with pytest.raises(FileError, match=r"^copy\.saf.* is not where it was"):
            sources.model(ref)


def test_a_file_that_has_changed(sources, copy):
    ref = File(str(copy), hash_file(copy))
    native.save(snapshot(1.0), copy)
    with pytest.raises(FileError, match="has changed"):
        sources.model(ref)


def test_a_file_that_was_seen_elsewhere(copy, tmp_path):
    sha256 = hash_file(copy)
    sources = Sources("cpu", known={sha256: str(copy)})
    portable = File("only-a-name.safetensors", sha256)
    assert sources.model(portable).label == "copy.safetensors"
    moved = copy.rename(tmp_path / "moved.safetensors")
    again = Sources("cpu")
    with pytest.raises(FileError):
        again.model(portable)
    again.know(sha256, str(moved))
    assert again.model(File(str(copy), sha256)).label == "moved.safetensors"


def test_a_damaged_file_is_a_sentence(sources, copy):
    data = copy.read_bytes()
    copy.write_bytes(data[:-10])
    with pytest.raises(FileError) as caught:
        sources.model(File(str(copy), hash_file(copy)))
    assert "\n" not in str(caught.value)
    assert str(copy.parent) not in str(caught.value)


def test_a_network_too_large_for_the_memory(sources, copy, monkeypatch):
    def build(_):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory\nat")

    monkeypatch.setattr(Snapshot, "build", build)
    with pytest.raises(FileError, match=r"cannot be opened: .*not enough memory$"):
        sources.model(File(str(copy), hash_file(copy)))


def test_a_gpu_that_cannot_take_the_network(sources, copy, monkeypatch):
    """The network does not fit: it is opened once more, on the CPU."""
    real, calls = Snapshot.build, []

    class Device:
        type = "cuda"

    def build(snapshot):
        calls.append(1)
        if len(calls) == 1:
            sources.device = Device()
            raise torch.OutOfMemoryError("CUDA out of memory. Tried\nmore")
        return real(snapshot)

    monkeypatch.setattr(Snapshot, "build", build)
    model = sources.model(File(str(copy), hash_file(copy)))
    assert model.notice.startswith("The GPU failed (CUDA out of memory. Tried)")
    assert sources.device == torch.device("cpu")
    assert sources.model(File(str(copy), hash_file(copy))) is model


def test_a_live_run_moves(sources, bundled):
    sources.install("run 1", snapshot(1.0))
    first = sources.model(Live("run 1"))
    assert first.kimg == 1.0
    assert first.sha256 is None
    assert sources.model(Live("run 1")) is first
    sources.install("run 1", snapshot(2.0))
    second = sources.model(Live("run 1"))
    assert second.kimg == 2.0
    assert second.key != first.key
    sources.install("another", snapshot(9.0))
    assert sources.model(Live("run 1")) is second


def test_a_run_that_begins_leaves_what_is_shown(sources, copy, bundled):
    """Until its first snapshot there is nothing else to show, and nothing to say."""
    shown = sources.model(File(str(copy), hash_file(copy)))
    sources.expect("run 1")
    begins = sources.model(Live("run 1"))
    assert begins.generator is shown.generator
    said = f"{shown.label} until run run 1 begins"
    assert (begins.label, begins.kimg) == (said, shown.kimg), "its figures, its name"
    assert begins.notice == ""
    assert begins.key != shown.key
    sources.install("run 1", snapshot(0.5))
    assert sources.model(Live("run 1")).kimg == 0.5
    fresh = Sources("cpu")
    fresh.expect("run 1")
    assert fresh.model(Live("run 1")).notice == ""


def test_no_two_networks_have_one_key(sources, copy, bundled, tmp_path):
    """A run that never came: what stands in for it depends on what was shown."""
    other = tmp_path / "other.safetensors"
    native.save(snapshot(1.0), other)
    sources.expect("run 1")
    keys = []
    for path in (copy, other):
        sources.model(File(str(path), hash_file(path)))
        keys.append(sources.model(Live("run 1")).key)
    assert keys[0] != keys[1]
    runs = Sources("cpu", tmp_path)
    (tmp_path / "run 2").mkdir()
    for kimg in (1.0, 2.0):
        native.save(snapshot(kimg), tmp_path / "run 2" / "g_ema.safetensors")
        keys.append(runs.model(Live("run 2")).key)
        runs.model(File(str(copy), hash_file(copy)))
    assert keys[2] != keys[3]


def test_a_run_that_is_over_lies_in_its_folder(tmp_path, bundled):
    (tmp_path / "run 1").mkdir()
    native.save(snapshot(7.0), tmp_path / "run 1" / "g_ema.safetensors")
    model = Sources("cpu", tmp_path).model(Live("run 1"))
    assert (model.kimg, model.notice) == (7.0, "")


def test_a_run_that_is_not_here_is_the_bundled_network(tmp_path, bundled):
    model = Sources("cpu", tmp_path).model(Live("run 1"))
    assert model.sha256 == hash_file(bundled)
    assert model.notice == "The run run 1 is not here: this is the bundled network."


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Checkpoints of a run at 1, 2 and 4 kimg, in a folder of runs."""
    for kimg in (1, 2, 4):
        path = checkpoint_path(tmp_path / "run 1", 1000 * kimg)
        path.parent.mkdir(parents=True, exist_ok=True)
        native.save(snapshot(float(kimg), seed=kimg), path)
    return tmp_path


def test_a_moment_of_a_run_is_the_checkpoint_nearest_to_it(kept, bundled):
    sources = Sources("cpu", kept)
    for asked, found in ((0.0, 1), (1.4, 1), (1.6, 2), (2.0, 2), (3.0, 4), (99.0, 4)):
        model = sources.model(AtKimg("run 1", asked))
        assert model.kimg == found, asked
        assert model.label == f"run run 1 at {found} kimg"
        assert (f"nearest to {asked:g}." in model.notice) == (asked != found)
        weights = model.generator.state_dict()["synthesis.b4.const"]
        assert torch.equal(weights, snapshot(0, found).weights["synthesis.b4.const"])


def test_a_moment_of_a_run_elsewhere(kept, bundled, tmp_path_factory):
    """A folder that was chosen; where it is gone, the run of that name."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    path = checkpoint_path(elsewhere, 3000)
    path.parent.mkdir()
    native.save(snapshot(3.0), path)
    ref = AtKimg("run 1", 3.0, str(elsewhere))
    assert Sources("cpu", kept).model(ref).kimg == 3.0
    path.unlink()
    assert Sources("cpu", kept).model(ref).kimg == 4.0
    # A session that was made portable knows only the name of the folder.
    portable = from_json(to_json(State(model=ref), portable=True)).model
    assert portable == AtKimg("run 1", 3.0, elsewhere.name)
    assert Sources("cpu", kept).model(portable).kimg == 4.0


def test_a_moment_that_was_not_kept_is_the_bundled_network(tmp_path, bundled):
    model = Sources("cpu", tmp_path).model(AtKimg("run 1", 3.0))
    assert model.sha256 == hash_file(bundled)
    assert model.notice == (
        "The run run 1 has no checkpoint here: this is the bundled network."
    )


def test_a_damaged_checkpoint_is_a_sentence(kept, bundled):
    path = checkpoint_path(kept / "run 1", 2000)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(FileError, match=r"^000002000\.safetensors"):
        Sources("cpu", kept).model(AtKimg("run 1", 2.0))


def test_a_device_that_is_not_here_is_said(bundled):
    if torch.cuda.is_available():
        pytest.skip("this machine has one")
    sources = Sources("cuda")
    assert sources.device.type == "cpu"
    notice = sources.model(Bundled()).notice
    assert notice.endswith("computing on the CPU.")
    assert "cuda" in notice


def test_leaving_the_cpu_is_not_possible(sources):
    assert not sources.leave_gpu("it burns")
    assert sources.notice == ""


@pytest.fixture
def circles(sources, little, tmp_path):
    """The circles of the little network in a file that names it."""
    model = sources.model(little.model)
    curves = map_circles(model.generator, little.circles, sources.given)
    return replace(curves, model_sha256=model.sha256), tmp_path / "circles.npz"


def test_circles_of_a_file(sources, circles):
    curves, path = circles
    write_circles(curves, path)
    ref = CirclesFile(str(path), hash_file(path))
    found = sources.circles(ref)
    assert torch.equal(found.w, curves.w)
    path.unlink()
    with pytest.raises(FileError, match=r"circles\.npz .* is not where it was"):
        sources.circles(ref)


def test_latents_of_a_file_are_read_once(sources, circles, monkeypatch):
    curves, path = circles
    write_circles(curves, path)
    sha256 = hash_file(path)
    reads, real = [], sources_module.read_z
    monkeypatch.setattr(
        sources_module, "read_z", lambda p: reads.append(p) or real(p)
    )  # fmt: skip
    for row in (0, 31, 32, 63):
        z = sources.given(Given(str(path), sha256, row))
        assert torch.equal(z[0], curves.z[row // 32, row % 32])
    assert len(reads) == 1
    with pytest.raises(FileError, match="has 64 latents: no row 64"):
        sources.given(Given(str(path), sha256, 64))


def test_latents_of_a_file_that_has_changed(sources, circles):
    curves, path = circles
    write_circles(curves, path)
    latent = Given(str(path), hash_file(path), 3)
    write_circles(replace(curves, psi=0.5), path)
    with pytest.raises(FileError, match="has changed"):
        sources.given(latent)

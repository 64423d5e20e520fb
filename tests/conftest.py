"""What every test gets: seeds, a user folder of its own, and a look for leaks."""

import gc
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

GUI_TESTS = Path(__file__).parent / "gui"
LEAK_SECONDS = 3.0

# A test's window belongs on pytest-xvfb's screen, never on somebody's desktop.
os.environ.pop("WAYLAND_DISPLAY", None)
os.environ.pop("QT_QPA_PLATFORM", None)
os.environ.setdefault("QT_API", "pyside6")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
# On a machine that is busy with something else, OpenMP's threads must sleep while they
# wait: spinning made tests of seconds take minutes. Read when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if sys.platform.startswith("linux"):
    os.environ.setdefault("PYOPENGL_PLATFORM", "glx")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a display the tests that draw are skipped, and say so."""
    if os.environ.get("DISPLAY") or not sys.platform.startswith("linux"):
        return
    skip = pytest.mark.skip(reason="no display: install Xvfb to run what draws")
    for item in items:
        if item.get_closest_marker("gl"):
            item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def session_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Caches and sockets of the whole session; a driver's cache is worth keeping."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        runtime = tmp_path_factory.mktemp("runtime")
        runtime.chmod(0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """What must be settled before pytest-qt makes the application, as in the app."""
    from sgviz.gui.gl.surface import prepare_opengl

    prepare_opengl()
    return ["sgviz"]


@pytest.fixture(autouse=True)
def user_folders(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An empty home of settings and data: no test reads or writes the user's."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name[4:-5].lower()))
    for name in ("APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    if sys.platform == "darwin":
        monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def seeds() -> None:
    """Every global source of chance starts alike; the package uses none of them."""
    random.seed(0)
    np.random.seed(0)
    torch: ModuleType | None = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(0)


@pytest.fixture(scope="session")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of our own making, 16x16 with z = w = 24: an image takes 2 ms."""
    import torch

    from sgviz.checkpoints import native
    from sgviz.models.generator import Generator, GeneratorConfig
    from sgviz.models.snapshot import Snapshot

    sizes = GeneratorConfig(
        z_dim=24, w_dim=24, depth=3, resolution=16, channels=(16, 16, 12),
        lr_multiplier=0.1,
    )  # fmt: skip
    generator = Generator(sizes, seed=7)
    z = torch.from_numpy(np.random.RandomState(7).randn(256, 24)).float()
    with torch.no_grad():
        generator.mapping.w_avg.copy_(generator.mapping(z).mean(0) + 0.05)
        for name, weight in generator.named_parameters():
            if name.endswith("noise_strength"):
                weight.fill_(0.3)
    path = tmp_path_factory.mktemp("network") / "little.safetensors"
    native.save(Snapshot.of(generator, 3.0, {"made by": "a test"}), path)
    return path


@pytest.fixture(scope="session")
def little(network_file: Path) -> Any:
    """The State that shows that network: two circles of 32 points."""
    from sgviz.checkpoints.open_file import hash_file
    from sgviz.state import CircleSet, File, State, default_circles

    return State(
        model=File(str(network_file), hash_file(network_file)),
        circles=CircleSet(default_circles(2), points=32),
    )


@pytest.fixture(autouse=True)
def paint_errors(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """pyqtgraph prints and forgets what an item's paint() raises: we fail.

    A test that wants such an error takes this fixture and clears the list.
    """
    errors: list[str] = []
    if GUI_TESTS not in request.path.parents and "pyqtgraph" not in sys.modules:
        yield errors
        return
    from pyqtgraph import debug

    def note(msg: str = "", *_args: Any, **_kwargs: Any) -> None:
        errors.append(f"{msg} {sys.exc_info()[1]!r}")

    monkeypatch.setattr(debug, "printExc", note)
    yield errors
    assert not errors, f"pyqtgraph swallowed: {errors}"


@pytest.fixture(autouse=True)
def leaks() -> Iterator[None]:
    """A test leaves no thread and no window behind."""
    threads = set(threading.enumerate())
    windows = set(map(id, _windows()))
    yield
    _wait_for(lambda: not _new_threads(threads))
    assert not _new_threads(threads), "threads left behind"
    left = [w for w in _windows() if id(w) not in windows]
    if left:
        del left
        _delete_what_is_due()
    names = [repr(w) for w in _windows() if id(w) not in windows]
    assert not names, f"windows left behind: {names}"


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    """Threads begun since; a dummy one only says that Qt's thread ran Python."""
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and not isinstance(thread, threading._DummyThread)
    ]


def _wait_for(condition: Any) -> None:
    end = time.monotonic() + LEAK_SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def _windows() -> list[Any]:
    """Qt's live top-level widgets; none where no application was made."""
    widgets: ModuleType | None = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    return list(widgets.QApplication.topLevelWidgets())


def _delete_what_is_due() -> None:
    """Let Python and Qt delete what nobody holds or what was told to go."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

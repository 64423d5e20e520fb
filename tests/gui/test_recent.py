"""The list of recent files: what each is, small pictures made behind the scenes."""

import numpy as np
import pytest
from PIL import Image

from sgviz.checkpoints.open_file import hash_file
from sgviz.gui.recent_menu import SIDE, thumbnail, thumbnail_path
from sgviz.prefs import MAX_RECENT, Prefs, RecentFile, load_prefs, save_prefs
from tests.checkpoints import foreign_files as files

pytestmark = pytest.mark.gl


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(
        "sgviz.gui.recent_menu.thumbnails_path", lambda: tmp_path / "cache"
    )
    return tmp_path / "cache"


def test_a_picture_of_every_network_that_was_opened(instrument, wait, tmp_path, cache):
    path = tmp_path / "net.pkl"
    path.write_bytes(files.nvidia(files.weights()))
    sha256 = hash_file(path)
    # Without leave nothing is written: tests and snapshots have none.
    instrument.files.open_paths([str(path)])
    wait(lambda: instrument.settled)
    assert not list(cache.glob("*.png"))
    instrument.session.stack.undo()
    wait(lambda: instrument.settled)
    instrument.recent.keeps = True
    instrument.session.stack.redo()
    wait(lambda: thumbnail_path(sha256).exists())
    wait(lambda: instrument.settled)
    assert instrument.recent.wait(10)
    # Seed 0 is the latent on the screen, too: 16x16 is small enough as it is.
    with Image.open(thumbnail_path(sha256)) as image:
        kept = np.asarray(image)
    assert (kept == instrument.controller.image.pixels).all()
    [recent] = instrument.prefs.recent
    assert (recent.kind, recent.about) == ("model", "StyleGAN2 16×16")
    # A network opened beside is one too, and what is known of it stays.
    instrument.files.open_beside([str(path)])
    wait(lambda: instrument.settled)
    [recent] = instrument.prefs.recent
    assert (recent.kind, recent.about) == ("model", "StyleGAN2 16×16")
    menu = instrument.menus.recent.menu
    menu.aboutToShow.emit()
    row, _, clear = menu.actions()
    assert row.text() == "net.pkl\tStyleGAN2 16×16"
    assert not row.icon().isNull()
    assert instrument.session.state.model.path == str(path)
    clear.trigger()
    assert instrument.prefs.recent == () and not menu.isEnabled()
    assert not thumbnail_path(sha256).exists()
    assert path.exists()


def test_what_is_no_picture_is_none(cache, qapp):
    cache.mkdir()
    assert thumbnail("a" * 64) is None
    thumbnail_path("a" * 64).write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    assert thumbnail("a" * 64) is None
    thumbnail_path("a" * 64).write_bytes(bytes(300_000))
    assert thumbnail("a" * 64) is None
    Image.new("RGB", (64, 64), "red").save(thumbnail_path("a" * 64))
    picture = thumbnail("a" * 64)
    assert picture is not None and picture.width() == SIDE


def test_what_is_known_is_kept(tmp_path):
    prefs = Prefs()
    for i in range(MAX_RECENT + 2):
        prefs = prefs.with_recent(f"{i}.npz", f"{i:064x}")
    assert len(prefs.recent) == MAX_RECENT
    known = RecentFile("elsewhere", f"{5:064x}", "circles", "circles")
    prefs = prefs.with_known(known).with_recent("moved.npz", known.sha256)
    assert prefs.recent[0] == RecentFile(
        "moved.npz", known.sha256, "circles", "circles"
    )
    save_prefs(prefs, tmp_path / "prefs.json")
    assert load_prefs(tmp_path / "prefs.json") == (prefs, "")
    # What an older sgviz wrote says nothing of it.
    (tmp_path / "prefs.json").write_text(
        '{"recent": [{"path": "a", "sha256": "%s"}]}' % ("0" * 64)
    )
    assert load_prefs(tmp_path / "prefs.json")[0].recent == (RecentFile("a", "0" * 64),)

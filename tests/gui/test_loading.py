"""Large files: progress, Cancel, what is shown meanwhile; and which generator."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sgviz.checkpoints.open_file import hash_file
from sgviz.checkpoints.watch import Watch, watched
from sgviz.gui import loading
from sgviz.gui.model_facts import ModelFacts
from sgviz.gui.notification import Progress
from sgviz.gui.session import Edit
from sgviz.state import File, Seed
from tests.checkpoints import foreign_files as files

pytestmark = pytest.mark.gl
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pickle_file(tmp_path: Path) -> Path:
    """Both generators of a little network, as NVIDIA's program writes them."""
    path = tmp_path / "both.pkl"
    path.write_bytes(files.nvidia(files.weights()))
    return path


@pytest.fixture
def slow(monkeypatch):
    """Reading stops after its first piece until it is let go."""
    go, real = threading.Event(), Watch.take

    def take(watch, count):
        real(watch, count)
        go.wait(30)

    monkeypatch.setattr(Watch, "take", take)
    monkeypatch.setattr(loading, "PATIENCE_MS", 1)
    yield go
    go.set()


def notes_of(instrument) -> list[Progress]:
    notes = instrument.window.notifications.findChildren(Progress)
    return [note for note in notes if note.isVisible()]


def test_the_window_works_while_a_file_is_read(instrument, wait, pickle_file, slow):
    shown = instrument.controller.model
    instrument.files.open_paths([str(pickle_file)])
    wait(lambda: notes_of(instrument))
    [note] = notes_of(instrument)
    assert note.what == "Opening both.pkl …"
    # The network that is shown goes on answering.
    before = instrument.controller.image
    state = replace(instrument.session.state, latent=Seed(7))
    instrument.session.apply(Edit(state, "Another seed"))
    wait(lambda: instrument.controller.image is not before)
    assert instrument.controller.model is shown
    slow.set()
    wait(lambda: instrument.settled and not notes_of(instrument))
    assert instrument.controller.model.label == "both.pkl"
    assert instrument.session.state.latent == Seed(7)
    # Read before it was asked for, and only once.
    assert isinstance(instrument.session.state.model, File)


def test_cancel_leaves_everything_as_it_was(instrument, wait, pickle_file, slow):
    before, steps = instrument.session.state, instrument.session.stack.count()
    instrument.files.open_paths([str(pickle_file)])
    wait(lambda: notes_of(instrument))
    QTest.mouseClick(notes_of(instrument)[0].cancel_button, LEFT)
    slow.set()
    wait(lambda: not instrument.files.reading and not notes_of(instrument))
    assert instrument.session.state == before
    assert instrument.session.stack.count() == steps
    assert not instrument.files.problems
    assert instrument.window.notifications.notes() == []
    assert instrument.prefs.recent == ()
    # And it can be opened after all.
    instrument.files.open_paths([str(pickle_file)])
    wait(lambda: instrument.session.state != before and instrument.settled)


def test_a_network_that_a_state_asks_for_can_be_given_up(
    instrument, wait, pickle_file, slow
):
    """An undo may ask for it too: then Cancel goes back to what is shown."""
    before = instrument.session.state
    ref = File(str(pickle_file), hash_file(pickle_file))
    instrument.session.apply(Edit(replace(before, model=ref), "Open"))
    wait(lambda: notes_of(instrument))
    QTest.mouseClick(notes_of(instrument)[0].cancel_button, LEFT)
    slow.set()
    wait(lambda: instrument.settled and not notes_of(instrument))
    assert instrument.session.state == before
    assert instrument.controller.image is not None
    instrument.session.stack.undo()
    wait(lambda: instrument.settled)
    assert instrument.controller.model.label == "both.pkl"


def test_the_other_generator(instrument, wait, pickle_file):
    """G in the place of G_ema: by the card, undone, kept by sessions."""
    instrument.files.open_paths([str(pickle_file)])
    wait(lambda: instrument.settled)
    # A small file was read before anything could be said of it.
    assert not notes_of(instrument)
    average = instrument.controller.image.pixels
    status = instrument.window.status
    assert instrument.controller.model.networks == ("G_ema", "G")
    QTest.mouseClick(status._model, LEFT)
    [card] = status.findChildren(ModelFacts)
    assert card.networks.isVisible()
    QTest.mouseClick(card.networks.buttons["G"], LEFT)
    wait(lambda: instrument.settled)
    card.hide()
    assert instrument.session.state.model.network == "G"
    assert "both.pkl, G" in status._model.text()
    assert ("Generator", "G") in instrument.controller.model.facts
    assert (instrument.controller.image.pixels != average).any()
    # Files of circles name the average by the file's hash.
    shown = instrument.render.sources.model(instrument.session.state.model)
    assert shown.sha256 and shown.mark is None
    instrument.session.stack.undo()
    wait(lambda: instrument.settled)
    assert (instrument.controller.image.pixels == average).all()
    assert instrument.session.state.model.network == "G_ema"


def test_a_file_is_watched_in_pieces(pickle_file):
    heard: list[int] = []
    with pickle_file.open("rb", buffering=0) as file:
        seen = watched(file, Watch(heard.append))
        assert seen.read(10) == pickle_file.read_bytes()[:10]
        seen.seek(0, 2)
        assert seen.tell() == pickle_file.stat().st_size
    assert heard == [10]

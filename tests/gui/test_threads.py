"""The render thread: latest wins, parts in one coalesced signal, ends when told."""

import threading
import time
from dataclasses import replace

import pytest

from sgviz.frame import Part, Progress
from sgviz.gui.threads import RenderThread
from sgviz.render.request import Request
from sgviz.state import Focus


def make_sources():
    from sgviz.render.sources import Sources

    return Sources("cpu")


@pytest.fixture
def make_thread(qapp):
    made = []

    def make(sources=make_sources):
        made.append(RenderThread(sources))
        return made[-1]

    yield make
    for thread in made:
        assert thread.stop(10.0)


@pytest.fixture
def thread(make_thread):
    thread = make_thread()
    thread.start()
    return thread


@pytest.fixture
def rests(thread):
    """The serial numbers of the requests that were served to the end."""
    heard = []
    thread.idle.connect(heard.append)
    return heard


def request(serial, state):
    return Request(serial, state, state, Focus())


def test_what_was_made_outlives_the_news_that_the_next_has_begun(make_thread):
    """Figures of a drag: made, and the next begun, before the window takes them."""
    thread = make_thread()
    news, more = (Progress(f"Measuring {n} …") for n in "ab")
    for value in (1, news, 2, more):
        thread._announce(Part("statistics", None, 0, value=value))
    assert [part.value for part in thread.take_parts()] == [2, more]


def test_a_request_becomes_parts(thread, rests, wait, little):
    thread.submit(request(1, little))
    wait(lambda: rests == [1])
    parts = {part.name: part for part in thread.take_parts()}
    shown = {"model", "image", "scene", "marker", "thumbnails"}
    beside = {"companions", "image_beside", "thumbnails_beside"}
    assert set(parts) == shown | beside | {"layers_ahead"}
    assert all(part.problem is None for part in parts.values())
    assert thread.take_parts() == []
    assert thread.sources is not None


def test_one_signal_for_many_parts(thread, rests, wait, little):
    """Nobody takes the parts: they are announced once, and the newest are kept."""
    signals = []
    thread.parts_ready.connect(lambda: signals.append(1))
    thread.submit(request(1, little))
    wait(lambda: rests == [1])
    assert len(signals) == 1
    parts = {part.name: part for part in thread.take_parts()}
    assert len(parts["thumbnails"].value.pixels) == 24
    thread.submit(request(2, replace(little, psi=0.5)))
    wait(lambda: rests == [1, 2])
    assert len(signals) == 2


def test_a_storm_of_requests(thread, rests, wait, little):
    """Never an older frame after a newer one, and the last one is shown."""
    shown: list[Part] = []
    thread.parts_ready.connect(
        lambda: shown.extend(p for p in thread.take_parts() if p.name == "image")
    )
    for serial in range(1, 401):
        thread.submit(request(serial, replace(little, psi=serial / 400)))
        if serial % 40 == 0:
            time.sleep(0.01)
    wait(lambda: bool(rests) and rests[-1] == 400)
    serials = [part.serial for part in shown]
    assert serials == sorted(serials)
    assert serials[-1] == 400
    assert len(serials) < 200


def test_requests_before_the_start_are_served(make_thread, wait, little):
    thread = make_thread()
    rests = []
    thread.idle.connect(rests.append)
    for serial in (1, 2, 3):
        thread.submit(request(serial, little))
    thread.start()
    wait(lambda: bool(rests))
    assert rests == [3]


def test_an_idle_thread_sleeps(thread, rests, wait, little):
    """It waits for a letter, and does not look for one now and then."""
    thread.submit(request(1, little))
    wait(lambda: bool(rests))
    used = time.thread_time, time.process_time
    before = used[1]() - used[0]()
    time.sleep(0.5)
    assert used[1]() - used[0]() - before < 0.05
    assert rests == [1]


def test_stopping_an_idle_thread(thread, rests, wait, little):
    thread.submit(request(1, little))
    wait(lambda: bool(rests))
    start = time.monotonic()
    assert thread.stop(5.0)
    assert time.monotonic() - start < 1.0
    assert not thread.alive


def test_stopping_in_the_middle(thread, rests, wait, little):
    circles = replace(little.circles, points=4096)
    thread.submit(request(1, replace(little, circles=circles)))
    wait(lambda: bool(thread.take_parts()))
    assert thread.stop(5.0)
    assert not thread.alive


def test_a_thread_that_was_stopped_is_not_started(make_thread):
    thread = make_thread()
    assert thread.stop(None)
    thread.start()
    assert not thread.alive
    assert thread.wait_for_sources() is None


def test_nobody_waits_for_torch_when_it_is_over(make_thread):
    """The import cannot be told to stop; who waits for its end can."""
    gate = threading.Event()

    def slow_sources():
        gate.wait(10)
        return make_sources()

    thread = make_thread(slow_sources)
    thread.start()
    found = []
    waiting = threading.Thread(target=lambda: found.append(thread.wait_for_sources()))
    waiting.start()
    assert not thread.stop(0.0)
    waiting.join(5)
    assert found == [None]
    gate.set()
    assert thread.stop(5.0)


def test_no_torch_is_a_problem(make_thread, wait, little, caplog):
    def no_sources():
        raise ImportError("libtorch_cpu.so: cannot open shared object file")

    thread = make_thread(no_sources)
    parts: dict[str, Part] = {}
    thread.parts_ready.connect(
        lambda: parts.update({part.name: part for part in thread.take_parts()})
    )
    thread.submit(request(1, little))
    thread.start()
    wait(lambda: len(parts) == 4)
    assert set(parts) == {"model", "image", "scene", "thumbnails"}
    what = parts["image"].problem.what
    assert what.startswith("Nothing can be computed: libtorch_cpu.so")
    assert thread.wait_for_sources() is None
    assert "the render thread ended" in caplog.text

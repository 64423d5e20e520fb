import threading

from sgviz.frame import Problem
from sgviz.gui.train.job import Job


def heard(job: Job) -> list[object]:
    results: list[object] = []
    job.finished.connect(results.append)
    return results


def test_a_result_comes_in_the_windows_thread(qtbot):
    job = Job("test")
    threads = []
    job.finished.connect(lambda _: threads.append(threading.current_thread()))
    results = heard(job)
    job.begin(lambda _: 7)
    assert job.busy
    qtbot.waitUntil(lambda: results == [7])
    assert threads == [threading.main_thread()]
    assert not job.busy


def test_the_newest_wins(qtbot):
    job, go, asked = Job("test"), threading.Event(), []
    results = heard(job)

    def slow(cancelled):
        go.wait(5)
        asked.append(cancelled())
        return "old"

    job.begin(slow)
    job.begin(lambda _: "never begun")
    job.begin(lambda _: "new")
    go.set()
    qtbot.waitUntil(lambda: results == ["new"])
    assert asked == [True]


def test_errors_are_problems(qtbot, caplog):
    job = Job("test")
    results = heard(job)

    def broken(_):
        raise ValueError("one sentence")

    def torn(_):
        raise RuntimeError("torn")

    job.begin(broken)
    qtbot.waitUntil(lambda: results == [Problem("one sentence")])
    job.begin(torn)
    qtbot.waitUntil(lambda: len(results) == 2)
    assert "torn" in results[1].what
    assert "torn" in results[1].details


def test_what_is_cancelled_is_not_announced(qtbot):
    job, go = Job("test"), threading.Event()
    results = heard(job)
    job.begin(lambda _: go.wait(5))
    job.cancel()
    assert not job.busy
    go.set()
    assert job.wait(5)
    job.close()
    job.begin(lambda _: "too late")
    qtbot.wait(50)
    assert results == []

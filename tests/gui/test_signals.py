"""An idle window ends when it is told to."""

import os
import signal
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from pytestqt.qtbot import QtBot

from sgviz.gui.signals import SignalWatch


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[SignalWatch]:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    watch = SignalWatch()
    yield watch
    watch.release()
    now = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    assert now == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_an_idle_event_loop(
    watch: SignalWatch, number: signal.Signals
) -> None:
    loop = QEventLoop()
    watch.asked_to_end.connect(loop.quit)
    os.kill(os.getpid(), number)
    QTimer.singleShot(5000, loop.quit)
    loop.exec()
    assert watch.code == 128 + number


def test_the_second_signal_ends_at_once(
    watch: SignalWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[int] = []
    monkeypatch.setattr(os, "_exit", ends.append)
    os.kill(os.getpid(), signal.SIGINT)
    assert ends == []
    os.kill(os.getpid(), signal.SIGTERM)
    assert ends == [143]

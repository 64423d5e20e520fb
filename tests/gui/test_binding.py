"""PySide6 6.12.0 on Python 3.11 loses a reference with every signal: never again."""

import sys

from PySide6.QtCore import QObject, Signal

EMITS = 500


class Speaker(QObject):
    spoke = Signal(bool)
    fell_silent = Signal(object)


def test_signals_keep_the_references_of_none_and_true() -> None:
    speaker = Speaker()
    heard: list[object] = []
    speaker.spoke.connect(heard.append)
    speaker.fell_silent.connect(lambda value: None)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(EMITS):
        speaker.spoke.emit(True)
        speaker.fell_silent.emit(None)
        heard.clear()
    drift = sys.getrefcount(None) - before[0], sys.getrefcount(True) - before[1]
    assert min(drift) > -EMITS / 10, f"references lost in {EMITS} emits: {drift}"
    assert max(drift) < EMITS / 10, f"references leaked in {EMITS} emits: {drift}"

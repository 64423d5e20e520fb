"""How large things are that hold text, and where words break that fit nowhere."""

import re

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

_USUAL = 16.0  # pixels of a line, at most, where nobody has asked for larger text
_LONG = re.compile(r"[^\s/\\]{24}(?=[^\s/\\])")
_MAY_BREAK = "\u200b"


def breakable(words: str) -> str:
    """The words, which a line may break within names and paths that are too long."""
    return _LONG.sub(lambda found: found[0] + _MAY_BREAK, words)


def in_text(pixels: float, share: float = 1.0) -> int:
    """``pixels`` for usual text; with larger text, larger by that ``share`` of it."""
    height = QFontMetricsF(QApplication.font()).height()
    return round(pixels * (1.0 + share * max(0.0, height / _USUAL - 1.0)))

"""What Qt would stumble over never reaches it."""

import os
from base64 import b64decode, b64encode

import pytest
from PySide6.QtCore import QByteArray

from sgviz.gui.kept_layout import from_text, to_text

LAYOUT = QByteArray(bytes(range(256)) * 3)


def test_there_and_back():
    assert from_text(to_text(LAYOUT)) == LAYOUT
    assert from_text(to_text(QByteArray())).isEmpty()


@pytest.mark.parametrize(
    "text", ["", "junk", "AAAA", "ä", "====", b64encode(os.urandom(500)).decode()]
)
def test_what_is_no_layout(text):
    assert from_text(text).isEmpty()


def test_a_thousand_mutants():
    data = b64decode(to_text(LAYOUT))
    for k in range(1000):
        mutant = bytearray(data)
        mutant[k % len(data)] ^= 1 << (k % 8)
        assert from_text(b64encode(mutant).decode()).isEmpty()
    for length in range(0, len(data), 7):
        assert from_text(b64encode(data[:length]).decode()).isEmpty()

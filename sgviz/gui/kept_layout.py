"""A layout as text for the preferences, with a mark that says it is whole.

Qt restores what it saved, but a layout with a single bit turned can end the process
inside ``QMainWindow.restoreState``: so nothing damaged may ever reach it.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hashlib import sha256

from PySide6.QtCore import QByteArray

MARK = 8  # bytes


def to_text(layout: QByteArray) -> str:
    """Base64 of a mark and the layout."""
    data = bytes(layout.data())
    return b64encode(_mark_of(data) + data).decode()


def from_text(text: str) -> QByteArray:
    """The layout in a text; empty where the text is damaged, or is none."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return QByteArray()
    mark, layout = data[:MARK], data[MARK:]
    return QByteArray(layout if mark == _mark_of(layout) else b"")


def _mark_of(data: bytes) -> bytes:
    return sha256(data).digest()[:MARK]

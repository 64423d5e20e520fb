"""What goes wrong with a file, told to a person in one sentence."""

import unicodedata
from pathlib import Path

NAME_LIMIT = 80
TEXT_LIMIT = 300


class FileError(ValueError):
    """A file that cannot be used; the message is one clear sentence."""


class ModelFileError(FileError):
    """A network of another program that cannot be used.

    ``code`` says why in a word: "forbidden" (it asks for what a file of numbers has
    no business with), "limit" (too much of something), "damaged" (it contradicts
    itself or ends too early), "unknown" (nothing that sgviz knows).
    """

    def __init__(self, message: str, code: str = "damaged") -> None:
        super().__init__(message)
        self.code = code


class WriteError(OSError):
    """A file that could not be written; what was there before is untouched.

    Its text is the sentence alone, without the number that OSError puts before.
    """

    def __str__(self) -> str:
        return self.strerror or super().__str__()


def printable(text: str, limit: int = TEXT_LIMIT) -> str:
    """A text of a file's making, safe to show: one line, no control characters.

    Everything of the Unicode classes C* (controls, terminal escapes, surrogates,
    directions of writing) and every kind of line break becomes a space.
    """
    kept = "".join(
        " " if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c
        for c in text[: 4 * limit]
    )
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1] + "\u2026"


def shown_name(path: Path) -> str:
    """The name of a file for a sentence: no folders, nothing unprintable.

    That of "." is what the folder is called where it lies.
    """
    return printable(path.name or path.absolute().name, NAME_LIMIT) or "the file"

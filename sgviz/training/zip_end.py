"""How long the list of files at the end of a zip is, before anybody reads it.

Format: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16.
"""

from typing import BinaryIO

END, END_MAGIC = 22, b"PK\5\6"
LOCATOR, LOCATOR_MAGIC = 20, b"PK\6\7"
END64, END64_MAGIC = 56, b"PK\6\6"
COMMENT = 65_535
IN_64 = 0xFFFFFFFF


def directory_size(file: BinaryIO, size: int) -> int | None:
    """Bytes of the central directory of an open file; None where it is no zip."""
    start = max(0, size - END - COMMENT)
    file.seek(start)
    tail = file.read(END + COMMENT)
    place = tail.rfind(END_MAGIC, 0, len(tail) - END + len(END_MAGIC))
    if place < 0:
        return None
    length = int.from_bytes(tail[place + 12 : place + 16], "little")
    if length != IN_64:
        return length
    locator = tail[max(0, place - LOCATOR) : place]
    if not locator.startswith(LOCATOR_MAGIC):
        return length
    file.seek(min(size, int.from_bytes(locator[8:16], "little")))
    end = file.read(END64)
    if not end.startswith(END64_MAGIC) or len(end) < END64:
        return length
    return int.from_bytes(end[40:48], "little")

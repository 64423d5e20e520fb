"""One slot between two threads."""

import threading
import time

from sgviz.gui.mailbox import Mailbox


def test_an_unread_letter_is_overwritten():
    box: Mailbox[int] = Mailbox()
    for letter in range(1000):
        box.put(letter)
    assert box.take(wait=False) == 999
    assert box.take(wait=False) is None


def test_waiting_for_a_letter():
    box: Mailbox[str] = Mailbox()
    got = []
    reader = threading.Thread(target=lambda: got.append(box.take(wait=True)))
    reader.start()
    box.put("here")
    reader.join(5)
    assert got == ["here"]


def test_closing_wakes_the_reader():
    box: Mailbox[str] = Mailbox()
    got = []
    reader = threading.Thread(target=lambda: got.append(box.take(wait=True)))
    reader.start()
    box.close()
    reader.join(5)
    assert not reader.is_alive()
    assert got == [None]
    assert box.closed
    assert box.take(wait=True) is None


def test_the_last_letter_always_arrives():
    """A storm of letters against a slow reader: none is queued, the last is read."""
    box: Mailbox[int] = Mailbox()
    read: list[int] = []

    def slowly() -> None:
        while not box.closed:
            letter = box.take(wait=True)
            if letter is not None:
                read.append(letter)
                time.sleep(0.01)

    reader = threading.Thread(target=slowly)
    reader.start()
    for letter in range(2000):
        box.put(letter)
        if letter % 100 == 0:
            time.sleep(0.005)
    deadline = time.monotonic() + 5
    while (not read or read[-1] != 1999) and time.monotonic() < deadline:
        time.sleep(0.005)
    box.close()
    reader.join(5)
    assert read[-1] == 1999
    assert read == sorted(read)
    assert len(read) < 200

"""Training beside a window: the window comes first where both want a core."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

BEHIND = 10  # in nice's measure
SWITCH_S = 0.0005  # the longest that the window waits for the interpreter


@contextmanager
def giving_way() -> Iterator[None]:
    """For the thread that trains, as long as it does."""
    give_way()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def give_way() -> None:
    """Behind the window's thread, for good (Linux: a thread has its own place)."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        place = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(place + BEHIND, 19))

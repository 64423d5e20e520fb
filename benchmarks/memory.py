"""What the process holds in memory with the default scene on the screen.

Resident pages of the whole process as the system counts them (shared libraries
included), at 1440x900, after a drag and a turn of the view: as it is in use.
"""

import os

from benchmarks.slider import HZ, Hand, drag, settle
from benchmarks.stand import facts, live, window_of
from benchmarks.table import Row

BAR_MB = 800.0
USUAL = (1440, 900)


def measure() -> tuple[list[Row], dict[str, object]]:
    with window_of(USUAL) as instrument:
        fresh = resident_mb()
        drag(Hand(instrument), HZ, 60)
        view = instrument.window.w_view.view
        for _ in range(20):
            if view is not None:
                view.orbit(5.0, 0.0)
            live(0.02)
        settle(instrument)
        used = resident_mb()
        words = f"{used:.0f} MB ({fresh:.0f} before a drag)"
        what = "resident memory, default scene"
        figures = {"resident_mb": used, "fresh_mb": fresh}
        row = Row(what, "<= 800 MB", words, used <= BAR_MB, figures)
        return [row], facts(instrument)


def resident_mb() -> float:
    """Megabytes (10^6 bytes), NaN where the system does not say."""
    try:
        with open("/proc/self/statm") as statm:
            pages = int(statm.read().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

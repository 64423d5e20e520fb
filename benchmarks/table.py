"""What a benchmark reports: rows of the table, and the machine they are true of."""

import os
import platform
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Row:
    """One line: what was measured, the bar as a sentence, the figure, whether it holds.

    ``figures`` are the numbers behind the words, for ``--json``.
    """

    what: str
    bar: str
    measured: str
    ok: bool
    figures: dict[str, float] = field(default_factory=dict)

    def as_json(self, group: str) -> dict[str, object]:
        return {"group": group, **asdict(self)}


def machine() -> dict[str, object]:
    """Cores, processor, versions; a group adds what only its process can know."""
    import torch

    return {
        "cores": os.cpu_count(),
        "usable_cores": usable_cores(),
        "load": round(os.getloadavg()[0], 1),
        "processor": processor(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def machine_line(facts: dict[str, object]) -> str:
    cores = f"{facts['usable_cores']} of {facts['cores']} cores"
    parts = [f"{facts['processor']}, {cores}, load {facts['load']}"]
    if "renderer" in facts:
        parts.append(f"OpenGL: {facts['renderer']}")
    if "torch_threads" in facts:
        parts.append(f"torch {facts['torch']} with {facts['torch_threads']} threads")
    parts.append(f"Python {facts['python']}")
    return " · ".join(parts)


def as_text(rows: list[dict[str, object]]) -> str:
    """The rows under each other in four columns."""
    lines = [("what", "bar", "measured", "")]
    for row in rows:
        verdict = "ok" if row["ok"] else "OVER"
        lines.append((str(row["what"]), str(row["bar"]), str(row["measured"]), verdict))
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    rule = "-" * (sum(widths) + 10)
    out = []
    for number, line in enumerate(lines):
        cells = [text.ljust(width) for text, width in zip(line, widths, strict=False)]
        out.append("  ".join([*cells, line[3]]).rstrip())
        if number == 0:
            out.append(rule)
    return "\n".join(out)

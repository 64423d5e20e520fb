"""Mutants of valid files, and what may become of them: a network, or one sentence.

``make fuzz`` makes a hundred thousand of each kind, the tests two thousand. What fails
is written down with its kind, seed and number, which make it again.
"""

import io
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sgviz.checkpoints.errors import FileError
from sgviz.checkpoints.open_model import look_at
from tests.checkpoints import foreign_files as files
from tests.checkpoints import foreign_stylegan1 as stylegan1
from tests.checkpoints import foreign_stylegan3 as stylegan3
from tests.checkpoints.foreign_lucidrains import lucidrains

SECONDS = 1.0
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
OPCODES = (
    b"\x80\x95\x8c\x8d\x8e\x96XBC(tldeuasbRh\x93\x81Q\x85\x86\x87\x94\x90\x8f.NGJMK"
)


def _nvidia(c_dim: int, protocol: int) -> bytes:
    module = files.nvidia_module(files.weights(c_dim=c_dim))
    return files.pickled({"G_ema": module, "D": None}, protocol)


KINDS: dict[str, Callable[[], bytes]] = {
    "nvidia": lambda: _nvidia(2, 4),
    "nvidia protocol 2": lambda: _nvidia(0, 2),
    "tensorflow": lambda: files.tensorflow(files.weights()),
    "tensorflow protocol 5": lambda: files.tensorflow(files.weights(), 5),
    "stylegan1": lambda: stylegan1.tensorflow(stylegan1.weights(c_dim=2)),
    "genforce": lambda: stylegan1.genforce(stylegan1.weights()),
    "rosinality": lambda: files.rosinality(files.weights()),
    "rosinality legacy": lambda: files.rosinality(files.weights(), legacy=True),
    "stylegan3": lambda: stylegan3.stylegan3("r"),
    "lucidrains": lucidrains,
}


@dataclass
class Outcome:
    """What became of the mutants of a kind: endings by name, the slowest, escapes."""

    endings: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    escapes: list[str] = field(default_factory=list)


def mutants(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """``count`` changed copies, the same for the same seed."""
    for number in range(count):
        draw = random.Random(f"{seed} {number}")
        changed = bytearray(data)
        for _ in range(draw.choice((1, 1, 1, 2, 4, 16))):
            _change(changed, draw)
        yield bytes(changed)


def _change(data: bytearray, draw: random.Random) -> None:
    at = draw.randrange(max(len(data), 1))
    match draw.randrange(8):
        case 0:
            data[at : at + 1] = bytes([draw.randrange(256)])
        case 1 if data:
            data[at] ^= 1 << draw.randrange(8)
        case 2:
            data[at : at + 1] = bytes([draw.choice(OPCODES)])
        case 3:
            del data[at : at + draw.choice((1, 2, 4, 8, 300))]
        case 4:
            start = draw.randrange(max(len(data), 1))
            data[at:at] = data[start : start + draw.choice((1, 8, 64, 1000))]
        case 5:
            start, length = draw.randrange(max(len(data), 1)), draw.choice((4, 32, 500))
            piece = data[start : start + length]
            data[at : at + len(piece)] = piece
        case 6:
            width, value = draw.choice((1, 2, 4, 8)), draw.choice(EXTREMES)
            data[at : at + width] = (value % 256**width).to_bytes(width, "little")
        case 7:
            del data[at + draw.choice((0, 1, 40)) :]


def judge(data: bytes, outcome: Outcome, label: str) -> None:
    """Open a mutant as a file is opened, and note what becomes of it."""
    start = time.process_time()
    try:
        file = io.BytesIO(data)
        look_at(file, len(data), "it").read(file, len(data))
        outcome.endings["opened"] += 1
    except FileError as error:
        outcome.endings[getattr(error, "code", "other")] += 1
    except Exception:
        outcome.escapes.append(f"{label}: {traceback.format_exc(limit=-3)}")
    seconds = time.process_time() - start
    outcome.slowest = max(outcome.slowest, seconds)
    if seconds > SECONDS:
        outcome.escapes.append(f"{label}: took {seconds:.2f} s")


def fuzz(kind: str, count: int, seed: int) -> Outcome:
    """Judge ``count`` mutants of a kind."""
    outcome = Outcome()
    for number, data in enumerate(mutants(KINDS[kind](), count, seed)):
        judge(data, outcome, f"{kind}, seed {seed}, number {number}")
    return outcome


def main(words: list[str]) -> int:
    """Fuzz every kind: how many, and the seed."""
    count = int(words[0]) if words else 100_000
    seed = int(words[1]) if len(words) > 1 else 1
    bad = 0
    for kind in KINDS:
        outcome = fuzz(kind, count, seed)
        endings = ", ".join(f"{k} {v:,}" for k, v in sorted(outcome.endings.items()))
        slowest = f"slowest {1000 * outcome.slowest:.0f} ms"
        sys.stdout.write(f"{kind:<22} {endings}; {slowest}\n")
        sys.stdout.write("".join(f"  {escape}\n" for escape in outcome.escapes[:5]))
        sys.stdout.flush()
        bad += len(outcome.escapes)
    sys.stdout.write(f"{bad} escaped\n" if bad else "none escaped\n")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

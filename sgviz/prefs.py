"""What belongs to the person and the machine, not to a session: Prefs."""

import json
import os
from dataclasses import field, replace
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_cache_path, user_config_path, user_data_path
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

Theme = Literal["system", "light", "dark"]
Device = Literal["auto", "cpu", "cuda", "mps"]

MAX_RECENT = 10
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, config=ConfigDict(extra="ignore"))
class RecentFile:
    """A file that was opened: where, and the hash that says it is still the same.

    ``kind`` and ``about`` say what it is, once that is known.
    """

    path: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    kind: str = ""
    about: Annotated[str, Field(max_length=200)] = ""


@dataclass(frozen=True, config=ConfigDict(extra="ignore"))
class Prefs:
    """Theme, device, window layout (base64) and recent files."""

    theme: Theme = "system"
    device: Device = "auto"
    layout: str = ""
    geometry: str = ""
    recent: tuple[RecentFile, ...] = field(default_factory=tuple)

    def with_recent(self, path: str, sha256: str) -> "Prefs":
        """These prefs with a file first in the list of recent ones."""
        before = [r for r in self.recent if r.sha256 == sha256]
        others = [r for r in self.recent if r.sha256 != sha256]
        first = replace(before[0], path=path) if before else RecentFile(path, sha256)
        return replace(self, recent=(first, *others)[:MAX_RECENT])

    def with_known(self, known: RecentFile) -> "Prefs":
        """These prefs with what became known of a recent file, if it is one."""
        recent = tuple(
            replace(r, kind=known.kind, about=known.about or r.about)
            if r.sha256 == known.sha256
            else r
            for r in self.recent
        )
        return replace(self, recent=recent)


_ADAPTER = TypeAdapter(Prefs)


def prefs_path() -> Path:
    """Where the prefs of this user lie."""
    return user_config_path("sgviz", appauthor=False) / "prefs.json"


def thumbnails_path() -> Path:
    """Where small pictures of this user's recent files lie."""
    return user_cache_path("sgviz", appauthor=False) / "recent"


def runs_path() -> Path:
    """Where the training runs made in the window lie."""
    return user_data_path("sgviz", appauthor=False) / "runs"


def window_threads() -> int:
    """The threads of torch beside a window: all cores but one, which the window has.

    Two teams of threads on the same cores wait for each other at every layer.
    """
    return max(1, (os.cpu_count() or 1) - 1)


def load_prefs(path: Path) -> tuple[Prefs, str]:
    """The prefs in a file, and a sentence where they could not be used.

    A broken file is kept beside, as ``prefs.json.bad``, and the defaults are used.
    """
    try:
        if not path.exists():
            return Prefs(), ""
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("too large")
        return _ADAPTER.validate_python(json.loads(path.read_bytes())), ""
    except (OSError, ValueError, RecursionError, ValidationError):
        _put_aside(path)
        return Prefs(), "The preferences could not be read: defaults are used."


def save_prefs(prefs: Prefs, path: Path) -> str:
    """Write the prefs; a sentence where that could not be done, else nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_bytes(_ADAPTER.dump_json(prefs, indent=1))
        partial.replace(path)
    except OSError as error:
        return f"The preferences could not be saved: {error.strerror}."
    return ""


def _put_aside(path: Path) -> None:
    try:
        path.replace(path.with_suffix(".json.bad"))
    except OSError:
        return

"""Circles as .npz: z [C,N,z_dim], w [C,N,w_dim] after psi, w_avg, angle, meta.

``meta`` is a JSON text with format, version, psi, names and model_sha256. A file
of someone else's may have w alone; what is missing is filled in, and said.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import torch
from torch import Tensor

from sgviz.checkpoints.errors import FileError, printable
from sgviz.checkpoints.npz import Archive
from sgviz.curves import CurveSet
from sgviz.geometry.circle import sample_angles
from sgviz.state import Form

FORMAT, VERSION = "sgviz circles", 1
FORMS: tuple[Form, ...] = ("curves", "surface", "points")
MAX_WIDTH = 4096
MIN_POINTS = 3
NAME_LIMIT = 60
PSI_LIMIT = 100.0

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Meta:
    """What a file says about its circles beside the numbers."""

    names: tuple[str, ...] = ()
    psi: float | None = None  # unknown
    model_sha256: str | None = None
    form: Form = "curves"
    closed: bool = True
    psis: tuple[float, ...] = ()


def is_circles(archive: Archive) -> bool:
    """Whether an archive holds circles rather than latents or something else."""
    return "w" in archive.names and "ws" not in archive.names


def read(archive: Archive, name: str, lenient: bool = False) -> CurveSet:
    """The circles in an archive; ``lenient`` as in circles_file.read_circles.

    Raises
    ------
    FileError
        One sentence: w is not there, or the arrays do not fit each other.
    """
    w = torch.from_numpy(np.ascontiguousarray(archive.numbers("w", lenient=lenient)))
    if w.dim() == 2:
        w = w[None]
    check_w(w, name, lenient)
    z = torch.from_numpy(archive.numbers("z")) if "z" in archive.names else None
    if z is not None and z.dim() == 2:
        z = z[None]
    meta = parse_meta(archive.text("meta"), name) if "meta" in archive.names else Meta()
    centre = archive.numbers("w_avg", MAX_WIDTH) if "w_avg" in archive.names else None
    angle = sample_angles(w.shape[1])
    if "angle" in archive.names:
        given = torch.from_numpy(archive.numbers("angle"))
        angle = check_angle(given, name, from_zero=meta.closed)
    return assemble(
        name, w, meta, z, None if centre is None else torch.from_numpy(centre), angle
    )


def write(curves: CurveSet, file: BinaryIO) -> None:
    """Write circles; equal circles make equal bytes."""
    meta = meta_of(curves) | {"names": list(curves.names)}
    arrays: dict[str, Any] = {
        "w": curves.w.numpy(),
        "w_avg": curves.centre.numpy(),
        "angle": curves.angle.numpy(),
        "meta": np.array(json.dumps(meta)),
    }
    if curves.z is not None:
        arrays["z"] = curves.z.numpy()
    np.savez(file, **arrays)


def meta_of(curves: CurveSet) -> dict[str, object]:
    """What is said about circles beside the numbers, but for their names."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "psi": curves.psi,
        "model_sha256": curves.model_sha256,
    } | _shape_of(curves)


def _shape_of(curves: CurveSet) -> dict[str, object]:
    """What the rows are together, where they are no closed curves; a fan's psi."""
    if curves.form == "curves" and curves.closed:
        return {}
    shape: dict[str, object] = {"form": curves.form, "closed": curves.closed}
    return shape | {"psis": list(curves.psis)} if curves.psis else shape


def parse_meta(text: str, name: str) -> Meta:
    """What a ``meta`` text says; FileError where it is no table in JSON."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"meta in {name} is not readable JSON") from error
    if not isinstance(data, dict):
        raise FileError(f"meta in {name} is not a table")
    return parse_table(data, name)


def parse_table(data: dict[str, object], name: str) -> Meta:
    """What a table says; what another program wrote there is left alone.

    Raises
    ------
    FileError
        It is of a newer version, or states a psi that is none.
    """
    version = data.get("version", VERSION)
    if not isinstance(version, int) or version > VERSION:
        raise FileError(f"{name} was made by a newer sgviz: it has another version")
    psi = data.get("psi")
    known = isinstance(psi, int | float) and abs(psi) <= PSI_LIMIT
    if "psi" in data and not known:
        raise FileError(f"{name} states a psi that is no number")
    names, sha256 = data.get("names"), data.get("model_sha256")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        sha256 = None
    form: Form = "curves"
    form = next((known for known in FORMS if known == data.get("form")), form)
    return Meta(
        names=tuple(printable(str(n), NAME_LIMIT) for n in names)
        if isinstance(names, list)
        else (),
        psi=float(psi) if isinstance(psi, int | float) else None,
        model_sha256=sha256,
        form=form,
        closed=data.get("closed") is not False,
        psis=_psis(data.get("psis")),
    )


def _psis(given: object) -> tuple[float, ...]:
    """The psi of each row; none where these are no such numbers."""
    found = given if isinstance(given, list) else []
    if any(not isinstance(x, int | float) or abs(x) > PSI_LIMIT for x in found):
        return ()
    return tuple(map(float, found))


def check_w(w: Tensor, name: str, lenient: bool = False) -> None:
    """FileError unless ``w`` is [circles, points, coordinates] of usable sizes.

    ``lenient``: any number of points, and some of them not finite.
    """
    sides = "x".join(str(side) for side in w.shape) or "one number"
    if w.dim() != 3 or 0 in w.shape:
        raise FileError(f"w in {name} is {sides}, not [circles, points, w_dim]")
    few = w.shape[1] < MIN_POINTS and not lenient
    if few or not 1 < w.shape[2] <= MAX_WIDTH:
        raise FileError(f"w in {name} is {sides}, which is no set of circles")
    if not bool(torch.isfinite(w).any()):
        raise FileError(f"w in {name} holds no finite number")


def check_angle(angle: Tensor, name: str, from_zero: bool = True) -> Tensor:
    """The angles as float64 [N]; FileError. Those of circles begin with 0."""
    angle = angle.double()
    if angle.dim() != 1 or not len(angle) or bool((angle.diff() <= 0).any()):
        raise FileError(f"angle in {name} is not a row of growing numbers")
    if from_zero and abs(float(angle[0])) > 1e-6:
        raise FileError(f"the first angle in {name} is not 0")
    # float32 angles of equal steps are meant as equal steps.
    equal = sample_angles(len(angle))
    return equal if torch.allclose(angle, equal, atol=1e-5) else angle


def assemble(
    name: str,
    w: Tensor,
    meta: Meta,
    z: Tensor | None = None,
    centre: Tensor | None = None,
    angle: Tensor | None = None,
) -> CurveSet:
    """Circles from what a file held; without w_avg their mean takes its place.

    Raises
    ------
    FileError
        The shapes do not fit each other.
    """
    note = ""
    if centre is None:
        points = w.flatten(0, 1)
        centre = points[torch.isfinite(points).all(dim=1)].mean(dim=0)
        missing = "no w_avg" if meta.psi is not None else "no w_avg and no psi"
        note = f"{name} holds {missing}: its curves are centred on their own mean"
    count = len(w)
    names = meta.names if len(meta.names) == count else _numbered(name, count)
    try:
        return CurveSet(
            names=names,
            z=z,
            w=w,
            centre=centre,
            angle=sample_angles(w.shape[1]) if angle is None else angle,
            psi=1.0 if meta.psi is None else meta.psi,
            model_sha256=meta.model_sha256,
            note=note,
            form=meta.form,
            closed=meta.closed,
            states_psi=meta.psi is not None,
            psis=meta.psis if len(meta.psis) == count else (),
        )
    except ValueError as error:
        raise FileError(f"in {name}, {error}") from error


def _numbered(name: str, count: int) -> tuple[str, ...]:
    stem = name.rpartition(".")[0] or name
    if count == 1:
        return (stem,)
    return tuple(f"{stem} {i}" for i in range(count))

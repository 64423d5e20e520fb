"""Surfaces and clouds in files: what they are comes back, and meshes have faces."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sgviz.checkpoints.circles_file import check_size, read_circles, write_circles
from sgviz.curves import CurveSet


def curves(form="surface", closed=True, rows=4, points=5, dim=6):
    w = torch.from_numpy(np.random.RandomState(1).randn(rows, points, dim)).float()
    angle = torch.arange(points, dtype=torch.float64)
    return CurveSet(
        names=tuple(f"row {k}" for k in range(rows)),
        z=w.clone(),
        w=w,
        centre=torch.zeros(dim),
        angle=angle if closed else angle - 2.0,
        form=form,
        closed=closed,
    )


@pytest.mark.parametrize(
    "form, closed", [("surface", True), ("surface", False), ("points", False)]
)
@pytest.mark.parametrize("suffix", [".npz", ".ply"])
def test_what_the_rows_are_comes_back(tmp_path, form, closed, suffix):
    written = curves(form, closed)
    write_circles(written, tmp_path / f"x{suffix}")
    read = read_circles(tmp_path / f"x{suffix}")
    assert (read.form, read.closed, read.names) == (form, closed, written.names)
    assert torch.equal(read.w, written.w)
    if suffix == ".npz":
        assert torch.equal(read.angle, written.angle) and torch.equal(read.z, written.z)


def test_the_psi_of_every_row_comes_back(tmp_path):
    fan = replace(curves(), psis=(-1.0, 0.0, 1.0, 2.0))
    write_circles(fan, tmp_path / "x.npz")
    assert read_circles(tmp_path / "x.npz").psis == fan.psis


def test_a_table_is_read_as_what_a_table_can_say(tmp_path):
    write_circles(curves(closed=False), tmp_path / "x.csv")
    read = read_circles(tmp_path / "x.csv")
    assert torch.equal(read.w, curves(closed=False).w) and read.form == "curves"


@pytest.mark.parametrize(("closed", "faces"), [(True, 15), (False, 12)])
def test_a_mesh_has_a_face_a_cell(tmp_path, closed, faces):
    write_circles(curves(closed=closed), tmp_path / "x.ply")
    data = (tmp_path / "x.ply").read_bytes()
    header, _, body = data.partition(b"end_header\n")
    assert (
        f"element face {faces}\nproperty list uchar int vertex_indices".encode()
        in header
    )
    table = np.frombuffer(body[20 * 9 * 4 :], dtype=[("n", "u1"), ("at", "<i4", 4)])
    assert len(table) == faces and (table["n"] == 4).all()
    row, column = table["at"] // 5, table["at"] % 5
    assert (np.sort(row - row[:, :1], axis=1) == [0, 0, 1, 1]).all()
    wide = np.ptp(column, axis=1)
    assert set(wide) == ({1, 4} if closed else {1})
    # Going around a cell, each corner is a neighbour of the next.
    around = np.roll(table["at"], -1, axis=1) - table["at"]
    assert set(np.abs(around).reshape(-1)) <= {1, 4, 5}


def test_a_heap_has_neither_edges_nor_faces(tmp_path):
    write_circles(curves("points", False, rows=1), tmp_path / "x.ply")
    header = (tmp_path / "x.ply").read_bytes().partition(b"end_header")[0]
    assert b"element vertex 5" in header and header.count(b"element") == 1


def test_files_of_circles_are_the_bytes_of_before(tmp_path):
    write_circles(curves("curves"), tmp_path / "x.ply")
    header = (tmp_path / "x.ply").read_bytes().partition(b"end_header")[0]
    assert b"element edge 20" in header and b'"form"' not in header


def test_what_a_format_cannot_hold_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one circle, not a surface or a cloud"):
        write_circles(curves("points", False, 1, 5, 512), tmp_path / "x.dat")
    with pytest.raises(ValueError, match=r"10,000 rows of 96 points are 491,520,000"):
        check_size(10_000, 96, 512)

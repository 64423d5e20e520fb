"""Surfaces and heaps in the 3-D view: arrays, pixels, the hand."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from sgviz.gui.gl import mesh
from sgviz.gui.gl.camera import to_pixels
from sgviz.gui.gl.detail import Detail, detail_of, quick_share
from sgviz.gui.gl.shot import Look
from sgviz.gui.gl.stage import cloud_radius
from sgviz.gui.theme import LIGHT
from sgviz.state import Camera

BACK = np.array((0x0E, 0x11, 0x16))


def globe(rows=13, points=24, radius=1.0):
    """A sphere of closed rows from pole to pole, float32 [1, R, C, 3]."""
    rho = np.linspace(0, np.pi, rows)[:, None]
    phi = np.arange(points) * (2 * np.pi / points)
    parts = (
        np.sin(rho) * np.cos(phi),
        np.sin(rho) * np.sin(phi),
        np.cos(rho) + 0 * phi,
    )
    return (radius * np.stack(parts, axis=-1)[None]).astype(np.float32)


def painted(shape, colour=(220, 120, 60, 255)):
    return np.broadcast_to(np.array(colour, np.uint8), (*shape, 4)).copy()


def grab(view, read):
    return read(view.grabFramebuffer())[..., :3].astype(int)


@pytest.fixture
def sphere(empty_view):
    """A globe of radius 1 seen along x, without axes."""
    view = empty_view
    view.set_axes(("", "", ""), False)
    grid = globe()
    view.set_scene(grid, painted(grid.shape[1:3]), True, "surface")
    view.set_camera(Camera((0.0, 0.0, 0.0), 6.0, 0.0, 0.0))
    view.settle()
    return view


class TestArrays:
    """What needs no OpenGL."""

    def test_normals_of_a_globe_point_along_its_radii_at_the_poles_too(self):
        grid = globe()
        cosine = (mesh.normals_of(grid, True) * grid).sum(axis=-1)
        assert np.abs(np.abs(cosine) - 1).max() < 0.02
        assert (np.sign(cosine) == np.sign(cosine[0, 5, 5])).all()

    def test_an_open_sheet_has_one_normal_and_a_line_has_none(self):
        x, y = np.meshgrid(np.arange(4.0), np.arange(3.0))
        sheet = np.stack([x, y, 0 * x], axis=-1)[None].astype(np.float32)
        assert np.allclose(np.abs(mesh.normals_of(sheet, False)), (0, 0, 1))
        assert not mesh.normals_of(sheet * 0, False).any()

    @pytest.mark.parametrize(
        ("rows", "width", "step"), [(4, 5, 1), (7, 9, 2), (6, 8, 3)]
    )
    def test_triangles_cover_the_grid_once(self, rows, width, step):
        table = mesh.triangles(rows, width, step).astype(int)
        x, y = table % width, table // width
        area = (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0])
        area -= (x[:, 2] - x[:, 0]) * (y[:, 1] - y[:, 0])
        assert np.abs(area).sum() / 2 == (rows - 1) * (width - 1)

    def test_far_triangles_come_first(self):
        points = globe(5, 6)[0].reshape(-1, 3)
        table = mesh.triangles(5, 6)
        order = mesh.far_to_near(points, table, np.array([1.0, 0, 0, 0]))
        depth = points[:, 0][table].sum(axis=1)[order]
        assert (np.diff(depth) <= 1e-3).all() and sorted(order) == list(
            range(len(table))
        )

    def test_lines_of_the_wireframe_close(self):
        for cells in (8, 24, 48, 96, 100, 512):
            assert cells % mesh.wire_step(cells) == 0
            assert 12 <= cells / mesh.wire_step(cells) <= 48 or cells < 24

    def test_very_many_circles_are_thinned_and_it_is_said(self):
        assert detail_of(4, 6, 96) == Detail(1, 6, 6) and not detail_of(4, 6, 96).note
        assert detail_of(170, 6, 500).note == "drawn: every 3rd point"
        assert detail_of(4, 10_000, 96).note == "drawn: every 6th point"
        more = detail_of(40, 2000, 96)
        assert len(np.arange(more.of)[more.chosen]) == more.circles == 1000
        assert more.note == "drawn: every 6th point of 1,000 of 2,000 circles"
        assert quick_share(98_000) == 0.5 and quick_share(640_000) < 0.05

    def test_points_of_a_heap_are_smaller_the_more_there_are(self):
        assert (
            cloud_radius(500) == 3.0 > cloud_radius(20_000) > cloud_radius(10**6) == 1
        )


@pytest.mark.gl
class TestDrawing:
    """Pixels."""

    @pytest.mark.parametrize("look", ["solid", "smooth", "translucent", "wire"])
    def test_a_globe_is_round_and_as_large_as_it_should_be(self, sphere, read, look):
        sphere.set_surface(look)
        shown = np.abs(grab(sphere, read) - BACK).sum(axis=-1) > 12
        rows, columns = (
            np.flatnonzero(shown.any(axis=1)),
            np.flatnonzero(shown.any(axis=0)),
        )
        edge = to_pixels(
            np.array([[0, 1.0, 0], [0, -1.0, 0]]),
            sphere.matrix(),
            sphere.logical_size(),
        )
        wide = abs(edge[0][0] - edge[1][0])
        assert abs(np.ptp(columns) - wide) < 0.06 * wide
        assert abs(np.ptp(rows) - np.ptp(columns)) <= 4
        full = shown[rows[0] : rows[-1], columns[0] : columns[-1]].mean()
        assert (0.05 if look == "wire" else 0.7) < full < 0.85

    def test_it_is_lit_from_one_side_and_darker_on_the_other(self, sphere, read):
        sphere.set_surface("smooth")
        image, middle = grab(sphere, read).sum(axis=-1), (150, 200)
        upper_left = image[middle[0] - 25, middle[1] - 25]
        lower_right = image[middle[0] + 30, middle[1] + 30]
        assert upper_left > 1.3 * lower_right > 0

    def test_the_inside_is_lit_as_well(self, sphere, read):
        sphere.set_surface("smooth")
        half = globe()[:, :, :13]  # only the half that is away from the eye
        away = np.stack([-np.abs(half[..., 0]), half[..., 1], half[..., 2]], axis=-1)
        sphere.set_scene(away, painted(away.shape[1:3]), False, "surface")
        sphere.settle()
        middle = grab(sphere, read)[140:160, 204:216].sum(axis=-1)
        assert middle.min() > 150

    def test_lines_are_dark_and_smooth_has_none(self, sphere, read):
        lines = grab(sphere, read)
        sphere.set_surface("smooth")
        none = grab(sphere, read)
        darker = (none.sum(axis=-1) - lines.sum(axis=-1)) > 30
        assert 0.05 < darker[110:190, 160:240].mean() < 0.6
        assert (lines.sum(axis=-1) - none.sum(axis=-1)).max() < 30

    def test_glass_shows_what_is_behind(self, sphere, read):
        both = np.concatenate([globe(radius=0.4)[0], globe()[0]], axis=0)[None]
        colours = painted(both.shape[1:3])
        colours[:13] = (40, 90, 255, 255)
        sphere.set_scene(both, colours, True, "surface")
        sphere.set_surface("smooth")
        sphere.settle()
        solid = grab(sphere, read)[150, 200]
        sphere.set_surface("translucent")
        glass = grab(sphere, read)[150, 200]
        assert solid[0] > solid[2]
        assert glass[2] / max(glass[0], 1) > 1.2 * solid[2] / solid[0]

    def test_what_moves_is_drawn_with_fewer_triangles_and_looks_alike(
        self, empty_view, read
    ):
        view, grid = empty_view, globe(129, 192)
        view.set_axes(("", "", ""), False)
        view.set_scene(grid, painted(grid.shape[1:3]), True, "surface")
        view.set_surface("smooth")
        view.set_camera(Camera((0.0, 0.0, 0.0), 6.0, 0.0, 0.0))
        view.insist(Look.FINE)
        fine = grab(view, read)
        view.insist(Look.PLAIN)
        assert view._stage.mesh._step(Look.PLAIN) == 2
        assert np.abs(grab(view, read) - fine).mean() < 2.0

    def test_themes_and_lost_contexts(self, sphere, read):
        sphere.set_theme(LIGHT)
        assert (grab(sphere, read)[150, 200] < 240).any()
        sphere.makeCurrent()
        sphere._stage.release(True)
        sphere.doneCurrent()
        sphere._redraw()
        assert (grab(sphere, read)[150, 200] < 240).any()

    def test_a_heap_is_points_and_curves_come_back(
        self, sphere, read, make_rings, make_paint
    ):
        heap = np.random.RandomState(1).randn(2, 1, 400, 3).astype(np.float32)
        sphere.set_scene(heap, painted((1, 400), (255, 255, 0, 255)), False, "points")
        sphere.settle()
        image = grab(sphere, read)
        yellow = (image[..., 0] > 200) & (image[..., 2] < 90)
        assert 800 < yellow.sum() < 0.3 * yellow.size
        rings = make_rings()
        sphere.set_scene(rings, make_paint(3, 24))
        sphere.settle()
        assert (
            sphere._stage.curves.points_drawn == 144
            and not sphere._stage.mesh._points.size
        )
        assert (
            np.abs(grab(sphere, read) - (255, 80, 40)).sum(axis=-1) < 90
        ).sum() > 100

    def test_a_surface_of_nothing_finite_is_drawn_as_nothing(self, sphere, read):
        bad = np.full((1, 4, 8, 3), np.nan, np.float32)
        sphere.set_scene(bad, painted((4, 8)), True, "surface")
        sphere.settle()
        assert (grab(sphere, read)[2, 2] == BACK).all()


@pytest.mark.gl
class TestHand:
    """Hover and click on a surface, lit in every slice."""

    def test_a_hover_finds_the_side_that_is_seen(self, sphere, qtbot):
        with qtbot.waitSignal(sphere.point_hovered) as heard:
            sphere.hovered(QPointF(200.0, 150.0))
        row, column = heard.args
        assert globe()[0, row, column][0] > 0.9
        with qtbot.waitSignal(sphere.point_clicked) as clicked:
            sphere.clicked(QPointF(200.0, 150.0))
        assert clicked.args == [row, column]
        # Between the points, further than 12 pixels from any.
        assert (
            len(sphere._stage.marks._lit) == 1 and len(sphere._stage.marks._beside) == 4
        )

    def test_neighbours_end_with_an_open_row_and_a_heap_has_none(self, sphere):
        sheet = globe()[:, 3:9, :9].copy()
        sphere.set_scene(sheet, painted((6, 9)), False, "surface")
        sphere.set_highlight(2, 0)
        assert len(sphere._stage.marks._beside) == 2
        heap = sheet.reshape(1, 1, -1, 3)
        sphere.set_scene(heap, painted((1, heap.shape[2])), False, "points")
        sphere.set_highlight(0, 7)
        assert (len(sphere._stage.marks._lit), len(sphere._stage.marks._beside)) == (
            1,
            0,
        )

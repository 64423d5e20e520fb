"""Small circles measured, for panels that are shown them."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def measured():
    """Statistics, null and distances of two circles of 24 points through 3 layers."""
    import torch

    from sgviz.analysis.null import null_of
    from sgviz.analysis.null_figures import Circles
    from sgviz.analysis.statistics import self_distances, statistics_of
    from sgviz.curves import CurveSet
    from sgviz.geometry.circle import GreatCircle, sample_angles
    from sgviz.models.mapping import MappingConfig, MappingNetwork

    config = MappingConfig(z_dim=24, w_dim=24, depth=3)
    mapping = MappingNetwork(config)
    mapping.reset(torch.Generator().manual_seed(8))
    mapping.requires_grad_(False)
    angle = sample_angles(24)
    z = torch.stack([GreatCircle.random(24, 0, k).at(angle) for k in (1, 2)])
    # Larger than any untrained one, and of the same shape.
    w = 3.0 * torch.stack([mapping(each) for each in z])
    curves = CurveSet(("one", "two"), z, w, w.mean(dim=(0, 1)), angle)
    null = null_of(config, Circles(z, angle), mapping, twins=6, shuffles=2)
    return {
        "statistics": statistics_of(curves, mapping),
        "null": null,
        "distances": self_distances("one", w[0], angle),
    }


@pytest.fixture
def show(qtbot, measured):
    """``show(Panel, *names)``: the panel on the screen with these parts."""
    from sgviz.gui.theme import DARK

    def shown(kind, *names, size=(640, 360)):
        panel = kind()
        qtbot.addWidget(panel)
        panel.resize(*size)
        panel.set_theme(DARK)
        panel.show()
        qtbot.waitExposed(panel)
        for name in names:
            panel.set_part(name, measured[name])
        return panel

    return shown


@pytest.fixture
def turn():
    """Degrees of the 24 points."""
    return np.arange(24) * 15.0

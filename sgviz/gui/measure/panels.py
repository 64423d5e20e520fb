"""The panels of the Measure menu: a line each, imported when one is first opened."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelLine:
    """``name`` (its dock is ``measure_<name>``), words, ``module:Class``."""

    name: str
    title: str
    tip: str
    path: str


# A panel's module is beside this one, so its path is ``HERE`` and the rest.
HERE = "sgviz.gui.measure."
PANELS: tuple[PanelLine, ...] = (
    PanelLine(
        "statistics",
        "Statistics",
        "Length, speed, turning, harmonics, shape: each beside untrained networks",
        HERE + "statistics_panel:StatisticsPanel",
    ),
    PanelLine(
        "distances",
        "Distances",
        "Between all points of the circle on the ring, and across each circle",
        HERE + "distances_panel:DistancesPanel",
    ),
    PanelLine(
        "triplets",
        "Triplets",
        "The share of each curve's energy that a triplet of coordinates shows",
        HERE + "triplets_panel:TripletsPanel",
    ),
    PanelLine(
        "tails",
        "Octants and tails",
        "Signs counted against chance; skewness, kurtosis and quantiles, in W and P",
        HERE + "tails_panel:TailsPanel",
    ),
    PanelLine(
        "compare",
        "Compare",
        "Two networks or two moments of a run: all figures and the difference",
        HERE + "compare_panel:ComparePanel",
    ),
    PanelLine(
        "layers",
        "Layers",
        "What each layer of the mapping does to the circles, against untrained ones",
        HERE + "layers_panel:LayersPanel",
    ),
    PanelLine(
        "images",
        "Images",
        "How fast images change along the circles; perceptual path length",
        HERE + "images_panel:ImagesPanel",
    ),
    PanelLine(
        "factors",
        "Factors",
        "What the images along the circles show, read; and the planes they cross",
        HERE + "factors_panel:FactorsPanel",
    ),
    PanelLine(
        "separability",
        "Separability",
        "How well hyperplanes in Z and in W part the factors of images",
        HERE + "separability_panel:SeparabilityPanel",
    ),
    PanelLine(
        "dimension",
        "Dimension",
        "Intrinsic dimension with its calibration on Z; statistics of directions",
        HERE + "dimension_panel:DimensionPanel",
    ),
    PanelLine(
        "stretch",
        "Stretch",
        "The mapping's exact Jacobian: singular values, local basis, stretch, volume",
        HERE + "stretch_panel:StretchPanel",
    ),
    PanelLine(
        "bends",
        "Bends",
        "The piecewise linear map: where each layer bends the circle on the ring",
        HERE + "bends_panel:BendsPanel",
    ),
    PanelLine(
        "flatness",
        "Flatness",
        "Grassmann distances between tangent spaces of W around the circle",
        HERE + "flatness_panel:FlatnessPanel",
    ),
    PanelLine(
        "geodesic",
        "Geodesic",
        "The shortest way in W from A to B on the sphere, beside the great circle",
        HERE + "geodesic_panel:GeodesicPanel",
    ),
)

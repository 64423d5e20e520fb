"""What circles are in untrained mappings of a finite width: means and their errors.

``python -m benchmarks.finite_width WIDTH NETWORKS [DEPTH ...]`` prints the table that
tests/analysis/finite_width.py keeps: one circle through each network, 96 points.
Seeds begin at 10,000, where no test draws its own.
"""

import math
import statistics
import sys

import torch

from sgviz.analysis.statistics import census, measure_curve
from sgviz.geometry.circle import random_circles, sample_angles
from sgviz.measured.statistics import Circle
from sgviz.models.mapping import MappingConfig
from sgviz.models.untrained import untrained_mapping

FIRST, POINTS = 10_000, 96
KEYS = (
    "harmonic_1",
    "harmonic_2",
    "harmonic_3",
    "harmonic_4",
    "odd_share",
    "participation_ratio",
    "planarity",
    "turning_deg",
    "unevenness",
    "speed_variation",
    "octant_+++",
    "octant_---",
    "negative_share",
)


def figures(width: int, depth: int, seed: int) -> list[float]:
    """The figures of one circle through one untrained network."""
    config = MappingConfig(width, width, depth)
    network = untrained_mapping(config, seed)
    angle = sample_angles(POINTS)
    with torch.no_grad():
        w = network(random_circles(width, seed, [1])[0].at(angle))
    circle = Circle.of(measure_curve("", w, angle), census("", w, network.w_avg))
    return [circle.value(key) for key in KEYS]


def main(words: list[str]) -> None:
    width, networks = int(words[0]), int(words[1])
    torch.set_num_threads(1)
    print(f"# python -m benchmarks.finite_width {' '.join(words)}")
    for depth in map(int, words[2:] or ("1", "2", "4", "8")):
        rows = [figures(width, depth, FIRST + k) for k in range(networks)]
        print(f"    ({width}, {depth}): {{")
        for key, column in zip(KEYS, zip(*rows, strict=True), strict=True):
            mean, error = statistics.fmean(column), statistics.stdev(column)
            error /= math.sqrt(networks)
            print(f'        "{key}": ({mean:.6g}, {error:.2g}),')
        print("    },")


if __name__ == "__main__":
    main(sys.argv[1:])

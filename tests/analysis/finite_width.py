"""Figures of one circle in untrained mappings of width 64: mean, and its error.

Simulated once, by the command in the first line of the table.
"""

Simulated = dict[tuple[int, int], dict[str, tuple[float, float]]]

SIMULATED: Simulated = {
    # python -m benchmarks.finite_width 64 600 1 2 4 8
    (64, 1): {
        "harmonic_1": (0.922346, 6.9e-07),
        "harmonic_2": (0.0738397, 4.5e-07),
        "harmonic_3": (9.3999e-16, 7.3e-18),
        "harmonic_4": (0.00295361, 9.9e-08),
        "odd_share": (0.922346, 6.9e-07),
        "participation_ratio": (2.24415, 0.0025),
        "planarity": (0.927471, 0.00013),
        "turning_deg": (961.968, 0.81),
        "unevenness": (1.64085, 0.0079),
        "speed_variation": (0.115236, 0.0011),
        "octant_+++": (0.0550025, 0.00081),
        "octant_---": (0.246084, 0.0013),
        "negative_share": (0.624213, 0.0006),
    },
    (64, 2): {
        "harmonic_1": (0.869706, 0.00058),
        "harmonic_2": (0.113522, 0.00054),
        "harmonic_3": (0.0092169, 6.3e-05),
        "harmonic_4": (0.00466066, 3.1e-05),
        "odd_share": (0.880406, 0.00055),
        "participation_ratio": (2.39261, 0.0054),
        "planarity": (0.882157, 0.00059),
        "turning_deg": (1365.59, 2),
        "unevenness": (2.07666, 0.013),
        "speed_variation": (0.164135, 0.0014),
        "octant_+++": (0.05312, 0.00079),
        "octant_---": (0.246613, 0.0014),
        "negative_share": (0.625572, 0.00085),
    },
    (64, 4): {
        "harmonic_1": (0.791798, 0.0016),
        "harmonic_2": (0.161843, 0.0013),
        "harmonic_3": (0.0277425, 0.00027),
        "harmonic_4": (0.0100892, 0.0001),
        "odd_share": (0.824808, 0.0014),
        "participation_ratio": (2.56619, 0.012),
        "planarity": (0.824441, 0.0015),
        "turning_deg": (1929.55, 4.2),
        "unevenness": (2.95083, 0.025),
        "speed_variation": (0.23489, 0.0018),
        "octant_+++": (0.0622454, 0.00086),
        "octant_---": (0.218127, 0.0016),
        "negative_share": (0.60149, 0.0011),
    },
    (64, 8): {
        "harmonic_1": (0.697065, 0.0031),
        "harmonic_2": (0.203155, 0.0024),
        "harmonic_3": (0.0549501, 0.00088),
        "harmonic_4": (0.0214806, 0.00035),
        "odd_share": (0.766729, 0.0025),
        "participation_ratio": (2.62581, 0.022),
        "planarity": (0.791868, 0.0025),
        "turning_deg": (2672.72, 8),
        "unevenness": (4.91088, 0.058),
        "speed_variation": (0.332927, 0.0023),
        "octant_+++": (0.0781903, 0.00092),
        "octant_---": (0.190121, 0.0014),
        "negative_share": (0.573952, 0.0011),
    },
}

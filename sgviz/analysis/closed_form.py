"""Figures of a circle in an infinitely wide untrained mapping of any configuration.

The correlations of :mod:`sgviz.geometry.null_model` hold for every generation, because
LeakyReLU is positively homogeneous: a layer's gain scales W and bends nothing. The
scale itself is 1.04 a layer for NVIDIA's networks alone.
"""

import math
from functools import lru_cache

import torch

from sgviz.geometry import null_model, null_tails
from sgviz.measured.curves import HARMONICS
from sgviz.measured.octants import CHANCE, OCTANTS
from sgviz.models.layers import SLOPE
from sgviz.models.mapping import MappingConfig

# Enough harmonics for the sum of the odd ones.
MANY = 2048


def closed_form(
    config: MappingConfig, points: int, psi: float = 1.0
) -> dict[str, float]:
    """By key, the figures of a circle of N ``points`` that are known in closed form.

    Means over untrained networks, truncated by ``psi`` towards their mean w.
    """
    share, depth, square = z_share(config), config.depth, mean_square(config)
    size, shares = math.sqrt(square) * abs(psi), null_model.harmonic_shares
    odd = float(shares(depth, MANY, share)[0::2].sum())
    segment = size * null_model.chord(math.tau / points, depth, share)
    turn = null_model.turn(math.tau / points, depth, share)
    common = mean_share(config)
    skewness, kurtosis = null_model.tails()
    known = {
        "length": points * segment,
        "exact_length": math.tau * size * math.sqrt(share),
        "energy": points**2 * segment**2 / math.tau,
        "segment_mean": segment,
        "turning_deg": points * math.degrees(turn),
        "antipodal": size * null_model.chord(math.pi, depth, share),
        "odd_share": odd,
        "participation_ratio": null_model.participation_ratio(depth, share),
        "mean_square": square * (common + psi**2 * (1.0 - common)),
        "variance": size**2 * (1.0 - null_model.centre_share(depth, share)),
    }
    if psi > 0.0:
        known |= _signs_about_mean(depth, share)
    if psi == 1.0:
        known |= {
            "negative_share_absolute": 0.5,
            "w_negative_share": 0.5,
            "w_skewness": skewness,
            "w_excess_kurtosis": kurtosis,
            "p_skewness": 0.0,
            "p_excess_kurtosis": 0.0,
        }
        known |= {f"w_octant_{signs}": CHANCE for signs in OCTANTS}
    first = shares(depth, HARMONICS, share).tolist()
    return known | {f"harmonic_{k}": share for k, share in enumerate(first, start=1)}


@lru_cache(maxsize=64)
def _signs_about_mean(depth: int, share: float) -> dict[str, float]:
    """Signs and tails of w - w_avg, and of p less that of w_avg."""
    apart = torch.tensor([math.pi / 2.0])
    rho = max(0.0, float(null_model.circle_cosines(apart, depth - 1, share)))
    in_w, in_p = null_tails.about_mean(rho), null_tails.about_mean(rho, in_p=True)
    octants = dict(zip(OCTANTS, null_tails.octants_of(in_w.negative), strict=True))
    return {
        "negative_share": in_w.negative,
        "w_centred_negative_share": in_w.negative,
        "w_centred_skewness": in_w.skewness,
        "w_centred_excess_kurtosis": in_w.excess_kurtosis,
        "p_centred_skewness": in_p.skewness,
        "p_centred_excess_kurtosis": in_p.excess_kurtosis,
        "octant_+++": octants["+++"],
        "octant_---": octants["---"],
        **{f"w_centred_octant_{signs}": at for signs, at in octants.items()},
    }


def z_share(config: MappingConfig) -> float:
    """The part of z in what enters the first layer; 1 without classes.

    z and the embedded label enter side by side, each at mean square 1 (or each at
    length 1), and the label does not change along a circle: the cosine of two points
    starts from share cos t + (1 - share).
    """
    if config.c_dim == 0:
        return 1.0
    if config.gains.norm == "unit":
        return 0.5
    return config.z_dim / (config.z_dim + config.embed_dim)


def mean_square(config: MappingConfig) -> float:
    """E |w|^2 from the gains of each layer: 1.04^depth w_dim for NVIDIA's networks."""
    inputs = config.z_dim + config.embed_dim
    lengths = 2.0 if config.c_dim and config.label_norm == "apart" else 1.0
    square = lengths / inputs if config.gains.norm == "unit" else 1.0
    for _ in range(config.depth):
        square *= layer_growth(config, inputs)
        inputs = config.w_dim
    return config.w_dim * square


def layer_growth(config: MappingConfig, inputs: int) -> float:
    """How a layer of so many ``inputs`` multiplies the mean square: 1.04, if He's.

    inputs (weight gain x standard deviation x gain after)^2 (1 + a^2) / 2.
    """
    gains, lr = config.gains, config.lr_multiplier
    std = gains.stored_std or 1.0 / lr
    running = gains.weight * lr * std * gains.post
    fan_in = 1.0 if gains.fan_in else inputs
    return running**2 * fan_in * (1.0 + SLOPE**2) / 2.0


def mean_share(config: MappingConfig) -> float:
    """|E w|^2 / E|w|^2, of one class: the cosine of the w of two independent z."""
    return float(
        null_model.circle_cosines(
            torch.tensor([math.pi / 2.0]), config.depth, z_share(config)
        )
    )


def note(config: MappingConfig) -> str:
    """One sentence about what does not hold for this configuration; mostly none."""
    growth = layer_growth(config, config.w_dim)
    if abs(growth - null_model.growth()) > 1e-6:
        return (
            "The correlations of the closed form hold for this network's gains, its "
            f"scale does not: an untrained layer multiplies the mean square by "
            f"{growth:.3g}, not by 1.04, and so lengths are computed from that."
        )
    if config.c_dim:
        return (
            "In a network with classes the closed form starts from "
            f"{z_share(config):.3g} cos t + {1 - z_share(config):.3g}: the label "
            "enters beside z and does not change along a circle."
        )
    return ""

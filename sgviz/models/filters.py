"""Low-pass filters of alias-free networks, from their design; numpy alone.

Karras et al. 2021, arXiv 2106.12423, section 3.2 and appendix C.1: a sinc in one
dimension or a jinc in two, under a Kaiser window whose shape follows from the width
of the transition band (Kaiser 1974; Oppenheim and Schafer, section 7.5.3).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Points of the trapezoidal rule for J1: of a periodic function it is exact to
# rounding once there are some more of them than the argument is large.
_NODES = 256
# Separable terms of a radial filter that are smaller than this change nothing.
_NEGLIGIBLE = 1e-8


def kaiser_shape(taps: int, width: float) -> float:
    """Beta of a window of so many taps; ``width`` of the transition, Nyquist is 1."""
    attenuation = 2.285 * (taps - 1) * np.pi * width + 7.95
    if attenuation > 50.0:
        return float(0.1102 * (attenuation - 8.7))
    if attenuation > 21.0:
        above = attenuation - 21.0
        return float(0.5842 * above**0.4 + 0.07886 * above)
    return 0.0


def lowpass(taps: int, cutoff: float, width: float, rate: float) -> Array:
    """A separable low-pass filter [taps] of sum 1; one tap is the identity.

    ``cutoff`` and the ``width`` of the transition in cycles, at a sampling ``rate``.
    """
    window = np.kaiser(taps, kaiser_shape(taps, 2.0 * width / rate))
    sinc = np.sinc(2.0 * cutoff / rate * _places(taps)) * window
    normal: Array = sinc / sinc.sum()
    return normal


def radial_lowpass(taps: int, cutoff: float, width: float, rate: float) -> Array:
    """The same for all directions, [taps, taps] of sum 1; ``taps`` even."""
    window = np.kaiser(taps, kaiser_shape(taps, 2.0 * width / rate))
    places = _places(taps)
    radius = np.hypot(places[:, None], places) / rate
    jinc = bessel_j1(2.0 * np.pi * cutoff * radius) / radius
    shaped = jinc * np.outer(window, window)
    normal: Array = shaped / shaped.sum()
    return normal


def bessel_j1(x: Array) -> Array:
    """The Bessel function J1, by its integral (Abramowitz and Stegun, 9.1.21).

    For arguments below 200, far beyond those of filters.
    """
    angle = np.pi * (np.arange(_NODES) + 0.5) / _NODES
    waves = np.cos(angle - np.asarray(x)[..., None] * np.sin(angle))
    mean: Array = waves.mean(axis=-1)
    return mean


def separable_terms(kernel: Array) -> tuple[Array, Array]:
    """Taps q [J, taps] and weights s [J]: the kernel is the sum of s_j q_j q_j^T.

    A radial kernel is symmetric, so its eigenvectors are these; and it is its own
    mirror image, so half of them weigh nothing.
    """
    found = np.linalg.eigh(kernel)
    weights = np.asarray(found.eigenvalues, dtype=np.float64)
    vectors = np.asarray(found.eigenvectors, dtype=np.float64)
    counts = np.abs(weights) > _NEGLIGIBLE * np.abs(weights).max()
    return vectors.T[counts], weights[counts]


def _places(taps: int) -> Array:
    places: Array = np.arange(taps, dtype=np.float64) - 0.5 * (taps - 1)
    return places

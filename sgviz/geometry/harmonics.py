"""Circles of W as Fourier series in the angle of their circle of Z.

w(t) = sum over k of W_k exp(i k t), with W_k = (1/N) sum_j w_j exp(-2 pi i j k / N).
The first harmonic is an ellipse, the image of a linear map; what lies above it is
what the layers have bent. ``w`` is [..., N, D] at equal angles; results are float64.
"""

import torch
from torch import Tensor


def harmonic_energies(w: Tensor) -> Tensor:
    """E_k = |W_k|^2 + |W_-k|^2 for k = 1 ... N // 2, [..., N // 2].

    Their sum is the mean squared distance from the curve's mean (Parseval).
    """
    points = w.shape[-2]
    series = torch.fft.rfft(w.double(), dim=-2) / points
    # Not |W_k|, a root that would be squared again; and a sum over one axis, not two.
    parts = torch.view_as_real(series).flatten(-2)
    energies = parts.square().sum(dim=-1)[..., 1:]
    # Both signs are counted; at k = N / 2 they are one and the same.
    twice = torch.full((points // 2,), 2.0, dtype=torch.float64, device=w.device)
    if points % 2 == 0:
        twice[-1] = 1.0
    result: Tensor = energies * twice
    return result


def harmonic_shares(w: Tensor) -> Tensor:
    """F_k = E_k / sum of E_k, [..., N // 2]: shares of the curve's variance.

    NaN for a curve that is a single point: it has nothing to share out.
    """
    energies = harmonic_energies(w)
    return energies / energies.sum(dim=-1, keepdim=True)


def odd_share(w: Tensor) -> Tensor:
    """Share of the odd harmonics: of what changes sign with z -> -z.

    1 for a linear map. The even harmonics are the Fourier series of the part that
    antipodes have in common, (w(t) + w(t + pi)) / 2. Even N only (ValueError).
    """
    if w.shape[-2] % 2:
        raise ValueError(f"a circle of {w.shape[-2]} points holds no antipodes")
    return odd_of(harmonic_shares(w))


def odd_of(shares: Tensor) -> Tensor:
    """F_1 + F_3 + F_5 ... of shares F [..., n] that begin with the first."""
    return shares[..., 0::2].sum(dim=-1)

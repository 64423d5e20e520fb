"""How alike are two curves of the same angles, in spaces of their own?

``a`` is [..., N, D] and ``b`` [..., N, E] throughout: point i of both is the image of
the same z. Results are float64. Two untrained networks send a circle to curves of
nearly the same shape, in other directions: only the mean of their kernels is left at
great width. So a high similarity alone says nothing about learning: compare it with
what untrained networks reach (:mod:`sgviz.models.untrained`).
"""

import torch
from torch import Tensor


def apart(a: Tensor, b: Tensor) -> Tensor:
    """Distances |a_i - b_i| of corresponding points, [..., N]; D = E.

    Raises
    ------
    ValueError
        The two have different numbers of coordinates.
    """
    if a.shape[-1] != b.shape[-1]:
        raise ValueError(
            f"points of {a.shape[-1]} and of {b.shape[-1]} coordinates have no distance"
        )
    distances: Tensor = (a.double() - b.double()).norm(dim=-1)
    return distances


def aligned(a: Tensor, b: Tensor) -> Tensor:
    """``a`` moved, turned (or mirrored) and scaled onto ``b`` as well as can be.

    [..., N, E]: the s, R (R^T R = 1 on the span of a) and offset with the least
    sum of |s R a_i + o - b_i|^2. With A, B centred and A^T B = U S V^T: R = U V^T and
    s = sum of S / |A|^2 (Schönemann and Carroll 1970, Psychometrika 35). A curve of no
    size stays at the mean of b.
    """
    x, y = _centred(a), _centred(b)
    root_a, _ = _root(x)
    root_b, directions = _root(y)
    # A^T B has rank N at the most: this smaller product has its singular values.
    u, s, vh = torch.linalg.svd(root_a.mT @ root_b, full_matrices=False)
    size = x.square().sum(dim=(-2, -1))
    scale = torch.where(size > 0.0, s.sum(dim=-1) / size, 0.0)
    turned = root_a @ u @ vh @ directions.mT
    placed: Tensor = scale[..., None, None] * turned + _mean(b)
    return placed


def procrustes(a: Tensor, b: Tensor) -> Tensor:
    """Similarity of shape, [...]: sum of the singular values of A^T B / (|A| |B|).

    1 where one is the other moved, turned, mirrored or scaled; 1 - its square is the
    share of b's variance that :func:`aligned` leaves (Gower 1971, "Statistical methods
    of comparing different multivariate analyses of the same data"). NaN where one of
    the curves is a point.
    """
    x, y = _centred(a), _centred(b)
    product = _root(x)[0].mT @ _root(y)[0]
    sizes = x.norm(dim=(-2, -1)) * y.norm(dim=(-2, -1))
    share: Tensor = torch.linalg.svdvals(product).sum(dim=-1) / sizes
    return share.clamp(max=1.0)


def cka(a: Tensor, b: Tensor) -> Tensor:
    """Linear centred kernel alignment, [...]: |A^T B|^2 / (|A^T A| |B^T B|).

    In [0, 1]; blind to turns and to scale, not to the shares of the directions
    (Kornblith et al. 2019, arXiv 1905.00414, section 3). Canonical correlations would
    all be 1 here: there are more coordinates than points. NaN where a curve is a point.
    """
    kernel_a, kernel_b = _gram(_centred(a)), _gram(_centred(b))
    inner = (kernel_a * kernel_b).sum(dim=(-2, -1))
    sizes = kernel_a.norm(dim=(-2, -1)) * kernel_b.norm(dim=(-2, -1))
    share: Tensor = inner / sizes
    return share.clamp(max=1.0)


def _root(x: Tensor) -> tuple[Tensor, Tensor]:
    """Root [..., N, K] and directions [..., D, K]: x = root @ directions^T.

    The points' coordinates along K = min(N, D) orthonormal directions of their span.
    """
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    return u * s[..., None, :], vh.mT


def _gram(x: Tensor) -> Tensor:
    return x @ x.mT


def _mean(x: Tensor) -> Tensor:
    return x.double().mean(dim=-2, keepdim=True)


def _centred(x: Tensor) -> Tensor:
    return x.double() - _mean(x)

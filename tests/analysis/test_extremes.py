"""The ends of the spectrum at many points, against the whole spectrum at each."""

import pytest
import torch
from torch import Tensor

from sgviz.analysis.extremes import largest_steps, smallest_steps
from sgviz.analysis.jacobian import exact, finish, jacobian, on_sphere, rank
from sgviz.analysis.spectrum import inverse_steps, joined
from sgviz.models.mapping import MappingConfig, MappingNetwork
from sgviz.models.untrained import untrained_mapping


def latents(count: int, dim: int) -> Tensor:
    stream = torch.Generator().manual_seed(7)
    return on_sphere(torch.randn(count, dim, generator=stream))


def all_values(mapping: MappingNetwork, z: Tensor) -> Tensor:
    upper = torch.linalg.svdvals(jacobian(mapping, z)[0])
    inverse = finish(inverse_steps(mapping, z))
    return joined(upper, torch.linalg.svdvals(inverse), rank(mapping))


def test_both_ends_are_those_of_the_whole_spectrum() -> None:
    mapping = exact(untrained_mapping(MappingConfig(32, 32, 6), 2))
    z = latents(27, 32)
    largest = finish(largest_steps(mapping, z))
    smallest = finish(smallest_steps(mapping, z))
    for at in (0, 13, 26):
        values = all_values(mapping, z[at : at + 1])
        assert float(largest[at]) == pytest.approx(float(values[0]), rel=1e-4)
        assert float(smallest[at]) == pytest.approx(float(values[-1]), rel=1e-4)


def test_where_there_is_no_inverse_only_the_largest_is_known() -> None:
    wide = exact(untrained_mapping(MappingConfig(8, 12, 2), 1))
    z = latents(3, 8)
    largest = finish(largest_steps(wide, z))
    expected = torch.linalg.svdvals(jacobian(wide, z))[:, 0]
    torch.testing.assert_close(largest, expected, rtol=1e-6, atol=0.0)
    with pytest.raises(StopIteration) as end:
        next(smallest_steps(wide, z))
    assert torch.isnan(end.value.value).all()
    singular = exact(untrained_mapping(MappingConfig(8, 8, 2), 1))
    with torch.no_grad():
        singular.layers[0].weight[3] = 0.0
    assert torch.isnan(finish(smallest_steps(singular, z))).all()

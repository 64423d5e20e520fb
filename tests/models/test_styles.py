"""The styles of a row against what the layers of each family are given."""

from dataclasses import replace

import pytest
import torch

from sgviz.models.alias_free import Design
from sgviz.models.generator import Generator, GeneratorConfig
from sgviz.models.layers import FullyConnected

SMALL = GeneratorConfig(z_dim=16, w_dim=16, depth=1, resolution=16, channels=(6, 5, 4))
ALIAS_FREE = replace(
    SMALL, resolution=32, channels=(6, 5, 4, 4), design=Design(critical=1, margin=4)
)
FAMILIES = {
    "stylegan2": SMALL,
    "stylegan1": replace(SMALL, family="stylegan1"),
    "lucidrains": replace(SMALL, family="lucidrains"),
    "stylegan3-t": replace(ALIAS_FREE, family="stylegan3-t"),
    "stylegan3-r": replace(ALIAS_FREE, family="stylegan3-r"),
}


def given_to_layers(generator, ws):
    """What every affine layer made, by the row of ws that it was given."""
    made = []
    hooks = [
        part.register_forward_hook(lambda _, x, y: made.append((x[0], y)))
        for part in generator.synthesis.modules()
        if isinstance(part, FullyConnected)
    ]
    with torch.no_grad():
        generator.synthesis(ws)
    for hook in hooks:
        hook.remove()
    return {
        row: [y for x, y in made if torch.equal(x, ws[:, row])]
        for row in range(generator.num_ws)
    }


@pytest.mark.parametrize("family", FAMILIES)
def test_styles_are_what_the_layers_are_given(draw, family):
    generator = Generator(FAMILIES[family], seed=3)
    ws = draw(2, generator.num_ws, 16)
    given = given_to_layers(generator, ws)
    for row in range(generator.num_ws):
        with torch.no_grad():
            styles = generator.synthesis.styles(row, ws[:, row])
        # In the order of the walk StyleGAN2's colours come before its convolution.
        order = given[row] if family == "lucidrains" else given[row][::-1]
        wanted = torch.cat(order, dim=1)
        assert torch.equal(styles, wanted)
    assert sum(len(each) for each in given.values()) == len(
        [p for p in generator.synthesis.modules() if isinstance(p, FullyConnected)]
    )


def test_all_rows_together_are_the_whole_style_space(draw):
    """Wu et al. 2020, section 3: 6048 + 3040 channels at 1024; here of 16x16."""
    synthesis = Generator(SMALL, seed=3).synthesis
    sizes = [synthesis.styles(r, draw(1, 16)).shape[1] for r in range(6)]
    # The inputs of 4x4, of 8x8 up and the colours of 4x4, of 8x8, and so on.
    assert sizes == [6, 6 + 6, 5, 5 + 5, 4, 4]


def test_there_are_no_styles_without_a_row_or_a_synthesis(draw):
    with pytest.raises(ValueError, match="rows 0 to 5"):
        Generator(SMALL).synthesis.styles(6, draw(1, 16))
    geometry = Generator(replace(SMALL, family="geometry"))
    with pytest.raises(ValueError, match="has no styles"):
        geometry.synthesis.styles(0, draw(1, 16))

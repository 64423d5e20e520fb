"""Fields of a run set by words."""

import pytest

from sgviz.training.fields import field_help
from sgviz.training.presets import PRESETS
from sgviz.training.settings import with_settings

TINY = PRESETS["tiny"]


def test_words_become_what_the_field_holds() -> None:
    words = [
        ("pl_weight", "2"),
        ("depth", "2"),
        ("mirror", "true"),
        ("augment", "adaptive"),
        ("ema_rampup", "none"),
        ("threads", "3"),
        ("threads", "2"),
    ]
    config = with_settings(TINY, words)
    assert (config.pl_weight, config.depth, config.mirror) == (2.0, 2, True)
    assert (config.augment, config.ema_rampup, config.threads) == ("adaptive", None, 2)
    assert with_settings(TINY, []) == TINY


def test_values_that_fit_only_together_are_set_together() -> None:
    words = [("resolution", "16"), ("channels", "8,8,4"), ("channels_d", "8, 8, 4")]
    config = with_settings(TINY, words)
    assert (config.resolution, config.channels, config.channels_d) == (
        16,
        (8, 8, 4),
        (8, 8, 4),
    )


def test_every_field_can_be_set_to_what_it_is() -> None:
    for field in field_help():
        value = getattr(TINY, field.name)
        word = ",".join(map(str, value)) if field.kind == "row" else str(value)
        assert with_settings(TINY, [(field.name, word)]) == TINY, field.name


@pytest.mark.parametrize(
    ("name", "word", "says"),
    [
        ("pl_wieght", "2", "pl_wieght is no field of a run; pl_weight is one"),
        ("\x1b[2J", "2", "is no field of a run"),
        ("pl_weight", "heavy", "pl_weight: .*number"),
        ("pl_weight", "nan", "pl_weight: .*finite"),
        ("pl_weight", "-1", "pl_weight: .*greater than or equal to 0"),
        ("channels", "64,64", "channels needs 4 numbers, 4x4 to 32x32"),
        ("augment", "much", "augment: .*none.*adaptive"),
        ("batch", "15", "15 does not split into groups of 4"),
        ("depth", "", "depth: "),
    ],
)
def test_what_cannot_be_is_one_sentence(name: str, word: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        with_settings(TINY, [(name, word)])
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)

import pytest

from sgviz.gui.train.runs import STATE_WORDS, RunState, duration_words, preset_words
from sgviz.training.presets import PRESETS


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (61, "1 min"),
        (59 * 60, "59 min"),
        (59.9 * 60, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (47 * 3600, "47 h 00 min"),
        (3 * 86400, "3 days"),
    ],
)
def test_durations(seconds, words):
    assert duration_words(seconds) == words


def test_every_state_and_preset_has_words():
    assert set(STATE_WORDS) == set(RunState)
    for name, config in PRESETS.items():
        assert f"{config.resolution}×{config.resolution}" in preset_words(name)
    assert not RunState.IDLE.is_busy
    assert not RunState.FINISHED.is_busy
    assert RunState.PAUSED.is_busy

"""The presets: three runs by name."""

from typing import Literal

from sgviz.training.config import TrainConfig

Preset = Literal["tiny", "portraits", "large"]

# "large" follows the paper256 configuration of stylegan2-ada-pytorch; "portraits" is
# the network of the bundled model; "tiny" is for a look within minutes, and for tests.
PRESETS: dict[Preset, TrainConfig] = {
    "tiny": TrainConfig(
        resolution=32,
        z_dim=128,
        w_dim=128,
        channels=(64, 64, 32, 16),
        channels_d=(64, 64, 32, 16),
        r1_gamma=0.5,
        ema_kimg=2.0,
        noise_from=16.0,
        kimg=20.0,
        checkpoint_kimg=1.0,
    ),
    "portraits": TrainConfig(),
    "large": TrainConfig(
        resolution=256,
        channels=(512, 512, 512, 512, 256, 128, 64),
        channels_d=(512, 512, 512, 512, 256, 128, 64),
        batch=32,
        r1_gamma=1.0,
        ema_kimg=20.0,
        noise_from=0.0,
        kimg=25_000.0,
        checkpoint_kimg=20.0,
    ),
}

"""A run with nobody looking, to compare the window's with."""

import threading

import torch

from sgviz.training.trainer import Trainer


def headless(config, images: int) -> dict[str, torch.Tensor]:
    """The same run by Trainer.step() alone, in a thread of its own."""
    found: dict[str, torch.Tensor] = {}

    def train() -> None:
        trainer = Trainer(config, torch.device("cpu"))
        while trainer.images < images:
            trainer.step()
        found.update(trainer.snapshot().weights)

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    return found

"""Several processes that train one network, each on its share of every batch.

They meet in torch.distributed, as ``torchrun`` starts them: gloo between processors,
nccl between GPUs. Every process draws the random numbers of the whole batch and takes
its rows, every ``size``-th one from ``rank`` on. So the groups of the minibatch
standard deviation, which are strided too, are those of one process, and a run of
several processes is the run of one but for rounding.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import torch
from torch import Tensor, distributed

from sgviz.training.config import TrainConfig

# A process that died is noticed at once; this is for one that hangs.
DEADLINE = timedelta(minutes=10)


class TeamError(RuntimeError):
    """Another process of the team is gone; one sentence for the user."""


class Team:
    """One process on its own: nothing is sent, nothing is changed."""

    rank, size = 0, 1

    @property
    def part(self) -> slice:
        """Which rows of a batch are of this process."""
        return slice(self.rank, None, self.size)

    def average(self, tensors: Sequence[Tensor]) -> None:
        """In place: the means over all processes, in one reduction; TeamError."""

    def any(self, flag: bool) -> bool:
        """Whether the flag is set in any process; TeamError."""
        return flag

    def tell(self, data: bytes | None) -> bytes:
        """What the first process says, for all of them; TeamError."""
        return data or b""

    def leave(self) -> None:
        """Say goodbye to the others."""

    def check(self, config: TrainConfig) -> None:
        """ValueError, in one sentence, if a batch cannot be shared evenly."""
        if config.batch % self.size:
            raise ValueError(
                f"a batch of {config.batch} images does not split into {self.size} "
                "processes"
            )
        share = config.batch // self.size
        if share % min(share, config.mbstd_group):
            raise ValueError(
                f"the {share} images of each of {self.size} processes do not split "
                f"into groups of {config.mbstd_group} (mbstd_group)"
            )


ALONE = Team()


class TorchTeam(Team):
    """The processes of the default group of torch.distributed."""

    def __init__(self, device: torch.device) -> None:
        self.rank = distributed.get_rank()
        self.size = distributed.get_world_size()
        self._device = device

    def average(self, tensors: Sequence[Tensor]) -> None:
        """In place: the means over all processes, in one reduction; TeamError."""
        with torch.no_grad(), _said_plainly():
            flat = torch.cat([t.reshape(-1).to(torch.float32) for t in tensors])
            distributed.all_reduce(flat)
            flat /= self.size
            parts = torch.split(flat, [t.numel() for t in tensors])
            for tensor, mean in zip(tensors, parts, strict=True):
                tensor.copy_(mean.view(tensor.shape))

    def any(self, flag: bool) -> bool:
        """Whether the flag is set in any process; TeamError."""
        raised = torch.tensor(int(flag), device=self._device)
        with _said_plainly():
            distributed.all_reduce(raised, distributed.ReduceOp.MAX)
            return bool(raised.item())

    def tell(self, data: bytes | None) -> bytes:
        """What the first process says, for all of them; TeamError."""
        said = bytearray(data or b"")
        length = torch.tensor(len(said), device=self._device)
        with _said_plainly():
            distributed.broadcast(length, 0)
            message = torch.empty(int(length), dtype=torch.uint8)
            if self.rank == 0 and said:
                message = torch.frombuffer(said, dtype=torch.uint8)
            message = message.to(self._device)
            distributed.broadcast(message, 0)
        return message.cpu().numpy().tobytes()

    def leave(self) -> None:
        """Say goodbye to the others."""
        distributed.destroy_process_group()


def in_a_team() -> bool:
    """Whether this process was started with others, by torchrun or alike."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def join(device: torch.device) -> tuple[Team, torch.device]:
    """The team that the environment speaks of, and this process's own device.

    Raises
    ------
    TeamError
        The others cannot be reached.
    """
    if not in_a_team():
        return ALONE, device
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    backend = "nccl" if device.type == "cuda" else "gloo"
    try:
        distributed.init_process_group(backend, timeout=DEADLINE)
    except (RuntimeError, ValueError) as error:
        raise TeamError("the other processes of the run cannot be reached") from error
    return TorchTeam(device), device


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What torch.distributed says of a lost connection, in a sentence."""
    try:
        yield
    except RuntimeError as error:
        raise TeamError(
            "training stopped: another process of the run ended, or did not answer"
        ) from error

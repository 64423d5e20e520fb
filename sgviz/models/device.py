"""Where the arithmetic happens: one choice of device, and what it is good at."""

from typing import Literal

import torch

DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]


def choose_device(choice: DeviceChoice = "auto") -> torch.device:
    """The device of a choice; ``auto`` is CUDA, else Apple's GPU, else the CPU.

    Raises
    ------
    ValueError
        The chosen device is not there, or is no device.
    """
    if choice not in ("auto", "cpu", "cuda", "mps"):
        raise ValueError(f"the device is auto, cpu, cuda or mps, not {choice}")
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if choice == "auto":
        return torch.device(next(name for name, here in there.items() if here))
    if not there[choice]:
        raise ValueError(f"this machine, or this build of torch, has no {choice}")
    return torch.device(choice)


def device_label(device: torch.device) -> str:
    """What the status bar says, such as ``CPU`` or ``CUDA: NVIDIA H200``."""
    if device.type == "cuda":
        return f"CUDA: {torch.cuda.get_device_name(device)}"
    return {"mps": "Apple GPU"}.get(device.type, device.type.upper())


def is_bf16_fast(device: torch.device) -> bool:
    """Whether bf16 convolutions are faster than fp32 ones there.

    CUDA from compute capability 8; a CPU with AVX512-BF16 or AMX. A processor
    without them computes bf16 in fp32 steps, which is slower than fp32.
    """
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type != "cpu":
        return False
    # The checks are private to torch, so a version without them means "no".
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(bool(getattr(torch.cpu, name, bool)()) for name in checks)


def use_threads(count: int) -> None:
    """Let torch use so many threads, in this process."""
    torch.set_num_threads(count)


def free_on_device(device: torch.device) -> int | None:
    """Bytes that are free in a device's own memory; None where it has none."""
    if device.type != "cuda":
        return None
    return int(torch.cuda.mem_get_info(device)[0])


def is_out_of_memory(error: Exception) -> bool:
    """Whether a device ran out of memory, or the CPU, for which torch has no class."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return "can't allocate memory" in str(error)

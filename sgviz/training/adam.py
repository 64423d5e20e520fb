"""Adam as the run uses it, and its state as named tensors."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from sgviz.training.losses import all_finite
from sgviz.training.team import ALONE, Team

MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def make_adam(
    module: nn.Module, lr: float, betas: tuple[float, float]
) -> torch.optim.Adam:
    """Adam over every parameter of a module, one fused pass over memory a step."""
    device = next(module.parameters()).device
    fused = device.type in ("cpu", "cuda")
    return torch.optim.Adam(
        module.parameters(), lr=lr, betas=betas, eps=1e-8, fused=fused
    )


def guarded_step(
    optimiser: torch.optim.Adam,
    module: nn.Module,
    figures: Sequence[Tensor],
    team: Team = ALONE,
) -> bool:
    """Step if the figures and every gradient are finite; else change nothing.

    Gradients and figures (tensors without gradients, such as the loss) become the
    means over the team first, so all of it agrees. The gradients are dropped in both
    cases. Returns whether the step was made.

    Raises
    ------
    TeamError
        Another process of the team is gone.
    """
    gradients = [p.grad for p in module.parameters() if p.grad is not None]
    team.average([*gradients, *figures])
    finite = all_finite([*figures, *gradients])
    if finite:
        optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return finite


def adam_tensors(module: nn.Module, optimiser: torch.optim.Adam) -> dict[str, Tensor]:
    """Copies on the CPU: ``<parameter>.exp_avg``, ``.exp_avg_sq``, ``.step``."""
    return {
        f"{name}.{moment}": optimiser.state[parameter][moment].detach().cpu().clone()
        for name, parameter in module.named_parameters()
        if parameter in optimiser.state
        for moment in MOMENTS
    }


def restore_adam(
    module: nn.Module, optimiser: torch.optim.Adam, tensors: Mapping[str, Tensor]
) -> None:
    """The inverse of :func:`adam_tensors`; a parameter without moments starts anew.

    Raises
    ------
    ValueError
        A moment that has not the shape of its parameter.
    """
    optimiser.state.clear()
    for name, parameter in module.named_parameters():
        if f"{name}.step" not in tensors:
            continue
        state = {m: tensors[f"{name}.{m}"].detach().clone() for m in MOMENTS}
        for moment in MOMENTS[:2]:
            if state[moment].shape != parameter.shape:
                raise ValueError(f"the {moment} of {name} does not fit the network")
            # zeros_like keeps the memory format of the parameter, as Adam does.
            state[moment] = torch.zeros_like(parameter.detach()).copy_(state[moment])
        on_device = parameter.device if parameter.is_cuda else torch.device("cpu")
        state["step"] = state["step"].to(on_device, torch.float32)
        optimiser.state[parameter] = state

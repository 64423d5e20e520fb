"""What the fields of a run are called in the form, and what each takes; no widgets."""

from sgviz.training.fields import FieldHelp

LABELS = {
    "data": "Data",
    "resolution": "Resolution",
    "fit": "Fit",
    "mirror": "Mirror",
    "family": "Family",
    "z_dim": "Z size",
    "w_dim": "W size",
    "depth": "Mapping depth",
    "channels": "Channels, G",
    "channels_d": "Channels, D",
    "batch": "Batch",
    "mbstd_group": "Group",
    "lr_g": "Learning rate, G",
    "lr_d": "Learning rate, D",
    "lr_multiplier": "Mapping, relative",
    "beta1": "Adam β₁",
    "beta2": "Adam β₂",
    "ema_kimg": "EMA half-life",
    "ema_rampup": "EMA ramp-up",
    "style_mixing": "Style mixing",
    "noise_from": "Noise from",
    "d_first": "D alone for",
    "r1_gamma": "R1 gamma",
    "r1_interval": "R1 every",
    "pl_weight": "Path length",
    "pl_interval": "Path every",
    "pl_decay": "Path decay",
    "pl_shrink": "Path batch ÷",
    "augment": "Augmentation",
    "augment_p": "Probability p",
    "augment_target": "Target sign",
    "augment_interval": "Adjust every",
    "augment_kimg": "p from 0 to 1",
    "precision": "Precision",
    "threads": "Threads",
    "seed": "Seed",
    "kimg": "Length",
    "checkpoint_kimg": "Save every",
    "keep_every": "Keep every Nth",
    "samples": "Sample sheets",
    "timeline": "Timeline",
}
EMPTY = {"ema_rampup": "off", "threads": "as it is"}
CHOICE_WORDS = {
    "stylegan2": "StyleGAN2",
    "stylegan1": "StyleGAN",
    "crop": "Crop the centre",
    "letterbox": "Letterbox",
    "none": "None",
    "adaptive": "Adaptive",
    "fixed": "Fixed",
    "auto": "Auto",
}


def label_of(name: str) -> str:
    """What a field is called; its own name in words where it is new."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def limits_of(field: FieldHelp) -> str:
    """What a field takes, as one sentence with its limits."""
    if field.kind == "choice":
        return f"One of {', '.join(field.choices)}."
    if field.kind == "row":
        return "Whole numbers from 1 to 4096."
    if field.kind not in ("whole", "number"):
        return ""
    words = "A whole number" if field.kind == "whole" else "A number"
    if field.low is not None:
        low = f"{field.low:g}"
        words += f" above {low}" if field.above else f" from {low}"
    if field.high is not None:
        high = field.high
        if field.below and field.kind == "whole":
            high -= 1
        joint = " and below" if field.below and high == field.high else " to"
        words += f"{', up to' if field.above else joint} {_large(high)}"
    return f"{words}{', or nothing' if field.optional else ''}."


def tip_of(field: FieldHelp) -> str:
    """The help of a field with what it takes and its name in the files."""
    parts = [field.help, limits_of(field)]
    if field.live:
        parts.append("Can be changed while the run goes on.")
    parts.append(f"In config.json: {field.name}. Double-click the name to reset.")
    return "\n".join(part for part in parts if part)


def _large(value: float) -> str:
    return f"{value:,.0f}" if value >= 10_000 else f"{value:g}"

"""What spaces and their coordinates are called on the screen; pure text."""

from sgviz.state import InLayer, InP, InStyle, InW, InZ, OneSpace, SideBySide, Space


def space_name(space: OneSpace) -> str:
    """What a space is called: "Z", "h3", "W", "P", "P_N", "S of row 3"."""
    match space:
        case InZ():
            return "Z"
        case InLayer(layer=layer):
            return f"h{layer}"
        case InP(normalised=normalised):
            return "P_N" if normalised else "P"
        case InStyle(row=row):
            return f"S of row {row}"
        case InW():
            return "W"
    raise TypeError(f"{type(space).__name__} is no space")


def coordinate_format(space: OneSpace) -> str:
    """What its coordinates are called: "w{}" for W, with the number to be filled in."""
    match space:
        case InZ():
            return "z{}"
        case InLayer(layer=layer):
            return f"h{layer}[{{}}]"
        case InP(normalised=normalised):
            return "v{}" if normalised else "p{}"
        case InStyle():
            return "s{}"
    return "w{}"


def centre_words(space: Space) -> str:
    """What is drawn where w_avg is taken away: "w − w_avg", "h − mean" ..."""
    match space:
        case InZ() | InP(normalised=True):
            return coordinate_format(space)[0]
        case InLayer():
            return "h − mean"
        case SideBySide():
            return "centred"
    letter = coordinate_format(space)[0]
    return f"{letter} − {letter}_avg"

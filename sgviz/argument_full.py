"""What is asked of ``measure --full``: how images are measured, from where to where.

``--shape`` is the part of it that needs no image.
"""

from sgviz.argument_parser import Parser
from sgviz.argument_values import latent, nonempty, whole


def add_full(parser: Parser) -> None:
    """``--shape`` and ``--full``, and the options that are about them alone."""
    add = parser.add_argument_group("more of a network").add_argument
    add("--shape", action="store_true",
        help="layers, stretch, bends, flatness, geodesic, dimension: half a "
        "minute")  # fmt: skip
    add("--full", action="store_true", help="those, and what images feel: minutes")
    add(
        "--ruler",
        metavar="pixels|reader|FILE",
        type=nonempty,
        help="images differ by pixels, by what the bundled reader of portraits sees, or"
        " by a perceptual network in a file (pixels)",
    )
    add("--crop", action="store_true", help="the face of aligned portraits, of --pairs")
    add("--pairs", type=whole(8, 200_000), help="of path lengths (400)")
    add("--samples", type=whole(40, 400_000), help="images that are parted (6000)")
    add(
        "--labels",
        metavar="FILE.csv",
        type=nonempty,
        help="parted by these labels (what the reader of portraits reads)",
    )
    add("--cloud", type=whole(100, 20_000), help="seeds whose dimension it is (2000)")
    what = "a seed, or a row of a file of z such as Z.npy:3"
    add("--from", metavar="LATENT", dest="begin", type=latent,
        help=f"where the geodesic begins: {what} (0)")  # fmt: skip
    add("--to", metavar="LATENT", dest="end", type=latent, help="where it ends (1)")
    add("--ring", metavar="K", type=whole(0, 1023),
        help="the circle that is bent and flattened: 0 the axes' plane, else a random "
        "one (0)")  # fmt: skip

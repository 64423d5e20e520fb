"""Where the files that come with sgviz lie: in the wheel or in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def assets_folder() -> Path:
    """``sgviz/_assets`` of an installed wheel, else ``assets/`` of the checkout."""
    packed = _PACKAGE / "_assets"
    return packed if packed.is_dir() else _PACKAGE.parent / "assets"


def bundled_model() -> Path:
    """The trained network that comes with sgviz; the file may be missing."""
    return assets_folder() / "models" / "portraits-64.safetensors"


def bundled_reader() -> Path:
    """The reader of portraits that comes with sgviz; the file may be missing."""
    return assets_folder() / "reader" / "portraits-factors.safetensors"


def icon() -> Path:
    """The icon of the window, an SVG."""
    return assets_folder() / "icon.svg"

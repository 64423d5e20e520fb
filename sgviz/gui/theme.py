"""The colours of the window, light and dark: Fusion palettes of our own."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from sgviz.prefs import Theme as ThemeChoice


@dataclass(frozen=True)
class Theme:
    """Colours by what they are for, as ``#rrggbb``."""

    name: str
    canvas: str
    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    warning: str
    good: str

    @property
    def dark(self) -> bool:
        """Whether text is light on dark."""
        return self.name == "dark"


DARK = Theme(
    name="dark",
    canvas="#0e1116",
    window="#161a21",
    surface="#1d222b",
    raised="#282f3a",
    line="#343c49",
    text="#e4e8ee",
    muted="#8f9bab",
    accent="#6aa9ff",
    on_accent="#0b1220",
    warning="#f0b35a",
    good="#6fcf97",
)
LIGHT = Theme(
    name="light",
    canvas="#f7f7f5",
    window="#eeeeec",
    surface="#fbfbfa",
    raised="#e4e4e1",
    line="#cfcfca",
    text="#20242a",
    muted="#667080",
    accent="#2868c8",
    on_accent="#ffffff",
    warning="#a35c00",
    good="#1f7a46",
)


def resolve_theme(choice: ThemeChoice) -> Theme:
    """The theme of a choice; ``system`` asks the desktop, dark where it is silent."""
    if choice == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return LIGHT if scheme == Qt.ColorScheme.Light else DARK
    return DARK if choice == "dark" else LIGHT


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Give the application the colours of a theme."""
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette_of(theme))
    # PySide takes the name as str alone, and says that it takes bytes.
    app.setPalette(palette_of_boxes(theme), "QCheckBox")  # type: ignore[arg-type]
    app.setStyleSheet(_stylesheet(theme))


def palette_of(theme: Theme) -> QPalette:
    """The Qt palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette()
    for where, colour in (
        (role.Window, theme.window),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Button, theme.raised),
        (role.ToolTipBase, theme.raised),
        (role.Mid, theme.line),
        (role.Midlight, theme.line),
        (role.Dark, theme.line),
        (role.Light, theme.raised),
        (role.Shadow, theme.canvas),
        (role.WindowText, theme.text),
        (role.Text, theme.text),
        (role.ButtonText, theme.text),
        (role.ToolTipText, theme.text),
        (role.BrightText, theme.warning),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.HighlightedText, theme.on_accent),
    ):
        palette.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(theme.muted))
    return palette


def palette_of_boxes(theme: Theme) -> QPalette:
    """That of check boxes, whose edges are seen on any of the window's colours.

    Fusion draws the edge in four fifths of the colour of the window behind, and
    nothing else of a check box is drawn with that colour.
    """
    palette = palette_of(theme)
    palette.setColor(QPalette.ColorRole.Window, QColor(theme.muted).lighter(127))
    return palette


def _stylesheet(theme: Theme) -> str:
    return f"""
QMainWindow::separator {{ background: {theme.window}; width: 6px; height: 6px; }}
QToolTip {{ color: {theme.text}; background: {theme.raised};
            border: 1px solid {theme.line}; padding: 4px; }}
QLabel[role="muted"] {{ color: {theme.muted}; }}
QLabel[role="title"] {{ color: {theme.muted}; font-weight: 600; }}
QToolButton:checked {{ background: {theme.line}; color: {theme.text};
    border: 1px solid {theme.accent}; border-radius: 3px; padding: 2px 5px; }}
QStatusBar {{ border-top: 1px solid {theme.line}; }}
QStatusBar::item {{ border: none; }}
"""

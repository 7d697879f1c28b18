"""Colours that text can be read in: letters on a fill, and tones on the window's own background, light or dark.

Every pair reaches 4.5 : 1 (WCAG AA); tests/house/test_contrast.py computes it. No other file gives text a colour.
"""

from enum import Enum

from qgis.PyQt.QtGui import QColor, QGuiApplication, QPalette

ENOUGH = 4.5


class Tone(Enum):
    """What coloured words mean: (on a light background, on a dark one)."""

    BAD = ("#b71c1c", "#ffcdc8")
    DOUBT = ("#8a4b00", "#ffcc80")
    GOOD = ("#1b5e20", "#b9e6ba")
    BUSY = ("#0d47a1", "#bbdefb")
    FAINT = ("#595959", "#d6d6d6")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it, 1 to 21."""
    bright, dark = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour):
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def letters_on(fill: str) -> str:
    """White letters where they can be read on this fill, else black ones: one of the two always can."""
    return "#ffffff" if contrast("#ffffff", fill) >= ENOUGH else "#000000"


def text_colour(tone: Tone) -> str:
    """The tone as it is read in the theme that QGIS shows."""
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Base).lightness() < 128
    return tone.value[dark]


def text_style(tone: Tone) -> str:
    """The tone as a style sheet, or the style of a span."""
    return f"color: {text_colour(tone)}"

"""Numbers that a person types: with the decimal comma of the user's language, or the signs of a Chinese keyboard."""

import math
import unicodedata

from qgis.PyQt.QtCore import QLocale


def typed_number(text: str) -> float:
    """The number that was typed; raises ValueError, with what was typed, for what is none or has no end."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("。", ".")
    if QLocale().decimalPoint() == "," and plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        raise ValueError(text) from None
    if not math.isfinite(value):
        raise ValueError(text)
    return value

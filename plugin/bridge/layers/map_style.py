"""How maps look: a hatch of its own for every control line, symbols, round scales (resources/report/map_style.json)."""

import functools
import itertools
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsFillSymbol, QgsLineSymbol, QgsMarkerSymbol
from qgis.PyQt.QtGui import QColor

from ...paths import RESOURCES

SOLID_ALPHA = 130  # a filled area lets the land below shine through
CONFLICT_FILL = "b_diagonal"  # of the pieces; no control line has it


@functools.lru_cache(maxsize=1)
def style() -> dict[str, Any]:
    """The style as it is kept."""
    data: dict[str, Any] = json.loads((RESOURCES / "report" / "map_style.json").read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True)
class Look:
    """Fill and outline of one control line; both are QGIS style names."""

    fill: str = "solid"
    outline: str = "solid"


def looks(patterns: Iterable[tuple[str, str]]) -> dict[str, Look]:
    """{line id: Look} of (line id, pattern of the catalogue), no two alike as long as there are looks left.

    The first one with a pattern has it; the next one takes a hatch that nobody has, then the same with another outline.
    """
    taken, made = set(), {}
    for line_id, pattern in patterns:
        wanted = style()["patterns"][pattern]
        fills = [wanted, *(fill for fill in style()["fills"] if fill != wanted)]
        choices = (Look(fill, outline) for outline, fill in itertools.product(style()["outlines"], fills))
        look = next((choice for choice in choices if choice not in taken), Look(wanted))
        taken.add(look)
        made[line_id] = look
    return made


def land_use_colour(code: str) -> str:
    """A pale colour for the kind of land that a class code begins with."""
    colours = style()["land_use"]
    return str(colours.get(code[:2], colours[""]))


def round_scale(metres: float, millimetres: float) -> int:
    """The smallest round n of a scale 1:n at which `metres` fit into `millimetres` of print."""
    least = max(metres / millimetres * 1000, 100.0)
    power = 10 ** math.floor(math.log10(least))
    steps = [step * power for step in (*style()["scales"], 10)]
    return round(next(step for step in steps if step >= least * (1 - 1e-9)))


def fill_colour(fill: str, outline: str, kind: str, alpha: int = SOLID_ALPHA) -> QColor:
    """The colour of an area: of a hatch that of its outline, to be seen on any land; a solid one shines through."""
    colour = QColor(fill if kind == "solid" else outline)
    colour.setAlpha(alpha if kind == "solid" else 255)
    return colour


def symbols(fill: str, outline: str, look: Look, width: float, alpha: int = SOLID_ALPHA) -> tuple:
    """QGIS symbols by dimension: a point, a line, an area; `width` in millimetres, `alpha` of a solid fill."""
    colour = fill_colour(fill, outline, look.fill, alpha)
    rgba = f"{colour.red()},{colour.green()},{colour.blue()},{colour.alpha()}"
    area = {"color": rgba, "outline_color": outline, "style": look.fill}
    return (
        QgsMarkerSymbol.createSimple({"color": outline, "size": "2.5"}),
        QgsLineSymbol.createSimple({"color": outline, "width": str(width), "line_style": look.outline}),
        QgsFillSymbol.createSimple({**area, "outline_width": str(width), "outline_style": look.outline}),
    )

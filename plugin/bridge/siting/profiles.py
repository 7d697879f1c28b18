"""Profiles of the ground through the sites of a report, drawn from the elevation that the criteria ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from ...core.errors import OneMapError
from ...core.land.boxes import grown
from ...core.review.report_data import MapImage
from ...core.siting.model import SLOPE
from ...core.siting.profile import Profile, profile_of
from ...report.blocks.fonts import chinese_family
from ...report.siting.wording import say
from ..layers.maps import png
from ..layers.raster import RasterSource
from .layers import SitingLayers

_EXTRA = "elevation"  # key of a layer that the table of costs asks for
_SIZE, _WIDTH_MM = (660, 380), 75.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 60, 12, 66  # pixels around the curve
_LEAST_M = 10.0  # of height that a profile shows: flat land is to look flat
_GROUND, _SITE, _INK, _FAINT = "#c8b48a", "#fbe3b5", "#303030", "#d0d0d0"
_RIGHTWARDS = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


@dataclass
class SiteProfiles:
    """{site key: MapImage} of what the elevation tells, and {site key: why no profile is drawn} of the others."""

    images: dict[str, MapImage] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def site_profiles(layers: SitingLayers, sites: Mapping[str, Any], plane: CRS) -> SiteProfiles:
    """The profile of each site, from the elevation of the criteria or from that of the table of costs."""
    key = _elevation_key(layers)
    if not key:
        return SiteProfiles(missing=dict.fromkeys(sites, say("profile_no_layer")))
    made = SiteProfiles()
    try:
        source = layers.of(key, RasterSource)[0]
        profiles = {name: _profile(source, site, plane) for name, site in sites.items()}
    except OneMapError as error:
        return SiteProfiles(missing=dict.fromkeys(sites, say("profile_failed", error=error)))
    for name, profile in profiles.items():
        if profile is None:
            made.missing[name] = say("profile_beyond")
        elif not profile.is_known:
            made.missing[name] = say("profile_no_data")
        else:
            made.images[name] = _image(name, profile)
    return made


def _elevation_key(layers: SitingLayers) -> str:
    """The first layer of elevation that somebody gave, "" for none."""
    criteria = layers.criteria
    asked = [c.layer for c in criteria.constraints if c.kind == SLOPE]
    asked += [f.layer for f in criteria.factors if f.kind in (SLOPE, "elevation", "relief")]
    return next((layer for layer in (*asked, _EXTRA) if layer and layers.has(layer)), "")


def _profile(source: RasterSource, site: Any, plane: CRS) -> Optional[Profile]:
    left, low, right, top = site.bounds
    box = grown(site.bounds, max(right - left, top - low))
    try:
        grid = source.grid("elevation", plane, box)
    except OneMapError:
        return None  # the site lies beyond the raster
    values, cell = grid.read(1_000_000)
    west, north = grid.box[0], grid.box[3]

    def heights_at(places: np.ndarray) -> np.ndarray:
        return _between(values, (places[:, 0] - west) / cell - 0.5, (north - places[:, 1]) / cell - 0.5)

    return profile_of(shapely.convex_hull(site) if site.geom_type != "Polygon" else site, heights_at)


def _between(values: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Bilinear between the middles of cells; not a number beyond them and beside cells without data."""
    column, row = np.floor(columns).astype(int), np.floor(rows).astype(int)
    known = (column >= 0) & (column < values.shape[1] - 1) & (row >= 0) & (row < values.shape[0] - 1)
    column, row = np.where(known, column, 0), np.where(known, row, 0)
    right, down = columns - column, rows - row
    above = values[row, column] * (1 - right) + values[row, column + 1] * right
    below = values[row + 1, column] * (1 - right) + values[row + 1, column + 1] * right
    return np.where(known, above * (1 - down) + below * down, np.nan)


def _image(key: str, profile: Profile) -> MapImage:
    image = QImage(QSize(*_SIZE), QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(chinese_family())
    font.setPixelSize(22)
    painter.setFont(font)
    _Drawing(painter, profile).draw()
    painter.end()
    facts = {"low": profile.lowest, "high": profile.highest, "fall": profile.fall_percent}
    caption = say("profile", key=key, rise=profile.highest - profile.lowest, **facts)
    return MapImage(key, caption, png(image), _WIDTH_MM, _WIDTH_MM * _SIZE[1] / _SIZE[0])


class _Drawing:
    """One profile: the site's part shaded, heights on the left, metres below, its compass points at the ends."""

    def __init__(self, painter: QPainter, profile: Profile) -> None:
        self._painter, self._profile = painter, profile
        self._area = QRectF(_LEFT, _TOP, _SIZE[0] - _LEFT - _RIGHT, _SIZE[1] - _TOP - _BOTTOM)
        low, high = np.nanmin(profile.heights), np.nanmax(profile.heights)
        room = max(high - low, _LEAST_M) * 0.15
        self._low, self._high = low - room, max(high, low + _LEAST_M) + room

    def draw(self) -> None:
        self._shade()
        self._ground()
        self._axes()

    def _at(self, metres: float, height: float) -> QPointF:
        area = self._area
        x = area.left() + metres / self._profile.metres[-1] * area.width()
        return QPointF(x, area.bottom() - (height - self._low) / (self._high - self._low) * area.height())

    def _shade(self) -> None:
        inside = self._profile.metres[self._profile.inside]
        left, right = (self._at(metres, self._low).x() for metres in (inside[0], inside[-1]))
        self._painter.fillRect(QRectF(left, self._area.top(), right - left, self._area.height()), QColor(_SITE))
        self._painter.setPen(QPen(QColor(_INK)))
        self._painter.drawText(QRectF(left, self._area.top(), right - left, 30), _CENTRE, say("profile_site"))

    def _ground(self) -> None:
        """The land below each run of known heights."""
        known = np.isfinite(self._profile.heights)
        breaks = np.flatnonzero(np.diff(known.astype(int))) + 1
        for rows in np.split(np.arange(len(known)), breaks):
            if len(rows) < 2 or not known[rows[0]]:
                continue
            line = [self._at(self._profile.metres[r], self._profile.heights[r]) for r in rows]
            foot = [QPointF(line[-1].x(), self._area.bottom()), QPointF(line[0].x(), self._area.bottom())]
            self._painter.setPen(Qt.PenStyle.NoPen)
            self._painter.setBrush(QColor(_GROUND))
            self._painter.drawPolygon(QPolygonF([*line, *foot]))
            self._painter.setPen(QPen(QColor(_INK), 3))
            self._painter.drawPolyline(QPolygonF(line))

    def _axes(self) -> None:
        profile, area = self._profile, self._area
        for height in _round_steps(self._low, self._high, 4):
            y = self._at(0, height).y()
            self._painter.setPen(QPen(QColor(_FAINT), 1))
            self._painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            self._painter.setPen(QPen(QColor(_INK)))
            self._painter.drawText(QRectF(0, y - 15, _LEFT - 10, 30), _RIGHTWARDS, f"{height:g} m")
        for metres in _round_steps(0, profile.metres[-1], 4):
            x = self._at(metres, self._low).x()
            self._painter.drawText(QRectF(x - 60, area.bottom() + 5, 120, 28), _CENTRE, f"{metres:g} m")
        for x, end in ((area.left(), profile.from_), (area.right() - 60, profile.to)):
            self._painter.drawText(QRectF(x, area.bottom() + 34, 60, 30), _CENTRE, say(f"compass_{end}"))


def _round_steps(low: float, high: float, most: int) -> np.ndarray:
    """Multiples of 1, 2 or 5 times a power of ten between two numbers."""
    raw = (high - low) / most
    power = 10.0 ** np.floor(np.log10(raw))
    step = power * next(m for m in (1, 2, 5, 10) if m * power >= raw)
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step

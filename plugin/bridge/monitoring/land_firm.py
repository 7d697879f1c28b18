"""The land-firm-tax job: a parcel layer and tables of firms, taxes and leases. No name and no amount goes to a log."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

import numpy as np
import shapely
from qgis.core import NULL, QgsVectorLayer

from ...core.errors import InputError
from ...core.indicators.land_firm import WAN, LandFirmInput, LandFirmRules, LandFirmTax, land_firm_tax
from ...core.indicators.land_firm_candidates import CandidateRule, candidate_rules, read_candidate_rules
from ...core.indicators.land_firm_match import MatchRules
from ...core.indicators.land_firm_model import Firm, Parcel
from ...core.indicators.land_firm_names import pairs
from ...core.indicators.land_firm_scores import Scheme
from ...core.indicators.redevelopment_land import counted_areas
from ...core.land import crs as crs_rules
from ...core.land.area import statutory_areas
from ...core.land.file_state import file_sha256
from ...core.land.remarks import Remark
from ...core.land.rounding import mu
from ...core.threads import Feedback
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot
from .land_firm_tables import FirmTables, is_right, land_firm_settings, moved, read_firms, read_leases, read_taxes

_TWICE_M2 = 10.0  # ours: less is a matter of drawing
_MEASURED = ("far", "investment", "stated_tax")
_NUMBERS = ("far", "far_limit", "investment", "contract_investment", "contract_tax", "stated_tax")


@dataclass(frozen=True)
class LandFirmChoice:
    """What the user chose; `fields`: {measure: field of the parcel layer} beside those found by their names; `leases`
    "" for none; `money_in_wan`: what an amount without a unit in its head is; `year` 0 for the latest;
    `rules`: a file of one's own rules for candidates, "" for those that the plugin brings."""

    parcels: QgsVectorLayer
    firms: str
    taxes: str
    scheme: Scheme
    leases: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    year: int = 0
    money_in_wan: bool = True
    rules: str = ""


@dataclass
class LandFirmOutcome:
    """What a run came to, with its inputs for the outputs and the report."""

    result: LandFirmTax
    firms: list[Firm]
    tables: FirmTables
    scheme: Scheme
    remarks: list[Remark]
    parcel_layer: str
    outside: int = 0


class LandFirmJob:
    """Made on the main thread, run in any. Raises InputError for anything that cannot be used."""

    def __init__(self, chosen: LandFirmChoice) -> None:
        self._chosen = chosen
        layer = repair_encoding(chosen.parcels)
        self.snapshot = LayerSnapshot(layer, "parcels")
        centre = layer.extent().center()
        self.plane = crs_rules.working_plane(self.snapshot.crs, (centre.x(), centre.y()))
        self.fields, self._negative, self._noughts = self._found_fields(), 0, 0
        if "id" not in self.fields:
            raise InputError("land_firm_no_id")

    def _found_fields(self) -> dict[str, str]:
        """{measure: field}: those chosen, else the first known name that the layer has."""
        found = {}
        for measure, names in land_firm_settings()["parcel_columns"].items():
            chosen = self._chosen.fields.get(measure, "")
            name = chosen if chosen else next((n for n in names if self.snapshot.has_field(n)), "")
            if name:
                found[measure] = self.snapshot.fields.field(self.snapshot.fields.lookupField(name)).name()
        return found

    def run(self, feedback: Optional[Feedback] = None) -> LandFirmOutcome:
        """Read, match, share and score; raises Cancelled, InputError."""
        chosen, settings = self._chosen, land_firm_settings()
        parcels = list(self._parcels(feedback))
        if not parcels:
            raise InputError("land_firm_no_parcels", layer=self.snapshot.name)
        tables = FirmTables()
        read_firms(Path(chosen.firms), tables)
        if chosen.leases:
            read_leases(Path(chosen.leases), tables)
        read_taxes(Path(chosen.taxes), tables, chosen.money_in_wan)
        year = self._year(tables)
        firms = self._on_plane(tables.firms)
        rules = MatchRules(is_right, chosen.order, pairs(settings["same_names"]), settings["address_most"], year)
        if not chosen.order:
            rules = MatchRules(is_right, same=rules.same, address_most=rules.address_most, year=year)
        how = LandFirmRules(rules, chosen.scheme, self._candidate_rules(), year)
        result = land_firm_tax(LandFirmInput(parcels, firms, tables.leases, tables.years), how)
        outcome = LandFirmOutcome(result, firms, tables, chosen.scheme, [], self.snapshot.name)
        own = [*self.snapshot.remarks, *self._land_remarks(parcels)]
        outcome.remarks = [*own, *tables.remarks, *_remarks(outcome), _whose_rules(chosen)]
        return outcome

    def _land_remarks(self, parcels: list[Parcel]) -> Iterator[Remark]:
        """Land that counts nowhere, land that counts twice, and numbers that cannot be."""
        lost = self.snapshot.expected_count - len(parcels)
        if lost > 0:
            yield Remark("land_firm_no_shape", self.snapshot.name, None, {"count": lost})
        twice = sum(p.area_m2 for p in parcels) - float(counted_areas([p.geometry for p in parcels], self.plane).sum())
        if twice >= _TWICE_M2:
            yield Remark("land_firm_land_twice", self.snapshot.name, None, {"mu": f"{mu(twice):,.2f}"})
        if self._noughts:
            yield Remark("land_firm_nought", self.snapshot.name, None, {"count": self._noughts})
        if self._negative:
            yield Remark("land_firm_negative", self.snapshot.name, None, {"count": self._negative})

    def _candidate_rules(self) -> tuple[CandidateRule, ...]:
        own = self._chosen.rules
        return read_candidate_rules(Path(own)) if own else candidate_rules(land_firm_settings()["rules"])

    def _year(self, tables: FirmTables) -> int:
        years = tables.years_given
        year = self._chosen.year or (years[-1] if years else 0)
        if year not in years:
            raise InputError("land_firm_no_year", year=year, years="、".join(map(str, years)) or "—")
        return year

    def _parcels(self, feedback: Optional[Feedback]) -> Iterator[Parcel]:
        names = list(self.fields.values())
        for features, _, shapes in self.snapshot.batches(self.plane, names, feedback):
            used = np.flatnonzero(~shapely.is_missing(shapes))
            areas = statutory_areas(shapes[used], self.plane)
            for row, area in zip(used.tolist(), areas.tolist()):
                values = {measure: _plain(features[row][name]) for measure, name in self.fields.items()}
                texts = {m: "" if v is None else str(v).strip() for m, v in values.items() if m not in _NUMBERS}
                numbers = {m: self._measure(m, values[m]) for m in _NUMBERS if m in values}
                given: dict[str, Any] = {**texts, **numbers}
                yield Parcel(given.pop("id"), area, geometry=shapes[row], **given)

    def _measure(self, measure: str, value: Any) -> Optional[float]:
        """A ratio or an amount of the land, None for what is below 0 and for a present ratio or investment of 0: a
        database writes 0 where nobody filled it in."""
        number = _number(value)
        if number == 0 and measure in _MEASURED:
            self._noughts += 1
            return None
        self._negative += number is not None and number < 0
        return None if number is None or number < 0 else number

    def _on_plane(self, firms: list[Firm]) -> list[Firm]:
        """Firms with their points on the plane: degrees by their size, else coordinates of the parcel layer."""
        points: list[Any] = [firm.point for firm in firms]
        for in_degrees, source in ((True, crs_rules.parse_crs("EPSG:4490")), (False, self.snapshot.crs)):
            rows = [n for n, firm in enumerate(firms) if firm.point and _is_degrees(firm.point) == in_degrees]
            if rows:
                given = shapely.points(np.array([firms[n].point for n in rows], dtype=float))
                placed = shapely.get_coordinates(crs_rules.transform_geometries(given, source, self.plane))
                for n, point in zip(rows, placed.tolist()):
                    points[n] = tuple(point)
        return moved(firms, points)


def _is_degrees(point: tuple[float, float]) -> bool:
    return abs(point[0]) <= 180 and abs(point[1]) <= 90


def _plain(value: Any) -> Any:
    return None if value == NULL else value


def _number(value: Any) -> Optional[float]:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def wan(yuan: float) -> str:
    """Yuan as ten thousand yuan, in words."""
    return f"{yuan / WAN:,.2f}"


def _remarks(outcome: LandFirmOutcome) -> Iterator[Remark]:
    result, matching = outcome.result, outcome.result.matching
    for code, count in (
        ("land_firm_bad_codes", len(matching.bad_codes)),
        ("land_firm_doubled", len(matching.doubled)),
        ("land_firm_overlet", len(matching.overlet)),
        ("land_firm_unclassed", sum(firm.is_above is None for firm in outcome.firms)),
    ):
        if count:
            yield Remark(code, params={"count": count})
    if matching.unmatched:
        tax = wan(result.balance.firms_without_land)
        yield Remark("land_firm_unmatched", params={"count": len(matching.unmatched), "tax": tax})
    rows = sum(one.firm < 0 and one.year == result.year for one in outcome.tables.years)
    if rows:
        yield Remark("land_firm_rows", params={"count": rows, "tax": wan(result.balance.rows_without_firm)})
    if matching.leases_without_firm or matching.leases_without_parcel:
        params = {"parcels": matching.leases_without_parcel, "firms": matching.leases_without_firm}
        yield Remark("land_firm_leases", params=params)
    if result.balance.gap:
        yield Remark("land_firm_gap", params={"gap": f"{result.balance.gap:,.2f}"})


def _whose_rules(chosen: LandFirmChoice) -> Remark:
    params = {"scheme": chosen.scheme.title}
    if not chosen.rules:
        return Remark("land_firm_proposal", params=params)
    facts = {"file": Path(chosen.rules).name, "sha256": file_sha256(Path(chosen.rules))[:12]}
    return Remark("land_firm_own_rules", params={**params, **facts})

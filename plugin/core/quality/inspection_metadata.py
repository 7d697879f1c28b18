"""元数据: is there such a file, does it say what, where, when and by whom, and does it agree with the layers.

No list of its fields was seen: names and needs are a proposal (resources/inspection/metadata.csv).
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Optional

from pyproj import CRS

from ...paths import RESOURCES
from ..land import crs as crs_rules
from ..messages import text
from .defects import CheckRule, Defect
from .inspection import Inspection
from .inspection_content import Content, Matched
from .inspection_spec import Need
from .inspection_structure import commonest_crs

_OLD = re.compile(r"(西安|xian).{0,3}80|(北京|beijing).{0,3}54|wgs.?(19)?84|1980西安|1954北京", re.IGNORECASE)
_RIGHT = re.compile(r"cgcs.?2000|(国家|中国|china).{0,8}2000|2000.{0,3}(国家|中国)", re.IGNORECASE)
_EPSG = re.compile(r"(?<!\d)(4490|449[1-9]|45[0-4]\d|455[0-4])(?!\d)")
_DATE = re.compile(r"(\d{4})(?:\D{1,2}(\d{1,2})(?:\D(\d{1,2}))?|(\d{2})(\d{2})?)?(?!\d)")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_SHORT = 4  # letters of Chinese names that also stand at the end of longer ones


@dataclass(frozen=True)
class MetadataFact:
    """One thing that a metadata file says; `names`: what elements that say it are called."""

    id: str
    need: Need
    kind: str
    names: tuple[str, ...]

    def title(self) -> str:
        return text(f"metadata_{self.id}")

    def is_named(self, label: str) -> bool:
        """Whether an element of this name says it."""
        plain = _plain(label)
        return any(
            plain == name or (len(name) >= _SHORT and not name.isascii() and plain.endswith(name))
            for name in self.names
        )


@dataclass(frozen=True)
class Stated:
    """A text in a metadata file with the names of the elements it lies in, its own first."""

    labels: tuple[str, ...]
    value: str


@lru_cache(maxsize=1)
def metadata_facts() -> tuple[MetadataFact, ...]:
    """What is asked of a metadata file."""
    with open(RESOURCES / "inspection" / "metadata.csv", encoding="utf-8", newline="") as file:
        return tuple(
            MetadataFact(row["id"], Need(row["need"]), row["kind"], tuple(map(_plain, row["names"].split("|"))))
            for row in csv.DictReader(file)
        )


def check_metadata_files(run: Inspection, content: Content) -> None:
    """Whether the metadata files that the specification lists are there; one that must be is told as a file."""
    asked = [spec for spec in run.specification.files if spec.is_metadata]
    if not asked or not run.is_asked("metadata_missing"):
        return
    if not content.has_file_list:
        run.skip("metadata_missing", "", "unchecked_single")
        return
    rule = run.rule("metadata_missing")
    missing = [s for s in asked if s.need != Need.M and not any(s.fits(f.path) for f in content.files)]
    run.take(rule, len(asked), (Defect(rule.item.code, rule.severity, "", wanted=s.title) for s in missing))


def check_metadata(run: Inspection, file: str, stated: Sequence[Stated], matched: Matched, today: date) -> None:
    """What one metadata file says."""
    rule, plane = run.rule("metadata_content"), commonest_crs(matched)
    run.take(rule, len(metadata_facts()), _wrong(rule, file, stated, plane, today))
    values = [s.value for fact in metadata_facts() if fact.kind == "crs" for s in _said(fact, stated)]
    if values and not any(look.search(value) for look in (_OLD, _RIGHT, _EPSG) for value in values):
        run.skip("metadata_content", file, "unchecked_metadata_crs", file=file, value=values[0][:80])


def _said(fact: MetadataFact, stated: Sequence[Stated]) -> list[Stated]:
    return [one for one in stated if one.value and any(map(fact.is_named, one.labels))]


def _wrong(rule: CheckRule, file: str, stated: Sequence[Stated], plane: Optional[CRS], today: date) -> Iterator[Defect]:
    for fact in metadata_facts():
        values, params = [one.value for one in _said(fact, stated)], {"file": file, "fact": fact.title()}
        code, severity = rule.item.code, rule.severity
        if not values and fact.need == Need.M:
            yield Defect(code, severity, "", message="defect_Q114_absent", params=params)
        for value in values:
            wanted = _wanted(fact.kind, value, plane, today)
            if wanted:
                yield Defect(
                    code, severity, "", value=value[:80], wanted=wanted, message="defect_Q114_fact", params=params
                )


def _wanted(kind: str, value: str, plane: Optional[CRS], today: date) -> str:
    """What should stand there instead, "" for a value that nothing is known against."""
    if kind == "date":
        return "" if _is_past(value, today) else text("metadata_date_wanted")
    if kind == "crs":
        return _wanted_crs(unicodedata.normalize("NFKC", value), plane)
    number = _NUMBER.search(value) if kind == "meridian" else None
    if number is not None and plane is not None and crs_rules.is_cgcs2000_plane(plane):
        meridian = crs_rules.zone_meridian(plane)
        return "" if abs(float(number[0]) - meridian) < 1e-6 else f"{meridian:g}°"
    return ""


def _wanted_crs(value: str, plane: Optional[CRS]) -> str:
    name = crs_rules.describe(plane) if plane is not None else "CGCS2000"
    if _OLD.search(value) and not _RIGHT.search(value):
        return name
    codes, own = {int(code) for code in _EPSG.findall(value)}, plane.to_epsg() if plane is not None else None
    return name if codes and own is not None and not codes & {own, crs_rules.GEOGRAPHIC} else ""


def _is_past(value: str, today: date) -> bool:
    found = _DATE.search(unicodedata.normalize("NFKC", value))
    if found is None:
        return False
    year, *rest = (int(part) for part in found.groups() if part)
    month, day = (*rest, 1, 1)[:2]
    try:
        return date(year, month, day) <= today
    except ValueError:
        return False


def _plain(name: str) -> str:
    """A name without prefix, width, blanks and strokes."""
    bare = unicodedata.normalize("NFKC", name).rsplit("}", 1)[-1].rsplit(":", 1)[-1]
    return re.sub(r"[\s_\-:：]", "", bare).casefold()

"""A specification: what a plan database or submission package must hold, as its file says (formats/rules)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional

from ..patterns import fits, path_pattern
from .defects import Severity


class Need(str, Enum):
    """Whether a file, layer or field must be there: M always, C on a condition, O as one likes."""

    M = "M"
    C = "C"
    O = "O"  # noqa: E741  (the letter of the standards)


class FieldKind(str, Enum):
    """Kinds of values a field may hold."""

    CHAR = "Char"
    INT = "Int"
    FLOAT = "Float"
    DATE = "Date"


class Shape(str, Enum):
    """Kinds of geometry a layer may hold."""

    POINT = "point"
    LINE = "line"
    POLYGON = "polygon"
    NONE = "none"


@dataclass(frozen=True)
class CodeList:
    """The codes that a field may hold, with their names; `pad`: codes are written with zeros up to so many digits."""

    id: str
    values: Mapping[str, str]
    pad: int = 0
    confidence: str = ""

    def name(self, code: str) -> Optional[str]:
        """Name of a code, "" for one that has none, None for an unknown one or one that is not written in full."""
        return None if self.pad and len(code) != self.pad else self.meant(code)

    def meant(self, code: str) -> Optional[str]:
        """As `name`, of a code that may be written without its padding, as other databases write it."""
        short = code
        while short not in self.values and self.pad and short.endswith("00"):
            short = short[:-2]
        return self.values.get(short)


@dataclass(frozen=True)
class FieldSpec:
    """One field; `codes`: id of a CodeList, `range`: as in ">0" or "[0,1)", `form`: a regular expression.

    `name_of`: the field whose code this one names. `needed_if`, `empty_unless`: (field, beginnings of its values) that
    make a value necessary, or forbid one elsewhere. `unit`: of the areas it holds (m2, ha, mu, km2), "" for none."""

    name: str
    kind: Optional[FieldKind] = None
    title: str = ""
    length: Optional[int] = None
    decimals: Optional[int] = None
    need: Need = Need.M
    codes: str = ""
    range: str = ""
    form: str = ""
    name_of: str = ""
    needed_if: tuple[str, tuple[str, ...]] = ("", ())
    empty_unless: tuple[str, tuple[str, ...]] = ("", ())
    unit: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class CheckSpec:
    """A check asked of a layer; None where the item's own severity or tolerance holds."""

    check: str
    tolerance: Optional[float] = None
    severity: Optional[Severity] = None
    others: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LayerSpec:
    """One layer; `aliases`: other names it goes by; `key`: the field of unique identifiers, "" for none.

    `more_fields`: the list of fields is known in part only, so that others are no fault."""

    code: str
    title: str = ""
    shape: Shape = Shape.POLYGON
    need: Need = Need.O
    ysdm: str = ""
    key: str = ""
    aliases: tuple[str, ...] = ()
    fields: tuple[FieldSpec, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    z: bool = False
    confidence: str = ""
    more_fields: bool = False

    def field(self, name: str) -> Optional[FieldSpec]:
        return next((f for f in self.fields if f.name.upper() == name.upper()), None)

    @property
    def names(self) -> tuple[str, ...]:
        """All names that the layer may have, in capitals."""
        return tuple(dict.fromkeys(n.upper() for n in (self.code, self.title, *self.aliases) if n))


@dataclass(frozen=True)
class FileSpec:
    """One file of the package; `pattern`: a regular expression for its path, whose group `subject` is what the text
    must name; `near`: words by which a wrongly named one is still known; `dpi`: the least resolution of a map."""

    title: str
    pattern: str
    need: Need = Need.M
    near: str = ""
    dpi: int = 0
    is_table: bool = False
    is_metadata: bool = False

    def fits(self, path: str) -> bool:
        """Whether a file of the package is this one."""
        return fits(path_pattern(self.pattern), path)

    @property
    def names_subject(self) -> bool:
        """Whether the name of the file says of what it is."""
        return "(?P<subject>" in self.pattern

    def subject_of(self, path: str) -> str:
        """What a file says by its name that it is of, "" where it says nothing."""
        found = path_pattern(self.pattern).fullmatch(path) if self.fits(path) else None
        return (found["subject"] or "") if found is not None and self.names_subject else ""


@dataclass(frozen=True)
class LandSum:
    """A sum over a layer: of field `column`, or of statutory areas for "".

    `where`: (field, beginnings of its values), all of which must hold."""

    layer: str
    column: str = ""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class CellRule:
    """A cell of a table that must equal a sum over a layer, in `unit` (m2, ha, mu, km2)."""

    cell: str
    title: str
    sum: LandSum
    unit: str = "ha"
    tolerance: Optional[float] = None


@dataclass(frozen=True)
class PartsRule:
    """A cell of a table that must equal the sum of others."""

    total: str
    parts: tuple[str, ...]
    title: str = ""
    tolerance: Optional[float] = None


@dataclass(frozen=True)
class TableSpec:
    """A table of the package: the workbook by a pattern of its path, the sheet by name, "" for the first; `columns`:
    {letters of a column of its cells: what stands over it, "/" between headings over one another}."""

    title: str
    pattern: str
    sheet: str = ""
    cells: tuple[CellRule, ...] = ()
    parts: tuple[PartsRule, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    def fits(self, path: str) -> bool:
        """Whether a file of the package is this table."""
        return fits(path_pattern(self.pattern), path)

    def titles(self) -> dict[str, str]:
        """{cell: the title that its row bears, "" where no rule says it} of all cells that the rules name."""
        named = {cell: "" for rule in self.parts for cell in (rule.total, *rule.parts)}
        return {**named, **{rule.cell: rule.title for rule in self.cells}}


@dataclass(frozen=True)
class TextNumber:
    """A number that a text states after the words `after` and that must equal a sum over a layer.

    `unit`: of `tolerance`, and of cells of the text's tables that hold a number alone."""

    after: str
    sum: LandSum
    title: str = ""
    unit: str = "ha"
    tolerance: Optional[float] = None


@dataclass(frozen=True)
class TextSpec:
    """A text of the package (.docx or .txt) by a pattern of its path, and the numbers in it."""

    title: str
    pattern: str
    numbers: tuple[TextNumber, ...] = ()

    def fits(self, path: str) -> bool:
        """Whether a file of the package is this text."""
        return fits(path_pattern(self.pattern), path)


@dataclass(frozen=True)
class Quota:
    """An indicator handed down: `bound` is not_below or not_above; `value` None where nobody has given one yet."""

    id: str
    title: str
    sum: LandSum
    bound: str
    unit: str = "ha"
    value: Optional[float] = None


@dataclass(frozen=True)
class UpperRule:
    """A layer that must equal a layer of the plan above (in BASE)."""

    layer: str
    other: str
    tolerance: Optional[float] = None

    def check(self) -> CheckSpec:
        return CheckSpec("upper_layer", self.tolerance, options={"other": self.other})


@dataclass(frozen=True)
class Scoring:
    """How a score is made; all of it is a proposal."""

    weights: Mapping[Severity, float]
    passing: float = 60.0
    confidence: str = "proposal"


@dataclass(frozen=True)
class Specification:
    """A whole specification; `division_layers`: layers that list division codes with names; `district`: the layer
    whose polygons are the district; `headings`: {heading: items} of the report, empty for the stages."""

    name: str
    level: str
    version: str
    confidence: str
    sha256: str
    layers: tuple[LayerSpec, ...] = ()
    files: tuple[FileSpec, ...] = ()
    tables: tuple[TableSpec, ...] = ()
    codes: Mapping[str, CodeList] = field(default_factory=dict)
    quotas: tuple[Quota, ...] = ()
    upper: tuple[UpperRule, ...] = ()
    district: str = ""
    division_layers: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    tolerances: Mapping[str, float] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scoring: Scoring = Scoring({Severity.A: 12, Severity.B: 4, Severity.C: 1})
    source: str = ""
    texts: tuple[TextSpec, ...] = ()

    def sums(self) -> "set[LandSum]":
        """All sums over layers that tables, texts and quotas ask for."""
        cells = (cell.sum for table in self.tables for cell in table.cells)
        numbers = (number.sum for text in self.texts for number in text.numbers)
        return {*cells, *numbers, *(quota.sum for quota in self.quotas)}

    def layer(self, code: str) -> Optional[LayerSpec]:
        return next((layer for layer in self.layers if layer.code == code), None)

"""图数一致: the cells of a table against sums over layers, its totals against their parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..land.rounding import half_up
from .defects import CheckRule, Defect
from .inspection import Inspection
from .inspection_spec import LandSum, PartsRule, TableSpec
from .inspection_sums import UNIT_M2, plain_number
from .inspection_texts import number_with_unit


@dataclass(frozen=True)
class TableCells:
    """`values`: {"C5": value} by the addresses of the specification; `moved`: {address: where it was found instead},
    as the row there bears the title that the specification gives the cell."""

    values: Mapping[str, Any]
    moved: Mapping[str, str] = field(default_factory=dict)

    def place(self, cell: str) -> str:
        return self.moved.get(cell, cell)

    def in_units(self, units: Mapping[str, str]) -> "TableCells":
        """Numbers that were written with their unit ("479.99公顷") as numbers in the unit of their cell."""
        values = {cell: _in_unit(value, units.get(cell, "ha")) for cell, value in self.values.items()}
        return TableCells(values, self.moved)


def _in_unit(value: Any, unit: str) -> Any:
    stated = number_with_unit(value) if isinstance(value, str) else None
    return value if stated is None else stated.value * UNIT_M2[stated.unit] / UNIT_M2[unit]


def check_table(run: Inspection, table: TableSpec, file: str, cells: TableCells, sums: Mapping[LandSum, float]) -> None:
    """One table of a package."""
    cells = cells.in_units({rule.cell: rule.unit for rule in table.cells})
    if run.is_asked("table_layer") and table.cells:
        rule, known = run.rule("table_layer", file), [c for c in table.cells if c.sum in sums]
        run.take(rule, len(known), _wrong_cells(rule, table, cells, sums))
        if len(known) < len(table.cells):
            layers = sorted({c.sum.layer for c in table.cells if c.sum not in sums})
            run.skip("table_layer", file, "unchecked_layers", layers=", ".join(layers))
    if run.is_asked("table_sums") and table.parts:
        rule = run.rule("table_sums", file)
        run.take(rule, len(table.parts), (d for part in table.parts for d in _wrong_total(rule, part, cells)))


def _wrong_cells(
    rule: CheckRule, table: TableSpec, cells: TableCells, sums: Mapping[LandSum, float]
) -> Iterator[Defect]:
    for cell in table.cells:
        if cell.sum not in sums:
            continue
        wanted = float(half_up(sums[cell.sum] / UNIT_M2[cell.unit], 4))
        yield from _differing(rule, (cell.title, cell.cell), cells, wanted, cell.tolerance)


def _wrong_total(rule: CheckRule, part: PartsRule, cells: TableCells) -> Iterator[Defect]:
    wanted = sum(plain_number(cells.values.get(cell)) for cell in part.parts)
    yield from _differing(rule, (part.title, part.total), cells, wanted, part.tolerance)


def _differing(
    rule: CheckRule, cell: tuple[str, str], cells: TableCells, wanted: float, own: Optional[float]
) -> Iterator[Defect]:
    """A defect where a cell is no number, or another than wanted; `own`: the tolerance of the cell."""
    value, tolerance = cells.values.get(cell[1]), rule.tolerance if own is None else own
    number = float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if number is None or abs(number - wanted) > tolerance + 1e-9:
        shown = "-" if value is None else str(value)[:80] if number is None else f"{number:.10g}"
        place = f"{cell[0]}（{cells.place(cell[1])}）"
        yield rule.layer_defect(value=shown, wanted=f"{wanted:.4f}", params={"place": place})

"""The table of what a site costs, resources/siting/tables/cost.yaml or a county's own."""

from functools import lru_cache
from pathlib import Path
from typing import Union

import yaml

from ...core.siting.cost import CostItem, CostTable
from ...paths import RESOURCES

FILE = RESOURCES / "siting" / "tables" / "cost.yaml"


@lru_cache(maxsize=4)
def load_cost_table(path: Union[str, Path] = FILE) -> CostTable:
    """The CostTable of a file."""
    data = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    items = tuple(
        CostItem(
            row["id"],
            row["title"],
            tuple(row.get("codes", ())),
            tuple(row.get("not_codes", ())),
            None if row.get("price") is None else float(row["price"]),
            row.get("confidence", "proposal"),
        )
        for row in data["items"]
    )
    lines, grades = tuple(data.get("farmland_lines", ())), tuple(data.get("grade_fields", ()))
    return CostTable(items, data["class_field"], lines, grades)

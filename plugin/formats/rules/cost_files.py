"""The table of what a site costs, resources/siting/tables/cost.yaml or a county's own."""

from pathlib import Path
from typing import Any, Union

from ...core.errors import CatalogueError
from ...core.messages import named
from ...core.review.rules import rule_error
from ...core.siting.class_codes import KnownCodes
from ...core.siting.cost import CostItem, CostTable, Drive
from ...core.siting.model import LayerRef
from ...paths import RESOURCES
from .rule_files import load_vocabularies
from .schema_mistakes import mistakes_of, plain, schema_validator
from .yaml_lines import LinedDocument, load_yaml

FILE = RESOURCES / "siting" / "tables" / "cost.yaml"


def load_cost_table(path: Union[str, Path] = FILE) -> CostTable:
    """The CostTable of a file; raises CatalogueError naming file, line and key of every mistake."""
    try:
        document = load_yaml(Path(path))
    except OSError as error:
        raise CatalogueError("criteria_unreadable", file=str(path), error=error.strerror) from error
    mistakes = mistakes_of(document, schema_validator(FILE.with_suffix(".schema.json")))
    if mistakes:
        raise rule_error(mistakes, "cost_invalid")
    data = plain(document.data)
    table = _table(data)
    _refuse_unknown_layers(table, document)
    return table


def _table(data: dict[str, Any]) -> CostTable:
    drive = data.get("drive", {})
    return CostTable(
        tuple(map(_item, data["items"])),
        data["class_field"],
        tuple(data.get("farmland_lines", ())),
        tuple(data.get("grade_fields", ())),
        data.get("name", ""),
        data.get("ownership_field", ""),
        data.get("buildings", ""),
        tuple(data.get("utilities", ())),
        Drive(**{**drive, "places": tuple(drive.get("places", ()))}),
        {key: _layer(key, row) for key, row in data.get("layers", {}).items()},
        _known(data),
    )


def _known(data: dict[str, Any]) -> KnownCodes:
    """The classes of the kind that the items name, those that the table knows besides among them."""
    keys = [code for row in data["items"] for code in (*row.get("codes", ()), *row.get("not_codes", ()))]
    return KnownCodes(keys, data.get("other_values", ()), load_vocabularies())


def _layer(key: str, row: dict[str, Any]) -> LayerRef:
    return LayerRef(key, named(row["title"], row.get("title_en", "")), tuple(row.get("names", ())), extra=True)


def _item(row: dict[str, Any]) -> CostItem:
    price = None if row.get("price") is None else float(row["price"])
    codes, others = tuple(row.get("codes", ())), tuple(row.get("not_codes", ()))
    return CostItem(row["id"], named(row["title"], row.get("title_en", "")), codes, others, price, row["confidence"])


def _refuse_unknown_layers(table: CostTable, document: LinedDocument) -> None:
    """A key that names no layer of the table is a slip of the pen: it would never be measured."""
    asked = [(("buildings",), table.buildings), (("drive", "roads"), table.drive.roads)]
    asked += [(("utilities",), key) for key in table.utilities]
    asked += [(("drive", "places"), key) for key in table.drive.places]
    wrong = [
        (document.file.name, document.line(path), ".".join(path), "cost_layer_unknown", {"layer": key})
        for path, key in asked
        if key and key not in table.layers
    ]
    if wrong:
        raise rule_error(wrong, "cost_invalid")

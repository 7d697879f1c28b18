"""What a maintenance package holds, as data: resources/maintenance/*.csv."""

import csv
from dataclasses import dataclass
from pathlib import Path

from ...core.quality.maintenance import LayerKind, MaintainedLayer
from ...paths import RESOURCES

_FOLDER = RESOURCES / "maintenance"


@dataclass(frozen=True)
class ChangeField:
    """A field of the layers of changes (WHC)."""

    name: str
    title: str
    length: int


def load_maintained_layers(path: Path = _FOLDER / "layers.csv") -> tuple[MaintainedLayer, ...]:
    """The layers of a package, in the order in which they are numbered."""
    return tuple(
        MaintainedLayer(
            row["layer"],
            row["title"],
            LayerKind(row["kind"]),
            row["class_field"],
            tuple(filter(None, row["area_fields"].split("|"))),
            row["ysdm"],
            row["confidence"],
        )
        for row in _rows(path)
    )


def load_change_fields(path: Path = _FOLDER / "change_fields.csv") -> tuple[ChangeField, ...]:
    """The fields of the layers of changes."""
    return tuple(ChangeField(row["field"], row["title"], int(row["length"])) for row in _rows(path))


def _rows(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

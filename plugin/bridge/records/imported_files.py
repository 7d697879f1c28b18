"""Attachments that a workbook names. It carries no files: what is neither kept in the workspace nor named by the record
already is not registered, since nobody could open or send it. A list that cannot be taken as it is takes nothing away:
what the record has stays in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Optional

from ...core.forms.schema import Form

if TYPE_CHECKING:
    from ...formats.workbook.survey import SourceRow
    from ...store.workspace import Workspace


class NamedFiles:
    """Looks after the attachments of the rows of one import."""

    def __init__(self, workspace: "Workspace", form: Form) -> None:
        self._ws, self._keys = workspace, [f.key for f in form.fields if f.value_type == "files"]

    def checked(
        self, row: "SourceRow", here: Optional[Mapping[str, Any]]
    ) -> "tuple[SourceRow, tuple[tuple[str, str], ...]]":
        """(the row without what nobody has, (field, name) of each file left out)"""
        values, unknown = dict(row.record), []
        for key in self._keys:
            named = values.get(key)
            if named:
                kept = self._kept(named, (here or {}).get(key) or ())
                absent = [(key, entry["name"]) for entry in named if entry["sha256"] not in kept]
                found = [kept[entry["sha256"]](entry) for entry in named if entry["sha256"] in kept]
                values[key] = [*found, *(_others(here, key, found) if absent else ())] or None
                unknown += absent
        return (replace(row, record=values) if values != row.record else row), tuple(unknown)

    def _kept(self, named: Any, known: Any) -> dict[str, Any]:
        """{sha256: what makes an entry of it}: as the record has it, else with the size that it really has."""
        here = {entry["sha256"]: entry for entry in known}
        sizes = self._ws.attachments.sizes(entry["sha256"] for entry in named)
        made: dict[str, Any] = {digest: _of_size(size) for digest, size in sizes.items()}
        made.update({digest: _as_known(entry) for digest, entry in here.items() if digest not in sizes})
        return made


def _others(here: Optional[Mapping[str, Any]], key: str, found: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The files of a record that are not among those that were found."""
    digests = {entry["sha256"] for entry in found}
    return [entry for entry in (here or {}).get(key) or () if entry["sha256"] not in digests]


def _of_size(size: int) -> Any:
    return lambda entry: {"name": entry["name"], "sha256": entry["sha256"], "bytes": size}


def _as_known(known: Mapping[str, Any]) -> Any:
    return lambda entry: {**known, "name": entry["name"]}

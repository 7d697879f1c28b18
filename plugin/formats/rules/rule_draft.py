"""A province's rule file while it is edited: the effective rules, where each came from, and the changes to save."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...core.errors import InputError
from ...core.files import Scratch
from .layering import Layered
from .rule_files import BASE, load_rule_set, read_rules
from .rule_table import law_name
from .schema_mistakes import plain
from .yaml_lines import LinedDocument
from .yaml_writer import save_yaml


@dataclass(frozen=True)
class RuleRow:
    """One rule as it is in effect: `values` as a rule file has them, `changed` keys the province gives."""

    id: str
    values: dict
    changed: tuple
    is_new: bool
    is_off: bool


class RuleDraft:
    """`path`: the province's file, None for none yet. Raises CatalogueError for a file with mistakes."""

    def __init__(self, path: Optional[Path] = None) -> None:
        self.path = Path(path) if path else None
        self._base = read_rules(None)[1][0]
        document: dict[str, Any] = (
            plain(read_rules([self.path])[1][-1].data) if self.path else {"extends": "3x_national"}
        )
        if "extends" not in document:
            raise InputError("rule_draft_whole", file=self.path.name if self.path else "")
        self.document = document

    @property
    def name(self) -> str:
        return self.document.get("name", "")

    def rows(self) -> list:
        """RuleRows in the order of the national set, the province's own rules and those switched off included."""
        layered = Layered([self._base, LinedDocument(BASE, {**self.document, "remove": []}, {})])
        own = {row["id"]: row for row in self.document.get("rules", ())}
        known = {row["id"] for row in self._base.data["rules"]}
        off = self.document.get("remove", ())
        return [
            RuleRow(
                rule["id"],
                plain(rule),
                tuple(key for key in own.get(rule["id"], ()) if key != "id"),
                rule["id"] not in known,
                rule["id"] in off,
            )
            for rule in layered.data["rules"]
        ]

    def laws(self) -> dict:
        """{citation: {"law", "article"}} of every article that rules may cite."""
        laws = Layered([self._base, LinedDocument(BASE, self.document, {})]).data["laws"]
        return {
            law_name(law_id, law, article): {"law": law_id, "article": article}
            for law_id, law in laws.items()
            for article in map(str, law["articles"])
        }

    def change(self, rule_id: str, key: str, value: Any) -> None:
        """Give a rule a value; None takes it away, the national value takes the change back."""
        rules = self.document.setdefault("rules", [])
        own = next((row for row in rules if row["id"] == rule_id), None)
        national = next((plain(row) for row in self._base.data["rules"] if row["id"] == rule_id), None)
        if own is None:
            own = {"id": rule_id}
            rules.append(own)
        if national is not None and national.get(key) == value:
            own.pop(key, None)
        elif value is None and (national is None or key not in national):
            own.pop(key, None)
        else:
            own[key] = value
        if len(own) == 1:
            rules.remove(own)

    def restore(self, rule_id: str) -> None:
        """Take every change of a national rule back."""
        known = {row["id"] for row in self._base.data["rules"]}
        if rule_id in known:
            self.document["rules"] = [row for row in self.document.get("rules", ()) if row["id"] != rule_id]
        self.switch(rule_id, True)

    def switch(self, rule_id: str, on: bool) -> None:
        """Switch a national rule off or on again."""
        removed = [other for other in self.document.get("remove", ()) if other != rule_id]
        self.document["remove"] = removed if on else [*removed, rule_id]

    def saved_document(self) -> dict:
        """The document as it is saved."""
        return {key: value for key, value in self.document.items() if value not in ([], {}, None)}

    def save(self, path: Path, name: str, version: str, expression_check: Any = None) -> None:
        """Check and write the file; CatalogueError or OutputError says what is wrong, and nothing is written then."""
        path = Path(path)
        if path.exists() and path.samefile(BASE):
            raise InputError("rule_file_is_national")
        self.document.update(name=name, version=version)
        with Scratch() as folder:
            trial = folder / path.name
            save_yaml(trial, self.saved_document())
            load_rule_set([trial], expression_check=expression_check)
        save_yaml(path, self.saved_document())
        self.path = path

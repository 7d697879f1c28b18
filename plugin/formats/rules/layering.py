"""Rule documents laid over one another: a province changes what it names, and what it names must be there."""

from typing import Any

from .schema_mistakes import near
from .yaml_lines import LinedDocument

NEEDED = ("line", "kind", "effect", "title", "laws")  # of a rule that no earlier file has


class Layered:
    """The document that the files come to, remembering from which file each rule came; `mistakes` of the layers.

    `sources`: {rule id: names of the files that give or change it}.
    """

    def __init__(self, documents: list) -> None:
        self._origin: list = []
        self.mistakes: list = []
        self.sources: dict = {}
        self.data: dict = {"laws": {}, "rules": []}
        for document in documents:
            self._lay(document)

    def _lay(self, document: LinedDocument) -> None:
        data = document.data
        self.data.update({key: data[key] for key in ("name", "version", "province") if key in data})
        for law_id, law in (data.get("laws") or {}).items():
            known = self.data["laws"].get(law_id, {})
            articles = {**known.get("articles", {}), **{str(a): v for a, v in law.get("articles", {}).items()}}
            self.data["laws"][law_id] = {**known, **law, "articles": articles}
        self._remove(document)
        seen: set = set()
        for number, row in enumerate(data.get("rules") or []):
            if row["id"] in seen:
                self._mistake(document, ("rules", number, "id"), "rule_id_twice", id=row["id"])
            else:
                self._put(row, document, number)
            seen.add(row["id"])

    def _remove(self, document: LinedDocument) -> None:
        ids = document.data.get("remove") or []
        known = [row["id"] for row in self.data["rules"]]
        for number, rule_id in enumerate(ids):
            if rule_id not in known:
                path = ("remove", number)
                self._mistake(document, path, "rule_remove_unknown", id=rule_id, near=near(rule_id, known))
        keep = [i for i, rule_id in enumerate(known) if rule_id not in ids]
        self.data["rules"] = [self.data["rules"][i] for i in keep]
        self._origin = [self._origin[i] for i in keep]

    def _put(self, row: dict, document: LinedDocument, number: int) -> None:
        self.sources.setdefault(row["id"], []).append(document.file.name)
        known = [rule["id"] for rule in self.data["rules"]]
        if row["id"] in known:
            at = known.index(row["id"])
            merged = {**self.data["rules"][at], **row}
            self.data["rules"][at] = {key: value for key, value in merged.items() if value is not None}
            self._origin[at] = (document, number)
            return
        missing = [key for key in NEEDED if key not in row]
        if missing:
            code = "rule_new_unfinished" if "line" in row else "rule_id_unknown"
            params = {"id": row["id"], "keys": ", ".join(missing), "near": near(row["id"], known)}
            self._mistake(document, ("rules", number, "id"), code, **params)
            return
        self.data["rules"].append({key: value for key, value in row.items() if value is not None})
        self._origin.append((document, number))

    def _mistake(self, document: LinedDocument, path: tuple, code: str, **params: Any) -> None:
        key = ".".join(map(str, path))
        self.mistakes.append((document.file.name, document.line(path), key, code, params))

    def locate(self, path: tuple) -> tuple:
        """(file name, line) of a path of the layered document, e.g. ("rules", 3, "kind")."""
        document, number = self._origin[path[1]]
        return document.file.name, document.line(("rules", number, *path[2:]))

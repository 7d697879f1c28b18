"""A criteria document while it is edited: plain data that is loaded, changed and saved, and checked as a file
would be.
"""

import copy
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Optional

from ...core.errors import OutputError
from ...core.files import write_complete
from ...core.review.rules import RuleSet
from ...core.siting.build import RuleContext
from ...core.siting.model import Criteria
from .criteria_files import criteria_of, read_document
from .rule_files import load_catalogue, load_rule_set
from .schema_mistakes import plain
from .yaml_lines import LinedDocument, read_text
from .yaml_writer import fresh_text, merged_text

_FILE = "criteria.yaml"
_NO_LINES = {(): 0}  # what was not read from a file stands in no line of it


class CriteriaDraft:
    """`document`: the content of the file; `path`: where it was loaded from or saved to, None for a new one.

    Rows of `constraints` are dicts; factors stand in groups {"children": [...]}, the root is `factors`.
    """

    def __init__(self, document: dict, path: Optional[Path] = None, before: str = "") -> None:
        self.document, self.path, self._before = document, path, before
        self._saved = copy.deepcopy(document) if path else None
        # what was made text last, and the text
        self._written = (_key(_filled(document)), before) if before else ("", "")

    @classmethod
    def load(cls, path: Path) -> "CriteriaDraft":
        """Read a criteria file; raises CatalogueError for one that does not fit the schema."""
        document = read_document(path)
        return cls(plain(document.data), Path(path), read_text(path))

    @classmethod
    def new(cls, name: str) -> "CriteriaDraft":
        """An empty document."""
        return cls({"name": name, "version": "1", "sources": {}, "layers": {}, "constraints": []})

    @property
    def is_changed(self) -> bool:
        return self.document != self._saved

    @property
    def constraints(self) -> list:
        return self.document.setdefault("constraints", [])

    @property
    def factors(self) -> dict:
        """The root group; it is made when first asked for, and left out of the file while it is empty."""
        return self.document.setdefault("factors", {"children": []})

    def layer_titles(self) -> dict:
        """{key: title} of the layers that criteria may name."""
        return {key: row.get("title", key) for key, row in self.document.get("layers", {}).items()}

    def free_id(self, stem: str) -> str:
        """An id that no criterion has yet."""
        used = {row.get("id") for row in self.constraints} | {row.get("id") for row in self._all(self.factors)}
        return next(name for name in (f"{stem}{n or ''}" for n in range(10_000)) if name not in used)

    def _all(self, group: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for child in group["children"]:
            yield child
            if "children" in child:
                yield from self._all(child)

    @staticmethod
    def add_child(group: dict, row: dict) -> None:
        """Put a factor or group into a group; a matrix of judgements grows by a row of ones."""
        group["children"].append(row)
        if "matrix" in group:
            for judgements in group["matrix"]:
                judgements.append(1)
            group["matrix"].append([1] * len(group["children"]))

    @staticmethod
    def remove_child(group: dict, index: int) -> None:
        """Take a factor or group out of a group, and its judgements with it."""
        del group["children"][index]
        if "matrix" in group:
            del group["matrix"][index]
            for judgements in group["matrix"]:
                del judgements[index]
        if len(group["children"]) < 2:
            group.pop("matrix", None)

    def text(self) -> str:
        """The document as YAML; the comments of the file it came from are kept.

        Made anew only after a change: merging takes long, and the window asks before every count.
        """
        document = _filled(self.document)
        key = _key(document)
        if key != self._written[0]:
            self._written = (key, merged_text(self._before, document) if self._before else fresh_text(document))
        return self._written[1]

    def save(self, path: Path) -> None:
        """Write the file; raises OutputError."""
        try:
            write_complete(path, self.text().encode("utf-8"))
        except OSError as error:
            raise OutputError("output_failed", output=str(path), error=error.strerror or error) from error
        self.path, self._saved = Path(path), copy.deepcopy(self.document)

    def check(self, rule_set: Optional[RuleSet] = None, expression_check: Any = None) -> Criteria:
        """The Criteria of the document as it stands; raises CatalogueError with every mistake.

        They go by a hash of the content: see `digest`.
        """
        document = _filled(self.document)
        lined = LinedDocument(Path(self.path.name if self.path else _FILE), document, _NO_LINES)
        catalogue = load_catalogue()
        rules = rule_set or load_rule_set(None, catalogue, expression_check)
        context = RuleContext(rules, catalogue, expression_check)
        return criteria_of(lined, sha256(_key(document).encode("utf-8")).hexdigest(), context)

    def digest(self) -> str:
        """The hash of the file that the document would be saved as."""
        return sha256(self.text().encode("utf-8")).hexdigest()


def _filled(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what is empty."""
    filled = {key: value for key, value in document.items() if value not in ({}, [], None)}
    if not filled.get("factors", {"children": 1})["children"]:
        filled.pop("factors")
    return filled


def _key(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, default=repr)

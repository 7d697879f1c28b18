"""Catalogue and rule files: read, checked against their schema, provinces layered over the nation."""

import csv
import hashlib
import json
from datetime import date
from functools import lru_cache
from pathlib import Path

import jsonschema

from ...core.errors import CatalogueError
from ...core.review.catalogue import Catalogue
from ...core.review.proposals import Hints
from ...core.review.rules import build_rule_set, rule_error
from ...paths import RESOURCES
from .yaml_lines import load_yaml

BASE = RESOURCES / "rules" / "3x_national.yaml"


@lru_cache(maxsize=1)
def load_catalogue():
    """Return the Catalogue of resources/catalogue/control_lines.yaml."""
    return Catalogue.from_rows(load_yaml(RESOURCES / "catalogue" / "control_lines.yaml").data["lines"])


@lru_cache(maxsize=1)
def load_project_fields() -> dict:
    """{what a rule may ask of a project: names of the fields that may hold it} (resources/catalogue)."""
    return load_yaml(RESOURCES / "catalogue" / "project_fields.yaml").data


@lru_cache(maxsize=1)
def load_land_use_names():
    """Return {code: Chinese name} of the land-use classes (三调 and 国土空间用地用海,
    resources/catalogue/landuse.csv).
    """
    with open(RESOURCES / "catalogue" / "landuse.csv", encoding="utf-8-sig", newline="") as table:
        return {row["code"]: row["name"] for row in csv.DictReader(table)}


@lru_cache(maxsize=1)
def load_hints() -> Hints:
    """Return what names and fields hint at which line (resources/catalogue/line_hints.csv)."""
    with open(RESOURCES / "catalogue" / "line_hints.csv", encoding="utf-8", newline="") as table:
        return Hints.from_rows(list(csv.DictReader(table)))


def load_rule_set(paths=None, catalogue=None, expression_check=None):
    """Return the RuleSet of rule files layered in order.

    `paths`: the first file is the base, or `None` for the national set; a first file that says `extends: 3x_national`
    is layered over the national set. A rule of the same id overrides the keys it gives, `remove` takes rules away,
    new rules and laws are added. `expression_check(text)` tells what is wrong with a QGIS expression.
    Raises CatalogueError naming file, line and key of every mistake.
    """
    files = [Path(p) for p in paths or [BASE]]
    documents = [_load(file) for file in files]
    if documents[0].data.get("extends"):
        files.insert(0, BASE)
        documents.insert(0, _load(BASE))
    layered = _Layered(documents)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return build_rule_set(layered.data, catalogue or load_catalogue(), layered.locate, digest, expression_check)


def _load(file):
    try:
        document = load_yaml(file)
    except OSError as error:
        raise CatalogueError("rule_file_unreadable", file=str(file), error=error.strerror) from error
    except UnicodeDecodeError as error:
        raise CatalogueError("rule_file_unreadable", file=str(file), error="UTF-8") from error
    mistakes = [schema_mistake(document, error) for error in _validator().iter_errors(plain(document.data))]
    if mistakes:
        raise rule_error(sorted(mistakes, key=lambda m: m[1]))
    return document


@lru_cache(maxsize=1)
def _validator():
    schema = json.loads((RESOURCES / "rules" / "rules.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def plain(value):
    """YAML dates as text and article numbers as text, as JSON Schema knows no dates."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def schema_mistake(document, error):
    """(file, line, key, message code, params) of one schema error; an unknown key is named itself."""
    path = list(error.absolute_path)
    code, params = "schema_other", {"error": error.message}
    if error.validator == "additionalProperties":
        extra = sorted(set(error.instance) - set(error.schema.get("properties", {})))
        path, code, params = [*path, extra[0]], "schema_key_unknown", {"keys": ", ".join(extra)}
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        code, params = "schema_key_missing", {"keys": ", ".join(missing)}
    elif error.validator == "enum":
        code, params = (
            "schema_not_allowed",
            {"value": error.instance, "allowed": ", ".join(map(str, error.validator_value))},
        )
    return document.file.name, document.line(path), ".".join(map(str, path)), code, params


class _Layered:
    """Documents laid over one another, remembering from which file each rule came."""

    def __init__(self, documents):
        self._origin = []
        self.data = {"laws": {}, "rules": []}
        for document in documents:
            self._lay(document)

    def _lay(self, document):
        data = document.data
        self.data.update({key: data[key] for key in ("name", "version", "province") if key in data})
        for law_id, law in data.get("laws", {}).items():
            known = self.data["laws"].get(law_id, {})
            articles = {**known.get("articles", {}), **{str(a): v for a, v in law.get("articles", {}).items()}}
            self.data["laws"][law_id] = {**known, **law, "articles": articles}
        self._remove(set(data.get("remove", [])))
        seen = set()
        for number, row in enumerate(data.get("rules", [])):
            self._put(row, (document, number), override=row["id"] not in seen)
            seen.add(row["id"])

    def _remove(self, ids):
        keep = [i for i, row in enumerate(self.data["rules"]) if row["id"] not in ids]
        self.data["rules"] = [self.data["rules"][i] for i in keep]
        self._origin = [self._origin[i] for i in keep]

    def _put(self, row, origin, override):
        for position, known in enumerate(self.data["rules"]):
            if override and known["id"] == row["id"]:
                self.data["rules"][position] = {**known, **row}
                self._origin[position] = origin
                return
        self.data["rules"].append(dict(row))
        self._origin.append(origin)

    def locate(self, path):
        """(file name, line) of a path of the layered document, e.g. ("rules", 3, "kind")."""
        document, number = self._origin[path[1]]
        return document.file.name, document.line(("rules", number, *path[2:]))

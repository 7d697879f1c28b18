"""Form schemas (forms/schemas/*.json, JSON Schema 2020-12 with x- keywords) as objects: one schema drives every use
of a form.

Keywords of ours are described in docs/forms.zh_CN.md; FormValidator lives in form_validation and is offered here too.
"""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

from ...paths import SCHEMAS
from .. import messages
from ..errors import CatalogueError
from .fields import Field
from .validation import FieldError, FormValidator

__all__ = ["FORM_IDS", "Field", "FieldError", "Form", "FormValidator", "form_from_schema", "load_form", "named_field"]

FORM_IDS = (
    "plan_progress",
    "plan_org",
    "village_evaluation",
    "redevelopment_project",
    "project_site",
    "report_duty",
    "village_plan",
    "detail_unit",
    "special_plan",
    "plan_amendment",
    "indicator_value",
)
GEOMETRIES = ("none", "point", "polygon", "multipolygon")
WIDGETS = ("line", "text", "date", "choice", "number", "integer", "division", "reference", "files", "computed")
_KINDS = {"line": "text", "division": "text"}
_REQUIRED = ("x-form", "x-edition", "x-title", "x-geometry", "x-key", "properties")


@dataclass(frozen=True)
class Form:
    """One edition of a form.

    `title` is {"en", "zh"}, `key` the fields that tell records apart (`period` may be one of them); `key_else`: {part
    of the key: field that stands in for it}, see core.forms.identity; `duty`: {field: field of the list of what has
    to be reported}.
    """

    id: str
    edition: str
    title: dict
    fields: tuple
    geometry: str
    key: tuple
    checks: tuple
    schema: dict = field(repr=False)
    period: Optional[str] = None
    period_from: str = ""
    due: dict = field(default_factory=dict)
    rollup: dict = field(default_factory=dict)
    key_else: dict = field(default_factory=dict)
    duty: dict = field(default_factory=dict)

    def field(self, key: str) -> Field:
        """Return the Field of a key; KeyError for an unknown one."""
        return next(f for f in self.fields if f.key == key) if key in self.keys else self._unknown(key)

    def _unknown(self, key: str) -> Field:
        raise KeyError(key)

    @property
    def label(self) -> str:
        """Title in the chosen language."""
        return self.title[messages.language()]

    @property
    def is_proposal(self) -> bool:
        """Whether the form is ours, waiting for an official one."""
        return self.schema.get("x-confidence") == "proposal"

    @functools.cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(f.key for f in self.fields)

    @functools.cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """(key, type of value) of every field."""
        return tuple((f.key, f.value_type) for f in self.fields)

    @functools.cached_property
    def sensitive(self) -> tuple[str, ...]:
        """Keys of the fields that may stay out of courier bags."""
        return tuple(f.key for f in self.fields if f.sensitive)

    def period_of(self, values: Mapping[str, Any]) -> Optional[str]:
        """Period a record belongs to: "2026-03", "2026", or None for a form without periods or a record without
        the date.
        """
        value = values.get(self.period_from) or values.get("period")
        if not self.period or value in (None, ""):
            return None
        return str(value)[: 7 if self.period == "month" else 4]


def load_form(form_id: str, folder: Union[str, Path, None] = None) -> Form:
    """Return the built-in edition of a form (or the one in `folder`).

    CatalogueError when there is none or it is wrong.
    """
    file = Path(folder or SCHEMAS) / f"{form_id}.json"
    try:
        return form_from_text(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogueError("form_unknown", form=form_id) from error
    except ValueError as error:
        raise CatalogueError("form_schema_wrong", form=form_id, error=error) from error


@functools.lru_cache(maxsize=64)  # a workspace that is opened asks for each of its forms several times
def form_from_text(text: str) -> Form:
    """The Form of a schema's JSON text, shared by all who ask: nobody changes it. Raises ValueError, CatalogueError."""
    return form_from_schema(json.loads(text))


def form_from_schema(schema: dict[str, Any]) -> Form:
    """Build a Form from a schema (dict); CatalogueError when it is no JSON Schema or lacks keywords of ours."""
    name = schema.get("x-form", "?")
    missing = [key for key in _REQUIRED if key not in schema]
    if missing:
        raise CatalogueError("form_schema_wrong", form=name, error=", ".join(missing))
    FormValidator.check_schema(schema, name)
    required = set(schema.get("required", ()))
    fields = tuple(_field(key, spec, key in required, name) for key, spec in schema["properties"].items())
    unknown = {*schema["x-key"], *schema.get("x-key-else", {}).values()} - set(schema["properties"]) - {"period"}
    if unknown or schema["x-geometry"] not in GEOMETRIES:
        raise CatalogueError("form_schema_wrong", form=name, error=", ".join(sorted(unknown)) or schema["x-geometry"])
    return Form(
        id=name,
        edition=schema["x-edition"],
        title=schema["x-title"],
        fields=fields,
        geometry=schema["x-geometry"],
        key=tuple(schema["x-key"]),
        checks=tuple(schema.get("x-checks", ())),
        schema=schema,
        period=schema.get("x-period"),
        period_from=schema.get("x-period-from", ""),
        due=schema.get("x-due", {}),
        rollup=schema.get("x-rollup", {}),
        key_else=schema.get("x-key-else", {}),
        duty=schema.get("x-duty", {}),
    )


def named_field(form: Form, text: Optional[str]) -> Optional[str]:
    """Key of the field of a Form that words are about, "geometry" among them; None where they name none.

    A platform names keys, a reviewer names titles: the longest name found counts, so that 面积 does not hide 用地面积.
    """
    names: dict[str, tuple[str, ...]] = {
        f.key: (f.key, f.title_zh.split()[0], f.title_en) for f in form.fields
    }  # a unit may stand behind the title
    if form.geometry != "none":
        names["geometry"] = ("geometry", "geom", "图形", "几何", "红线", "范围线")
    found = [(len(name), key) for key, group in names.items() for name in group if _names(text or "", name)]
    return max(found)[1] if found else None


def _names(text: str, name: str) -> bool:
    if not name.isascii():
        return name in text
    return re.search(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])", text, re.IGNORECASE) is not None


def _field(key: str, spec: dict[str, Any], required: bool, form: str) -> Field:
    if not key.isidentifier() or not key.isascii() or spec.get("x-widget") not in WIDGETS or "title" not in spec:
        raise CatalogueError("form_schema_wrong", form=form, error=key)
    return Field(
        key=key,
        title_zh=spec["title"],
        title_en=spec.get("x-title-en", spec["title"]),
        kind=_KINDS.get(spec["x-widget"], spec["x-widget"]),
        value_type=_value_type(spec),
        widget=spec["x-widget"],
        required=required,
        unit=spec.get("x-unit", ""),
        codes=tuple((c["value"], c.get("zh", c["value"]), c.get("en", c["value"])) for c in spec.get("x-codes", ())),
        identifier=spec.get("x-identifier", ""),
        width=spec.get("x-width", 16),
        minimum=spec.get("minimum"),
        maximum=spec.get("maximum"),
        max_length=spec.get("maxLength"),
        pattern=spec.get("pattern", ""),
        computed=spec.get("x-computed", {}),
        reference=spec.get("x-reference", {}),
        help=spec.get("x-help", {}),
        confidence=spec.get("x-confidence", ""),
        sensitive=spec.get("x-sensitive") is True,
    )


def _value_type(spec: dict[str, Any]) -> str:
    if spec.get("format") == "date":
        return "date"
    return {"integer": "integer", "number": "number", "array": "files"}.get(spec.get("type", ""), "text")

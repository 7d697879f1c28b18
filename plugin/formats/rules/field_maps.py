"""What a user wrote about the mapping of fields: JSON text, a .json file, or a .csv with the columns target, source,
default, from_unit, to_unit, codes ("old=new; old=new")."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...core.errors import InputError
from ...core.quality.field_mapping import Choice, known_units

_KEYS = ("source", "default", "from_unit", "to_unit", "codes")


def read_field_map(given: str) -> dict[str, Choice]:
    """{TARGET in capitals: Choice}; InputError for what cannot be read, a key or unit that is not known."""
    given = given.strip()
    if not given:
        return {}
    if given.startswith("{"):
        return _of_json(given)
    path = Path(given)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("fieldmap_unreadable", file=given[:120], error=error) from error
    return _of_json(text) if path.suffix.lower() == ".json" else _of_csv(text)


def _of_json(text: str) -> dict[str, Choice]:
    try:
        data = json.loads(text)
        rows = {str(target): {"source": row} if isinstance(row, str) else dict(row) for target, row in data.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError("fieldmap_json", error=error) from error
    return {target.upper(): _choice(target, row) for target, row in rows.items()}


def _of_csv(text: str) -> dict[str, Choice]:
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        target = (row.get("target") or "").strip()
        given = {key: (row.get(key) or "").strip() for key in _KEYS if (row.get(key) or "").strip()}
        if target and given:
            pairs = [part.split("=", 1) for part in given.pop("codes", "").split(";") if "=" in part]
            codes = {"codes": {old.strip(): new.strip() for old, new in pairs}} if pairs else {}
            found[target.upper()] = _choice(target, {**given, **codes})
    return found


def _choice(target: str, row: Mapping[str, Any]) -> Choice:
    wrong = [key for key in row if key not in _KEYS]
    units = [row[key] for key in ("from_unit", "to_unit") if row.get(key) and row[key] not in known_units()]
    if wrong or units:
        known = ", ".join(_KEYS if wrong else known_units())
        raise InputError("fieldmap_word", target=target, word=str((wrong or units)[0]), known=known)
    codes = {str(old): str(new) for old, new in dict(row.get("codes") or {}).items()}
    default = None if row.get("default") is None else str(row["default"])
    return Choice(str(row.get("source") or ""), default, row.get("from_unit", ""), row.get("to_unit", ""), codes)

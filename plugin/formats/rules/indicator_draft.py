"""An indicator set while it is edited: plain data that is loaded, changed, checked as a file would be, and saved."""

import copy
from pathlib import Path
from typing import Any, Optional

from ...core.errors import CatalogueError
from ...core.indicators.indicator_model import IndicatorSet
from ...core.messages import text
from .indicator_entries import Section
from .indicator_files import BASE, build_set, load_indicator_set, set_mistakes
from .schema_mistakes import plain
from .yaml_lines import load_yaml, parse_yaml
from .yaml_writer import fresh_text, save_yaml

_FILE = "indicators.yaml"


class IndicatorDraft:
    """`document`: the content of the file; `path`: where it came from or was saved to."""

    def __init__(self, document: dict[str, Any], path: Path) -> None:
        self.document, self.path = document, path
        self._saved = copy.deepcopy(document)

    @classmethod
    def load(cls, path: Path) -> "IndicatorDraft":
        """Read a set; raises CatalogueError."""
        load_indicator_set(path)
        return cls(plain(load_yaml(path).data), Path(path))

    @property
    def is_changed(self) -> bool:
        return self.document != self._saved

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.document["indicators"]
        return rows

    def add(self) -> int:
        """Add an indicator; returns its position."""
        taken = {row["id"] for row in self.rows}
        number = next(n for n in range(1, len(taken) + 2) if f"new_{n}" not in taken)
        made = {"id": f"new_{number}", "zh": f"新指标{number}", "unit": "km2", "nature": "monitored"}
        self.rows.append({**made, "direction": "none", "formula": "area(division)", "confidence": "own"})
        return len(self.rows) - 1

    def entries(self, section: Section) -> dict[str, dict[str, Any]]:
        """{name: entry} of a section, those of the base that it extends included."""
        return {**self._below(section), **self.document.get(section.value, {})}

    def is_own(self, section: Section, key: str) -> bool:
        """Whether the file itself says an entry, which then stands before that of the base."""
        return key in self.document.get(section.value, {})

    def put(self, section: Section, key: str, entry: dict[str, Any], before: str = "") -> None:
        """Say an entry in the file; `before`: the name it had. One that says what the base says is left out."""
        own: dict[str, Any] = self.document.setdefault(section.value, {})
        if before != key:
            own.pop(before, None)
        if self._below(section).get(key) == entry:
            own.pop(key, None)
        else:
            own[key] = entry
        if not own:
            del self.document[section.value]

    def drop(self, section: Section, key: str) -> bool:
        """Take an entry out of the file: that of the base stands again; False where only the base says it."""
        own = self.document.get(section.value, {})
        found = own.pop(key, None) is not None
        if found and not own:
            del self.document[section.value]
        return found

    def _below(self, section: Section) -> dict[str, Any]:
        if not self.document.get("extends"):
            return {}
        return dict(plain(load_yaml(BASE).data).get(section.value, {}))

    def _named(self, key: str, message: str) -> str:
        """A mistake with the name of what it is in."""
        place = key.split(".")
        if place[0] == "indicators" and len(place) > 1 and place[1].isdigit():
            return f"{self.rows[int(place[1])].get('zh', place[1])}: {message}"
        return f"{place[1]}: {message}" if len(place) > 1 else message

    def mistakes(self, row: Optional[int] = None) -> list[str]:
        """What is wrong in words: of one indicator, or of the whole set with the names of what is wrong."""
        rows = self.rows if row is None else [self.rows[row]]
        document = parse_yaml(fresh_text({**self.document, "indicators": rows}), Path(_FILE))
        found = [self._message(row, *mistake[2:]) for mistake in set_mistakes(document)]
        if found:
            return found
        try:
            build_set(document, "")
        except CatalogueError as error:
            return [self._message(row, *mistake[2:]) for mistake in error.mistakes]
        return []

    def _message(self, row: Optional[int], key: str, code: str, params: dict[str, Any]) -> str:
        message = text(code, **params)
        in_indicator = key.startswith("indicators.")
        return message if row is not None and in_indicator else self._named(key, message)

    def known(self) -> IndicatorSet:
        """The set with its layers, parts and statistics, whatever its indicators say."""
        simple = {"id": "x", "zh": "x", "unit": "m2", "formula": "area(division)"}
        return build_set(parse_yaml(fresh_text({**self.document, "indicators": [simple]}), Path(_FILE)), "")

    def save(self, path: Path) -> None:
        """Write the set; raises OutputError."""
        save_yaml(Path(path), self.document)
        self.path, self._saved = Path(path), copy.deepcopy(self.document)

"""An indicator set while it is edited: plain data that is loaded, changed, checked as a file would be, and saved."""

import copy
from pathlib import Path
from typing import Any, Optional

from ...core.errors import CatalogueError
from ...core.indicators.indicator_model import IndicatorSet
from ...core.messages import text
from .indicator_files import FOLDER, build_set, load_indicator_set, set_mistakes
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
    def is_shipped(self) -> bool:
        """Whether it lies with the plugin: it is saved under another name."""
        return self.path.resolve().parent == FOLDER.resolve()

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

    def mistakes(self, row: Optional[int] = None) -> list[str]:
        """What is wrong in words: of one indicator, or of the whole set."""
        rows = self.rows if row is None else [self.rows[row]]
        document = parse_yaml(fresh_text({**self.document, "indicators": rows}), Path(_FILE))
        found = [text(code, **params) for *_, code, params in set_mistakes(document)]
        if found:
            return found
        try:
            build_set(document, "")
        except CatalogueError as error:
            return [text(code, **params) for *_, code, params in error.mistakes]
        return []

    def known(self) -> IndicatorSet:
        """The set with its layers, parts and statistics, whatever its indicators say."""
        simple = {"id": "x", "zh": "x", "unit": "m2", "formula": "area(division)"}
        return build_set(parse_yaml(fresh_text({**self.document, "indicators": [simple]}), Path(_FILE)), "")

    def save(self, path: Path) -> None:
        """Write the set; raises OutputError."""
        save_yaml(Path(path), self.document)
        self.path, self._saved = Path(path), copy.deepcopy(self.document)

"""The thresholds of warnings while they are edited; those a user changed are kept as a file of rules of their own."""

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...core.errors import OutputError
from ...core.indicators.indicator_model import Nature
from ...core.indicators.warning_rules import Colour, WarningKind
from .indicator_files import WARNINGS, load_warning_rules
from .schema_mistakes import plain
from .yaml_lines import load_yaml
from .yaml_writer import save_yaml

OWN = "own"  # the confidence of a rule whose threshold the user set
_KEYS = {WarningKind.PACE: "margin", WarningKind.NEAR: "share", WarningKind.TREND: "years", WarningKind.STALE: "days"}


@dataclass(frozen=True)
class ThresholdRow:
    """One rule: `value` its threshold (a share of 1, years or days), None where it has none; `is_own`: not the one
    that comes with the plugin."""

    zh: str
    en: str
    kind: WarningKind
    colour: Colour
    natures: tuple[Nature, ...]
    value: Optional[float]
    is_own: bool
    confidence: str


class WarningDraft:
    """The shipped rules with the thresholds of a file, where there is one. Raises CatalogueError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._shipped = _rules(WARNINGS)
        self._rules = copy.deepcopy(self._shipped)
        if path.is_file():
            load_warning_rules(path)
            self._take({rule["id"]: rule for rule in _rules(path)})

    def _take(self, kept: dict[str, dict[str, Any]]) -> None:
        for number, rule in enumerate(self._rules):
            key = _key(rule)
            if key and key in kept.get(rule["id"], {}):
                self.change(number, float(kept[rule["id"]][key]))

    def rows(self) -> list[ThresholdRow]:
        """All rules in their order."""
        return [self._row(rule, shipped) for rule, shipped in zip(self._rules, self._shipped)]

    def _row(self, rule: dict[str, Any], shipped: dict[str, Any]) -> ThresholdRow:
        key = _key(rule)
        natures = tuple(map(Nature, rule.get("natures", ())))
        head = (rule["zh"], rule.get("en", rule["id"]), WarningKind(rule["kind"]), Colour(rule["colour"]), natures)
        return ThresholdRow(*head, float(rule[key]) if key else None, rule != shipped, str(rule["confidence"]))

    def change(self, row: int, value: float) -> None:
        """Set the threshold of a rule; the shipped one makes it a proposal again."""
        rule, shipped = self._rules[row], self._shipped[row]
        key = _key(rule)
        if key:
            rule[key] = int(value) if key in ("years", "days") else round(value, 6)
            rule["confidence"] = shipped["confidence"] if rule[key] == shipped[key] else OWN

    def reset(self) -> None:
        """All thresholds as they come with the plugin."""
        self._rules = copy.deepcopy(self._shipped)

    def save(self) -> None:
        """Write the file, or remove it where nothing differs from the shipped rules; raises OutputError."""
        try:
            if self._rules == self._shipped:
                self.path.unlink(missing_ok=True)
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError("output_failed", output=str(self.path), error=error.strerror or error) from error
        save_yaml(self.path, {"rules": self._rules})


def _key(rule: dict[str, Any]) -> str:
    """The field that holds a rule's threshold, "" for none."""
    return _KEYS.get(WarningKind(rule["kind"]), "")


def _rules(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = plain(load_yaml(path).data)["rules"]
    return found

"""The record of an inspection: which item was checked on which layer, what was found, what was not checked and why."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Optional

from ..land.remarks import Remark
from ..threads import Feedback, raise_if_cancelled
from .defects import CheckRule, Defect, DefectState, LayerArrays, Severity, item_of_check, items
from .inspection_spec import CheckSpec, Specification

STAGES = (1, 2, 3, 4, 5, 6, 7)
_LOOK = 500  # defects between two looks at the cancel


@dataclass
class Outcome:
    """One item on one layer ("" for the package): `why` says what kept it from being checked, None where nothing did.

    `checked`: files, fields, features or cells looked at; `found`: all defects, of which a limited number is listed.
    """

    item: str
    layer: str
    checked: int = 0
    found: int = 0
    listed: int = 0
    why: Optional[Remark] = None


@dataclass
class ItemResult:
    """One item over all layers, as the ITEMS table says it."""

    item: str
    severity: Severity
    checked: int
    layers: int
    defects: int
    open: int
    exceptions: int
    not_checked: list[tuple[str, Remark]]

    @property
    def was_checked(self) -> bool:
        """Whether the item was checked at all."""
        return self.layers > 0


@dataclass
class Inspection:
    """A run: its specification, what was asked for, what came of it. `limit`: defects listed of an item and layer."""

    specification: Specification
    stages: tuple[int, ...] = STAGES
    limit: int = 1000
    defects: list[Defect] = field(default_factory=list)
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    feedback: Optional[Feedback] = None

    def is_asked(self, check: str) -> bool:
        """Whether the check's item is to be inspected: its stage chosen, the item not switched off."""
        item = item_of_check()[check]
        return item.stage in self.stages and item.code not in self.specification.off

    def rule(self, asked: "CheckSpec | str", layer: str = "") -> CheckRule:
        """The rule of a check on a layer, with what the specification changes of it."""
        spec = CheckSpec(asked) if isinstance(asked, str) else asked
        item, own = item_of_check()[spec.check], self.specification
        tolerance = spec.tolerance
        if tolerance is None:
            tolerance = own.tolerances.get(item.code, item.tolerance or 0.0)
        severity = spec.severity or own.severities.get(item.code, item.severity)
        return CheckRule(item, layer, severity, float(tolerance), spec.others, spec.options)

    def rule_severity(self, item: str) -> Severity:
        """The grade of an item as the specification has it."""
        return self.specification.severities.get(item, items()[item].severity)

    def take(self, rule: CheckRule, checked: int, found: Iterable[Defect], layer: Optional[LayerArrays] = None) -> int:
        """Take the defects that a check gives, counting all and listing up to the limit; raises Cancelled."""
        outcome = self._outcome(rule.item.code, rule.layer)
        outcome.checked += checked
        before = outcome.found
        for number, defect in enumerate(found):
            if number % _LOOK == 0:
                raise_if_cancelled(self.feedback)
            outcome.found += 1
            if outcome.listed < self.limit:
                outcome.listed += 1
                self.defects.append(_placed(defect, layer))
        return outcome.found - before

    def skip(self, check: str, layer: str, code: str, /, **params: Any) -> None:
        """Note that a check was not made on a layer; what was checked of it before stays."""
        outcome = self._outcome(item_of_check()[check].code, layer)
        if outcome.why is None:
            outcome.why = Remark(code, layer, None, params)

    def _outcome(self, item: str, layer: str) -> Outcome:
        return self.outcomes.setdefault((item, layer), Outcome(item, layer))

    def was_checked(self, item: str, layer: str) -> bool:
        """Whether an item was checked on a layer to its end, all defects listed."""
        outcome = self.outcomes.get((item, layer))
        return outcome is not None and outcome.why is None and outcome.found == outcome.listed

    def results(self) -> Iterator[ItemResult]:
        """All items of the catalogue in their order, those that nothing was asked of included."""
        by_item: defaultdict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes.values():
            by_item[outcome.item].append(outcome)
        states = Counter((defect.item, defect.state) for defect in self.defects)
        for code in items():
            yield self._result(code, by_item[code], states)

    def _result(self, code: str, found: list[Outcome], states: Counter) -> ItemResult:
        severity = self.rule_severity(code)
        not_checked = [(o.layer, o.why) for o in found if o.why is not None]
        if not found:
            not_checked = [("", self._reason(code))]
        total, exceptions = sum(o.found for o in found), states[code, DefectState.EXCEPTION]
        return ItemResult(
            code,
            severity,
            sum(o.checked for o in found),
            sum(o.why is None or o.checked > 0 for o in found),
            total,
            total - exceptions,
            exceptions,
            not_checked,
        )

    def _reason(self, code: str) -> Remark:
        """Why nothing was asked of an item."""
        if items()[code].stage not in self.stages:
            return Remark("unchecked_stage")
        if items()[code].check == "text_numbers" and code not in self.specification.off:
            return Remark("unchecked_no_texts")
        return Remark("unchecked_off" if code in self.specification.off else "unchecked_not_asked")


def _placed(defect: Defect, layer: Optional[LayerArrays]) -> Defect:
    """A defect of a feature lies where the feature lies, unless it says where."""
    if layer is not None and defect.geometry is None and defect.fid is not None:
        row = layer.row_of(defect.fid)
        if row is not None:
            defect.geometry = layer.geometries[row]
    return defect

"""The self-check of records in a workspace: whoever hands in or sends a record asks here, so there is no way round."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Callable, Optional

import shapely

from ..core.errors import InputError
from ..core.forms.identity import record_title
from ..core.forms.schema import Form, FormValidator
from ..core.forms.self_check import Outcome, SelfCheckResult, items_of, judged
from ..core.forms.self_check_kinds import KINDS, ControlEvidence, Subject
from ..core.land.divisions import Divisions
from .attachments import Attachments
from .cases_acts import CaseActs
from .control_evidence import ControlChecks
from .database import Database
from .division_table import district_shape

SUBJECT = "self-check"  # of the rows of the audit chain
_TOLERANCE_M = 0.002


class SelfCheckRefused(InputError):
    """A record may not be handed in or sent: rigid items of its self-check fail; `result` has all of them."""

    def __init__(self, title: str, result: SelfCheckResult) -> None:
        failed = result.of(Outcome.FAILED)
        values = {"first": f"{failed[0].item.title}: {failed[0].message}", "advice": failed[0].item.advice}
        super().__init__("selfcheck_refused", record=title, count=len(failed), **values)
        self.result = result


class SelfCheck:
    """The self-check of one workspace; `divisions()`: its dictionary."""

    def __init__(
        self, database: Database, cases: CaseActs, attachments: Attachments, divisions: Callable[[], Divisions]
    ) -> None:
        self._db, self._checks, self._attachments = database, ControlChecks(cases), attachments
        self.divisions = divisions
        self._district: Any = None
        self._district_read = False

    def applies(self, form: Form) -> bool:
        """Whether a form's records have to pass one."""
        return bool(items_of(form))

    def judge(self, form: Form, values: Mapping[str, Any]) -> SelfCheckResult:
        """Judge all items of a record; `values`: by system columns and field keys, "geometry" as WKB."""
        items = items_of(form)
        if not items:
            return SelfCheckResult()
        subject = self._subject(form, values)
        results = tuple(judged(item, KINDS[item.kind](subject, item.params)) for item in items)
        return SelfCheckResult(results, subject.evidence.name if subject.evidence else "")

    def demand(self, form: Form, values: Mapping[str, Any]) -> Optional[SelfCheckResult]:
        """The result of a record that may go on, None for a form without a self-check; else SelfCheckRefused."""
        if not self.applies(form):
            return None
        result = self.judge(form, values)
        if not result.is_passed:
            raise SelfCheckRefused(record_title(form, values), result)
        return result

    def _subject(self, form: Form, values: Mapping[str, Any]) -> Subject:
        divisions = self.divisions()
        subject = Subject(form, values, _shape(values.get("geometry")), self._county(), self._area(), divisions)
        return replace(
            subject,
            errors=tuple(FormValidator(form, divisions).errors(values)),
            missing=tuple(self._missing(form, values)),
            evidence=self._evidence(subject),
        )

    def _evidence(self, subject: Subject) -> Optional[ControlEvidence]:
        wanted = [item for item in items_of(subject.form) if item.kind.startswith("control_")]
        if not wanted or subject.polygon is None:
            return None
        tolerance = next((i.params["tolerance_m"] for i in wanted if "tolerance_m" in i.params), _TOLERANCE_M)
        return self._checks.of(subject.polygon, tolerance)

    def _missing(self, form: Form, values: Mapping[str, Any]) -> list[str]:
        """Names of files that a record lists and the workspace does not keep."""
        files = [one for f in form.fields if f.value_type == "files" for one in values.get(f.key) or ()]
        here = self._attachments.present({one["sha256"] for one in files})
        return [str(one.get("name") or one["sha256"][:12]) for one in files if one["sha256"] not in here]

    def _county(self) -> str:
        return str(self._db.value("SELECT code FROM district LIMIT 1") or "")

    def _area(self) -> Any:
        if not self._district_read:
            self._district, self._district_read = district_shape(self._db), True
            if self._district is not None:
                shapely.prepare(self._district)
        return self._district


def _shape(wkb: Any) -> Any:
    """The shape of WKB; None for none and for what is no geometry."""
    try:
        return shapely.from_wkb(wkb) if wkb else None
    except shapely.errors.GEOSException:
        return None

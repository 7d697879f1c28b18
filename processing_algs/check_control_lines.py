"""onemap:checkcontrollines: projects against the 3+X control lines."""

from collections import Counter
from dataclasses import replace
from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterVectorLayer,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers import results
from ..plugin.bridge.layers.encoding import repair_encoding
from ..plugin.bridge.layers.result_titles import TitledFindings, TitledResult, status_names
from ..plugin.bridge.layers.result_writer import ResultWriter
from ..plugin.bridge.review import reporting
from ..plugin.bridge.review.preparing import Review
from ..plugin.bridge.review.running import ReviewResult, make_ready, run_review
from ..plugin.bridge.review.unused_inputs import unused_inputs
from ..plugin.core.errors import InputError
from ..plugin.core.land import crs as crs_rules
from ..plugin.core.review.findings import CONFLICT, INVOLVED, NOT_CHECKED, Conclusion
from ..plugin.core.review.layer_dates import parse_layer_dates
from . import review_parameters as shared
from . import round_parameters as rounds
from .base import OneMapAlgorithm, user_error

_COUNTS = (
    "PROJECT_COUNT", "FINDING_COUNT", "SLIVER_COUNT", "CONFLICT_COUNT", "PROHIBITED_COUNT", "CONDITIONAL_COUNT",
    "INVOLVED_COUNT", "NOT_CHECKED_COUNT", "REPAIRED_COUNT",
)  # fmt: skip
_OUTPUTS = {
    "FINDINGS": results.FINDING_FIELDS,
    "VERDICTS": results.VERDICT_FIELDS,
    "SUMMARY": results.SUMMARY_FIELDS,
}


class CheckControlLines(OneMapAlgorithm):
    NAME = "checkcontrollines"
    GROUP_ID = "review"

    def title(self):
        return tr("Check control lines (3+X)")

    def help_text(self) -> str:
        return tr(
            "Checks project polygons against the 3+X control lines: permanent basic farmland, ecological "
            "redline, urban "
            "development boundary, and every other line of the rule set.\n"
            "Findings are the offending pieces; verdicts hold one row for every project and line: conflict (a "
            "prohibiting or conditional rule is broken), involved (to be consulted about or only told), clear, "
            "not_checked (no layer) or failed (layer unreadable). SUMMARY holds one row for every project. Areas are "
            "statutory ellipsoidal areas in m², ha and mu.\n"
            "CONTROL_LINES may be given several times, also a whole .gpkg, .gdb or folder; MAPPING names layers that "
            'the catalogue does not know, as JSON {"layer": "YJJBNT"}. REPORT takes .docx, '
            '.xlsx, .pdf or .html, several separated by ";".\n'
            "Example: tools/process run onemap:checkcontrollines --PROJECTS=projects.gpkg --PROJECT_KEY=XMBH "
            '"--CONTROL_LINES=county.gpkg|layername=YJJBNTTB" "--CONTROL_LINES=county.gpkg|layername=STBHHX" '
            "--FINDINGS=findings.gpkg --VERDICTS=verdicts.gpkg --REPORT=report.docx"
        ) + "\n" + tr(
            "CONTROL_EXTENT: the area that the control lines were delivered for. What of a project lies outside it was "
            "not checked, and the verdict says so."
        ) + "\n" + rounds.round_help()  # fmt: skip

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        self.addParameter(
            QgsProcessingParameterVectorLayer("PROJECTS", tr("Projects"), [QgsProcessing.TypeVectorAnyGeometry])
        )
        key = QgsProcessingParameterField("PROJECT_KEY", tr("Project key field"), parentLayerParameterName="PROJECTS")
        self.addParameter(shared.optional(key))
        self.addParameter(shared.control_lines())
        for parameter in (*shared.rule_parameters(), shared.layer_dates(), shared.control_extent()):
            self.addParameter(parameter)
        self.addParameter(
            QgsProcessingParameterFeatureSink("FINDINGS", tr("Findings"), QgsProcessing.TypeVectorPolygon)
        )
        self.addParameter(QgsProcessingParameterFeatureSink("VERDICTS", tr("Verdicts"), QgsProcessing.TypeVector))
        self.addParameter(
            QgsProcessingParameterFeatureSink(
                "SUMMARY", tr("Summary of the projects"), QgsProcessing.TypeVector, optional=True, createByDefault=False
            )
        )
        texts = [*shared.report_text_parameters(), *shared.context_parameters()]
        extra = (*shared.cache_parameters(), *rounds.round_parameters())
        for parameter in (*shared.report_parameters(), *texts, *extra):
            self.addParameter(parameter)
        for name in _COUNTS:
            self.addOutput(QgsProcessingOutputNumber(name, name))
        self.addOutput(QgsProcessingOutputNumber("ROUND", tr("Round of the review case")))

    def checkParameterValues(self, parameters: dict, context: QgsProcessingContext) -> tuple:
        return super().checkParameterValues(shared.without_unreadable(parameters, context), context)

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            rounds.wake_window(self, parameters, context)
            layer = self.parameterAsVectorLayer(parameters, "PROJECTS", context)
            layers = shared.control_layer_values(self, parameters, context)
            self._ahead = make_ready(layer, layers, shared.cache_mb(self, parameters, context))
            rule_file = self.parameterAsFile(parameters, "RULES", context)
            review = Review.of_rules(
                [rule_file] if rule_file else (),
                self.parameterAsDouble(parameters, "SLIVER_AREA", context),
                shared.review_date(self, parameters, context),
                shared.cache_mb(self, parameters, context),
                parse_layer_dates(self.parameterAsString(parameters, "LAYER_DATES", context)),
            )
            review = replace(review, renews_services=True).with_projects(repair_encoding(layer))
            review = review.with_control_extent(self.parameterAsVectorLayer(parameters, "CONTROL_EXTENT", context))
            mapping = self.parameterAsString(parameters, "MAPPING", context)
            unused = unused_inputs(mapping, layers, shared.given_control_lines(parameters))
            self._review = review.with_controls(layers, mapping).with_remarks(list(unused))
            self._names = [layer if isinstance(layer, str) else layer.name() for layer in layers]
            self._reports = shared.report_paths(self, parameters, context)
            self._options = shared.report_options(self, parameters, context)
        return True

    def _refuse_nothing(self):
        """A run in which no layer is a control line would end well and have checked nothing."""
        if not self._review.snapshots and not self._review.failures:
            first = next(iter(self._names), "…")
            raise InputError("no_control_line_matched", layers=", ".join(self._names[:8]), first=first)

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        with rounds.target(self, parameters, context) as self._target:
            outputs, result = self._run(parameters, context, feedback)
            return {
                **outputs,
                **rounds.keep(self._target, result, self._round_values(parameters, context), feedback),
            }

    def _round_values(self, parameters, context):
        """The parameters that a round keeps, by their public names."""
        names = ("PROJECT_KEY", "MAPPING", "LAYER_DATES")
        texts = {name: self.parameterAsString(parameters, name, context) for name in names}
        return {**texts, "USE_CACHE": self.parameterAsBoolean(parameters, "USE_CACHE", context)}

    def _run(self, parameters, context, feedback):
        self._refuse_nothing()
        made = self._sinks(parameters, context)
        ids = {name: identifier for name, (_, identifier) in made.items() if identifier}
        is_same = crs_rules.same(self._review.plane, self._review.project_snapshot.crs)
        to_output = None if is_same else self._to_output
        writer = ResultWriter(made["FINDINGS"], made["VERDICTS"], to_output, made["SUMMARY"])
        del made  # the writer alone holds the sinks: what it lets go of is closed
        kept = reporting.Collector(keep=bool(self._reports))
        try:
            key_field = self.parameterAsString(parameters, "PROJECT_KEY", context)
            counts, result = self._check(key_field, writer, kept, feedback)
            writer.finish(result.data.infos if writer.sums_projects else ())
            if self.parameterAsBoolean(parameters, "BUILD_CACHE", context):
                self._review.warm(feedback)
        except BaseException:
            writer.discard()  # a run that came to no end must not look like a result
            raise
        self._tell(result, feedback)
        if self._reports:
            reporting.write_reports(result, kept, self._reports, self._options, feedback)
        self._style(context, ids)
        return {**ids, "REPORT": ";".join(str(p) for p in self._reports), **counts}, result

    def _sinks(self, parameters, context):
        """{output: (sink, identifier)}; no sink for a SUMMARY that is not wanted."""
        crs, made = self._review.project_snapshot.qgis_crs, {"SUMMARY": (None, "")}
        for name, fields in _OUTPUTS.items():
            if name != "SUMMARY" or parameters.get(name):
                kind, place = (QgsWkbTypes.MultiPolygon, crs) if name == "FINDINGS" else (QgsWkbTypes.NoGeometry, None)
                shape = shared.SinkShape(results.qgs_fields(fields), kind, place, only_rows=True)
                made[name] = shared.make_sink(self, parameters, name, context, shape)
        return made

    def _check(self, key_field, writer, kept, feedback):
        """Run the review into the writer and the collector; return the counts and the ReviewResult."""
        counts: dict[str, int] = dict.fromkeys(_COUNTS, 0)
        statuses: Counter[str] = Counter()

        def take(outcome):
            writer.add(outcome)
            kept.add(outcome)
            if self._target is not None:
                self._target.add(outcome)
            statuses.update(_count(counts, outcome))
            if outcome.is_last:
                _tell_line(feedback, outcome.task, statuses)
                statuses.clear()

        result = run_review(self._review, take, key_field, feedback)
        counts["PROJECT_COUNT"] = result.data.count
        counts["REPAIRED_COUNT"] = len(result.repairs())
        return counts, result

    def _to_output(self, geometries):
        return crs_rules.transform_geometries(geometries, self._review.plane, self._review.project_snapshot.crs)

    def _style(self, context, ids):
        for name, identifier in ids.items():
            if context.willLoadLayerOnCompletion(identifier):
                style = TitledFindings if name == "FINDINGS" else TitledResult
                context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(style.make())

    def _tell(self, result: ReviewResult, feedback):
        for remark in result.remarks():
            feedback.pushWarning(remark.text())
        for repair in result.repairs()[:20]:
            feedback.pushInfo(tr("Repaired: {0}, feature {1}: {2}").format(repair.layer, repair.fid, repair.why()))
        for skip in result.skipped()[:20]:
            feedback.pushWarning(tr("Not used: {0}, feature {1} ({2})").format(skip.layer, skip.fid, skip.why()))
        feedback.pushInfo(
            tr("{0} geometries repaired, {1} features not used; the report lists every one").format(
                len(result.repairs()), len(result.skipped())
            )
        )


def _count(counts, outcome):
    """Add an outcome to the counts; return how many of its verdicts have which status."""
    statuses = Counter(outcome.verdicts.column("status") if outcome.verdicts else ())
    counts["FINDING_COUNT"] += len(outcome.findings)
    counts["SLIVER_COUNT"] += int(outcome.findings.array("is_sliver").sum()) if outcome.findings else 0
    conclusions = Counter(outcome.verdicts.column("conclusion") if outcome.verdicts else ())
    counts["CONFLICT_COUNT"] += statuses[CONFLICT]
    counts["PROHIBITED_COUNT"] += conclusions[Conclusion.PROHIBITED]
    counts["CONDITIONAL_COUNT"] += conclusions[Conclusion.CONDITIONAL]
    counts["INVOLVED_COUNT"] += statuses[INVOLVED]
    counts["NOT_CHECKED_COUNT"] += statuses[NOT_CHECKED]
    return statuses


def _tell_line(feedback, task, statuses):
    names = status_names()
    summary = ", ".join(f"{names[status]} {number}" for status, number in sorted(statuses.items()))
    feedback.pushInfo(f"{task.line_id} {task.line_name}: {summary}")

"""onemap:convertclasses: land classes of a layer from one scheme to another, by a table."""

from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsProcessingUtils,
    QgsWkbTypes,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.output_files import Place, refuse_overwriting
from ..plugin.bridge.layers.row_sink import RowSink
from ..plugin.bridge.quality import conversion
from ..plugin.bridge.quality.conversion_offers import Offers, write_offer
from ..plugin.bridge.quality.conversion_report import conversion_report, target_part
from ..plugin.bridge.quality.conversion_rows import RowPair
from ..plugin.bridge.quality.conversion_target import ConversionTarget
from ..plugin.bridge.quality.conversion_titles import ColouredClasses, OpenParcels, TitledConversion
from ..plugin.core.errors import InputError
from ..plugin.core.land.remarks import Repair
from ..plugin.core.quality.conversion_totals import Crosstab, Flow
from ..plugin.report import write_report
from ..plugin.report.quality.conversion import conversion_document
from ..plugin.report.quality.conversion_target import TargetPart
from ..plugin.store.lock import holder_name
from . import places
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .mapped_output import MappedOutput
from .row_outputs import Rows, write_rows

_NUMBERS = ("FEATURE_COUNT", "UNDECIDED_COUNT", "BEFORE_M2", "CONVERTED_M2", "UNDECIDED_M2")
_LISTED = 20


class ConvertClasses(OneMapAlgorithm):
    NAME = "convertclasses"
    GROUP_ID = "quality"

    def title(self) -> str:
        return tr("Convert land classes")

    def help_text(self) -> str:
        return tr(
            "Converts the land classes of a polygon layer by a table: third land survey to 2023 (sandiao_to_2023), "
            "2020 to 2023 (2020_to_2023), or a table of your own (.csv or .yaml with from_code, to_code, kind).\n"
            "A code that may become several classes is never guessed: its parcels go to UNDECIDED with their "
            "candidates and area, until SPLITS (.csv or .yaml) decides: by code, by a QGIS expression (where), or by "
            "a helper layer that cuts the parcels (layer, field, rest), or gives them the class of its largest share "
            "(method: largest). A code that the table does not know goes there "
            "too. Areas are statutory, in m², ha and mu; those of OUTPUT and UNDECIDED sum to those of INPUT.\n"
            "With WORKSPACE the decisions of SPLITS are kept there; USE_KEPT uses them again where SPLITS says "
            "nothing; DECISIONS writes a file of what is open, with what was decided before, to be filled in and "
            "given as SPLITS.\n"
            "TARGET_SPEC (county, survey, ... or a YAML file) with TARGET_LAYER and FIELD_MAP, as in mapfields, writes "
            "the converted parcels once more as TARGET, in the fields of the specification.\n"
            "PADDING writes new codes with so many digits. CROSSTAB and REPORT (.docx, .xlsx, .pdf or .html, several "
            'separated by ";") tell what became of what, and which new classes cannot be turned back.\n'
            "Example: tools/process run onemap:convertclasses --INPUT=county.gpkg|layername=DLTB --CODE_FIELD=DLBM "
            "--TABLE=sandiao_to_2023 --SPLITS=decisions.yaml --OUTPUT=base.gpkg --UNDECIDED=undecided.gpkg "
            "--CROSSTAB=crosstab.gpkg --REPORT=conversion.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        sink, polygon, number = (
            QgsProcessingParameterFeatureSink,
            QgsProcessing.TypeVectorPolygon,
            QgsProcessingParameterNumber,
        )
        field = QgsProcessingParameterField("CODE_FIELD", tr("Field of class codes"), parentLayerParameterName="INPUT")
        helpers = QgsProcessingParameterMultipleLayers("HELPERS", tr("Helper layers of the decisions"), polygon)
        report = shared.report_parameter()
        for parameter in (
            QgsProcessingParameterVectorLayer("INPUT", tr("Land-use layer"), [QgsProcessing.TypeVectorAnyGeometry]),
            shared.optional(field),
            QgsProcessingParameterString("TABLE", tr("Conversion table"), "sandiao_to_2023"),
            shared.optional(QgsProcessingParameterFile("SPLITS", tr("Decisions (.csv, .yaml)"))),
            shared.optional(helpers),
            shared.optional(number("PADDING", tr("Digits of new codes"), number.Integer, 0, minValue=0, maxValue=12)),
            sink("OUTPUT", tr("Converted land classes"), polygon),
            sink("UNDECIDED", tr("Undecided"), polygon),
            sink("CROSSTAB", tr("From class to class"), QgsProcessing.TypeVector),
            report,
            *_decision_parameters(),
            *_target_parameters(),
        ):
            self.addParameter(parameter)
        for name in _NUMBERS:
            self.addOutput(QgsProcessingOutputNumber(name, name))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            source = self.parameterAsString(parameters, "TABLE", context).strip()
            self._offers = Offers(self.parameterAsFile(parameters, "WORKSPACE", context), Path(source).stem)
            self._kept = self._offers.kept()
            uses_kept = self.parameterAsBoolean(parameters, "USE_KEPT", context)
            chosen = conversion.ConversionInput(
                self.parameterAsVectorLayer(parameters, "INPUT", context),
                self.parameterAsString(parameters, "CODE_FIELD", context),
                source,
                self.parameterAsFile(parameters, "SPLITS", context),
                self.parameterAsInt(parameters, "PADDING", context),
                tuple(self.parameterAsLayerList(parameters, "HELPERS", context) or ()),
                kept=tuple(one.decision for one in self._kept) if uses_kept else (),
            )
            self._chosen, self._job = chosen, conversion.ConversionJob(chosen)
            self._reports = shared.report_paths(self, parameters, context)
            self._target = self._target_of(parameters, context)
            self._refuse_named(parameters, context)
        return True

    def _target_of(self, parameters: dict, context: QgsProcessingContext) -> ConversionTarget:
        names = ("TARGET_SPEC", "TARGET_LAYER", "FIELD_MAP")
        source, code, field_map = (self.parameterAsString(parameters, name, context).strip() for name in names)
        target = ConversionTarget(source, code or self._job.snapshot.name, field_map)
        if source and not parameters.get("TARGET"):
            raise InputError("conversion_target_where")
        if not source and (code or field_map or parameters.get("TARGET")):
            raise InputError("conversion_target_spec")
        if source:
            target.check()
        return target

    def _refuse_named(self, parameters: dict, context: QgsProcessingContext) -> None:
        """An output must not replace a file that is named in a text or in another file either."""
        files = [helper.snapshot.file for helper in self._job.helpers.values()]
        named = [Place(path) for path in (*files, Path(self._chosen.source)) if path is not None and path.exists()]
        refuse_overwriting(places.output_places(self, parameters, context), {tr("Helper layer or table"): named})

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        crs, job, ids = self._job.snapshot.qgis_crs, self._job, {}
        sinks = []
        for name, own in (("OUTPUT", conversion.CONVERTED_FIELDS), ("UNDECIDED", conversion.UNDECIDED_FIELDS)):
            fields = job.fields(own)
            made = shared.make_sink(
                self, parameters, name, context, shared.SinkShape(fields, QgsWkbTypes.MultiPolygon, crs)
            )
            ids[name] = made[1]
            sinks.append(RowSink(made[0], made[1], fields, job.reader.is_plain))
            del made  # the writer alone holds the sink
        pair = RowPair(*sinks)
        try:
            outcome = job.run(pair, feedback)
            pair.close()
        except BaseException:
            pair.discard()  # a run that came to no end must not look like a result
            raise
        ids["CROSSTAB"] = self._write_crosstab(parameters, context, outcome.crosstab)
        self._tell(outcome, feedback)
        self._style(context, ids, outcome.crosstab)
        written, part = self._write_target(parameters, context, (ids["OUTPUT"], outcome.crosstab), feedback)
        ids |= written
        for path in self._reports:
            write_report(conversion_document(conversion_report(job, self._chosen, outcome, part)), path)
        ids |= self._offer(parameters, context, outcome.crosstab, feedback)
        return {**ids, "REPORT": ";".join(map(str, self._reports)), **_numbers(outcome.crosstab)}

    def _offer(
        self, parameters: dict, context: QgsProcessingContext, crosstab: Crosstab, feedback: QgsProcessingFeedback
    ) -> dict:
        """Keep what was decided in the workspace, and write what is open as a file to be filled in."""
        job, folder = self._job, Path(self._chosen.splits).parent
        names = {layer.name() for layer in self._chosen.helpers}
        new = self._offers.keep(job.given, folder, names, holder_name())
        if new:
            feedback.pushInfo(tr("{0} decisions were kept in the workspace.").format(new))
        open_codes = {row.flow.from_code for row in crosstab.rows() if row.flow.is_undecided}
        offered = {one.decision.code for one in self._kept if one.decision.code in open_codes}
        if offered and not job.kept:
            message = tr("Decided before for this table: {0}. USE_KEPT uses these decisions again.")
            feedback.pushInfo(message.format(", ".join(sorted(offered))))
        path = self.parameterAsFileOutput(parameters, "DECISIONS", context)
        if not path:
            return {}
        write_offer(Path(path), crosstab, self._kept, job.decisions)
        return {"DECISIONS": path}

    def _write_target(
        self,
        parameters: dict,
        context: QgsProcessingContext,
        made: tuple[str, Crosstab],
        feedback: QgsProcessingFeedback,
    ) -> tuple[dict, Optional[TargetPart]]:
        """The converted parcels in the fields of TARGET_SPEC, and what the report says of them."""
        identifier, crosstab = made
        if not self._target.source:
            return {}, None
        if not crosstab.pieces(False):
            feedback.pushWarning(tr("Nothing was converted, so that TARGET is not written."))
            return {}, None
        converted = QgsProcessingUtils.mapLayerFromString(identifier, context)
        with user_error():
            job = self._target.job(converted, crosstab)
        target, mapped = MappedOutput(self, "TARGET", parameters, context).write(job, feedback)
        return {"TARGET": target}, target_part(job, mapped)

    def _write_crosstab(self, parameters: dict, context: QgsProcessingContext, crosstab: Crosstab) -> str:
        rows = [(*_flow_values(row.flow), row.pieces, row.area_m2, row.area_ha, row.area_mu) for row in crosstab.rows()]
        return write_rows(self, parameters, "CROSSTAB", context, Rows(conversion.CROSSTAB_FIELDS, rows))

    def _tell(self, outcome: conversion.ConversionOutcome, feedback: QgsProcessingFeedback) -> None:
        for remark in outcome.remarks:
            feedback.pushWarning(remark.text())
        snapshot, crosstab = self._job.snapshot, outcome.crosstab
        for repair in snapshot.repairs[:_LISTED]:
            feedback.pushInfo(_repaired(repair))
        for skip in snapshot.skipped[:_LISTED]:
            feedback.pushWarning(tr("Not used: {0}, feature {1} ({2})").format(skip.layer, skip.fid, skip.why()))
        message = tr("{0} m² before, {1} m² converted, {2} m² undecided, difference {3} m²")
        amounts = crosstab.before_m2, crosstab.converted_m2, crosstab.undecided_m2, crosstab.lost_m2
        feedback.pushInfo(message.format(*(f"{amount:,.2f}" for amount in amounts)))

    def _style(self, context: QgsProcessingContext, ids: dict, crosstab: Crosstab) -> None:
        styles = {"OUTPUT": ColouredClasses, "UNDECIDED": OpenParcels, "CROSSTAB": TitledConversion}
        for name, identifier in ids.items():
            if context.willLoadLayerOnCompletion(identifier):
                style = styles[name].make()
                flows = [row.flow for row in crosstab.rows()]
                style.classes = tuple({(f.to_code, f.to_name) for f in flows if not f.is_undecided})
                context.layerToLoadOnCompletionDetails(identifier).setPostProcessor(style)


def _decision_parameters() -> list:
    """WORKSPACE, USE_KEPT and DECISIONS."""
    workspace = QgsProcessingParameterFile(
        "WORKSPACE", tr("Workspace that keeps the decisions"), fileFilter="GeoPackage (*.gpkg)"
    )
    decisions = QgsProcessingParameterFileDestination(
        "DECISIONS", tr("Decisions to be filled in"), "CSV (*.csv)", optional=True, createByDefault=False
    )
    use = QgsProcessingParameterBoolean("USE_KEPT", tr("Use what was decided before where SPLITS says nothing"), False)
    return [shared.optional(workspace), use, decisions]


def _target_parameters() -> list:
    """TARGET_SPEC, TARGET_LAYER, FIELD_MAP and TARGET."""
    text, sink = QgsProcessingParameterString, QgsProcessingParameterFeatureSink
    polygon, title = QgsProcessing.TypeVectorPolygon, tr("Converted parcels in the fields of a specification")
    return [
        shared.optional(text("TARGET_SPEC", tr("Specification of the target fields (file or built-in name)"))),
        shared.optional(text("TARGET_LAYER", tr("Layer of the specification (empty: by the name of the layer)"))),
        shared.optional(text("FIELD_MAP", tr("Field map (JSON, .json or .csv)"), "", multiLine=True)),
        sink("TARGET", title, polygon, None, True, False),
    ]


def _flow_values(flow: Flow) -> tuple:
    names = flow.from_code, flow.from_name, flow.to_code, flow.to_name
    return (*names, flow.how.value, flow.confidence, "|".join(flow.candidates))


def _repaired(repair: Repair) -> str:
    return tr("Repaired: {0}, feature {1}: {2}").format(repair.layer, repair.fid, repair.why())


def _numbers(crosstab: Crosstab) -> dict:
    return {
        "FEATURE_COUNT": crosstab.pieces(False) + crosstab.pieces(True),
        "UNDECIDED_COUNT": crosstab.pieces(True),
        "BEFORE_M2": crosstab.before_m2,
        "CONVERTED_M2": crosstab.converted_m2,
        "UNDECIDED_M2": crosstab.undecided_m2,
    }

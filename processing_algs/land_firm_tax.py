"""onemap:landfirmtax: firms and their taxes brought to the land they use."""

from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.monitoring import land_firm_rows as looks
from ..plugin.bridge.monitoring.land_firm import LandFirmChoice, LandFirmJob, LandFirmOutcome
from ..plugin.bridge.monitoring.land_firm_report import land_firm_report
from ..plugin.core.indicators.land_firm_match import ORDER
from ..plugin.core.indicators.land_firm_scores import scheme_of, schemes
from ..plugin.report import write_report
from ..plugin.report.monitoring.land_firm import land_firm_document
from . import review_parameters as shared
from .base import OneMapAlgorithm, user_error
from .row_outputs import Rows, write_rows

_TABLE_FILTER = "Excel, CSV (*.xlsx *.xlsm *.csv *.txt)"
_FIELDS = {"PARCEL_ID": "id", "OWNER": "owner", "OWNER_CODE": "owner_code", "ADDRESS": "address"}


class LandFirmTaxAlgorithm(OneMapAlgorithm):
    NAME = "landfirmtax"
    GROUP_ID = "monitoring"

    def title(self) -> str:
        return tr("Land, firms and taxes")

    def help_text(self) -> str:
        return tr(
            "Ties firms to parcels by owner (credit code with its check, then name) and lease, by address, by place; "
            "shares their taxes and output by the land they use, to the cent; gives per-mu results, scores and grades "
            "by a scheme, and a list of parcels that may be low-efficiency land with the reasons. What did not match "
            "is listed with its taxes. A parcel without a known firm is unknown, never zero.\n"
            "FIRMS: credit code, name, address, x, y, industry, scale (规上/规下). TAX: credit code, name, year, tax "
            "and other measures; heads may name 元 or 万元. LEASES: parcel, tenant, area, days. Schemes and rules are "
            "data under resources/monitoring, with their confidence. Names and codes of firms are masked in all "
            "outputs while MASK is on; none is ever written to the log.\n"
            "Example: tools/process run onemap:landfirmtax --PARCELS=county.gpkg|layername=GYDK --FIRMS=firms.xlsx "
            "--TAX=tax.xlsx --LEASES=leases.xlsx --PARCEL_RESULTS=parcels.gpkg --CANDIDATES=candidates.gpkg "
            "--REPORT=land.docx"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        parent = {"parentLayerParameterName": "PARCELS"}
        fields = (
            ("PARCEL_ID", tr("Field of parcel numbers")),
            ("OWNER", tr("Field of owners")),
            ("OWNER_CODE", tr("Field of owners' credit codes")),
            ("ADDRESS", tr("Field of addresses")),
        )
        year = QgsProcessingParameterNumber("YEAR", tr("Year"), minValue=1990, maxValue=2100, defaultValue=None)
        names = [scheme.id for scheme in schemes()]
        for parameter in (
            QgsProcessingParameterVectorLayer("PARCELS", tr("Parcels"), [QgsProcessing.TypeVectorPolygon]),
            QgsProcessingParameterFile("FIRMS", tr("Table of firms"), fileFilter=_TABLE_FILTER),
            QgsProcessingParameterFile("TAX", tr("Table of taxes"), fileFilter=_TABLE_FILTER),
            shared.optional(QgsProcessingParameterFile("LEASES", tr("Table of leases"), fileFilter=_TABLE_FILTER)),
            shared.optional(year),
            QgsProcessingParameterEnum("SCHEME", tr("Scheme"), names, defaultValue=names[0], usesStaticStrings=True),
            *(shared.optional(QgsProcessingParameterField(n, t, **parent), True) for n, t in fields),
            shared.optional(QgsProcessingParameterString("MATCH_ORDER", tr("Order of signs"), ",".join(ORDER)), True),
            shared.optional(
                QgsProcessingParameterBoolean("MONEY_IN_WAN", tr("Amounts without a unit are 10,000 yuan"), True), True
            ),
            shared.optional(
                QgsProcessingParameterFile("RULES", tr("Rules of candidates"), fileFilter="JSON (*.json)"), True
            ),
            QgsProcessingParameterBoolean("MASK", tr("Mask names and codes of firms"), True),
        ):
            self.addParameter(parameter)
        self._add_outputs()

    def _add_outputs(self) -> None:
        polygon, table = QgsProcessing.TypeVectorPolygon, QgsProcessing.TypeVector
        for name, title, kind, optional in (
            ("PARCEL_RESULTS", tr("Parcels with their results"), polygon, True),
            ("CANDIDATES", tr("Parcels that may be low-efficiency land"), polygon, True),
            ("SCORES", tr("Firms with scores and grades"), table, True),
            ("MATCHES", tr("Firms and their parcels"), table, True),
            ("UNMATCHED", tr("What did not match"), table, True),
        ):
            self.addParameter(QgsProcessingParameterFeatureSink(name, title, kind, optional=optional))
        report = shared.report_parameter()
        self.addParameter(report)
        for name, title in (
            ("MATCHED_COUNT", tr("Firms with land")),
            ("UNMATCHED_COUNT", tr("Firms without land")),
            ("CANDIDATE_COUNT", tr("Candidates")),
            ("TAX_GAP", tr("Gap of the taxes (yuan)")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def prepareAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        with user_error():
            given = parameters.get("YEAR") is not None
            order = self.parameterAsString(parameters, "MATCH_ORDER", context)
            fields = {measure: self.parameterAsString(parameters, n, context) for n, measure in _FIELDS.items()}
            self._job = LandFirmJob(
                LandFirmChoice(
                    self.parameterAsVectorLayer(parameters, "PARCELS", context),
                    self.parameterAsFile(parameters, "FIRMS", context),
                    self.parameterAsFile(parameters, "TAX", context),
                    scheme_of(self.parameterAsEnumString(parameters, "SCHEME", context)),
                    self.parameterAsFile(parameters, "LEASES", context),
                    {measure: name for measure, name in fields.items() if name},
                    tuple(part.strip() for part in order.split(",") if part.strip()),
                    self.parameterAsInt(parameters, "YEAR", context) if given else 0,
                    self.parameterAsBool(parameters, "MONEY_IN_WAN", context),
                    self.parameterAsFile(parameters, "RULES", context),
                )
            )
            self._reports = shared.report_paths(self, parameters, context)
        return True

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        outcome = self._job.run(feedback)
        for remark in outcome.remarks:
            feedback.pushWarning(remark.text())
        masked = self.parameterAsBool(parameters, "MASK", context)
        rows = looks.LandFirmRows(outcome, masked)
        ids = self._write(parameters, context, rows)
        if self._reports:
            document = land_firm_document(land_firm_report(outcome, rows, self._job.plane, masked))
            for path in self._reports:
                write_report(document, path)
        return {**ids, **_counts(outcome), "REPORT": ";".join(map(str, self._reports))}

    def _write(self, parameters: dict, context: QgsProcessingContext, rows: looks.LandFirmRows) -> dict:
        plane = QgsCoordinateReferenceSystem.fromWkt(self._job.plane.to_wkt())
        listed, shapes = rows.candidates()
        titled = looks.TitledLandFirm
        contents = {
            "PARCEL_RESULTS": Rows(looks.PARCEL_FIELDS, rows.parcels(), rows.shapes(), plane, looks.GradedParcels),
            "CANDIDATES": Rows(looks.PARCEL_FIELDS, listed, shapes, plane, looks.TitledCandidates),
            "SCORES": Rows(looks.FIRM_FIELDS, list(rows.firms()), style=titled),
            "MATCHES": Rows(looks.TIE_FIELDS, list(rows.ties()), style=titled),
            "UNMATCHED": Rows(looks.UNMATCHED_FIELDS, list(rows.unmatched()), style=titled),
        }
        return {
            name: write_rows(self, parameters, name, context, content)
            for name, content in contents.items()
            if parameters.get(name) is not None
        }


def _counts(outcome: LandFirmOutcome) -> dict:
    result = outcome.result
    return {
        "MATCHED_COUNT": len({tie.firm for tie in result.matching.ties}),
        "UNMATCHED_COUNT": len(result.matching.unmatched),
        "CANDIDATE_COUNT": len(result.candidates),
        "TAX_GAP": result.balance.gap,
    }

"""The names that scripts, models and the platform rely on: every algorithm, parameter and output of the public contract.

A contract call gives only what the contract names: whatever else an algorithm asks for has a default.
"""

import pytest
from qgis.core import QgsApplication, QgsProcessingParameterDefinition

CONTRACT = {
    "checkcontrollines": ("PROJECTS PROJECT_KEY CONTROL_LINES MAPPING RULES SLIVER_AREA REVIEW_DATE",
                          "FINDINGS VERDICTS SUMMARY REPORT PROJECT_COUNT FINDING_COUNT SLIVER_COUNT CONFLICT_COUNT "
                          "PROHIBITED_COUNT CONDITIONAL_COUNT INVOLVED_COUNT NOT_CHECKED_COUNT REPAIRED_COUNT"),
    "rangereport": ("RANGE CONTROL_LINES LANDUSE MAPPING RULES", "RESULT REPORT"),
    "checkheights": ("BUILDINGS HEIGHT_FIELD BASE_FIELD ZONES LIMIT_FIELD CORRIDORS VIEWPOINTS TARGETS DEM EYE_M "
                     "TOLERANCE_M FLOORS_FIELD STOREY_M K", "FINDINGS LIMITS SKYLINE REPORT"),
    "comparerounds": ("WORKSPACE CASE ROUND_A ROUND_B", "CHANGES REPORT"),
    "selectsites": ("CANDIDATES CRITERIA LAYERS", "SITES REJECTED REPORT"),
    "findsites": ("EXTENT_LAYER CRITERIA LAYERS AREA_MIN_M2 AREA_MAX_M2 COUNT", "SITES REPORT"),
    "inspectpackage": ("PACKAGE SPEC BASE STAGES EXCEPTIONS LIMIT", "DEFECTS ITEMS REPORT DEFECT_COUNT SCORE"),
    "comparelayers": ("BEFORE AFTER KEY CLASS_FIELD GROUP TOLERANCE_M2", "CHANGES MATRIX REPORT"),
    "convertclasses": ("INPUT CODE_FIELD TABLE SPLITS PADDING", "OUTPUT UNDECIDED CROSSTAB REPORT"),
    "statutoryarea": ("INPUT", "OUTPUT"),
    "importparceltxt": ("INPUT", "OUTPUT"),
    "exportparceltxt": ("INPUT", "OUTPUT"),
    "createworkspace": ("COUNTY DIVISIONS DISTRICT", "WORKSPACE"),
    "importworkbook": ("FORM WORKBOOK WORKSPACE PROFILE", "ACCEPTED_COUNT REJECTED_COUNT MARKED"),
    "exportworkbook": ("FORM WORKSPACE TEMPLATE_ONLY", "WORKBOOK ROW_COUNT"),
    "indicators": ("SPEC LAYERS STATISTICS DIVISIONS YEAR LEVEL YEARS", "VALUES WARNINGS REPORT"),
    "redevelopmentprogress": ("WORKSPACE PROJECTS TASKS DIVISIONS YEAR", "PROGRESS REPORT"),
    "landfirmtax": ("PARCELS FIRMS TAX SCHEME MATCH_ORDER RULES", "MATCHES SCORES UNMATCHED REPORT"),
    "summarise": ("SOURCES EXPECTED TEMPLATE CHECKS", "QUESTIONS TOTALS FROZEN FILLED REPORT"),
    "push": ("WORKSPACE PLATFORM AUTHCFG", "DONE_COUNT CONFLICT_COUNT REJECTED_COUNT PENDING_COUNT LOG"),
    "pull": ("WORKSPACE PLATFORM AUTHCFG", "DONE_COUNT CONFLICT_COUNT REJECTED_COUNT PENDING_COUNT LOG"),
    "packbag": ("WORKSPACE", "BAG"),
    "unpackbag": ("WORKSPACE BAG", "DONE_COUNT"),
    "verifyaudit": ("WORKSPACE", "ROW_COUNT BROKEN_AT"),
}  # fmt: skip
GROUPS = {
    "review": "checkcontrollines rangereport checkheights comparerounds",
    "siting": "selectsites findsites",
    "quality": "inspectpackage comparelayers convertclasses",
    "tools": "statutoryarea importparceltxt exportparceltxt",
    "reporting": "createworkspace importworkbook exportworkbook",
    "monitoring": "indicators redevelopmentprogress landfirmtax summarise",
    "exchange": "push pull packbag unpackbag verifyaudit",
}


@pytest.fixture
def algorithms(qgis_app):
    found = QgsApplication.processingRegistry().providerById("onemap").algorithms()
    return {algorithm.name(): algorithm for algorithm in found}


@pytest.mark.parametrize("name", CONTRACT)
def test_names_of_the_contract_are_there_with_their_direction(algorithms, name):
    inputs, outputs = (set(text.split()) for text in CONTRACT[name])
    definitions = {d.name(): d for d in algorithms[name].parameterDefinitions()}
    assert inputs <= {n for n, d in definitions.items() if not d.isDestination()}
    assert outputs <= {d.name() for d in algorithms[name].outputDefinitions()}
    asked = {
        n
        for n, d in definitions.items()
        if not d.flags() & QgsProcessingParameterDefinition.FlagOptional and d.defaultValue() is None
    }
    assert asked <= inputs | outputs, "asked for beside what the contract names"


def test_groups_of_the_contract(algorithms):
    for group, names in GROUPS.items():
        assert {algorithms[name].groupId() for name in names.split()} == {group}

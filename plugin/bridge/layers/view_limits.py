"""What a layer shows in the QGIS project beside what its file holds: a filter hides features, an edit is not yet saved.

Both are read as shown, so both must be told: a line that a filter hides was not checked.
"""

from qgis.core import QgsVectorLayer

from ...core.land.input_check import NARROWING, CheckItem, CheckState, InputCheck
from ...core.land.remarks import Remark


def view_remarks(layer: QgsVectorLayer) -> list[Remark]:
    """Remarks on a layer that was read otherwise than its file stands; none for a plain layer. Main thread only."""
    remarks = []
    if layer.subsetString():
        params = {"layer": layer.name(), "where": layer.subsetString(), "count": layer.featureCount()}
        remarks.append(Remark("layer_filtered", layer.name(), None, params))
    if layer.isEditable() and layer.isModified():
        remarks.append(Remark("layer_unsaved", layer.name(), None, {"layer": layer.name()}))
    return remarks


def limits_check(remarks: list[Remark]) -> InputCheck:
    """The check of a layer of which nothing was read yet: those of its remarks that narrow what is looked at."""
    check = InputCheck()
    for remark in remarks:
        if remark.code in NARROWING:
            check.add(CheckItem.COUNT, CheckState.REMARK, remark.code, **remark.params)
    return check

"""onemap:unpackbag: take in the platform's receipt bag."""

from typing import Optional

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingParameterFile

from ..plugin.bridge.i18n import tr
from ..plugin.store.lock import holder_name
from .base import OneMapAlgorithm
from .exchange import add_login, add_workspace, open_for_writing


class UnpackBag(OneMapAlgorithm):
    NAME = "unpackbag"
    GROUP_ID = "exchange"

    def title(self):
        return tr("Unpack a receipt bag")

    def help_text(self) -> str:
        return tr(
            "Takes in the receipt bag with which the platform answers a courier bag: numbers, findings, "
            "returned and changed records. A "
            "bag that is altered, cut short, of another county or out of order is refused; one taken in before "
            "changes nothing.\n"
            "Example: ONEMAP_BAG_KEY=... tools/process run onemap:unpackbag --WORKSPACE=county.gpkg --BAG=receipt.zip"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        add_workspace(self)
        add_login(self, tr("Signing key"))
        self.addParameter(QgsProcessingParameterFile("BAG", tr("Receipt bag"), fileFilter="Zip (*.zip)"))
        for name, title in (
            ("DONE_COUNT", tr("Records accepted")),
            ("CHANGED_COUNT", tr("Records and features imported")),
            ("CONFLICT_COUNT", tr("Conflicts to decide")),
            ("REJECTED_COUNT", tr("Records rejected")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        from ..plugin.bridge.sync.bags import prepared  # here: nothing else needs the web libraries
        from ..plugin.bridge.sync.platform import bag_key
        from ..plugin.sync.courier import Courier

        key = bag_key(self.parameterAsString(parameters, "AUTHCFG", context))
        with open_for_writing(self.parameterAsFile(parameters, "WORKSPACE", context)) as workspace:
            courier = prepared(Courier(workspace, key, holder_name(), feedback.pushInfo), workspace)
            counts = courier.unpack(self.parameterAsFile(parameters, "BAG", context))
        return {
            "DONE_COUNT": counts["done"],
            "CHANGED_COUNT": counts["changed"] + counts["deleted"],
            "CONFLICT_COUNT": counts["conflict"],
            "REJECTED_COUNT": counts["rejected"],
        }

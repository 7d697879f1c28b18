"""onemap:packbag: the outbox as a courier bag."""

from typing import Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
)

from ..plugin.bridge.i18n import tr
from ..plugin.store.lock import holder_name
from .base import OneMapAlgorithm
from .exchange import add_login, add_workspace, open_for_writing


class PackBag(OneMapAlgorithm):
    NAME = "packbag"
    GROUP_ID = "exchange"

    def title(self):
        return tr("Pack a courier bag")

    def help_text(self) -> str:
        return tr(
            "Packs the records that wait in the workspace's outbox, with their attachments, into a signed "
            "BagIt zip that is carried to "
            "the platform by hand. They stay in the outbox until the receipt bag is unpacked. The signing key "
            "is the password of the "
            "authentication configuration.\n"
            "Example: ONEMAP_BAG_KEY=... tools/process run onemap:packbag --WORKSPACE=county.gpkg --BAG=out.zip"
        )

    def initAlgorithm(self, configuration: Optional[dict] = None) -> None:
        add_workspace(self)
        add_login(self, tr("Signing key"))
        self.addParameter(QgsProcessingParameterFileDestination("BAG", tr("Courier bag"), "Zip (*.zip)"))
        self.addOutput(QgsProcessingOutputNumber("PACKED_COUNT", tr("Records packed")))

    def compute(self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict:
        from ..plugin.bridge.sync.bags import prepared  # here: nothing else needs the web libraries
        from ..plugin.bridge.sync.platform import bag_key
        from ..plugin.sync.courier import Courier

        target = self.parameterAsFileOutput(parameters, "BAG", context)
        key = bag_key(self.parameterAsString(parameters, "AUTHCFG", context))
        with open_for_writing(self.parameterAsFile(parameters, "WORKSPACE", context)) as workspace:
            count = prepared(Courier(workspace, key, holder_name(), feedback.pushInfo), workspace).pack(target)
        return {"BAG": target, "PACKED_COUNT": count}

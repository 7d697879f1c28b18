"""onemap:pull: take in what changed at the platform."""

from ..plugin.bridge.i18n import tr
from .exchange import PlatformAlgorithm


class Pull(PlatformAlgorithm):
    NAME = "pull"
    step = "pull"

    def title(self):
        return tr("Pull from the platform")

    def help_text(self) -> str:
        return tr(
            "Takes in what changed at the platform since the last pull: control lines, dictionaries, form "
            "schemas, numbers, findings of "
            "the machine review and returned records. The first pull loads everything; an interrupted download "
            "goes on where it was.\n"
            "Example: ONEMAP_TOKEN=... tools/process run onemap:pull --WORKSPACE=county.gpkg --PLATFORM=https://platform.example"
        )

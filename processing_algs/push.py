"""onemap:push: send what waits in a workspace's outbox."""

from ..plugin.bridge.i18n import tr
from .exchange import PlatformAlgorithm


class Push(PlatformAlgorithm):
    NAME = "push"
    step = "push"

    def title(self):
        return tr("Push to the platform")

    def help_text(self) -> str:
        return tr(
            "Sends the records that wait in the workspace's outbox. A record that the platform rejects does "
            "not block the others; what "
            "both sides changed differently waits as a conflict. A run that was stopped goes on where it was, "
            "nothing is sent twice.\n"
            "Example: ONEMAP_TOKEN=... tools/process run onemap:push --WORKSPACE=county.gpkg "
            "--PLATFORM=https://platform.example "
            "--LOG=push.json"
        )

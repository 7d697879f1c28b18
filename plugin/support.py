"""What a user sends when asking for help: versions and the plugin's last messages, without places, names or data."""

import platform
import re
import sys
from collections import deque
from pathlib import Path

from .dependencies import LIBRARIES, version
from .paths import METADATA

_TAG = "OneMap Desk"
_PATH = re.compile(r"(?:[A-Za-z]:[\\/]|\\\\|(?<![\w/])/|file:)[^\"'“”，；,;|\n]*")
_NUMBER = re.compile(r"-?\d{2,}\.\d{3,}|\d{6,}(?:\.\d+)?")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'")
_SECRET = re.compile(r"(?i)(bearer|token|password|passwd|pwd|authcfg)([ =:]+)\S+")


class LogKeeper:
    """Keeps the last messages of the plugin while it is loaded."""

    _lines: deque[str] = deque(maxlen=60)

    def __init__(self, message_log):
        self._log = message_log
        message_log.messageReceived.connect(self._keep)

    def _keep(self, message, tag, level):
        if tag == _TAG:
            self._lines.append(f"[{int(level)}] {scrubbed(message)}")

    def dispose(self):
        self._log.messageReceived.disconnect(self._keep)


def scrubbed(text):
    """A text without paths, quoted names, coordinates, long numbers and secrets."""
    text = _SECRET.sub(r"\1\2…", text)
    text = _PATH.sub("<path>", text)
    return _NUMBER.sub("<number>", _QUOTED.sub("“…”", text))


def support_report():
    """The report as text for the clipboard."""
    lines = [f"OneMap Desk {_own_version()}", f"Python {sys.version.split()[0]}, {platform.system()}"]
    lines[1] += f" {platform.release()} {platform.machine()}"
    lines += _qgis()
    lines += [f"{library.package} {version(library) or '-'}" for library in LIBRARIES]
    return "\n".join([*lines, "", *LogKeeper._lines])


def _own_version():
    found = re.search(r"^version=(.+)$", Path(METADATA).read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1).strip() if found else "?"


def _qgis():
    from qgis.core import Qgis
    from qgis.PyQt.QtCore import QLocale, qVersion

    return [f"QGIS {Qgis.QGIS_VERSION}, Qt {qVersion()}, {QLocale().name()}"]

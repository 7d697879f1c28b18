"""Where the plugin's own files lie. Nobody else counts parent folders."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESOURCES = ROOT / "resources"
ICONS = RESOURCES / "icons"
SCHEMAS = ROOT / "forms" / "schemas"
TRANSLATIONS = ROOT / "i18n"
METADATA = ROOT / "metadata.txt"
HELP = RESOURCES / "help"
KIT_WHEELS = RESOURCES / "office" / "kit_wheels.csv"
EXT_LIBS = ROOT / "ext_libs"  # pure-Python libraries; only in a release, put there when it is packed

WORKER = "ONEMAP_WORKER"  # set in the environment of the processes of core/workers.py

"""The made-up county of `make demo`: its land, lines and projects are the plugin's own sample (plugin/core/sample)."""

from pathlib import Path

__path__.append(str(Path(__file__).resolve().parents[2] / "plugin" / "core" / "sample"))

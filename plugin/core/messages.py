"""Texts for errors and remarks, in English and Chinese, kept as data in resources/messages/*.json (one file a room)."""

import functools
import json
from typing import Any, Optional

from ..paths import RESOURCES

_FOLDER = RESOURCES / "messages"
_language = "en"


def set_language(language: str) -> None:
    """Choose the language of later `text` calls: "zh" for any Chinese locale name, else "en"."""
    global _language
    _language = "zh" if str(language).lower().startswith("zh") else "en"


def language() -> str:
    """Return the chosen language, "en" or "zh"."""
    return _language


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Return {code: {"en": template, "zh": template}}."""
    merged: dict[str, dict[str, str]] = {}
    for file in sorted(_FOLDER.glob("*.json")):
        merged.update(json.loads(file.read_text(encoding="utf-8")))
    return merged


def text(code: str, /, language: Optional[str] = None, **params: Any) -> str:
    """Return the text of `code` with its placeholders filled; KeyError for a code that the file lacks."""
    return catalogue()[code][language or _language].format(**params)

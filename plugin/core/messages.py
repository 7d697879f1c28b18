"""Texts for errors and remarks, in English and Chinese, kept as data in resources/messages/*.json (one file a room)."""

import functools
import json

from ..paths import RESOURCES

_FOLDER = RESOURCES / "messages"
_language = "en"


def set_language(language):
    """Choose the language of later `text` calls: "zh" for any Chinese locale name, else "en"."""
    global _language
    _language = "zh" if str(language).lower().startswith("zh") else "en"


def language():
    """Return the chosen language, "en" or "zh"."""
    return _language


@functools.lru_cache(maxsize=1)
def catalogue():
    """Return {code: {"en": template, "zh": template}}."""
    merged = {}
    for file in sorted(_FOLDER.glob("*.json")):
        merged.update(json.loads(file.read_text(encoding="utf-8")))
    return merged


def text(code, /, language=None, **params):
    """Return the text of `code` with its placeholders filled; KeyError for a code that the file lacks."""
    return catalogue()[code][language or _language].format(**params)

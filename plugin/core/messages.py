"""Texts for errors and remarks, in English and Chinese, kept as data in resources/messages/*.json (one file a room)."""

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Optional

from ..paths import RESOURCES

_FOLDER = RESOURCES / "messages"
_language = "en"
_document: ContextVar[str] = ContextVar("document_language", default="")


def set_language(language: str) -> None:
    """Choose the language of later `text` calls: "zh" for any Chinese locale name, else "en"."""
    global _language
    _language = "zh" if str(language).lower().startswith("zh") else "en"


def language() -> str:
    """Return the chosen language, "en" or "zh": that of the user, or of the document that is being written."""
    return _document.get() or _language


@contextmanager
def document_language(language: str) -> Iterator[None]:
    """Within this block of this thread every text is of one language, whatever the user's is: a report is of one."""
    token = _document.set(language)
    try:
        yield
    finally:
        _document.reset(token)


@functools.lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Return {code: {"en": template, "zh": template}}."""
    merged: dict[str, dict[str, str]] = {}
    for file in sorted(_FOLDER.glob("*.json")):
        merged.update(json.loads(file.read_text(encoding="utf-8")))
    return merged


def text(code: str, /, language: Optional[str] = None, **params: Any) -> str:
    """Return the text of `code` with its placeholders filled; KeyError for a code that the file lacks."""
    chosen = language or _document.get() or _language
    return catalogue()[code][chosen].format(**{key: translated(value, chosen) for key, value in params.items()})


class Message(str):
    """A text that is kept for later, when another language may be asked for: it knows its code and parameters.

    A value of a feature or of an item model must be a plain str: Qt takes no other for a text.
    """

    code: str
    params: dict[str, Any]


def message(code: str, /, **params: Any) -> Message:
    """The text of `code` in the chosen language, which `translated` turns into another."""
    made = Message(text(code, **params))
    made.code, made.params = code, params
    return made


def translated(value: Any, language: Optional[str] = None) -> Any:
    """A Message in a language ("" for the chosen one) as plain text; any other value as it is."""
    kept = getattr(value, "message", value)  # an error of ours holds one
    return text(kept.code, language, **kept.params) if isinstance(kept, Message) else value

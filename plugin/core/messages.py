"""Texts for errors and remarks, in English and Chinese, kept as data in resources/messages/*.json (one file a room)."""

import functools
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, Optional

from ..paths import RESOURCES
from . import system_errors
from .days import Day, day_of, written

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


def document() -> str:
    """The language of the document that is being written in this thread, "" for none."""
    return _document.get()


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
    """A text of the catalogue that knows its code and parameters: it is in the chosen language wherever it is shown.

    A value of a feature or of an item model must be a plain str, which `str` gives: Qt takes no other for a text.
    """

    code: str
    params: dict[str, Any]

    def __str__(self) -> str:
        return text(self.code, **self.params)

    def __format__(self, specification: str) -> str:
        return format(str(self), specification)


class Named(str):
    """A name that data give in both languages; itself it is that of the chosen one."""

    texts: dict[str, str]


def named(zh: str, en: str = "") -> str:
    """The name in the chosen language, which `translated` turns into the other; `en` "": there is one name only."""
    texts = {"zh": zh, "en": en or zh}
    made = Named(texts[language()])
    made.texts = texts
    return made


def message(code: str, /, **params: Any) -> Message:
    """The text of `code` in the chosen language, which `translated` turns into another."""
    made = Message(text(code, **params))
    made.code, made.params = code, params
    return made


def joined_texts(texts: Iterable[str]) -> str:
    """Texts one after the other, each once, those that are empty left out; Messages among them stay such."""
    kept = list(dict.fromkeys(filter(None, texts)))
    return _joined(kept) if kept else ""


def _joined(texts: list[str]) -> str:
    """In halves of halves: however many they are, few lie in one another."""
    if len(texts) == 1:
        return texts[0]
    half = len(texts) // 2
    return message("and_then", first=_joined(texts[:half]), then=_joined(texts[half:]))


def translated(value: Any, language: Optional[str] = None) -> Any:
    """A Message, a Named, a day or what the system says of an error in a language (None: the chosen one) as plain text;
    any other value as it is."""
    kept = getattr(value, "message", value)  # an error of ours holds one
    if isinstance(kept, Message):
        return text(kept.code, language, **kept.params)
    chosen = language or _document.get() or _language
    if isinstance(kept, (Day, date)):
        return written(kept, chosen)
    if isinstance(kept, Named):
        return kept.texts[chosen]
    return system_errors.in_language(value, chosen)


def with_iso_days(value: Any) -> str:
    """A text in the chosen language as layers keep it: its days as machines read them."""
    if not isinstance(value, Message):
        return str(value)
    return text(value.code, **{key: str(part) if isinstance(part, Day) else part for key, part in value.params.items()})


def stored(value: Any) -> Any:
    """As JSON keeps a text: of a Message its code and parameters, of a day that it is one."""
    if isinstance(value, Message):
        return {"code": value.code, "params": {key: stored(part) for key, part in value.params.items()}}
    return {"day": str(day_of(value))} if isinstance(value, (Day, date)) else value


def restored(value: Any) -> Any:
    """The text of what `stored` gave; a text that an earlier version stored as it is."""
    if isinstance(value, dict) and "day" in value:
        return Day(value["day"])
    if isinstance(value, dict):
        return message(value["code"], **{key: restored(part) for key, part in value["params"].items()})
    return value

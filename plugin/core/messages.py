"""Texts for errors and remarks, in English and Chinese, kept as data in resources/messages/*.json (one file a room)."""

import functools
import json
import re
import string
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
    """A text that is kept for later, when another language may be asked for: it knows its code and parameters.

    A value of a feature or of an item model must be a plain str: Qt takes no other for a text.
    """

    code: str
    params: dict[str, Any]


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


def translated(value: Any, language: Optional[str] = None) -> Any:
    """A Message or a Named in a language (None: the chosen one) as plain text, and a text of ours that rows of a layer
    kept in another language as well as its template allows; any other value as it is.
    """
    kept = getattr(value, "message", value)  # an error of ours holds one
    if isinstance(kept, Message):
        return text(kept.code, language, **kept.params)
    if isinstance(kept, Named):
        return kept.texts[language or _document.get() or _language]
    is_asked = isinstance(value, str) and (language or _document.get()) == "zh" and len(value) <= _LONGEST
    if is_asked and _SENTENCE.search(value):
        known = _read_back(value)
        return known if known != value else "；".join(map(_read_back, re.split("; |；", value)))
    return value


_SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")  # English phrase, where a report is Chinese
_LEAST = 8  # letters of a template, that its text is known again
_LONGEST = 4000  # characters of a text of ours; what is longer is data


@functools.lru_cache(maxsize=4096)
def _read_back(english: str) -> str:
    """The Chinese of an English text of the catalogue, found by its template; the text itself where there is none."""
    for phrase, pattern, chinese in _templates():
        found = pattern.fullmatch(english) if phrase in english else None
        if found is not None:
            values = {name: translated(value, "zh") for name, value in found.groupdict().items()}
            parts = string.Formatter().parse(chinese)
            return "".join(literal + (values.get(name, "") if name else "") for literal, name, _, _ in parts)
    return english


@functools.lru_cache(maxsize=1)
def _templates() -> list[tuple[str, re.Pattern[str], str]]:
    """(longest phrase of it, what an English text looks like, the Chinese template), those with most text first."""
    made = []
    for row in catalogue().values():
        seen: set[str] = set()
        pattern, letters, phrase = "", 0, ""
        for literal, name, _, _ in string.Formatter().parse(row["en"]):
            pattern += re.escape(literal)
            letters += sum(map(str.isalpha, literal))
            phrase = max(phrase, literal, key=len)
            if name:
                pattern += (
                    f"(?P={name})" if name in seen else f"(?P<{name}>(?:(?!; )[^；])*?)"
                )  # texts that were joined are read one by one
                seen.add(name)
        if letters >= _LEAST and all(name.isidentifier() for name in seen):
            made.append((letters, phrase, re.compile(pattern, re.S), row["zh"]))
    return [(phrase, pattern, chinese) for _, phrase, pattern, chinese in sorted(made, key=lambda row: -row[0])]

"""Finds English of the plugin's own in reports, which are Chinese whatever the language of the window is.

Names of the data may be English; what counts are the texts of the message catalogue and of the window.
"""

import functools
import re
import string
from html import unescape

from onemap.plugin.core.errors import InputError
from onemap.plugin.core.messages import catalogue
from onemap.plugin.paths import ROOT
from onemap.plugin.report.blocks.model import Columns, Facts, Heading, Paragraph, Picture, Table

_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
_NAMES = {"OneMap Desk", "One Map", "Gauss-Kruger"}
_ISO_DAY = re.compile(r"(?<![\w./\\-])(?:19|20)\d{2}-\d{2}(?:-\d{2})?(?![\w./\\-])")
_LEAST = 9  # characters of an English text that is known again


@functools.lru_cache(maxsize=1)
def _own_english():
    """A pattern of every English text of ours that has two words at least."""
    templates = [row["en"] for row in catalogue().values()]
    window = (ROOT / "i18n" / "onemap_zh_CN.ts").read_text(encoding="utf-8")
    templates += map(unescape, re.findall("<source>(.*?)</source>", window, re.S))
    chunks = {literal.strip(" .:;,()") for t in templates for literal, *_ in string.Formatter().parse(_plain(t))}
    known = sorted(c for c in chunks if len(c) >= _LEAST and _WORDS.search(c) and c not in _NAMES)
    return re.compile("|".join(rf"\b{re.escape(c)}\b" for c in sorted(known, key=len, reverse=True)))


def _plain(template):
    return template if re.fullmatch(r"(?:[^{}]|\{[\w.:,]*\})*", template) else re.sub(r"[{}]", "", template)


def english_of_ours(texts):
    """Those texts that hold English of the plugin's own."""
    return [t for t in texts if isinstance(t, str) and _WORDS.search(t) and _own_english().search(t)]


def iso_days(texts):
    """Those texts that hold a date as machines write it; names of data (with a letter or a stroke beside) may."""
    return [text for text in texts if isinstance(text, str) and _ISO_DAY.search(text)]


def texts_of(blocks):
    """Every text of blocks."""
    for block in blocks:
        if isinstance(block, (Heading, Paragraph)):
            yield block.text
        elif isinstance(block, Table):
            yield from [block.caption, *block.header, *(cell for row in block.rows for cell in row)]
        elif isinstance(block, Facts):
            yield from (cell for row in block.rows for cell in row)
        elif isinstance(block, Picture):
            yield block.caption
        elif isinstance(block, Columns):
            yield from texts_of([*block.left, *block.right])


def texts_of_sheets(sheets):
    """Every text of sheets as the writer writes it."""
    from onemap.plugin.report.blocks.wording import clean

    for sheet in sheets:
        yield from [sheet.name, *sheet.titles]
        yield from (clean(cell) for row in sheet.rows for cell in row if isinstance(cell, str))


def checked(writer_of):
    """A function that gives the writers of reports, which refuse a document that holds English of ours."""

    def give(suffix):
        write = writer_of(suffix)

        def look_and_write(document, path):
            texts = texts_of_sheets(document.sheets) if suffix == ".xlsx" else texts_of(document.blocks)
            found = english_of_ours([document.title, document.head, *texts])
            if found:  # told as an error of ours: an algorithm hides any other
                raise InputError("siting_reason_text", why=f"English in a Chinese report: {sorted(set(found))[:5]}")
            days = [] if suffix == ".xlsx" else iso_days([document.title, document.head, *texts])
            if days:
                raise InputError("siting_reason_text", why=f"ISO dates in a Chinese report: {sorted(set(days))[:5]}")
            write(document, path)

        return look_and_write

    return give

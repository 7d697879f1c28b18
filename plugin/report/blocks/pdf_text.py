"""Mends the text layer of a PDF that Qt wrote, so that words can be searched and copied."""

import re

from qgis.PyQt.QtCore import QT_VERSION_STR
from qgis.PyQt.QtGui import QFont, QRawFont

from ...core.errors import OutputError

_MAP = re.compile(rb"/ToUnicode (\d+) 0 R")
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>(?=[ \]\n\r])")
_RADICALS, _UNIFIED = range(0x2E80, 0x2FE0), range(0x4E00, 0xA000)


_TAIL = re.compile(rb"trailer\n<<\n(.*?)>>\nstartxref\n(\d+) *\n%%EOF\s*$", re.S)


def searchable(pdf: bytes, family: str) -> bytes:
    """Return the PDF (bytes) with character maps that name unified characters instead of Kangxi radicals.

    In CJK fonts a radical such as U+2F1F and the character U+571F are one glyph, and Qt names the lower code: the
    page looks right, but nobody finds the word in it. The mended maps are appended as an incremental update, the
    pages stay untouched. Raises OutputError when the file is not built as Qt is known to build it.
    """
    tail, numbers = _TAIL.search(pdf), sorted({int(m.group(1)) for m in _MAP.finditer(pdf)})
    if tail is None or not numbers:
        raise OutputError("pdf_not_understood", version=QT_VERSION_STR)
    duplicates, offsets, added = _duplicate_glyphs(family), {}, b""
    for number in numbers:
        mended = _CODE.sub(lambda m: duplicates.get(m.group(1).upper(), m.group(0)), _map(pdf, number))
        offsets[number] = len(pdf) + len(added)
        added += b"%d 0 obj\n<< /Length %d >>\nstream\n%sendstream\nendobj\n" % (number, len(mended), mended)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in offsets.items())
    last = b"trailer\n<<\n%s/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + added + b"xref\n" + table + last % (*tail.groups(), len(pdf) + len(added))


def _map(pdf: bytes, number: int) -> bytes:
    """The character map in the object of a number, in plain text."""
    found = re.search(rb"\n%d 0 obj\n<< /Length \d+ >>\nstream\n(.*?)endstream" % number, pdf, re.S)
    if found is None or not _CODE.search(found.group(1)):
        raise OutputError("pdf_not_understood", version=QT_VERSION_STR)
    return found.group(1)


def _duplicate_glyphs(family: str) -> dict[bytes, bytes]:
    """{hexadecimal code of a radical: "<code>" of the character that is the same glyph}, in bytes."""
    duplicates = {}
    for bold in (False, True):
        font = QFont(family)
        font.setBold(bold)
        raw = QRawFont.fromFont(font)
        characters = dict(zip(raw.glyphIndexesForString("".join(map(chr, _UNIFIED))), _UNIFIED))
        for code, glyph in zip(_RADICALS, raw.glyphIndexesForString("".join(map(chr, _RADICALS)))):
            if glyph and glyph in characters:
                duplicates[b"%04X" % code] = b"<%04X>" % characters[glyph]
    return duplicates

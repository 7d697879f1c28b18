"""Mends the text layer of a PDF that Qt wrote, so that words can be searched and copied."""

import re

from qgis.PyQt.QtGui import QFont, QRawFont

_MAP = re.compile(rb"/ToUnicode (\d+) 0 R")
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>(?=[ \]\n\r])")
_RADICALS, _UNIFIED = range(0x2E80, 0x2FE0), range(0x4E00, 0xA000)


def searchable(pdf, family):
    """Return the PDF (bytes) with character maps that name unified characters instead of Kangxi radicals.

    In CJK fonts a radical such as U+2F1F and the character U+571F are one glyph, and Qt names the lower code: the
    page looks right, but nobody finds the word in it. The mended maps are appended as an incremental update, the
    pages stay untouched.
    """
    twins = _twins(family)
    tail = re.search(rb"trailer\n<<\n(.*?)>>\nstartxref\n(\d+) *\n%%EOF\s*$", pdf, re.S)
    if tail is None:
        return pdf
    entries, previous, offsets, added = tail.group(1), tail.group(2), {}, b""
    for number in sorted({int(m.group(1)) for m in _MAP.finditer(pdf)}):
        found = re.search(rb"\n%d 0 obj\n<< /Length \d+ >>\nstream\n(.*?)endstream" % number, pdf, re.S)
        if found is None:
            continue
        mended = _CODE.sub(lambda m: twins.get(m.group(1).upper(), m.group(0)), found.group(1))
        offsets[number] = len(pdf) + len(added)
        added += b"%d 0 obj\n<< /Length %d >>\nstream\n%sendstream\nendobj\n" % (number, len(mended), mended)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in offsets.items())
    start = len(pdf) + len(added)
    return (
        pdf
        + added
        + b"xref\n%strailer\n<<\n%s/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n" % (table, entries, previous, start)
    )


def _twins(family):
    """{hexadecimal code of a radical: "<code>" of the character that is the same glyph}, in bytes."""
    twins = {}
    for bold in (False, True):
        font = QFont(family)
        font.setBold(bold)
        raw = QRawFont.fromFont(font)
        characters = dict(zip(raw.glyphIndexesForString("".join(map(chr, _UNIFIED))), _UNIFIED))
        for code, glyph in zip(_RADICALS, raw.glyphIndexesForString("".join(map(chr, _RADICALS)))):
            if glyph and glyph in characters:
                twins[b"%04X" % code] = b"<%04X>" % characters[glyph]
    return twins

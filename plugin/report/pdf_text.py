"""Mends the text layer of a PDF that Qt wrote, so that words can be searched and copied."""

import re
import unicodedata

_MAP = re.compile(rb"/ToUnicode (\d+) 0 R")
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>(?=[ \]\n\r])")
_RADICALS = range(0x2E80, 0x2FE0)


def searchable(pdf):
    """Return the PDF (bytes) with character maps that name unified characters instead of Kangxi radicals.

    In the CJK fonts a radical such as U+2F1F and the character 土 U+571F are one glyph, and Qt names the lower code: the page
    looks right, but nobody finds 国土 in it. The mended maps are appended as an incremental update, the pages stay untouched.
    """
    tail = re.search(rb"trailer\n<<\n(.*?)>>\nstartxref\n(\d+) *\n%%EOF\s*$", pdf, re.S)
    if tail is None:
        return pdf
    entries, previous, offsets, added = tail.group(1), tail.group(2), {}, b""
    for number in sorted({int(m.group(1)) for m in _MAP.finditer(pdf)}):
        found = re.search(rb"\n%d 0 obj\n<< /Length \d+ >>\nstream\n(.*?)endstream" % number, pdf, re.S)
        if found is None:
            continue
        mended = _CODE.sub(_unified, found.group(1))
        offsets[number] = len(pdf) + len(added)
        added += b"%d 0 obj\n<< /Length %d >>\nstream\n%sendstream\nendobj\n" % (number, len(mended), mended)
    table = b"".join(b"%d 1\n%010d 00000 n \n" % item for item in offsets.items())
    start = len(pdf) + len(added)
    return pdf + added + b"xref\n%strailer\n<<\n%s/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n" % (table, entries, previous, start)


def _unified(match):
    code = int(match.group(1), 16)
    if code not in _RADICALS:
        return match.group(0)
    character = unicodedata.normalize("NFKC", chr(code))
    return b"<%04X>" % ord(_SUPPLEMENT.get(code, character))


# the radicals supplement has no compatibility mapping in Unicode; these are the simplified forms in everyday use
_SUPPLEMENT = dict(zip(map(ord, "⺟⻁⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺠⻄"), "母虎见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙龟民西"))

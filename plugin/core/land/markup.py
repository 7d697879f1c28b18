"""Shapes as GML, KML and well-known text write them: which rows have any, which coordinates are no numbers.

The libraries that read such files make of a coordinate whatever they can, and of a shape that they cannot read none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SHAPES = (
    b"Polygon|MultiPolygon|Surface|MultiSurface|CompositeSurface|PolyhedralSurface|TriangulatedSurface|Tin|MultiGeometry"
    b"|LineString|MultiLineString|Curve|MultiCurve|CompositeCurve|LinearRing|Point|MultiPoint|Solid|Model"
)
_TEXTS = b"posList|pos|coordinates"
_NUMBERS = b"0123456789+-.eE \t\r\n"
_SHOWN = 40  # characters of what is wrong that a message shows
_WKT = re.compile(
    r"\s*(?:SRID\s*=\s*\d+\s*;\s*)?(?:MULTI|COMPOUND|CIRCULAR|CURVE|GEOMETRY|POLYHEDRAL)?"
    r"(?:POINT|LINESTRING|STRING|POLYGON|CURVE|SURFACE|COLLECTION|TRIANGLE|TIN)\s*(?:Z|M|ZM)?\s*[(（]",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(
    r"[^\sA-Za-z\d.+\-(),;=]|\d[A-DF-Za-df-z]|[A-DF-Za-df-z]\d|\d[eE](?![\d+-])|\b(?:nan|inf)\b", re.IGNORECASE
)


_MIF = frozenset(
    """NONE POINT LINE PLINE MULTIPLE REGION ARC TEXT RECT ROUNDRECT ELLIPSE MULTIPOINT COLLECTION PEN BRUSH SYMBOL
    CENTER SMOOTH FONT SPACING JUSTIFY ANGLE LABEL""".split()
)


@dataclass
class Written:
    """What a file says of the features of a layer.

    `shaped`: how many have a shape; `wrong`: the first coordinates that are no numbers, "" for none; `links`: whether
    features lie in other files.
    """

    features: int = 0
    shaped: int = 0
    wrong: str = ""
    links: bool = False


def read_markup(parts: Iterable[bytes], feature: str) -> Written:
    """What GML or KML writes; `feature`: the name of the element that is a feature, whatever its prefix."""
    name, found, is_shaped = re.escape(feature.encode()), Written(), False
    token = re.compile(
        rb"<(?:[^\s<>/:!?]+:)?(?:(%s)|(NetworkLink)|(%s)|(%s))(?:\s[^>]*)?>([^<]*)" % (name, _TEXTS, _SHAPES)
    )
    for part in _uncut(parts):
        for match in token.finditer(part):
            if match[1]:
                found.features, found.shaped, is_shaped = found.features + 1, found.shaped + is_shaped, False
            elif match[2]:
                found.links = True
            else:
                is_shaped = True
                found.wrong = found.wrong or (_wrong(match[5], match[3]) if match[3] else "")
    found.shaped += is_shaped and found.features > 0
    return found


def _uncut(parts: Iterable[bytes]) -> Iterable[bytes]:
    """The bytes anew, no tag with what follows it cut in two."""
    rest = b""
    for part in parts:
        rest += part
        cut = max(rest.rfind(b"<"), 0)
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


def _wrong(body: bytes, element: bytes) -> str:
    """The beginning of what is no number in the text of an element, "" for nothing."""
    known = _NUMBERS + b"," if element == b"coordinates" else _NUMBERS
    if not body.translate(None, known):
        return ""
    texts = body.decode("utf-8", "replace").split()
    allowed = set(known.decode())
    return next((word for word in texts if not set(word) <= allowed), "")[:_SHOWN]


def read_mif(lines: Iterable[str]) -> str:
    """The first coordinates of a MapInfo exchange file that are no numbers, or an object that nobody knows; "" for
    none.
    """
    is_data = False
    for line in map(str.strip, lines):
        word = line.split(None, 1)[0] if line else ""
        if not is_data:
            is_data = word.upper() == "DATA"
        elif word and not _is_mif(line, word):
            return line[:_SHOWN]
    return ""


def _is_mif(line: str, word: str) -> bool:
    if word[0].isalpha() and word.lower() not in ("nan", "inf", "infinity"):
        return word.split("(")[0].upper() in _MIF
    return word[0] == '"' or (not line.strip("0123456789+-.eE \t,"))


def is_wkt(text: str) -> bool:
    """Whether a text stands for a shape, read or not."""
    return _WKT.match(text) is not None


def wrong_in_wkt(text: str) -> str:
    """The surroundings of the first coordinate of a well-known text that is no number, "" for none."""
    found = _NO_NUMBER.search(text[text.find("(") :])
    return text[text.find("(") :][max(found.start() - 10, 0) : found.start() + 10] if found else ""

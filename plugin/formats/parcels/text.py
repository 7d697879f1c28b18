"""The text of boundary-point files: encodings, full-width forms, numbers and angles."""

import re
import unicodedata
from typing import Optional

import numpy as np

from ...core.errors import InputError

_ANGLE = re.compile(r"(\d{1,3})\s*[°度:]\s*(\d{1,2})\s*['′’分:]\s*(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”秒]|''|′′)?\s*$")
_SECTION = re.compile(r"[\[【［〔]\s*(.+?)\s*[\]】］〕]$")
_SEPARATORS = (re.compile("[,，]"), re.compile("\t"), re.compile("[;；]"))
_COMMAS = 3  # a line with so many is separated by them; a full-width comma is then part of a name


def decode(raw: bytes) -> tuple[str, str]:
    """(text, encoding) of a file's bytes: UTF-8, UTF-16 with or without a mark, GBK. Raises InputError."""
    for encoding in _candidates(raw):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise InputError("txt_encoding")


def _candidates(raw: bytes) -> tuple[str, ...]:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)
    even, odd = raw[0:2000:2].count(0), raw[1:2000:2].count(0)
    if even or odd:  # plain text in GBK or UTF-8 holds no null byte
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return ("utf-8-sig", "gb18030")


def section_name(line: str) -> Optional[str]:
    """The name in [ ] of a section line, whatever its kind of bracket; None for any other line."""
    found = _SECTION.match(line)
    return found.group(1) if found else None


def key_and_value(line: str) -> Optional[tuple[str, str]]:
    """Both sides of = (or its full-width form), None for a line without."""
    key, equals, value = line.replace("＝", "=", 1).partition("=")
    return (key.strip(), value.strip()) if equals else None


def cells(line: str) -> list[str]:
    """The cells of a line, separated by commas of either width, tabs or semicolons; by blanks where it has none."""
    if line.count(",") >= _COMMAS:
        return [part.strip() for part in line.split(",")]
    separator = next((s for s in _SEPARATORS if s.search(line)), None)
    return [part.strip() for part in separator.split(line)] if separator else line.split()


def plain(text: str) -> str:
    """Digits, points and signs in their half-width forms."""
    return unicodedata.normalize("NFKC", text).strip()


def number(text: object) -> Optional[float]:
    """A finite number, None for anything else; whole numbers come back as int."""
    try:
        value = float(plain(str(text)).replace("_", "x"))  # Python would take 1_0 for 10
    except ValueError:
        return None
    if not np.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def angle_or_number(text: str) -> float:
    """A number, or degrees of 30°12'00"; NaN for anything else."""
    value = number(text)
    if value is not None:
        return float(value)
    found = _ANGLE.match(plain(text.replace("º", "°")))
    if not found or float(found.group(2)) >= 60 or float(found.group(3)) >= 60:
        return float("nan")
    degrees, minutes, seconds = map(float, found.groups())
    return degrees + minutes / 60 + seconds / 3600


def first_integer(text: object) -> Optional[int]:
    """The first whole number in a text such as 3度带, None where there is none."""
    found = re.search(r"\d+", plain(str(text or "")))
    return int(found.group()) if found and len(found.group()) < 9 else None

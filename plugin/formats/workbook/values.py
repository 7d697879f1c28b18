"""From a cell to a field's value.

What cannot be read as the field's type is handed on as it stands: validation words the error.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta

from .mapping import plain, words
from .read import Percent

_EXACT_DIGITS = 10**15  # a number of Excel has 15 digits; longer codes typed as numbers have lost their end
_SERIALS = (20_000, 80_000)  # day numbers of 1954 to 2119 in the 1900 system
_EPOCH = datetime(1899, 12, 30)
_CLOCK = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d*)?)?)?"
_DATE = re.compile(
    rf"^(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?{_CLOCK}$|^(\d{{4}})(\d{{2}})(\d{{2}})$"
)
_NUMBER = re.compile(r"^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(\D.*)?$")
_FILE = re.compile(r"^(.*) \[sha256:([0-9a-f]{64})(?:, (\d+) B)?\]$")


class CellProblem(Exception):
    """A cell that cannot be taken; `code` is a key of resources/messages/."""

    def __init__(self, code, /, **params):
        super().__init__(code)
        self.code, self.params = code, params


def converter(field, factor=1.0, values=None, references=None):
    """Return `convert(cell) -> value` for a field.

    `factor` turns the column's unit into the field's; `values` {as written: code} comes from a profile; `references`
    {shown: id} for a field that names a record of another form. `convert` takes neither None nor Unread and raises
    CellProblem.
    """
    if field.kind == "choice":
        return _choice(field, values or {})
    if field.value_type in ("integer", "number"):
        return _number(field, factor)
    return {"date": _date, "files": _files}.get(field.value_type) or _text_of(field, references)


def refuse_unread(cell):
    """Raise the CellProblem of a cell whose value cannot be known."""
    raise CellProblem("cell_formula" if cell.kind == "formula" else "cell_excel_error", text=cell.text[:60])


def _text_of(field, references):
    if field.kind == "reference" and references is not None:
        return _reference(references)
    return _code if field.identifier or field.pattern and "\\n" not in field.pattern else _text


def _text(cell):
    if type(cell) is str:
        return cell if cell and not cell.isspace() else None
    return _written(cell)


def _code(cell):
    """An identifier: no blanks, narrow letters.

    A number is written out with all its digits, or refused when some were lost.
    """
    if isinstance(cell, (int, float)) and abs(cell) >= _EXACT_DIGITS:
        raise CellProblem("cell_digits_lost", value=_written(cell))
    text = cell if type(cell) is str else _written(cell)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split()) or None


def _written(cell):
    """A cell that is no text, as text: 330100.0 -> "330100", a day -> YYYY-MM-DD."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(float(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _choice(field, values):
    known = {plain(word): code[0] for code in field.codes for word in reversed(code)}
    known.update((plain(written), code) for written, code in values.items())
    exact = {code[0] for code in field.codes}

    def convert(cell):
        if cell in exact:
            return cell
        text = _text(cell)
        return None if text is None else known.get(plain(text), text)

    return convert


def _number(field, factor):
    empty, whole, percent = frozenset(words()["empty"]), field.value_type == "integer", plain(field.unit) == "%"

    def scaled(value):
        if type(value) is Percent:
            return _whole(round(value * 100, 10) if percent else float(value))
        value = value if factor == 1.0 else round(value * factor, 8)
        return _whole(value) if whole else value

    def convert(cell):
        kind = type(cell)
        if kind is int and factor == 1.0:
            return cell
        if kind is float or kind is int or kind is Percent:
            return scaled(cell)
        if type(cell) is not str:
            return _written(cell)  # a day or a truth value is no number: validation says so
        text = plain(cell)
        if not text or text in empty:
            return None
        found = _NUMBER.match(text.replace(",", ""))
        if not found or (found[2] and found[2] != plain(field.unit)):
            return cell
        return scaled(float(found[1]) if re.search("[.e]", found[1]) else int(found[1]))

    return convert


def _whole(value):
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _date(cell):
    if isinstance(cell, (datetime, date)):
        return cell.strftime("%Y-%m-%d") if cell.year > 999 else str(cell)[:10]
    if type(cell) in (int, float) and _SERIALS[0] <= cell < _SERIALS[1]:
        return (_EPOCH + timedelta(days=int(cell))).strftime("%Y-%m-%d")
    text = unicodedata.normalize("NFKC", _written(cell)).strip()
    found = _DATE.match(text)
    if found:
        year, month, day = found.groups()[:3] if found[1] else found.groups()[3:]
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return None if plain(text) in words()["empty"] or not text else text


def _reference(references):
    known, ids = {plain(shown): record for shown, record in references.items()}, frozenset(references.values())

    def convert(cell):
        text = _text(cell)
        if text is None or text.strip() in ids:
            return text and text.strip()
        if plain(text) not in known:
            raise CellProblem("cell_reference", value=text[:60])
        return known[plain(text)]

    return convert


def _files(cell):
    """Attachments as `file_lines` writes them; other text is refused, because a workbook carries no files."""
    entries = []
    for line in filter(None, (_text(cell) or "").split("\n")):
        found = _FILE.match(line)
        if not found:
            raise CellProblem("cell_files", value=line[:60])
        size = {"bytes": int(found[3])} if found[3] else {}
        entries.append({"name": found[1], "sha256": found[2], **size})
    return entries or None


def file_lines(entries):
    """Attachments [{"name", "sha256", "bytes"}] as text, one a line."""
    lines = []
    for entry in entries or ():
        size = f", {entry['bytes']} B" if "bytes" in entry else ""
        lines.append(f"{entry['name']} [sha256:{entry['sha256']}{size}]")
    return "\n".join(lines)

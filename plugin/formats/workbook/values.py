"""From a cell to a field's value.

Text is read by core.forms.parsing, as in the editor. What cannot be read as the field's type is handed on as it
stands: validation words the error.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Callable, NoReturn, Optional

from ...core.forms.fields import Field
from ...core.forms.identifiers import is_date
from ...core.forms.parsing import Unreadable, is_blank, parse_date, parse_number, read_choice
from ...core.forms.unseen import tidy_identifier
from .mapping import plain
from .read import Padded, Percent

_EXACT_DIGITS = 10**15  # a number of Excel has 15 digits; longer codes typed as numbers have lost their end
_SPELLINGS = 10_000
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")
_FILE = re.compile(r"^(.*) \[sha256:([0-9a-f]{64})(?:, (\d+) B)?\]$")


class CellProblem(Exception):
    """A cell that cannot be taken; `code` is a key of resources/messages/."""

    def __init__(self, code, /, **params) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def converter(
    field: Field,
    factor: float = 1.0,
    values: Optional[Mapping[str, Any]] = None,
    references: Optional[Mapping[str, Any]] = None,
) -> Callable[[Any], Any]:
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


def refuse_unread(cell: Any) -> NoReturn:
    """Raise the CellProblem of a cell whose value cannot be known."""
    raise CellProblem("cell_formula" if cell.kind == "formula" else "cell_excel_error", text=cell.text[:60])


def _text_of(field, references):
    if field.kind == "reference" and references is not None:
        return _reference(references)
    if field.identifier or field.pattern and "\\n" not in field.pattern:
        return _code(field.identifier)
    return _text if field.widget == "text" else _line


def _text(cell):
    if type(cell) is str:
        return cell if cell and not cell.isspace() else None
    return _written(cell)


def _line(cell):
    """Text of one line, as the editor takes it: blanks before and behind are no part of a name."""
    text = _text(cell)
    return text and text.strip()


def _code(kind):
    """Convert an identifier: no blanks, nothing invisible, narrow letters.

    A number is written out with all its digits, or refused when some were lost, here or in the program that wrote
    what it showed (3.30E+11).
    """

    def convert(cell):
        if isinstance(cell, (int, float)) and abs(cell) >= _EXACT_DIGITS and type(cell) is not Padded:
            raise CellProblem("cell_digits_lost", value=_written(cell))
        text = cell if type(cell) is str else _written(cell)
        text = tidy_identifier(kind, text)
        if _SCIENTIFIC.fullmatch(text):
            raise CellProblem("cell_code_scientific", value=text)
        return text or None

    return convert


def _written(cell):
    """A cell that is no text, as text: 330100.0 -> "330100", a day -> YYYY-MM-DD."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if type(cell) is Padded:
        return cell.text
    if type(cell) is Percent:
        return f"{round(cell * 100, 10):.15g}%"  # as the sheet shows it
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(float(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _choice(field, values):
    """`values` {as written: code} of a profile come first; each spelling is looked up once."""
    known = {plain(written): code for written, code in values.items()}
    exact = {code[0] for code in field.codes}
    seen: dict[Any, Any] = {}

    def convert(cell):
        if cell in exact:
            return cell
        text = _text(cell)
        if text is None:
            return None
        if text not in seen:
            if len(seen) > _SPELLINGS:
                seen.clear()
            seen[text] = known.get(plain(text)) or read_choice(field, text)
        return seen[text]

    return convert


def _number(field, factor):
    is_integer, percent = field.value_type == "integer", plain(field.unit) == "%"

    def scaled(value, by=factor):
        if type(value) is Percent:
            if not percent:  # 12.5 % of what? neither 0.125 of the unit nor 12.5 of it
                raise CellProblem("cell_percent_shown", value=_written(value).replace("%", " %"))
            return _integer(round(value * 100, 10))
        value = value if by == 1.0 else round(value * by, 8)
        if is_integer and percent and 0 < value < 1:
            raise CellProblem("cell_percent_fraction", value=_written(value), percent=f"{value * 100:.10g}")
        return _integer(value) if is_integer else value

    def convert(cell):
        kind = type(cell)
        if kind is int and factor == 1.0:
            return cell
        if kind is float or kind is int or kind is Percent:
            return scaled(cell)
        if kind is Padded:
            return scaled(int(cell))
        if kind is not str:
            return _written(cell)  # a day or a truth value is no number: validation says so
        if is_blank(cell):
            return None
        try:
            found = parse_number(cell, field.unit)
        except Unreadable:
            return cell
        return scaled(found.value, factor if found.factor is None else found.factor)

    return convert


def _integer(value):
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _date(cell):
    """A bare number is no day, unless its digits write one (20260305): what the cell shows is no date either."""
    if type(cell) is str and len(cell) == 10 and is_date(cell):
        return cell
    if isinstance(cell, (datetime, date)):
        return cell.strftime("%Y-%m-%d") if cell.year > 999 else str(cell)[:10]
    text = _written(cell)
    if is_blank(text):
        return None
    try:
        return parse_date(text)
    except Unreadable:
        return unicodedata.normalize("NFKC", text).strip()


def _reference(references):
    """`references` {words: id}: a name that several records bear is written with what tells them apart behind it, in
    brackets; the bare name is refused with all of them."""
    known, ids = {plain(name): record for name, record in references.items()}, frozenset(references.values())

    def convert(cell):
        text = _text(cell)
        if text is None or text.strip() in ids:
            return text and text.strip()
        said = plain(text)
        if said in known:
            return known[said]
        several = [name for name in references if plain(name).startswith(f"{said}(")]
        if several:
            raise CellProblem("cell_reference_several", value=text[:60], records=_listed(several))
        near = get_close_matches(said, list(known), n=3, cutoff=0.5)
        names = [name for name in references if plain(name) in near]
        raise CellProblem("cell_reference_near" if names else "cell_reference", value=text[:60], near=_listed(names))

    return convert


def _listed(name):
    return "、".join(name[:5]) + ("…" if len(name) > 5 else "")


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

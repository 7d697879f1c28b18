"""The report as a workbook: every verdict, finding, sliver, repair and input, with units, filters and number
formats.
"""

import errno
import tempfile

from lxml.etree import SerialisationError
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ...core.land.rounding import hectares, mu
from ...core.messages import text
from ...core.review.findings import CONFLICT, FAILED, NOT_CHECKED
from ..review.content import surroundings_rows
from .wording import (
    clean,
    column,
    display_width,
    effect,
    say,
    status,
    words,
)

_HEAD = PatternFill("solid", fgColor="E8F0E8")
_TINTS = {CONFLICT: "F8CBAD", NOT_CHECKED: "EDEDED", FAILED: "FFE699"}
_FORMATS = {
    "m2": "#,##0.00",
    "ha": "#,##0.0000",
    "mu": "#,##0.00",
    "pct": "0.0000",
    "int": "#,##0",
    "id": "0",
}  # others: General
_ROW_LIMIT = 1_048_570
_LONGEST = 32_000  # characters; a cell of Excel holds 32,767
_WRAP = Alignment(wrap_text=True, vertical="top")


def write_xlsx(report, path):
    """Write a ReviewReport as .xlsx.

    Raises OSError when the disk refuses (openpyxl also writes to the temporary folder).
    """
    try:
        _write(report, path)
    except SerialisationError as error:  # the XML library has an error of its own for a disk that refuses
        raise OSError(errno.EIO, f"{error} ({path}, {tempfile.gettempdir()})") from error


def _write(report, path):
    book = Workbook(write_only=True)
    if hasattr(type(report), "sheets"):
        for title, titles, formats, rows in report.sheets:
            _titled_sheet(book, title, titles, formats, rows)
        book.save(path)
        return
    _overview(book, report)
    _verdicts(book, report)
    _findings(book, "findings", [f for f in report.findings if not f.is_sliver])
    _findings(book, "slivers", [f for f in report.findings if f.is_sliver])
    _repairs(book, report)
    _skipped(book, report)
    _inputs(book, report)
    _remarks(book, report)
    if report.landuse:
        rows = [[r.code, r.name, r.area_m2, hectares(r.area_m2), mu(r.area_m2), r.share_pct] for r in report.landuse]
        _sheet(book, "landuse", ("code", "landuse", "m2", "ha", "mu", "share"), "text text m2 ha mu pct", rows)
    if report.nearest:
        rows = [[r.line_name, r.control_label, r.distance_m, r.required_m] for r in report.nearest]
        _sheet(book, "nearest", ("line", "label", "distance", "required"), "text text m2 m2", rows)
    rows = surroundings_rows(report.surroundings)
    if rows:
        _sheet(book, "surroundings", ("item", "value"), "text long", rows)
    book.save(path)


def _overview(book, report):
    names = words()["overview"]
    unchecked = dict.fromkeys(v.line_name for v in report.verdicts if v.status == NOT_CHECKED)
    values = {
        "title": report.title or say("title"),
        "created": f"{report.created:%Y-%m-%d %H:%M}",
        "date": f"{report.review_date:%Y-%m-%d}",
        "rules": f"{report.rule_set_name} {report.rule_set_version}",
        "sha": report.rules_sha256,
        "plane": report.plane_name,
        "method": say("method_area"),
        "sliver": report.sliver_area_m2,
        "projects": len(report.projects),
        "conflicts": len(report.conflicting_keys()),
        "findings": sum(not f.is_sliver for f in report.findings),
        "slivers": sum(f.is_sliver for f in report.findings),
        "unchecked": "、".join(unchecked) or names["none"],
        "failed": sum(v.status == FAILED for v in report.verdicts),
        "repairs": len(report.repairs),
        "skipped": len(report.skipped),
        "software": report.software,
        "organisation": report.organisation,
    }
    _sheet(book, "overview", ("item", "value"), "text long", [[names[key], value] for key, value in values.items()])


def _verdicts(book, report):
    names = {p.key: p.name for p in report.projects}
    rows, tints = [], []
    for v in report.verdicts:
        rows.append(
            [
                v.project_key,
                names.get(v.project_key, ""),
                v.line_id,
                v.line_name,
                status(v.status),
                effect(v.effect),
                v.overlap_m2,
            ]
            + [v.overlap_ha, v.overlap_mu, v.share_pct, v.pieces, v.slivers, v.sliver_m2, v.law, v.reason]
        )
        tints.append(_TINTS.get(v.status))
    keys = "key name line_id line status effect overlap_m2 overlap_ha overlap_mu share pieces slivers sliver_m2 law reason".split()
    _sheet(book, "verdicts", keys, "text text text text text text m2 ha mu pct int int m2 text text", rows, tints)


def _findings(book, name, findings):
    rows = [
        [
            f.project_key,
            f.line_id,
            f.line_name,
            f.rule_id,
            effect(f.effect),
            f.control_fid,
            f.control_label,
            f.overlap_m2,
            f.overlap_ha,
        ]
        + [f.overlap_mu, f.project_m2, f.share_pct, f.law, f.note, f.layer_name, f.layer_date]
        for f in findings
    ]
    keys = "key line_id line rule effect fid label overlap_m2 overlap_ha overlap_mu project_m2 share law note layer layer_date".split()
    _sheet(book, name, keys, "text text text text text id text m2 ha mu m2 pct text text text text", rows)


def _repairs(book, report):
    rows = [[r.layer, r.fid, r.reason, r.area_before_m2, r.area_after_m2, r.change_m2] for r in report.repairs]
    _sheet(book, "repairs", ("layer", "fid", "why", "before", "after", "change"), "text id text m2 m2 m2", rows)


def _skipped(book, report):
    rows = [[s.layer, s.fid, text(s.code, language="zh")] for s in report.skipped]
    _sheet(book, "skipped", ("layer", "fid", "why"), "text id text", rows)


def _inputs(book, report):
    rows = []
    for i in report.inputs:
        role = words()["role"][i.role]
        rows.append(
            [
                role,
                i.line_name,
                i.name,
                i.source,
                i.crs,
                i.date,
                i.sha256,
                i.feature_count,
                i.used_count,
                i.repaired_count,
            ]
            + [i.skipped_count, i.reason]
        )
    keys = "role line layer source crs date sha count used repaired skipped reason".split()
    _sheet(book, "inputs", keys, "text text text text text text text int int int int text", rows)


def _remarks(book, report):
    _sheet(book, "remarks", ("layer", "note"), "text long", [[r.layer, r.text("zh")] for r in report.remarks])


def _sheet(book, name, keys, formats, rows, tints=None):
    """One sheet, its name and columns from the wording."""
    _titled_sheet(book, words()["sheet"][name], column(*keys), formats, rows, tints)


def _titled_sheet(book, name, titles, formats, rows, tints=None):
    """One sheet: frozen bold head, filter, widths by content, landscape and as wide as one page."""
    sheet, formats = book.create_sheet(name), formats.split()
    if len(rows) > _ROW_LIMIT:
        rows = [*rows[:_ROW_LIMIT], [say("sheet_cut", limit=_ROW_LIMIT)] + [""] * (len(titles) - 1)]
    for number, title in enumerate(titles):
        longest = max([_width(title), *(_width(row[number]) for row in rows[:500])])
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(longest + 2, 8), 60)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{len(rows) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.append([_head(sheet, title) for title in titles])
    for number, row in enumerate(rows):
        tint = PatternFill("solid", fgColor=tints[number]) if tints and tints[number] else None
        sheet.append([_cell(sheet, value, kind, tint) for value, kind in zip(row, formats)])


def _head(sheet, title):
    cell = WriteOnlyCell(sheet, title)
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    return cell


def _cell(sheet, value, kind, tint):
    """A typed cell.

    Text is always text, so that "=1+1" from a layer never becomes a formula and 001 keeps its zeros.
    """
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, clean(value)[:_LONGEST])
        cell.data_type = "s"
        cell.number_format = "@"
        if kind == "long":
            cell.alignment = _WRAP
    else:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = _FORMATS.get(kind, "General")
    if tint is not None:
        cell.fill = tint
    return cell


def _width(value):
    """Width in characters; a Chinese one is two wide."""
    text = f"{value:,.2f}" if isinstance(value, float) else str(value if value is not None else "")
    return display_width(text[:80])

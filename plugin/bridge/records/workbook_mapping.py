"""The columns of a foreign workbook as the mapping page shows them, and the profile that a person's choices make."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ...core.forms.schema import Form

if TYPE_CHECKING:
    from ...formats.workbook.mapping import Profile
    from ...formats.workbook.read import WorkbookReader
    from ...formats.workbook.tables import TextReader
    from ...store.workspace import Workspace

_SAMPLES = 3
_KEPT = "mappings"  # the setting of a workspace: {form: [{"columns", "values"}]}, the latest first
_MOST_KEPT = 20
_LOOKED_AT, _DIFFERENT = 20_000, 60  # rows and different values of a column that the mapping page looks at


@dataclass(frozen=True)
class ColumnPreview:
    """One column: its title, first values as text, proposed field ("" for none), how it was found, likeness in
    percent, unit factor.
    """

    title: str
    samples: str
    key: str = ""
    how: str = ""
    percent: int = 0
    factor: float = 1.0
    unit_known: bool = True


@dataclass(frozen=True)
class SheetPreview:
    """One sheet: head rows (from 1) and columns; `taken`: keys that would be read without asking."""

    title: str
    first: int
    last: int
    columns: tuple
    taken: frozenset
    suggested: Any = None  # a Profile of what a person should look at: marks, dates, codes, split, fixed
    indexes: tuple = ()  # of the columns in the sheet


def open_reader(path: Path) -> "Union[TextReader, WorkbookReader]":
    """An open table, read from its file once; InputError for what is refused."""
    from ...formats.workbook.tables import open_table

    return open_table(path)


def pasted_reader(path: Path, text: str) -> "TextReader":
    """Text copied from a spreadsheet as an open table; `path` only names it."""
    from ...formats.workbook.tables import TextReader

    return TextReader(path, text)


def preview_workbook(reader: Any, form: Form, profile: "Optional[Profile]" = None, county: str = "") -> list:
    """SheetPreviews of an open table, the best first; InputError for one that has no head anywhere."""
    from ...core.errors import InputError
    from ...formats.workbook.header import head_rows
    from ...formats.workbook.survey import survey_sheets

    plans = survey_sheets(reader, form, profile)
    if not plans:
        raise InputError("workbook_no_head", file=reader.path.name)
    return [_preview(plan, head_rows(reader.rows(plan.sheet), plan.sheet.merges), form, county) for plan in plans]


def column_values(reader: Any, sheet_title: str, preview: SheetPreview, title: str) -> list:
    """Different texts of one column, in order; bounded, because it is for looking at."""
    sheet = next(s for s in reader.sheets if s.title == sheet_title)
    index = next(position for position, column in zip(preview.indexes, preview.columns) if column.title == title)
    found: dict = {}
    for number, values in reader.rows(sheet):
        if number > preview.last and index < len(values) and isinstance(values[index], str):
            found[values[index].strip()] = None
        if number > _LOOKED_AT or len(found) > _DIFFERENT:
            break
    return [text for text in found if text]


def _preview(plan, grid, form, county):
    from ...formats.workbook.suggest import suggest

    proposed = {m.column.index: m for m in plan.header.matches}
    columns = []
    for column in plan.header.columns:
        given = (
            row[column.index]
            for number, row in grid.items()
            if number >= plan.header.data_row and column.index < len(row)
        )
        samples = [_shown(value) for value in given if value not in (None, "")][:_SAMPLES]
        match = proposed.get(column.index)
        found = (match.key, match.how, round(match.score * 100), match.factor, match.unit_known) if match else ()
        columns.append(ColumnPreview(column.title, " | ".join(samples), *found))
    header = plan.header
    suggested = None if plan.own else suggest(header, grid, form, county)
    taken, indexes = frozenset(m.key for m in plan.matches), tuple(c.index for c in header.columns)
    return SheetPreview(plan.sheet.title, header.first, header.last, tuple(columns), taken, suggested, indexes)


def _shown(value):
    text = getattr(value, "text", None) or (value.date().isoformat() if hasattr(value, "date") else str(value))
    return " ".join(text.split())[:24]


def names_of_codes(form: Form) -> dict:
    """{field of a division's code: field of its name}"""
    from ...formats.workbook.mapping import name_fields

    return name_fields(form)


def make_profile(form: Form, choices: dict, parts: Optional[dict] = None) -> "Profile":
    """The Profile of a person's choices {column title: field key or ""}; `parts`: its other parts as in JSON."""
    from ...formats.workbook.mapping import profile_from

    return profile_from({**(parts or {}), "columns": dict(choices)}, form)


def read_profile(path: Path, form: Form) -> "Profile":
    """A kept Profile; InputError as load_profile."""
    from ...formats.workbook.mapping import load_profile

    return load_profile(path, form)


def keep_mapping(workspace: "Workspace", profile: "Profile") -> None:
    """Keep a mapping that was used in the workspace, for the next workbook with the same columns."""
    kept = workspace.setting(_KEPT, {})
    new = profile.as_dict()
    new.pop("form", None)
    others = [known for known in kept.get(profile.form, ()) if set(known["columns"]) != set(profile.columns)]
    found = [new, *others][:_MOST_KEPT]
    if found != kept.get(profile.form):
        workspace.set_setting(_KEPT, {**kept, profile.form: found})


def mapping_for(workspace: "Workspace", form: Form, reader: Any) -> "Optional[Profile]":
    """The Profile kept for an open table's columns, or None.

    Errors as preview_workbook when there is something to compare with.
    """
    if not workspace.setting(_KEPT, {}).get(form.id):
        return None
    return kept_mapping(workspace, form, preview_workbook(reader, form))


def kept_mapping(workspace: "Workspace", form: Form, previews: list) -> "Optional[Profile]":
    """The Profile that was used last for a sheet with just these columns; None when there is none."""
    for known in workspace.setting(_KEPT, {}).get(form.id, ()):
        if set(filter(None, known["columns"].values())) <= set(form.keys):  # of an older edition otherwise
            made = make_profile(form, known["columns"], known)
            if any(_fits(made, {c.title for c in preview.columns if c.key != "id"}) for preview in previews):
                return made
    return None


def _fits(profile: "Profile", titles: set[str]) -> bool:
    """Whether a mapping was made for just these columns, those of its special parts among them."""
    named = set(profile.columns)
    return named <= titles and all(title in named or profile.derives_from(title) for title in titles)


def place_systems(workspace: "Workspace") -> list[tuple[str, str]]:
    """[(authority code, name)] of the systems that coordinates of a workbook may be in, the county's zone first."""
    from ...core.land.point_columns import plane_choices

    district = workspace.district()
    return plane_choices(None if district is None else district.centroid.x)

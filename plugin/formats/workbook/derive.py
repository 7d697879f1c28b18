"""One row of a sheet as a record: cells converted column by column, then what follows from several columns or from
none (a profile's fixed values, √-columns, dates of the reached stage, codes from names, cells that hold two things).
"""

from collections.abc import Callable
from typing import Any, Optional

from ...core import messages
from ...core.forms.identifiers import PHONE_WITHIN
from ...core.forms.schema import Form
from ...core.forms.units import plain
from .header import Header
from .mapping import Profile, name_fields, normal
from .place_columns import PLACE, PlaceMaker
from .read import Unread
from .values import CellProblem, converter, refuse_unread

_MARKS = frozenset("√✓✔☑■●○vv1是有") | {"yes", "y", "对", "✔️"}
_BETWEEN = " \t\n,，、;；:：/（）()"
Problems = list


class RowMaker:
    """`matches`: the columns in use; `reading`: profile, references, divisions; `ends_say_nothing`: rows of a text
    table, in which a cell behind the row's end is not there, whereas a sheet leaves out blank ones."""

    ends_say_nothing = False

    def __init__(self, form: Form, matches: tuple, header: Header, reading: Any):
        self._form, self._reading = form, reading
        self._profile = reading.profile or Profile()
        self._columns = [(m.column.index, m.key, self._converter(m.key, m.factor)) for m in matches]
        self._keys = {index: key for index, key, _ in self._columns}
        self._where = {key: index for index, key, _ in self._columns}
        self._titles = {normal(c.title): c.index for c in header.columns}
        self._steps = [step for step in self._find_steps() if step is not None]

    def key_of(self, column: int) -> str:
        """The field that a column holds; "" for none."""
        return self._keys.get(column, "")

    def column_of(self, key: str, default: Optional[int]) -> Optional[int]:
        """The column that a field comes from."""
        return self._where.get(key, default)

    def _converter(self, key, factor=1.0):
        if key == "id":
            return lambda cell: str(cell).strip() or None
        values = self._profile.values.get(key)
        return converter(self._form.field(key), factor, values, self._reading.references.get(key))

    def make(self, values: list) -> tuple[dict, Problems]:
        """(record, [(field, message)]) of a row's values."""
        record: dict = {}
        problems: Problems = []
        width = len(values)
        for index, key, convert in self._columns:  # no call between: it runs for millions of cells
            if index >= width and self.ends_say_nothing:
                continue
            cell = values[index] if index < width else None
            try:
                record[key] = None if cell is None else refuse_unread(cell) if type(cell) is Unread else convert(cell)
            except CellProblem as problem:
                record[key] = None
                problems.append((key, messages.message(problem.code, **problem.params)))
        for step in self._steps:
            step(values, record, problems)
        if "id" in record and not record["id"]:
            del record["id"]
        return record, problems

    def _put(self, record, problems, key, cell, convert):
        try:
            record[key] = None if cell is None else refuse_unread(cell) if type(cell) is Unread else convert(cell)
        except CellProblem as problem:
            record[key] = None
            problems.append((key, messages.message(problem.code, **problem.params)))

    def _find_steps(self):
        profile = self._profile
        yield from (self._split(title, keys) for title, keys in profile.split.items())
        yield from (self._marks(key, columns) for key, columns in profile.marks.items())
        yield from (self._stage_dates(key, columns) for key, columns in profile.dates.items())
        yield from (self._fixed(key, value) for key, value in profile.fixed.items())
        yield from (self._code(key, titles) for key, titles in profile.codes.items())
        yield self._place(profile.place) if profile.place and self._form.geometry == "point" else None

    def _indexes(self, titles):
        return [self._titles[name] for title in titles if (name := normal(title)) in self._titles]

    def _fixed(self, key, value) -> Callable:
        """The same value in every row that has none of its own."""
        convert = self._converter(key)

        def step(values, record, problems):
            if record.get(key) in (None, ""):
                self._put(record, problems, key, value, convert)

        return step

    def _marks(self, key, columns) -> Optional[Callable]:
        """The choice whose column is ticked; of several ticked stages the furthest one, of several classes none."""
        found = [(index, columns[title]) for title in columns for index in self._indexes([title])]
        order = [code[0] for code in self._form.field(key).codes]
        runs = any(c["kind"] == "stage_forward" and c["field"] == key for c in self._form.checks)
        if not found:
            return None
        self._where.setdefault(key, found[0][0])

        def step(values, record, problems):
            ticked = [code for index, code in found if index < len(values) and is_tick(values[index])]
            if len(ticked) > 1 and not runs:
                problems.append((key, messages.message("marks_several", values="、".join(ticked))))
            record[key] = max(ticked, key=order.index) if ticked else record.get(key)

        return step

    def _stage_dates(self, key, spec) -> Optional[Callable]:
        """The day of the stage that was reached, from one column per stage; without a stage of its own the row has
        reached the furthest one that has a day."""
        found = {spec["columns"][t]: index for t in spec["columns"] for index in self._indexes([t])}
        stage, convert = spec["stage"], self._converter(key)
        order = [code[0] for code in self._form.field(stage).codes]
        if not found:
            return None
        self._where.setdefault(key, next(iter(found.values())))

        def step(values, record, problems):
            given = {s: values[i] for s, i in found.items() if i < len(values) and values[i] not in (None, "")}
            reached = record.get(stage) or max(given, key=order.index, default=None)
            record[stage] = reached
            if record.get(key) in (None, ""):
                self._put(record, problems, key, given.get(reached), convert)

        return step

    def _split(self, title, keys) -> Optional[Callable]:
        """A cell that holds a name and a telephone number: 李四13800000000."""
        indexes = self._indexes([title])
        if not indexes:
            return None
        index, converters = indexes[0], [self._converter(key) for key in keys]
        for key in keys:
            self._where.setdefault(key, index)

        def step(values, record, problems):
            text = str(values[index]) if index < len(values) and values[index] is not None else ""
            phones = "、".join(PHONE_WITHIN.findall(text))
            people = (part.strip(_BETWEEN) for part in PHONE_WITHIN.split(text))
            for key, convert, piece in zip(keys, converters, ("、".join(filter(None, people)), phones)):
                if record.get(key) in (None, ""):
                    self._put(record, problems, key, piece or None, convert)

        return step

    def _place(self, spec) -> Optional[Callable]:
        """The point that two columns of coordinates say."""
        indexes = self._indexes([spec["east"], spec["north"]])
        if len(indexes) < 2:
            return None
        self._where[PLACE] = indexes[0]
        return PlaceMaker(spec["crs"], indexes[0], indexes[1], self._reading.district).step

    def _code(self, key, titles) -> Optional[Callable]:
        """A division's code from the names of it and of what it lies in, by the dictionary."""
        indexes, divisions = self._indexes(titles), self._reading.divisions
        if not indexes or divisions is None:
            return None
        self._where.setdefault(key, indexes[-1])
        seen: dict = {}
        named = name_fields(self._form).get(key)

        def step(values, record, problems):
            if record.get(key):
                return
            names = tuple(str(values[i]).strip() for i in indexes if i < len(values) and values[i] not in (None, ""))
            if names not in seen:
                seen[names] = divisions.find(names, self._reading.county)
            codes = seen[names]
            if named and names and record.get(named) in (None, ""):
                record[named] = names[-1]
            if len(codes) == 1:
                record[key] = codes[0]
            elif names:
                code = "name_several" if codes else "name_unknown"
                near = divisions.nearest(names[-1], self._reading.county)
                shown = "、".join(f"{c} {divisions.name(c)}" for c in (codes or near)[:5])
                problems.append((key, messages.message(code, name=" ".join(names), codes=shown or "—")))

        return step


def is_tick(cell: object) -> bool:
    """Whether a cell holds a tick: √, 是, 1 and the like."""
    if isinstance(cell, bool):
        return cell
    return cell is not None and plain(str(cell)) in _MARKS

"""Weeks in which books go round as well: exported, lying about, filled in by clerks who sort, paste and lose columns, and
imported late and twice. Nothing that is newer is overwritten, and nothing typed is dropped without a word.
"""

from onemap.plugin.bridge.records.workbooks import export_from, import_into
from onemap.plugin.formats.workbook.export import HEAD_ROW
from onemap.plugin.formats.workbook.intake import ID_TITLE
from onemap.tests.support.weeks import ACTS, FIELDS, FORM, Weeks
from openpyxl import load_workbook


class BookWeeks(Weeks):
    """As Weeks. `books`: (desk, file, {item: {field: value}} when it was exported)."""

    acts = {**ACTS, "book_out": 8, "book_back": 14}

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.books = []

    def _book_out(self, who):
        path = self.folder / f"book{len(self.books)}.xlsx"
        export_from(self.desks[who].ws, path, FORM)
        self.books.append((who, path, self._state(who)))
        return path.name

    def _state(self, who):
        return {record["id"]: {f: record[f] for f in FIELDS} for record in self.desks[who].ws.records(FORM)}

    def _book_back(self, who):
        """Somebody fills in a book that lies about and brings it back to the desk it came from."""
        if not self.books:
            return None
        at, path, base = self.dice.choice(self.books)
        self.acting = at
        book = load_workbook(path)
        sheet = book.worksheets[0]
        typed = self._fill_in(sheet, at)
        act = self.dice.choice(("sort", "lose", "insert", "page", "nothing"))
        cells = {item: row for one in book.worksheets[:1] + book.worksheets[-1:] for item, row in _cells(one).items()}
        getattr(self, "_and_" + act)(book, sheet)
        book.save(path)
        before, locked = self._state(at), self._locked(at)
        done = import_into(self.desks[at].ws, path, FORM)
        self._judge(at, base, (before, cells, typed, locked), done)
        return f"{path.name} at {at}, {act}: {len(typed)} typed, {done.updated} changed, {done.created} new"

    def _locked(self, who):
        return {r["id"] for r in self.desks[who].ws.records(FORM) if r["status"] in ("submitted", "approved")}

    def _fill_in(self, sheet, at):
        titles = _titles(sheet)
        typed = {}
        for row in _rows(sheet):
            if self.dice.random() < 0.4:
                name = self.dice.choice(FIELDS)
                value = self._value(at)
                sheet.cell(row, titles[TITLES[name]]).value = value
                typed[sheet.cell(row, titles[ID_TITLE]).value, name] = value
        return typed

    def _judge(self, at, base, told, done):
        """What the import did is what the clerk typed, and what it did not do it says."""
        before, cells, typed, locked = told
        after = self._state(at)
        for item, values in after.items():
            for name in FIELDS:
                old, new = before.get(item, {}).get(name), values[name]
                if old == new:
                    continue
                assert cells[item][name] == new, f"{item}.{name} became {new}, which the book does not say"
                assert item not in base or base[item][name] != new, f"{item}.{name}: an old cell won"
                self._type(at, item, name, new)
        assert set(before) <= set(after), "a book removes nothing"
        assert done.rejected == 0, [error.message for error in done.errors]
        for (item, name), value in typed.items():
            taken = item in after and after[item][name] == value
            assert taken or done.errors or item in locked, f"{item}.{name}={value} was dropped without a word"

    # what else people do to a book

    def _and_nothing(self, book, sheet):
        pass

    def _and_sort(self, book, sheet):
        rows = _rows(sheet)
        held = [[cell.value for cell in sheet[row]] for row in rows]
        self.dice.shuffle(held)
        for row, values in zip(rows, held):
            for column, value in enumerate(values, 1):
                sheet.cell(row, column).value = value

    def _and_lose(self, book, sheet):
        """A column that nobody filled in is deleted; the marks keep their rows."""
        titles = _titles(sheet)
        column = titles.get("拟用地面积 m2") or titles.get("统一社会信用代码")
        if column:
            sheet.delete_cols(column)

    def _and_insert(self, book, sheet):
        sheet.insert_rows(HEAD_ROW + 1, 2)

    def _and_page(self, book, sheet):
        """The last row goes on a second page."""
        rows = _rows(sheet)
        if len(rows) > 1 and "续表" not in book.sheetnames:
            page = book.create_sheet("续表")
            for row in (*range(1, HEAD_ROW + 1), rows[-1]):
                page.append([cell.value for cell in sheet[row]])
            sheet.delete_rows(rows[-1])


TITLES = {"note": "备注", "applicant": "建设单位名称", "land_use": "土地用途"}


def _titles(sheet):
    found = {cell.value: cell.column for row in sheet.iter_rows(max_row=8) for cell in row if cell.value == ID_TITLE}
    head = next(c.row for row in sheet.iter_rows(max_row=8) for c in row if c.value == ID_TITLE)
    return {cell.value: cell.column for cell in sheet[head]} | found


def _rows(sheet):
    """Numbers of the rows with records."""
    column = _titles(sheet)[ID_TITLE]
    named = (row for row in range(HEAD_ROW + 1, sheet.max_row + 1) if sheet.cell(row, column).value)
    return [row for row in named if sheet.cell(row, column).value != ID_TITLE]


def _cells(sheet):
    """{item: {field: value}} as the sheet has it; {} of one that holds no records."""
    if not any(cell.value == ID_TITLE for row in sheet.iter_rows(max_row=8) for cell in row):
        return {}
    titles = _titles(sheet)
    return {
        sheet.cell(row, titles[ID_TITLE]).value: {
            name: sheet.cell(row, titles[TITLES[name]]).value or None for name in FIELDS
        }
        for row in _rows(sheet)
    }

"""The columns of one sheet on the mapping page: the boxes in which a person says what each of them holds."""

from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QTableWidget

from ..plugin.bridge.i18n import tr
from ..plugin.bridge.records.workbook_mapping import SheetPreview, names_of_codes, place_systems
from ..plugin.core.forms.schema import Form
from .column_rows import ASKED, ID, field_box, fill_cells, system_box, unit_box
from .special_columns import EAST, is_special, place_choices, special_choices, special_parts

if TYPE_CHECKING:
    from ..plugin.store.workspace import Workspace

_WIDTHS = (200, 170, 230, 120, 240)
_BOX, _CONVERTED = 2, 4


class MappingColumns(QObject):
    """`boxes`: [(title of a column, its box)]; `units`: {title: box of the unit of an area}.

    Emits chosen() when a box says something else, asked() when a unit or a coordinate system was chosen.
    """

    chosen = pyqtSignal()
    asked = pyqtSignal()

    def __init__(self, table: QTableWidget, workspace: "Workspace", form: Form):
        super().__init__(table)
        self._table, self._ws, self._form = table, workspace, form
        self.boxes: list[tuple[str, QComboBox]] = []
        self.units: dict[str, QComboBox] = {}
        self.system: Optional[QComboBox] = None
        self._crs, self._systems = "", place_systems(workspace) if form.geometry == "point" else []
        heads = [tr("Column in the workbook"), tr("First values"), tr("Field"), tr("Found by"), tr("Converted")]
        table.setColumnCount(len(heads))
        table.setHorizontalHeaderLabels(heads)

    def show(self, preview: SheetPreview, profile: Any) -> None:
        """Fill the table with the columns of a sheet; `profile`: a kept mapping, None for what is suggested."""
        self.boxes, self.units, self.system = [], {}, None
        parts = profile or preview.suggested
        specials = special_choices(self._form, parts) if parts else {}
        self._crs = parts.place.get("crs", "") if parts else ""
        units = profile.units if profile else {}
        self._table.setRowCount(0)
        self._table.setRowCount(len(preview.columns))
        for row, column in enumerate(preview.columns):
            self._fill_row(row, column, column.key in preview.taken, specials.get(column.title))
            if not column.unit_known:
                self._ask_unit(row, column.title, units.get(column.title, ""))
        self._ask_system()
        self._table.resizeColumnsToContents()
        for column, width in enumerate(_WIDTHS):
            self._table.setColumnWidth(column, min(self._table.columnWidth(column), width))

    def _fill_row(self, row, column, taken, special):
        usual = column.key if taken or (column.how in ASKED and column.unit_known) else ""
        box = field_box(self._form, column, special)
        for label, data in place_choices() if self._systems and column.unit_known else ():
            if box.findData(data) < 0:
                box.addItem(label, data)
        box.setCurrentIndex(max(0, box.findData(special[1] if special else usual)))
        box.currentIndexChanged.connect(lambda index: self._changed())
        fill_cells(self._table, row, column, special)
        self._table.setCellWidget(row, _BOX, box)
        self.boxes.append((column.title, box))

    def _ask_unit(self, row, title, kept):
        self.units[title] = unit_box(kept)
        self.units[title].currentIndexChanged.connect(lambda index: self.asked.emit())
        self._table.setCellWidget(row, _CONVERTED, self.units[title])

    def _changed(self):
        self._ask_system()
        self.chosen.emit()

    def _ask_system(self):
        """The coordinate system is asked for beside the column that is the east of places."""
        self._crs = self.crs()
        if self.system is not None:
            self._table.removeCellWidget(self.system.property("row"), _CONVERTED)
            self.system = None
        rows = [row for row, (_, box) in enumerate(self.boxes) if box.currentData() == EAST]
        if rows:
            self.system = system_box(self._systems, self._crs)
            self.system.setProperty("row", rows[0])
            self.system.currentIndexChanged.connect(lambda index: self.asked.emit())
            self._table.setCellWidget(rows[0], _CONVERTED, self.system)

    def crs(self) -> str:
        """Authority code of the coordinate system of places; "" while nobody said it."""
        return self.system.currentData() if self.system is not None else self._crs

    def pairs(self) -> list[tuple[str, str]]:
        """[(title, what its box says)]"""
        return [(title, box.currentData()) for title, box in self.boxes]

    def choices(self) -> dict[str, str]:
        """{column title: field key or ""} as they stand."""
        return {title: "" if is_special(key) else key for title, key in self.pairs() if key != ID}

    def plain(self) -> dict[str, str]:
        """The choices without columns of a special choice."""
        used = {title for title, key in self.pairs() if is_special(key)}
        return {title: key for title, key in self.choices().items() if title not in used}

    def parts(self) -> dict[str, Any]:
        """The special choices and units as parts of a Profile."""
        units = {title: box.currentData() for title, box in self.units.items() if box.currentData()}
        found = {**special_parts(self.pairs()), "units": units}
        if found["place"]:
            found["place"]["crs"] = self.crs()
        return found

    def derived(self) -> set[str]:
        """Fields that special choices of columns give."""
        parts = special_parts(self.pairs())
        stages = [spec["stage"] for spec in parts["dates"].values()]
        pieces = [key for keys in parts["split"].values() for key in keys]
        names = [name for code, name in names_of_codes(self._form).items() if code in parts["codes"]]
        return {*parts["marks"], *parts["dates"], *stages, *parts["codes"], *pieces, *names}

    def problems(self) -> list[str]:
        """What keeps the columns from being read, in words."""
        choices = self.choices()
        chosen = [key for key in choices.values() if key]
        twice = sorted({self._form.field(key).title for key in chosen if chosen.count(key) > 1})
        asked = [title for title, box in self.units.items() if not box.currentData() and choices.get(title)]
        notes = [tr("Chosen for two columns: {0}").format("、".join(twice))] if twice else []
        notes += [tr("Choose the unit of: {0}").format("、".join(asked))] if asked else []
        return notes + self._place_problems()

    def _place_problems(self):
        sides = [data for _, data in self.pairs() if data in dict(map(reversed, place_choices()))]
        if not sides:
            return []
        if len(sides) != 2 or sides[0] == sides[1]:
            return [tr("Places need one column of eastings and one of northings.")]
        return [] if self.crs() else [tr("Choose the coordinate system of the places.")]

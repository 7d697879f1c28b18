"""Which package is inspected against which specification."""

from pathlib import Path
from typing import Optional

from qgis.core import QgsSettings
from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

from ...bridge.i18n import tr
from ...core.errors import OneMapError
from ...core.quality.confidence import confidence_text
from ...core.quality.inspection_spec import Specification
from ...formats.rules.inspection_files import built_in, load_specification
from ..widgets.contrast import Tone, text_style
from ..widgets.tables import add_button
from .run_options import RunOptions

_OWN = "onemap/inspection/specifications"
_LAST = "onemap/inspection/last"
_MOST_OWN = 12
_OTHER = "…"
_LONG = 24  # letters of a name that stays in sight


class PackageForm(QgsCollapsibleGroupBoxBasic):
    """Collapsed it says in one line what is inspected.

    Emits `changed` when another package or specification is chosen, `looked(path)` when one is to be shown.
    """

    changed = pyqtSignal()
    looked = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.specification: Optional[Specification] = None
        self.mistake = ""
        self.package, self.base, self.box, self.about = QLineEdit(), QLineEdit(), QComboBox(), QLabel()
        self.about.setWordWrap(True)
        form = QFormLayout(self)
        form.setContentsMargins(4, 4, 4, 4)
        form.setVerticalSpacing(4)
        form.addRow(tr("Submission"), self._place(self.package, tr("Folder, .zip, .gdb, .gpkg, .shp or .vct")))
        row = QHBoxLayout()
        self.box.setSizePolicy(self.package.sizePolicy())
        row.addWidget(self.box, 1)
        self.look = add_button(tr("Show…"), self._look, row, tr("See the specification and change a copy of it"))
        form.addRow(tr("Specification"), row)
        form.addRow("", self.about)
        form.addRow(tr("Plan above"), self._place(self.base, tr("Optional: what the layers are compared with")))
        self.options = RunOptions()
        form.addRow(self.options)
        self.fill()
        self.box.activated.connect(lambda *_: self._chosen())
        self.package.textChanged.connect(lambda *_: self.changed.emit())
        self.options.changed.connect(self.changed.emit)
        self.changed.connect(self._name)
        self.load()

    def _place(self, edit, hint):
        row = QHBoxLayout()
        edit.setPlaceholderText(hint)
        edit.setToolTip(hint)
        row.addWidget(edit, 1)
        button, menu = QToolButton(), QMenu(self)
        button.setText("…")
        button.setToolTip(tr("Choose a file or folder"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu.addAction(tr("File…"), lambda: self._pick(edit, False))
        menu.addAction(tr("Folder…"), lambda: self._pick(edit, True))
        button.setMenu(menu)
        row.addWidget(button)
        return row

    def _name(self):
        """The one line that stays in sight."""
        package = Path(self.package.text().strip()).name
        name = package if len(package) <= _LONG else f"{package[: _LONG // 2]}…{package[-_LONG // 2 :]}"
        self.setTitle(name or tr("Package and specification"))
        self.setToolTip("\n".join(filter(None, (self.package.text().strip(), self.box.currentText()))))

    def _pick(self, edit, is_folder):
        if is_folder:
            path = QFileDialog.getExistingDirectory(self, tr("Package"), edit.text())
        else:
            kinds = tr("Packages") + " (*.zip *.gpkg *.shp *.vct *.mdb *.geojson)"
            path, _ = QFileDialog.getOpenFileName(self, tr("Package"), edit.text(), kinds)
        if path:
            edit.setText(path)

    def fill(self, chosen: str = "") -> None:
        """List the specifications that come with the plugin and those a person has chosen before."""
        own = [path for path in QgsSettings().value(_OWN, []) or [] if Path(path).is_file()]
        chosen = chosen or str(QgsSettings().value(_LAST, "county"))
        self.box.clear()
        for name in built_in():
            self.box.addItem(level_names().get(name, name), name)
        for path in own:
            self.box.addItem(Path(path).name, path)
        self.box.addItem(tr("Another file…"), _OTHER)
        self.box.setCurrentIndex(max(self.box.findData(chosen), 0))

    def _chosen(self):
        if self.box.currentData() == _OTHER:
            path, _ = QFileDialog.getOpenFileName(self, tr("Specification"), "", "YAML (*.yaml *.yml)")
            self.fill()
            if not path:
                return
            self.take_file(path)
        else:
            self.load()

    def take_file(self, path: str) -> None:
        """Choose a file as the specification and list it from now on."""
        own = [path, *(known for known in QgsSettings().value(_OWN, []) or [] if known != path)]
        QgsSettings().setValue(_OWN, own[:_MOST_OWN])
        self.fill(path)
        self.load()

    def load(self) -> None:
        """Read the chosen specification and say how sure it is."""
        source = self.box.currentData()
        try:
            self.specification, self.mistake = load_specification(source), ""
        except OneMapError as error:
            self.specification, self.mistake = None, str(error)
        else:
            QgsSettings().setValue(_LAST, source)
        own = self.specification
        template = tr("{0} layers, version {1}. Confidence: {2}")
        sure = "" if own is None else confidence_text(own.confidence)
        self.about.setText(self.mistake if own is None else template.format(len(own.layers), own.version, sure))
        self.about.setStyleSheet(text_style(Tone.BAD if own is None else Tone.DOUBT))
        self.changed.emit()

    def _look(self):
        self.looked.emit(str(self.box.currentData()))


def level_names() -> dict[str, str]:
    """{name of a specification that comes with the plugin: what it is for}."""
    return {
        "city": tr("City plan"), "county": tr("County plan"), "township": tr("Township plan"),
        "village": tr("Village plan"), "detailed": tr("Detailed plan"), "survey": tr("Land survey"),
        "maintenance": tr("Yearly maintenance"), "example_province": tr("Example of a province"),
    }  # fmt: skip

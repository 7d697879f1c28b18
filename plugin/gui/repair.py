"""The repair page: which Python libraries are missing, three ways to get them, and trying again without a restart.

Imports nothing that needs one of those libraries.
"""

from pathlib import Path
from typing import Any, Union

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from ..bridge.i18n import tr
from ..core.errors import OneMapError
from ..dependencies import LIBRARIES, mending_command, missing_dependencies, version
from ..kit import install_kit
from ..support import support_report


def function_names() -> dict:
    """{module: what is off without it}"""
    everything, forms = tr("The whole plugin"), tr("Rules, site criteria and forms")
    word = tr("Word reports (.docx); Excel, PDF and HTML still work")
    return {
        "numpy": everything,
        "shapely": everything,
        "pyproj": everything,
        "yaml": forms,
        "jsonschema": forms,
        "openpyxl": tr("Excel: reports, import and export"),
        "lxml": word,
        "docx": word,
        "pypdf": tr("Inspection: PDF texts of a plan; .docx and .txt still work"),
        "requests": tr("Sync with the platform"),
    }


class RepairPage(QDialog):
    """`retry()` is called when the libraries without which nothing goes are there; returns nothing."""

    def __init__(self, retry=None, parent=None):
        super().__init__(parent)
        self.setObjectName("onemapRepair")
        self.setWindowTitle(tr("OneMap Desk: installation"))
        self._retry = retry
        self.head, self.table = _label(""), self._table()
        self.said = _label("")
        self.command = QLineEdit()
        self.command.setReadOnly(True)
        self.ways = QGroupBox(tr("Three ways to get them"))
        self._arrange_ways()
        layout = QVBoxLayout(self)
        layout.addWidget(self.head)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.ways)
        layout.addWidget(self.said)
        layout.addLayout(self._bottom())
        self.resize(760, 460)
        self.look()

    def _table(self):
        table = QTableWidget(0, 4)
        table.setHorizontalHeaderLabels([tr("Component"), tr("Here"), tr("Needed"), tr("Unavailable without it")])
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    def _arrange_ways(self):
        self.choose_kit = _button(tr("Choose the offline kit…"), self._choose_kit)
        self.copy_command = _button(tr("Copy the command"), lambda: _copy(self.command.text()))
        self.copy_request = _button(tr("Copy a request to the administrator"), lambda: _copy(self._request()))
        rows = QVBoxLayout(self.ways)
        kit = tr("1. From a file, without a network or administrator's rights: onemap-offline-kit-….zip")
        rows.addLayout(_row(_label(kit), self.choose_kit))
        rows.addWidget(_label(tr("2. With a network: run this command (Windows: in the OSGeo4W Shell)")))
        rows.addLayout(_row(self.command, self.copy_command))
        rows.addLayout(_row(_label(tr("3. Ask the administrator: the request names everything")), self.copy_request))

    def _bottom(self):
        self.support = _button(tr("Copy report for support"), lambda: _copy(support_report()))
        self.again = _button(tr("Try again"), self.try_again)
        self.again.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self.support)
        row.addStretch(1)
        row.addWidget(self.again)
        row.addWidget(_button(tr("Close"), self.close))
        return row

    def look(self) -> Any:
        """Try every library and show what is there and what is missing; returns the Problems."""
        problems, names = missing_dependencies(LIBRARIES), function_names()
        bad = {problem.library.module: problem for problem in problems}
        self.table.setRowCount(len(LIBRARIES))
        for row, library in enumerate(sorted(LIBRARIES, key=lambda library: library.module not in bad)):
            problem = bad.get(library.module)
            use = names.get(library.module, "—")
            reported = (library.package, _state(library, problem), f"≥ {library.wanted}", use)
            for column, text in enumerate(reported):
                item = QTableWidgetItem(text)
                item.setToolTip(problem.reason if problem else text)
                self.table.setItem(row, column, item)
        if problems:
            self.head.setText(tr("OneMap Desk lacks these components; all other functions work."))
            if any(problem.library.required for problem in problems):
                self.head.setText(tr("OneMap Desk cannot start: these components are missing or too old."))
        else:
            self.head.setText(tr("Everything is installed: no component is missing."))
        self.ways.setVisible(bool(problems))
        self.command.setText(mending_command(problems) if problems else "")
        self.command.setCursorPosition(0)
        return problems

    def _choose_kit(self):
        path, _ = QFileDialog.getOpenFileName(self, tr("Offline kit"), "", tr("Offline kit (*.zip)"))
        if path:
            self.use_kit(path)

    def use_kit(self, path: Union[str, Path]) -> None:
        """Install from a kit and try again."""
        try:
            installed = install_kit(path)
        except OneMapError as error:
            self.said.setText(str(error))
            return
        self.try_again()
        if self.look():
            text = tr("Installed: {0}. Another plugin is using an older version: restart QGIS once.")
            self.said.setText(text.format(", ".join(installed)))

    def try_again(self) -> None:
        """Look for the libraries anew; start the plugin when nothing it cannot do without is missing."""
        from ..dependencies import use_libraries

        use_libraries()
        problems = self.look()
        if any(problem.library.required for problem in problems):
            self.said.setText(tr("Still missing. After one of the three ways, press Try again."))
            return
        self.said.setText(tr("OneMap Desk is ready: see the menu One Map."))
        if self._retry is not None:
            retry, self._retry = self._retry, None
            retry()

    def _request(self):
        text = tr("Please install for QGIS on this computer (into the user's profile, no administrator needed):")
        return "\n".join([text, self.command.text(), "", support_report()])


def _state(library, problem):
    if problem is None:
        return tr("works ({0})").format(version(library))
    return tr("missing") if problem.found is None else tr("{0}, not usable").format(problem.found)


def _label(text):
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _button(text, slot):
    button = QPushButton(text)
    button.clicked.connect(lambda _checked=False: slot())
    return button


def _row(stretched, button):
    row = QHBoxLayout()
    row.addWidget(stretched, 1)
    row.addWidget(button)
    return row


def _copy(text):
    QGuiApplication.clipboard().setText(text)

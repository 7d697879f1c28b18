"""The rows of the options page that say how reports are signed and set."""

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtWidgets import QFileDialog, QFormLayout, QLineEdit, QMessageBox, QPushButton

from ...bridge.i18n import tr
from ...bridge.settings import Settings
from ...core.errors import OneMapError
from ...report import save_default_template
from ...report.review.document import part_names


class ReportOptionsBox:
    """Title, number, reviewer and Word template of reports, with a button that saves a template to start from."""

    def __init__(self, settings: Settings) -> None:
        self.title = QLineEdit(settings.report_title)
        self.document_no = QLineEdit(settings.document_no)
        self.reviewer = QLineEdit(settings.reviewer)
        self.template = QgsFileWidget()
        self.template.setFilter("Word (*.docx)")
        self.template.setFilePath(settings.report_template)
        self.divisions = QLineEdit(settings.division_layer)
        self.places = QLineEdit(settings.place_name_layer)
        self.save = QPushButton(tr("Save the plain template…"))
        self.save.clicked.connect(self._choose)

    def add_to(self, form: QFormLayout) -> None:
        """Put the rows at the end of a form."""
        form.addRow(tr("Title of the report"), self.title)
        form.addRow(tr("Document number"), self.document_no)
        form.addRow(tr("Reviewer"), self.reviewer)
        form.addRow(tr("Word template of reports"), self.template)
        form.addRow("", self.save)
        form.addRow(tr("Name of the layer of divisions"), self.divisions)
        form.addRow(tr("Name of the layer of place names"), self.places)

    def values(self) -> dict[str, str]:
        """The settings that the rows hold, by their names."""
        return {
            "report_title": self.title.text().strip(),
            "document_no": self.document_no.text().strip(),
            "reviewer": self.reviewer.text().strip(),
            "report_template": self.template.filePath(),
            "division_layer": self.divisions.text().strip(),
            "place_name_layer": self.places.text().strip(),
        }

    def save_template(self, path: str) -> None:
        """Write the plain template and take it as the one to use."""
        try:
            save_default_template(part_names(), path)
        except OneMapError as error:
            QMessageBox.warning(self.save, tr("Word template of reports"), str(error))
            return
        self.template.setFilePath(path)

    def _choose(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self.save, tr("Save the plain template"), "", "Word (*.docx)")
        if path:
            self.save_template(path if path.lower().endswith(".docx") else f"{path}.docx")

"""One value for one field of many records, in one transaction."""

from qgis.PyQt.QtWidgets import QComboBox, QDialog, QFormLayout, QLabel, QStackedWidget

from ..plugin.bridge.i18n import tr
from ..plugin.core.errors import OneMapError
from ..plugin.core.forms.schema import FormValidator
from ..plugin.gui.widgets.buttons import ok_cancel
from .field_widgets import make_widget


class BatchEdit(QDialog):
    """`ids`: records to change. The value is judged before anything is written."""

    def __init__(self, workspace, form, ids, actor, parent=None):
        super().__init__(parent)
        self.setWindowTitle(tr("Change {0} records").format(len(ids)))
        self.ws, self.form, self.ids, self.actor = workspace, form, ids, actor
        self.field_box, self.stack, self.notice = QComboBox(), QStackedWidget(), QLabel()
        self.notice.setWordWrap(True)
        self.fields = [f for f in form.fields if f.key not in form.key and f.value_type != "files"]
        for field in self.fields:
            self.field_box.addItem(field.title_with_unit, field.key)
            self.stack.addWidget(make_widget(field, workspace))
        self.field_box.currentIndexChanged.connect(self.stack.setCurrentIndex)
        layout = QFormLayout(self)
        layout.addRow(tr("Field"), self.field_box)
        layout.addRow(tr("New value"), self.stack)
        layout.addRow(self.notice)
        layout.addRow(ok_cancel(self))

    def accept(self) -> None:
        key, value = self.field_box.currentData(), self.stack.currentWidget().value()
        wrong = [e.message for e in FormValidator(self.form).errors({key: value}) if e.field == key]
        if wrong:
            self.notice.setText(wrong[0])
            return
        try:
            result = self.ws.save_records(
                self.form, [{"id": record, key: value} for record in self.ids], self.actor, "batch edit"
            )
        except OneMapError as error:
            self.notice.setText(str(error))
            return
        if result.locked:
            self.notice.setText(tr("{0} submitted or approved records were left unchanged.").format(len(result.locked)))
            self.ids = [record for record in self.ids if record not in result.locked]
            return
        super().accept()

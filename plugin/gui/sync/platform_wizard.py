"""The wizard of the platform: where it is, how we log in, whether it answers as agreed, what is pulled, how often."""

import os
from html import escape
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt import uic
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QMessageBox

from ...bridge.i18n import tr
from ...bridge.sync.settings import (
    PlatformSettings,
    agreed_to_plain,
    check_mapping,
    checked_address,
    checked_hosts,
    is_plain,
    look_at,
    store_token,
)
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from ..widgets.contrast import Tone, text_style
from .platform_findings import examination_lines

_UI = Path(__file__).with_suffix(".ui")
_CONFIG, _TOKEN, _ENVIRONMENT = range(3)
_MARKS = {True: ("✓", Tone.GOOD), False: ("✗", Tone.BAD), None: ("·", Tone.FAINT)}


def _marked(good, text):
    mark, tone = _MARKS[good]
    return f'<span style="{text_style(tone)}">{mark}</span> {escape(text)}'


class PlatformWizard(QDialog):
    """Edits the PlatformSettings of an open workspace.

    A token goes into QGIS's authentication manager, nowhere else.
    """

    def __init__(self, workspace, actor, parent=None):
        super().__init__(parent)
        uic.loadUi(str(_UI), self)
        self.ws, self.actor, self.task, self.examination = workspace, actor, None, None
        self._label()
        self._fill(PlatformSettings.load(workspace))
        self._wire()

    def _label(self):
        self.setWindowTitle(tr("Set up the platform"))
        self.introLabel.setText(
            tr("The address comes from the provincial platform's office. Passwords and tokens are stored by QGIS only.")
        )
        for label, text in (
            (self.addressLabel, tr("Address of the platform")),
            (self.loginLabel, tr("Login")),
            (self.countyLabel, tr("County")),
            (self.testLabel, tr("Test")),
            (self.pullLabel, tr("Pull")),
            (self.clockLabel, tr("In the background")),
            (self.hostsLabel, tr("Further hosts")),
            (self.mappingLabel, tr("Mapping file")),
            (self.certificateLabel, tr("Client certificate")),
            (self.testButton, tr("Test address and login")),
            (self.linesBox, tr("Control lines of the county")),
            (self.findingsBox, tr("Findings of the machine review")),
            (self.dictionaryBox, tr("Dictionaries and form editions")),
            (self.alwaysLabel, tr("The county's own records, their numbers and returns always come.")),
            (self.clockBox, tr("Synchronise by itself while the workspace is open")),
            (self.tokenLabel, tr("Saved in QGIS's authentication manager under its master password.")),
        ):
            label.setText(text)
        self.addressEdit.setPlaceholderText("https://platform.example")
        self.hostsEdit.setPlaceholderText(tr("none: links to any other host are refused"))
        self.hostsEdit.setToolTip(tr("Hosts of the same platform for files, such as https://files.platform.example"))
        self.mappingEdit.setPlaceholderText(tr("none: the platform keeps the interface contract"))
        self.certificateSelect.setToolTip(
            tr("For platforms that demand one: a login of QGIS of kind PKI paths, PKCS#12 or stored identity")
        )
        self.minutesBox.setPrefix(tr("every "))
        self.minutesBox.setSuffix(tr(" minutes"))
        self.loginBox.addItems([tr("Saved login of QGIS"), tr("Token from the platform's office")])
        if os.environ.get("ONEMAP_TOKEN"):
            self.loginBox.addItem(tr("Token set on this computer"))
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setText(tr("Save"))
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        self.countyName.setText(f"{self.ws.county} {self.ws.divisions().name(self.ws.county)}".strip())

    def _fill(self, settings):
        self.addressEdit.setText(settings.url)
        self.hostsEdit.setText(", ".join(settings.hosts))
        self.mappingEdit.setText(settings.mapping)
        self.certificateSelect.setConfigId(settings.certificate)
        self.authSelect.setConfigId(settings.authcfg)
        for box, name in self._boxes():
            box.setChecked(name in settings.pull)
        self.clockBox.setChecked(bool(settings.minutes))
        self.minutesBox.setValue(settings.minutes or 30)
        self.minutesBox.setEnabled(bool(settings.minutes))
        self.loginBox.setCurrentIndex(
            _ENVIRONMENT if settings.url and not settings.authcfg and self.loginBox.count() > 2 else _CONFIG
        )
        self.loginStack.setCurrentIndex(self.loginBox.currentIndex())

    def _boxes(self):
        return (self.linesBox, "control_line"), (self.findingsBox, "finding"), (self.dictionaryBox, "dictionary")

    def _wire(self):
        self.loginBox.currentIndexChanged.connect(self.loginStack.setCurrentIndex)
        self.clockBox.toggled.connect(self.minutesBox.setEnabled)
        self.testButton.clicked.connect(lambda: self.test())
        for edit in (self.addressEdit, self.tokenEdit):
            edit.textEdited.connect(lambda text: self._forget())
        self.buttons.accepted.connect(self.save)
        self.buttons.rejected.connect(self.reject)

    def _forget(self):
        self.examination = None
        self.resultLabel.clear()

    def _login(self):
        """(authcfg, token) as chosen."""
        kind = self.loginBox.currentIndex()
        return (
            self.authSelect.configId() if kind == _CONFIG else "",
            self.tokenEdit.text().strip() if kind == _TOKEN else "",
        )

    def test(self) -> None:
        """Look at the platform in the background and say line by line what was found."""
        self._forget()
        self.noticeLabel.clear()
        try:
            authcfg, token = self._login()
            address, certificate = checked_address(self.addressEdit.text()), self.certificateSelect.configId()
            look = look_at(address, authcfg, token, certificate)
        except OneMapError as error:
            self.noticeLabel.setText(str(error))
            return
        self.testButton.setEnabled(False)
        self.resultLabel.setText(tr("Asking the platform…"))
        self.task = WorkTask(tr("Testing the platform"), lambda feedback: look(), self._tested, self._failed)
        QgsApplication.taskManager().addTask(self.task)

    def _tested(self, examination):
        self.task, self.examination = None, examination
        self.testButton.setEnabled(True)
        lines = examination_lines(examination, self.ws, checked_address(self.addressEdit.text()))
        self.resultLabel.setText("<br>".join(_marked(*line) for line in lines))

    def _failed(self, error):
        self.task = None
        self.testButton.setEnabled(True)
        self.resultLabel.setText(str(error))

    def settings(self) -> PlatformSettings:
        """The PlatformSettings as they stand in the widgets.

        A typed token is stored first. Raises InputError, OutputError.
        """
        url, (authcfg, token) = checked_address(self.addressEdit.text()), self._login()
        if token:
            authcfg = store_token(token, tr("OneMap platform {0}").format(url))
        pull = tuple(name for box, name in self._boxes() if box.isChecked())
        minutes = self.minutesBox.value() if self.clockBox.isChecked() else 0
        hosts, certificate = checked_hosts(self.hostsEdit.text()), self.certificateSelect.configId()
        return PlatformSettings(url, authcfg, pull, minutes, hosts, True, self._mapping(), certificate)

    def _mapping(self):
        """Path of the mapping file, checked; "" for none."""
        path = self.mappingEdit.text().strip()
        if path:
            check_mapping(path)
        return path

    def save(self) -> None:
        """Keep the settings; a login of another county is not kept."""
        found = self.examination
        if found is not None and found.county and found.county != self.ws.county:
            self.noticeLabel.setText(
                tr("This login is for another county: {0}. Choose another login.").format(found.county)
            )
            return
        try:
            url = checked_address(self.addressEdit.text())
            if is_plain(url) and not agreed_to_plain(url) and not self._ask_plain(url):
                return
            self.settings().save(self.ws, self.actor, self._ask_moved(url))
        except OneMapError as error:
            self.noticeLabel.setText(str(error))
            return
        self.accept()

    def _ask_plain(self, url):
        """An unencrypted line is asked about once."""
        question = tr(
            "{0} begins with http: login and records travel readable for everybody on the way. Ask the platform's "
            "office for an https address.\n\nUse it all the same? You are asked only once for this address."
        ).format(url)
        return QMessageBox.question(self, tr("Not encrypted"), question) == QMessageBox.StandardButton.Yes

    def _ask_moved(self, url):
        """Whether a new address is the former platform's; nobody is asked who never exchanged anything."""
        former = PlatformSettings.load(self.ws).url
        if not former or former == url or not self.ws.outbox.platform:
            return False
        question = tr(
            "The address changes from {0} to {1}.\n\nIs it the same platform, which only moved? If it is another "
            "platform (a test platform, another province's), answer No: what the former one acknowledged is then not "
            "taken for granted."
        ).format(former, url)
        return QMessageBox.question(self, tr("Another address"), question) == QMessageBox.StandardButton.Yes

    def done(self, result: int) -> None:
        if self.task is not None:
            self.task.drop()
        self.tokenEdit.clear()
        super().done(result)

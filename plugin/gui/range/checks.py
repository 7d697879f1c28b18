"""Checks of drawn ranges in the background: the full one when a range is finished, the quick one while a corner
is dragged.
"""

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...bridge.i18n import tr
from ...bridge.range.check import RangeSession
from ...bridge.range.surroundings import SurroundingsSource
from ...bridge.review.control_sources import recognised_layers
from ...bridge.settings import Settings
from ...bridge.tasks import WorkTask
from ...core.errors import InputError, OneMapError
from ...formats.rules.rule_files import load_catalogue


class RangeChecks(QObject):
    """`check` answers with `checked(RangeResult)`, `follow` with `followed(RangeResult)` of the newest range, both
    may `failed(str)`.

    The layers are matched and opened once and used until the layers of the project or the settings change.
    """

    checked = pyqtSignal(object)
    followed = pyqtSignal(object)
    failed = pyqtSignal(str)

    def __init__(self):
        super().__init__()
        self.task = self._following = self._warming = None
        self._wanted = self._session = self._key = None

    def check(self, geometry, crs):
        """Start the full check of a range; False when it cannot be started."""
        try:
            job = self._session_for(crs).job(geometry)
        except OneMapError as error:
            self.failed.emit(str(error))
            return False
        self.cancel()
        self.task = self._start(
            tr("Checking the range"), job.run, lambda result: self._checked(geometry, result), self._failed
        )
        return True

    def follow(self, geometry, crs):
        """Ask for the verdicts of a range that is still changing.

        Of ranges asked for meanwhile only the newest is checked.
        """
        self._wanted = geometry, crs
        if self._following is None:
            self._next()

    def cancel(self):
        """Stop the full check, and forget the range that was to be followed."""
        self._wanted = None
        if self.task is not None:
            self.task.cancel()
            self.task = None

    def dispose(self):
        """Stop everything."""
        self.cancel()
        for task in (self._following, self._warming):
            if task is not None:
                task.cancel()
        self._session = None

    def _session_for(self, crs):
        settings = Settings.load()
        key = (crs.toWkt(), sorted(QgsProject.instance().mapLayers()), settings)
        if key != self._key:
            controls = recognised_layers(load_catalogue(), settings.mapping)
            if not controls:
                raise InputError("no_control_layers")
            wanted = settings.landuse_layer.casefold()
            land_use = next(
                (m for m in QgsProject.instance().mapLayers().values() if m.name().casefold().endswith(wanted)), None
            )
            self._session, self._key = (
                RangeSession(list(controls), land_use, settings, crs, SurroundingsSource(settings)),
                key,
            )
        return self._session

    def _next(self):
        if self._wanted is None:
            return
        (geometry, crs), self._wanted = self._wanted, None
        try:
            job = self._session_for(crs).job(geometry)
        except OneMapError:
            return  # a shape on its way, such as one without area; the finished one will tell
        self._following = self._start(
            tr("Following the range"), job.verdicts, self._followed, lambda error: self._followed(None)
        )

    def _followed(self, result):
        self._following = None
        if result is not None:
            self.followed.emit(result)
        self._next()

    def _checked(self, geometry, result):
        self.task = None
        self.checked.emit(result)
        if self._warming is None and self._key[2].cache_mb:
            session = self._session
            self._warming = self._start(
                tr("Caching control lines"), session.job(geometry).review.warm, self._warmed, self._warmed
            )

    def _warmed(self, _result):
        self._warming = None

    def _failed(self, error):
        self.task = None
        self.failed.emit(str(error))

    @staticmethod
    def _start(title, work, done, failed):
        task = WorkTask(title, work, done, failed)
        QgsApplication.taskManager().addTask(task)
        return task

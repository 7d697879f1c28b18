"""Checks of drawn ranges in the background: the full one when a range is finished, the quick one while a corner
is dragged.
"""

from collections.abc import Iterator
from functools import partial
from typing import Callable, Optional

from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsGeometry, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...bridge.i18n import tr
from ...bridge.range.check import PartlyChecked, RangeResult, run_range, run_verdicts
from ...bridge.range.rules import blank_review, rules_are_read
from ...bridge.range.session import ProjectSession
from ...bridge.range.state import StaleSource
from ...bridge.settings import Settings
from ...bridge.tasks import WorkTask
from ...core.errors import OneMapError
from .watching import LayerWatch

_REST_MS = 250  # without a move of the mouse: what was only estimated is computed
_AHEAD_MS = 3000  # after the last layer of a project was added
_TURN_MS = 20  # for the window between two turns of opening layers
_ATTEMPTS = 3  # a file that changes again and again is reported

_ALL = object()


class RangeChecks(QObject):
    """`check` answers with `checked(RangeResult)`, `follow` with `followed(RangeResult)` of the newest range, both
    may `failed(str)`; `ended()` says that the project was closed: what is shown belongs to no layer any more;
    `renewing()` that layers changed and the range on the screen is checked again; `partly(PartlyChecked)` what is
    known of a range while control lines are still read.

    The layers are opened once and used until anything about them changes (bridge.range.session).
    """

    checked = pyqtSignal(object)
    followed = pyqtSignal(object)
    failed = pyqtSignal(str)
    ended = pyqtSignal()
    renewing = pyqtSignal()
    partly = pyqtSignal(object)
    _partly_known = pyqtSignal(int, object)  # from a worker: number of the check

    def __init__(self) -> None:
        super().__init__()
        self.task: Optional[WorkTask] = None
        self._following: Optional[WorkTask] = None
        self._warming: Optional[WorkTask] = None
        self._wanted: Optional[tuple[QgsGeometry, QgsCoordinateReferenceSystem]] = None
        self._shown: Optional[tuple[QgsGeometry, QgsCoordinateReferenceSystem]] = None
        self._moving: Optional[tuple[QgsGeometry, QgsCoordinateReferenceSystem]] = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._rested)
        self._number = 0  # of the newest full check
        self._partly_known.connect(self._known)
        self._session = ProjectSession()
        self._watch = LayerWatch()
        self._watch.changed.connect(self._layers_changed)
        self._tries = self._renewed = 0
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.setInterval(_AHEAD_MS)
        self._ahead.timeout.connect(self._build_ahead)
        self._opening: Iterator[None] = iter(())
        self._turns = QTimer(self)
        self._turns.setInterval(_TURN_MS)
        self._turns.timeout.connect(self._open_on)
        QgsProject.instance().cleared.connect(self._cleared)
        QgsProject.instance().layersAdded.connect(self._added)

    def check(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> bool:
        """Start the full check of a range; False when it cannot be started."""
        return self._attempt(geometry, crs, 1)

    def prepare(self) -> None:
        """Read the rules in the background: a range is going to be drawn."""
        settings = Settings.load()
        if not rules_are_read(settings):
            self._start(tr("Reading the rules"), lambda feedback: blank_review(settings), _ignored, _ignored)

    def _attempt(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, number: int) -> bool:
        settings = Settings.load()
        if not rules_are_read(settings):
            self.cancel()
            self.task = self._start(
                tr("Reading the rules"),
                lambda feedback: blank_review(settings),
                lambda _: self._with_rules(geometry, crs, number),
                self._failed,
            )
            return True
        try:
            job = self._session.get(crs).job(geometry)
        except OneMapError as error:
            self.failed.emit(str(error))
            return False
        self.cancel()
        self._number += 1
        job.partly = partial(self._partly_known.emit, self._number)
        self.task = self._start(
            tr("Checking the range"),
            lambda feedback: run_range(job, feedback),
            lambda result: self._checked(geometry, crs, result),
            lambda error: self._check_failed(geometry, crs, number, error),
        )
        return True

    def _with_rules(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, number: int) -> None:
        self.task = None  # it has ended, whether the next one can be started or not
        self._attempt(geometry, crs, number)

    def follow(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> None:
        """Ask for the verdicts of a range that is still changing.

        Of ranges asked for meanwhile only the newest is checked; land that lies in several features may count twice
        until none has been asked for a moment (RangeResult.at_most).
        """
        self._wanted = geometry, crs
        self._rest.stop()
        if self._following is None:
            self._next()

    def cancel(self) -> None:
        """Stop the full check, and forget the range that was shown or to be followed."""
        self._wanted = self._shown = self._moving = None
        self._rest.stop()
        self._watch.stop()
        if self.task is not None:
            self.task.drop()
            self.task = None

    def dispose(self) -> None:
        """Stop everything."""
        QgsProject.instance().cleared.disconnect(self._cleared)
        QgsProject.instance().layersAdded.disconnect(self._added)
        self._stop()
        self._session.dispose()

    def _stop(self) -> None:
        self.cancel()
        self._ahead.stop()
        self._turns.stop()
        for task in (self._following, self._warming):
            if task is not None:
                task.drop()
        self._following = self._warming = None

    def _cleared(self) -> None:
        """The project was closed or another one is being opened."""
        self._stop()
        self._session.end()
        self.ended.emit()

    def _layers_changed(self) -> None:
        """Check the range on the screen again: what is said of it may no longer hold."""
        if self._shown is not None and self._following is None and self._wanted is None and self.task is None:
            self.renewing.emit()
            self.check(*self._shown)

    def _next(self) -> None:
        if self._wanted is None:
            return
        self._moving, self._wanted = self._wanted, None
        self._follow(*self._moving, is_moving=True)

    def _rested(self) -> None:
        """The mouse rests in the middle of a drag."""
        if self._moving is not None and self._wanted is None and self._following is None:
            self._follow(*self._moving, is_moving=False)

    def _follow(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, is_moving: bool) -> None:
        if not rules_are_read(Settings.load()):
            return  # the full check of the finished range reads them
        try:
            job = self._session.get(crs).job(geometry)
        except OneMapError:
            return  # a shape on its way, such as one without area; the finished one will tell
        self._following = self._start(
            tr("Following the range"),
            lambda feedback: run_verdicts(job, feedback, is_moving),
            self._followed,
            self._follow_failed,
        )

    def _followed(self, result: Optional[RangeResult]) -> None:
        self._following = None
        if result is not None:
            self.followed.emit(result)
            if result.at_most and self._wanted is None and self._moving is not None:
                self._rest.start()
        self._next()

    def _follow_failed(self, error: Exception) -> None:
        if isinstance(error, StaleSource):
            self._session.end()
        self._followed(None)

    def _checked(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, result: RangeResult) -> None:
        self.task = None
        self.checked.emit(result)
        self._shown = geometry, crs
        self._watch.watch(self._session.layers())
        if not self._session.is_current(crs) and self._renewed < _ATTEMPTS:
            self._renewed += 1
            self._layers_changed()  # while they were read, when nobody watched them
            return
        self._renewed = 0
        if self._warming is None and self._session.settings.cache_mb:
            self._warm(geometry, crs)

    def _added(self, _layers: list) -> None:
        self._tries = 0
        self._ahead.start()

    def _build_ahead(self) -> None:
        """Build the store of the control layers while the user still looks at the project."""
        settings = Settings.load()
        if not settings.cache_mb or self._warming is not None:
            return
        if self.task is not None or self._following is not None or not rules_are_read(settings):
            self._tries += 1
            if self._tries <= _ATTEMPTS:
                self.prepare()
                self._ahead.start()
            return
        self._opening = self._session.opening(QgsProject.instance().crs())
        self._turns.start()

    def _open_on(self) -> None:
        """Open some more of the layers, and build the store when all are open."""
        try:
            if next(self._opening, _ALL) is not _ALL:
                return
            self._turns.stop()
            if self._warming is not None or not self._session.is_ready:
                return  # layers that were added meanwhile start this again
            build = self._session.get(QgsProject.instance().crs()).building_ahead()
        except OneMapError:
            self._turns.stop()
            return  # no control lines, or a CRS that says nothing: the first range will tell
        self._warming = self._start(tr("Caching control lines"), build, self._warmed, self._warmed)

    def _warm(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> None:
        """Build the caches that the layers lack, for the next range."""
        try:
            build = self._session.get(crs).building(geometry)
        except OneMapError:
            return
        self._warming = self._start(tr("Caching control lines"), build, self._warmed, self._warmed)

    def _warmed(self, _result: object) -> None:
        self._warming = None

    def _known(self, number: int, known: PartlyChecked) -> None:
        """What a worker knows so far; of a check that is over or was given up nothing is shown."""
        if self.task is not None and number == self._number:
            self.partly.emit(known)

    def _failed(self, error: Exception) -> None:
        self.task = None
        self.failed.emit(str(error))

    def _check_failed(
        self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, number: int, error: Exception
    ) -> None:
        self.task = None
        if isinstance(error, StaleSource):
            self._session.end()
            if number < _ATTEMPTS:
                self._attempt(geometry, crs, number + 1)
                return
        self._failed(error)

    @staticmethod
    def _start(title: str, work: Callable, done: Callable, failed: Callable) -> WorkTask:
        task = WorkTask(title, work, done, failed)
        QgsApplication.taskManager().addTask(task)
        return task


def _ignored(_outcome: object) -> None:
    """Whatever came of it shows when a range is checked."""

"""Range after range against the same layers of the project: opened once, and anew when anything about them changes."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Callable, Optional, Union

import numpy as np
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ...core.errors import InputError
from ...core.threads import Feedback, rare_collections
from ...formats.rules.rule_files import load_catalogue
from ...report.review.wording import say
from ..layers.encoding import repair_encoding
from ..layers.snapshot import LayerSnapshot, public_source, source_file
from ..review.control_readers import Reading
from ..review.control_sources import layers_to_answer_for
from ..review.near_sources import NearSources
from ..review.preparing import Review
from ..settings import Settings
from .check import RangeJob, RangeResult, run_verdicts, unsaved_remarks
from .land_use import land_use_of
from .opening import OpenedLayers, opened_in_turns
from .rules import blank_review
from .state import FileStates, OpenedFiles, is_live, layer_states, watched_file
from .store import RangeStore, Wanted
from .surroundings import SurroundingsSource


class RangeSession:
    """Layers opened for range after range. Make it and `job` it on the main thread.

    `layers`: control-line layers; `landuse`: the land-use layer or None; `crs`: that of the ranges. What lies in a file
    is watched by the file's stamps; what lies in memory or in an edit buffer is looked at for every range.
    Raises CrsError, InputError.
    """

    def __init__(
        self,
        layers: Union[Iterable[QgsVectorLayer], OpenedLayers],
        landuse: Optional[QgsVectorLayer],
        settings: Settings,
        crs: QgsCoordinateReferenceSystem,
        surroundings: Optional[SurroundingsSource] = None,
    ) -> None:
        self._crs, self._surroundings = crs, surroundings
        opened = layers if isinstance(layers, OpenedLayers) else None
        self._layers = list(layers.layers if isinstance(layers, OpenedLayers) else layers)
        self._land_use_layer = landuse
        with rare_collections():  # of hundreds of layers
            self._open(settings, opened)

    def _open(self, settings: Settings, opened: Optional[OpenedLayers]) -> None:
        surroundings, landuse = self._surroundings, self._land_use_layer
        every = [*self._layers, *([landuse] if landuse is not None else [])]
        around = surroundings.files() if surroundings is not None else []
        self.files = FileStates.of({*map(watched_file, every), *around})
        if opened is not None and opened.holds(self.files):
            self._review = opened.review
        else:
            self._review = blank_review(settings).with_controls(self._layers, settings.mapping)
        self._land_use = land_use_of(landuse)
        self._store = RangeStore(settings.cache_mb)
        self._followed = NearSources(holds=True, store=self._store)
        self._live = {public_source(layer): layer for layer in self._layers if layer.isValid() and is_live(layer)}

    def job(self, geometry: QgsGeometry) -> RangeJob:
        """The RangeJob of one range."""
        review = self._review.with_layers(self._renewed) if self._live else self._review
        review = review.with_projects(_range_layer(geometry, self._crs))
        live_land = self._land_use_layer is not None and is_live(self._land_use_layer)
        land_use = land_use_of(self._land_use_layer) if live_land else self._land_use
        remarks = unsaved_remarks([*self._layers, self._land_use_layer])
        around = self._surroundings.current() if self._surroundings is not None else None
        return RangeJob(review, land_use, around, self.files, remarks, self._followed)

    def _renewed(self, snapshot: LayerSnapshot) -> LayerSnapshot:
        """The layer of a snapshot as it is now, where it can change without its file; the same snapshot for others."""
        layer = self._live.get(snapshot.source)
        if layer is None:
            return snapshot
        return LayerSnapshot(repair_encoding(layer), snapshot.role, snapshot.line_id, snapshot.line_name)

    def layers(self) -> list[QgsVectorLayer]:
        """The layers of the project that answers come from."""
        around = self._surroundings.layers() if self._surroundings is not None else []
        return [*self._layers, *([self._land_use_layer] if self._land_use_layer is not None else []), *around]

    def check(self, geometry: QgsGeometry, feedback: Optional[Feedback] = None, is_moving: bool = False) -> RangeResult:
        """The verdicts of one range."""
        return run_verdicts(self.job(geometry), feedback, is_moving)

    def warm(self, geometry: QgsGeometry, feedback: Optional[Feedback] = None) -> int:
        """Put the layers that it lacks into the store, on the plane of a range; returns how many it got."""
        return self.building(geometry)(feedback)

    def building(self, geometry: QgsGeometry) -> Callable[[Optional[Feedback]], int]:
        """`warm` for a worker; main thread."""
        review = self.job(geometry).review
        return lambda feedback: self._built(review, feedback)

    def building_ahead(self) -> Callable[[Optional[Feedback]], int]:
        """As `building`, before any range is drawn: on the plane of the middle of the layers; main thread."""
        boxes = [_box_in(layer, self._crs) for layer in self._layers]
        centres = [box.center() for box in boxes if box.isFinite() and not box.isNull()]
        x, y = (float(np.median([at(centre) for centre in centres] or [0.0])) for at in (QgsPointXY.x, QgsPointXY.y))
        return self.building(QgsGeometry.fromRect(QgsRectangle(x, y, x + 1e-3, y + 1e-3)))

    def _built(self, review: Review, feedback: Optional[Feedback]) -> int:
        count = self._store.build(_wanted(review), Reading(review.plane), feedback)
        if count:
            with self._followed.lock:
                self._store.open()
                self._followed.end()  # what was opened before is read from the store from now on
        return count


def _box_in(layer: QgsVectorLayer, crs: QgsCoordinateReferenceSystem) -> QgsRectangle:
    """The extent of a layer in another CRS, null where that cannot be."""
    try:
        return QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance()).transformBoundingBox(layer.extent())
    except QgsCsException:
        return QgsRectangle()


def _wanted(review: Review) -> list[Wanted]:
    """The control layers of a review that a rule in force asks, the whole line's land included."""
    rules = {line_id: review.rule_set.for_line(line_id, review.review_date) for line_id in review.rule_set.line_ids()}
    asked = [one for one in review.snapshots if rules.get(one.line_id)]
    return [Wanted(one, review.catalogue.get(one.line_id), tuple(rules[one.line_id])) for one in asked]


def _range_layer(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    layer = QgsVectorLayer("MultiPolygon?field=project_key:string&field=name:string", say("range_name"), "memory")
    layer.setCrs(crs)
    feature, shape = QgsFeature(layer.fields()), QgsGeometry(geometry)
    shape.convertToMultiType()
    feature.setGeometry(shape)
    feature.setAttributes(["1", say("range_name")])
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    return layer


class ProjectSession:
    """The RangeSession of the layers that the project holds now; a new one whenever anything about them differs.

    Main thread; `dispose` ends it.
    """

    def __init__(self) -> None:
        self._session: Optional[RangeSession] = None
        self._key: tuple = ()
        self._opened = OpenedFiles()
        self._ready: Optional[tuple[tuple, OpenedLayers]] = None
        self.settings = Settings()

    def get(self, crs: QgsCoordinateReferenceSystem) -> RangeSession:
        """The session for ranges in `crs`; raises InputError where the project holds no control line."""
        settings = Settings.load()
        key = _key(settings, crs)
        if self._session is None or key != self._key or not self._session.files.is_settled:
            self._session = self._fresh(settings, crs, key)
            self._key, self.settings = (key[0], layer_states(), *key[2:]), settings
        return self._session

    def is_current(self, crs: QgsCoordinateReferenceSystem) -> bool:
        """Whether the layers are as they were when the last session was opened."""
        return self._session is not None and _key(Settings.load(), crs) == self._key

    @property
    def is_ready(self) -> bool:
        """Whether the layers are open, as they were a moment ago."""
        return self._session is not None or self._ready is not None

    def opening(self, crs: QgsCoordinateReferenceSystem) -> Iterator[None]:
        """Open the control layers for `get` in turns; the window works between them. What changes meanwhile ends it,
        and `get` opens what there is then. Raises InputError where the project holds no control line."""
        settings = Settings.load()
        key = _key(settings, crs)
        if self._session is not None and key == self._key:
            return
        for opened in opened_in_turns(_controls(settings), settings, lambda: _key(settings, crs) == key):
            if opened is not None:
                self._ready = key, opened
            yield

    def _fresh(self, settings: Settings, crs: QgsCoordinateReferenceSystem, key: tuple) -> RangeSession:
        opened = self._ready[1] if self._ready is not None and self._ready[0] == key else None
        self._ready = None
        session = _open(settings, crs, opened)
        changed = self._opened.changed(session.files)
        if changed:
            _reload(changed)
            session = _open(settings, crs)
        return session

    def layers(self) -> list[QgsVectorLayer]:
        """The layers of the last session, none where there is none."""
        return self._session.layers() if self._session is not None else []

    def end(self) -> None:
        """The next range opens the layers anew."""
        self._session = self._ready = None

    def dispose(self) -> None:
        """Let the project go."""
        self.end()
        self._opened.dispose()


def _key(settings: Settings, crs: QgsCoordinateReferenceSystem) -> tuple:
    """What a session depends on; conditions of rules are prepared once for it, with the user's variables as they were.

    Main thread.
    """
    variables = tuple(sorted(map(str, QgsApplication.customVariables().items())))
    return (crs.authid() or crs.toWkt(), layer_states(), settings, date.today(), variables)


def _controls(settings: Settings) -> list[QgsVectorLayer]:
    controls = layers_to_answer_for(load_catalogue(), settings.mapping)
    if not controls:
        raise InputError("no_control_layers")
    return controls


def _open(settings: Settings, crs: QgsCoordinateReferenceSystem, opened: Optional[OpenedLayers] = None) -> RangeSession:
    controls = opened or _controls(settings)
    wanted = settings.landuse_layer.casefold()
    layers = [m for m in QgsProject.instance().mapLayers().values() if isinstance(m, QgsVectorLayer)]
    land_use = next((m for m in layers if wanted and m.name().casefold().endswith(wanted)), None)
    return RangeSession(controls, land_use, settings, crs, SurroundingsSource(settings))


def _reload(files: set[Path]) -> None:
    """Have layers on changed files read them anew; one that is edited keeps its edits and its file."""
    for layer in QgsProject.instance().mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and not layer.isEditable() and source_file(layer) in files:
            layer.reload()
            layer.updateExtents()

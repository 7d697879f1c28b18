"""Inspections of one package, run after run: what was said of defects stays, unchanged layers are not looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsCoordinateTransformContext, QgsSettings, QgsVectorFileWriter, QgsVectorLayer, QgsWkbTypes

from ...core.errors import InputError, OutputError
from ...core.messages import text
from ...core.quality.defects import Defect, DefectState
from ...core.quality.inspection_again import Again
from ...core.quality.inspection_score import score_of
from ...core.quality.inspection_states import Earlier, place_of
from ...core.threads import Feedback
from ..i18n import tr
from ..layers.output_folder import output_folder
from ..layers.results import qgs_fields
from .inspection import InspectionJob, InspectionOutcome
from .inspection_given import InspectionInput
from .inspection_rows import DEFECT_FIELDS, ColouredDefects, crs_of, read_earlier, write_defects

_KEPT = "onemap/inspection/defects"  # {package: file of its last defects}
_TABLE = "defects"


@dataclass
class SessionRun:
    """A run of a session: what it came to, the file that holds its defects, layers that were not checked again."""

    outcome: InspectionOutcome
    path: Path
    reused: int
    checked: int


class InspectionSession:
    """`outcome`: of the last run, None before one; `chosen`: what it was asked."""

    def __init__(self) -> None:
        self.outcome: Optional[InspectionOutcome] = None
        self.chosen: Optional[InspectionInput] = None
        self._again = Again()
        self.layer: Optional[QgsVectorLayer] = None
        self._features: dict[str, list[int]] = {}

    def start(self, chosen: InspectionInput, only_changed: bool = False) -> Any:
        """`work(feedback)` of a run; main thread. `only_changed`: unchanged layers keep what was found on them.

        Raises InputError for a specification or earlier defects that cannot be read.
        """
        same = self.chosen is not None and self.chosen.package == chosen.package
        again = self._again.fresh() if only_changed and same else Again()
        earlier = self.earlier() if same else self._kept_of(chosen.package)
        job = InspectionJob(replace(chosen, earlier=earlier, again=again))
        folder = result_folder(chosen.package)

        def work(feedback: Feedback) -> SessionRun:
            outcome = job.run(feedback)
            return SessionRun(outcome, write_outcome(outcome, folder), len(again.reused), len(again.checked))

        self._begun = chosen, again
        return work

    def finish(self, ran: SessionRun) -> QgsVectorLayer:
        """Take what a run came to; returns the layer of its defects. Main thread."""
        self.chosen, again = self._begun
        self.outcome, self._again = ran.outcome, again.next(ran.outcome.run)
        self.layer = _opened(ran.path)
        ColouredDefects().postProcessLayer(self.layer, None, None)
        self.layer.setName(text("inspection_layer_name", package=ran.outcome.content.name))
        self._features = {}
        for feature in self.layer.getFeatures():
            self._features.setdefault(feature["place"], []).append(feature.id())
        known = dict(QgsSettings().value(_KEPT, {}) or {})
        known[str(self.chosen.package)] = str(ran.path)
        QgsSettings().setValue(_KEPT, known)
        return self.layer

    @property
    def defects(self) -> list[Defect]:
        """The defects of the last run."""
        return self.outcome.run.defects if self.outcome is not None else []

    def earlier(self) -> tuple[Earlier, ...]:
        """The defects as they are now, for the next run; those that a run found fixed are done with."""
        return tuple(Earlier(place_of(defect), replace(defect)) for defect in self.defects)

    def _kept_of(self, package: Path) -> tuple[Earlier, ...]:
        """The defects of the last run on a package, from their file."""
        path = Path(str(dict(QgsSettings().value(_KEPT, {}) or {}).get(str(package), "")))
        return read_earlier(_opened(path)) if path.is_file() else ()

    def mark(self, numbers: Iterable[int], state: DefectState, note: str, who: str) -> None:
        """Say of defects that they are fixed, an exception with its reason, or open; kept in their layer.

        Raises InputError for an exception without a reason, OutputError where the layer cannot be written.
        """
        if state == DefectState.EXCEPTION and not note.strip():
            raise InputError("inspection_reason_wanted")
        when, values = datetime.now().strftime("%Y-%m-%d %H:%M"), {}
        for number in numbers:
            defect = self.defects[number]
            defect.state, defect.note, defect.who, defect.when = state, note.strip(), who, when
            for feature in self._features.get(place_of(defect), ()):
                values[feature] = self._values(defect)
        if self.layer is not None and not self.layer.dataProvider().changeAttributeValues(values):
            raise OutputError("output_failed", output=self.layer.name(), error=tr("unknown reason"))
        if self.layer is not None:
            self.layer.triggerRepaint()
        if self.outcome is not None:
            self.outcome.score = score_of(self.outcome.run)

    def _values(self, defect: Defect) -> dict[int, Any]:
        assert self.layer is not None  # noqa: S101 - it holds the features that are written
        fields = self.layer.fields()
        said = {"state": defect.state.value, "note": defect.note, "who": defect.who, "when": defect.when}
        return {fields.lookupField(name): value for name, value in said.items()}


def result_folder(package: Path) -> Path:
    """Where results lie: beside the package where that can be."""
    return output_folder(package.parent) / text("inspection_folder_name")


def write_outcome(outcome: InspectionOutcome, folder: Path) -> Path:
    """Write the defects as a layer of points of a new file; any thread. Raises OutputError."""
    name = f"{Path(outcome.content.name).stem}_{datetime.now():%Y%m%d_%H%M%S}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError("output_not_writable", path=folder, error=error.strerror or error) from error
    path, number = folder / f"{name}.gpkg", 1
    while path.exists():
        path, number = folder / f"{name}_{number}.gpkg", number + 1
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", _TABLE
    writer = QgsVectorFileWriter.create(
        str(path), qgs_fields(DEFECT_FIELDS), QgsWkbTypes.Point, crs_of(outcome.plane), QgsCoordinateTransformContext(),
        options,
    )  # fmt: skip
    if writer.hasError() != QgsVectorFileWriter.NoError:
        raise OutputError("output_not_writable", path=path, error=writer.errorMessage())
    write_defects(writer, outcome.run.defects, 0)
    del writer
    return path


def _opened(path: Path) -> QgsVectorLayer:
    return QgsVectorLayer(f"{path}|layername={_TABLE}", path.stem, "ogr")

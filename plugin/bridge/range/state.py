"""What a session of the range tool depends on: the layers as the project shows them, the files behind them."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer

from ...core.errors import OneMapError
from ...core.land.file_state import FileStamp, is_settled, stamp_of
from ..layers.snapshot import source_file

_SERVERS = ("postgres", "oracle", "mssql", "hana", "WFS", "OAPIF", "arcgisfeatureserver")


class StaleSource(OneMapError):
    """A file was changed after the layers on it were opened: they must be opened anew. `files`: which."""

    retryable = True

    def __init__(self, files: Iterable[Path]) -> None:
        self.files = frozenset(files)
        super().__init__("range_source_changed", files="、".join(sorted(file.name for file in self.files)))


@dataclass(frozen=True)
class LayerState:
    """One layer of the project: another value means that what was read of it no longer holds."""

    id: str
    name: str
    provider: str
    source: str
    filter: str
    crs: str
    is_edited: bool
    is_valid: bool


def layer_states(project: Optional[QgsProject] = None) -> tuple[LayerState, ...]:
    """The states of all layers of a project, by their ids; main thread only, nothing is read."""
    layers = (project or QgsProject.instance()).mapLayers()
    return tuple(_state(key, layers[key]) for key in sorted(layers))


def _state(key: str, layer: QgsMapLayer) -> LayerState:
    is_vector = isinstance(layer, QgsVectorLayer)
    crs = layer.crs()
    return LayerState(
        key,
        layer.name(),
        layer.providerType() if is_vector else "",
        layer.source(),
        layer.subsetString() if is_vector else "",
        crs.authid() or crs.toWkt(),
        is_vector and layer.isEditable(),
        layer.isValid(),
    )


def is_live(layer: QgsVectorLayer) -> bool:
    """Whether a layer must be opened anew for every range: it changes without a file that shows it.

    A server is asked again by every query; to open its layer anew would count its rows, which may take seconds.
    """
    return layer.isEditable() or (source_file(layer) is None and layer.providerType() not in _SERVERS)


def watched_file(layer: QgsVectorLayer) -> Optional[Path]:
    """The file whose change alters what a layer says, None without one: one that cannot be opened says nothing."""
    return source_file(layer) if layer.isValid() else None


@dataclass(frozen=True)
class FileStates:
    """The stamps of some files at one moment; `is_settled`: old enough that a later write must show."""

    stamps: dict[Path, Optional[tuple[FileStamp, ...]]]
    is_settled: bool

    @classmethod
    def of(cls, files: Iterable[Optional[Path]]) -> "FileStates":
        """The states of files (None is passed over) now; any thread."""
        stamps = {file: _stamps(file) for file in files if file is not None}
        return cls(stamps, is_settled(stamp for found in stamps.values() for stamp in found or ()))

    def raise_if_changed(self) -> None:
        """Raise StaleSource when a file is no longer what it was; any thread."""
        changed = [file for file, found in self.stamps.items() if found is None or _stamps(file) != found]
        if changed:
            raise StaleSource(changed)


class OpenedFiles:
    """What the files of the project's layers were when QGIS opened them; it keeps an old file open when another takes
    its place. Made on the main thread; `dispose` ends it.
    """

    def __init__(self) -> None:
        self._stamps: dict[Path, Optional[tuple[FileStamp, ...]]] = {}
        self._threads = ThreadPoolExecutor(1)  # a share of the network may take its time
        project = QgsProject.instance()
        project.layersAdded.connect(self._added)
        self._added(project.mapLayers().values())

    def _added(self, layers: Iterable[QgsMapLayer]) -> None:
        files = (source_file(layer) for layer in layers if isinstance(layer, QgsVectorLayer))
        self._threads.submit(self._note, {file for file in files if file is not None})

    def _note(self, files: Iterable[Path]) -> None:
        self._stamps.update((file, _stamps(file)) for file in files)

    def changed(self, now: FileStates) -> set[Path]:
        """The files that are no longer what they were when their layers were opened; they count as opened anew."""
        changed = {file for file, found in now.stamps.items() if self._stamps.get(file, found) != found}
        self._stamps.update(now.stamps)
        return changed

    def dispose(self) -> None:
        """Let the project go."""
        QgsProject.instance().layersAdded.disconnect(self._added)
        self._threads.shutdown(wait=False)


def _stamps(file: Path) -> Optional[tuple[FileStamp, ...]]:
    """None for a file that cannot be read now."""
    try:
        return stamp_of(file)
    except OSError:
        return None

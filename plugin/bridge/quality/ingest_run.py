"""Layers into the county's store and, where a database was named, to it as well: what one click of the page does."""

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from qgis.core import QgsProviderRegistry

from ...core.threads import Feedback
from ...store.county_layers import CountyLayers
from .ingest import IngestInput, IngestJob, IngestOutcome
from .postgis_mirror import Mirror, MirrorTarget, mirror_target


@dataclass(frozen=True)
class IngestRun:
    """What a run came to; `rows`: written to the database, None where none was named or nothing was taken in."""

    outcome: IngestOutcome
    rows: Optional[int] = None


class IngestWork:
    """Made on the main thread; raises InputError for layers or a connection that cannot be used."""

    def __init__(self, chosen: IngestInput, connection: str = "", schema: str = "") -> None:
        self._store: Path = chosen.store
        self._target: Optional[MirrorTarget] = mirror_target(connection, schema) if connection else None
        self._job = IngestJob(chosen)

    def __call__(self, feedback: Feedback) -> IngestRun:
        """Any thread; raises Cancelled, InputError, OutputError."""
        outcome = self._job.run(feedback)
        if self._target is None or not outcome.versions:
            return IngestRun(outcome)
        with CountyLayers.open(self._store) as store:
            return IngestRun(outcome, Mirror(self._target, feedback).write(store, outcome.versions))


def postgis_connections() -> list[str]:
    """The names of the PostgreSQL connections that QGIS has."""
    provider = QgsProviderRegistry.instance().providerMetadata("postgres")
    return sorted(provider.connections()) if provider is not None else []

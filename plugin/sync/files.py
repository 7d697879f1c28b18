"""The files of records travel: by tus on line, in the bag by hand. A record is done when its files are there too."""

import io
import uuid
from typing import Any, Optional

from ..core import messages
from ..core.errors import InputError
from ..store.audit import Change
from ..store.outbox import WAITING, OutboxEntry, Row
from ..store.uploads import FileState, RecordFile
from ..store.workspace import Workspace
from .errors import ContractError, PlatformError
from .meter import Meter
from .report import Report
from .transport import Transport
from .upload import send_file

FILES_FIRST = "conf/files-before-record"  # a platform that announces this wants the files before the record
_NAMES = uuid.UUID("6f6e656d-6170-4465-736b-66696c657321")


def files_of(collection: str, item: str, body: Optional[Row]) -> list[RecordFile]:
    """The files that a record's body names."""
    found: dict[str, RecordFile] = {}
    for value in (body or {}).values():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict) and isinstance(one.get("sha256"), str):
                size = one.get("bytes") or 0
                found[one["sha256"]] = RecordFile(collection, item, one["sha256"], str(one.get("name") or ""), size)
    return list(found.values())


def digests(entry: OutboxEntry) -> set[str]:
    """sha256 of the files that an entry's body names."""
    return {one.sha256 for one in files_of(entry.collection, entry.item, entry.body)}


class FileSender:
    """Sends the files of one workspace's records to the platform behind a Transport."""

    def __init__(self, workspace: Workspace, transport: Transport, report: Report, progress: Meter) -> None:
        self._ws, self._http, self._report, self._progress = workspace, transport, report, progress

    def send_before(self) -> None:
        """The files of what waits in the outbox, for a platform that wants them before the record."""
        for entry in self._ws.outbox.entries(WAITING):
            self._ws.uploads.note(files_of(entry.collection, entry.item, entry.body))
        self.send_open()

    def send_open(self) -> None:
        """The files that the platform lacks. One that it refuses stops no other; a line that breaks ends the run."""
        sent: set[str] = set()
        for one in self._ws.uploads.open():
            if one.sha256 not in sent:
                sent.add(one.sha256)
                self._send(one)

    def _send(self, one: RecordFile) -> None:
        try:
            content = self._ws.attachments.content(one.sha256)
        except InputError as error:
            return self._settle(one, FileState.ABSENT, str(error))
        identifier = str(uuid.uuid5(_NAMES, f"{self._ws.county}:{one.sha256}"))
        try:
            with io.BytesIO(content) as file:
                reported = send_file(self._http, file, identifier, one.name or one.sha256[:12], self._progress.in_bytes)
        except PlatformError as error:
            if error.retryable:
                raise
            return self._settle(one, FileState.REFUSED, error.server_text)
        except ContractError as error:
            return self._settle(one, FileState.PENDING, str(error))
        return self._judge(one, reported)

    def _judge(self, one: RecordFile, reported: dict[str, Any]) -> None:
        """The platform's own look at the bytes decides: their sha256 must be the announced one."""
        if str(reported.get("inspection") or "").lower() in ("failed", "rejected"):
            text = str(reported.get("inspection_message") or "")[:300]
            return self._settle(one, FileState.PENDING, messages.text("sync_file_differs", name=one.name, answer=text))
        return self._settle(one, FileState.DONE, "")

    def _settle(self, one: RecordFile, state: FileState, error: str) -> None:
        with self._ws.transaction():
            self._ws.uploads.settle(one.sha256, state, error)
            if state is FileState.DONE:
                reported = {"sha256": one.sha256, "name": one.name, "bytes": one.bytes}
                self._ws.audit.append(
                    self._report.actor, "push file", f"sync:{one.collection}", Change(one.item, None, reported)
                )
        if error:
            self._report.log(f"{one.collection} {one.item}: {one.name} - {error}")

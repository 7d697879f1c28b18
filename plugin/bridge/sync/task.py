"""One sync in the background: a QgsTask around the client, with what it moves readable from the window meanwhile."""

from qgis.core import QgsTask
from qgis.PyQt import sip

from ...store.audit import now_text
from ...sync.meter import Meter
from ...sync.options import RunOptions
from ...sync.overview import overview
from ...sync.service import SyncResult, SyncService
from ..foreign_threads import WindowCollects, keep_thread_state
from ..i18n import tr
from ..tasks import unexpected


class SyncTask(QgsTask):
    """Pushes and pulls a workspace; made on the main thread. `connect()` makes the Transport, in the worker.

    `ended(result, overview)` is called there when it is over, however it ended: cancelled, failed or done; `overview`
    is None when the workspace could not be read any more. `meter.reading()` and `traffic()` tell how it gets on.
    """

    def __init__(self, workspace, connect, actor, only, ended):
        super().__init__(tr("Synchronising with the platform"), QgsTask.CanCancel)
        self._workspace, self._actor, self._only, self._ended = workspace, actor, only, ended
        self._connect, self.transport, self.meter = connect, None, Meter(self._transferred)
        self.result, self.overview = SyncResult(), None
        self._hold = WindowCollects()

    def _transferred(self, done, total):
        if total:
            self.setProgress(100.0 * min(done, total) / total)

    def traffic(self) -> tuple:
        """(bytes sent, bytes received, requests) so far."""
        line = self.transport
        return (line.bytes_out, line.bytes_in, line.requests) if line else (0, 0, 0)

    def cancel(self) -> None:
        if not sip.isdeleted(self):
            super().cancel()
        if self.transport is not None:
            self.transport.cut()

    def run(self) -> bool:
        keep_thread_state()
        try:
            self.transport = self._connect()
            self.transport.cancelled = self.isCanceled
            options = RunOptions(self.meter, only=self._only)
            self.result = SyncService(self._workspace, self.transport, self._actor, options).sync()
            if self.result.error is None:
                self._workspace.set_setting("sync_last", now_text())
            self.overview = overview(self._workspace)
        except Exception as error:  # kept and told in finished(): an exception must not cross into Qt
            self.result.error = unexpected(error)
        finally:
            if self.transport is not None:
                self.transport.session.close()
        return self.result.error is None

    def finished(self, ok: bool) -> None:
        self._hold.release()
        self._ended(self.result, self.overview)

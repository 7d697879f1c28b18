"""The outbox travels by hand: a bag goes out, a receipt bag comes back with answers, numbers, findings and changes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Optional

from ..core.errors import OutputError
from ..store.outbox import WAITING, Operation, OutboxEntry
from ..store.pulled import Position, Pulled
from ..store.uploads import FileState
from ..store.workspace import Workspace
from .bag import BagInfo, BagReader, BagWriter
from .errors import BagError, PlatformError
from .files import digests
from .form_editions import install_forms
from .intake import Intake
from .push import BATCH, Requests
from .removals import Removals
from .report import Log, Report
from .settle import Accepted, Answer, Failed, Remote, Settler
from .wire import JsonObject, feature_of, parse_cursor, remote_item

PLATFORM = "courier"  # the name under which a workspace keeps how far receipts brought it


class Courier:
    """Bags of one workspace. `key`: bytes that county and province share (from the authentication manager)."""

    def __init__(self, workspace: Workspace, key: bytes, actor: str, log: Optional[Log] = None) -> None:
        self._ws, self._key, self._actor = workspace, key, actor
        self.log: list[str] = []
        self._log = log or self.log.append
        self._pulled = Pulled(workspace)
        if not workspace.outbox.platform and not workspace.read_only:  # else the bags go to the platform known so far
            workspace.outbox.use(PLATFORM)

    def pack(self, target: Path, files: Iterable[Path] = ()) -> int:
        """Write a bag of all that waits, with attachments and further `files`; return the number of entries.

        The entries stay in the outbox until a receipt answers them; a bag packed again before that carries them
        again, under the same keys.
        """
        sequence = self._ws.setting("bag_out", 0) + 1
        count: Counter[str] = Counter()
        part = Path(f"{target}.part")
        try:
            with BagWriter(part, self._info(sequence), self._key) as bag:
                self._fill(bag, count, files)
            part.replace(target)
        except OSError as error:
            raise OutputError("output_failed", output=str(target), error=error.strerror or error) from error
        finally:
            part.unlink(missing_ok=True)
        with self._ws.transaction():
            self._ws.set_setting("bag_out", sequence)
            self._ws.audit.append(self._actor, "pack bag", "courier", str(sequence), None, dict(count))
        return count["entries"]

    def _info(self, sequence: int) -> BagInfo:
        position = self._pulled.position(PLATFORM)
        epoch, cursor = (position.epoch, str(position.cursor)) if position else ("", "")
        return BagInfo("outgoing", self._ws.county, sequence, PLATFORM, epoch, cursor)

    def _fill(self, bag: BagWriter, count: "Counter[str]", files: Iterable[Path]) -> None:
        attached: set[str] = set()
        bag.add_lines("requests.jsonl", self._requests(attached, count))
        bag.add_lines("editions.jsonl", ({"form": form.id, "edition": form.edition} for form in self._ws.forms()))
        attached |= {one.sha256 for one in self._ws.uploads.open() if one.state is not FileState.ABSENT}
        for digest in sorted(attached & self._ws.attachments.present(attached)):
            bag.add_blocks(f"attachments/{digest}", self._ws.attachments.blocks(digest))
        for number, path in enumerate(files):
            bag.add_file(f"files/{number:04d}{Path(path).suffix}", path)

    def _requests(self, attached: set[str], count: "Counter[str]") -> Iterator[JsonObject]:
        """Yield the requests of all that waits, a batch at a time.

        Adds to the digests of their attachments and to the count.
        """
        requests = Requests(self._ws)
        keys = [line.key for line in self._ws.outbox.queue() if line.state in WAITING]
        for start in range(0, len(keys), BATCH):
            for entry in requests.freeze(keys[start : start + BATCH]):
                attached.update(digests(entry))
                count["entries"] += 1
                yield requests.in_bag(entry)

    def unpack(self, path: Path) -> "Counter[str]":
        """Take in a receipt bag: Counter(done, conflict, rejected, merged, changed, deleted). One taken in before
        changes nothing.

        Raises BagError for a bag that is altered, cut short, of another county, or that comes before the one it
        follows.
        """
        with BagReader(path, self._key, self._ws.county, "receipt") as bag:
            last = self._ws.setting("bag_in", 0)
            if bag.info.sequence <= last:
                self._log(f"receipt {bag.info.sequence}: known")
                return Counter()
            if bag.info.sequence != last + 1:
                raise BagError("bag_gap", sequence=bag.info.sequence, expected=last + 1)
            return self._take(bag)

    def _take(self, bag: BagReader) -> "Counter[str]":
        report = Report(self._log, self._actor)
        settler, intake = Settler(self._ws, self._actor, report), Intake(self._ws, self._actor, report)
        removals = Removals(self._ws, self._actor, report, intake)
        forms = []
        with self._ws.transaction():
            for answer in bag.lines("answers.jsonl"):
                entry = self._ws.outbox.get(str(answer.get("key")))
                if entry is not None and entry.state in WAITING:
                    settler.settle(entry, _answer(entry, answer))
            for line in bag.lines("files.jsonl"):
                self._ws.uploads.settle(str(line.get("sha256")), FileState.DONE)
            for line in bag.lines("changes.jsonl"):
                collection = str(line.get("collection"))
                if line.get("op") == "D":
                    if collection in intake.names():
                        removals.deleted(collection, [str(line.get("item"))])
                    continue
                item = remote_item(collection, feature_of(line.get("feature"), collection))
                intake.take_newer(item)
                forms += [item] if item.collection == "dictionary" else []
            cursor = parse_cursor(int(bag.info.cursor) if bag.info.cursor.isdigit() else bag.info.cursor or "0")
            self._pulled.set_position(PLATFORM, Position(bag.info.epoch, cursor))
            self._ws.set_setting("bag_in", bag.info.sequence)
            counts = dict(report.counts)
            self._ws.audit.append(self._actor, "unpack bag", "courier", str(bag.info.sequence), None, counts)
            removals.apply()
        install_forms(self._ws.editions, forms, self._log)
        return report.counts


def _answer(entry: OutboxEntry, line: JsonObject) -> Answer:
    """A line of a receipt as the Settler takes it."""
    status = int(line.get("status") or 0)
    if 0 < status < 300:
        return Accepted(line.get("version"))
    if status == 412 or (entry.op is Operation.DELETE and status == 404):
        theirs = line.get("theirs")
        return Remote(remote_item(entry.collection, feature_of(theirs, entry.collection)) if theirs else None)
    return Failed(PlatformError(status, line.get("problem") or {}))

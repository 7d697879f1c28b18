"""The outbox travels by hand: a bag goes out, a receipt bag comes back with answers, numbers, findings and changes."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Optional

from ..core import messages
from ..core.errors import InputError, OutputError
from ..core.files import Scratch, put_in_place, remove
from ..store.anchors import anchor_lines, anchors_of, head_anchor, note_anchor, take_back
from ..store.audit import Change
from ..store.bags import SentBag
from ..store.outbox import WAITING, Operation, OutboxEntry
from ..store.pulled import Position, Pulled
from ..store.uploads import FileState
from ..store.workspace import Workspace
from . import age
from .bag import BagInfo, BagReader, BagWriter
from .errors import BagError, ContractError, PlatformError
from .files import digests
from .form_editions import install_forms
from .intake import Intake
from .masking import SETTING, BagPolicy, acknowledged_part, withheld_key
from .outgoing import Requests
from .push import BATCH
from .removals import Removals
from .report import Log, Report
from .settle import Accepted, Answer, Failed, Remote, Settler
from .wire import JsonObject, checked_integer, feature_of, parse_cursor, remote_item

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,16}")
_GONE = (404, 410)
PLATFORM = "courier"  # the name under which a workspace keeps how far receipts brought it


class Courier:
    """Bags of one workspace. `key`: bytes that county and province share (from the authentication manager), by which
    every bag is signed; `recipient`: the platform's public key ("age1..."), to which bags are encrypted, "" for none;
    `identity`: the county's secret key, by which encrypted receipts are opened."""

    def __init__(self, workspace: Workspace, key: bytes, actor: str, log: Optional[Log] = None) -> None:
        self._ws, self._key, self._actor = workspace, key, actor
        self.recipient = self.identity = ""
        self.policy = BagPolicy(workspace.setting(SETTING, BagPolicy.COMPLETE.value))
        self._withheld: Optional[dict[str, str]] = None
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
        sequence, head = self._ws.setting("bag_out", 0) + 1, head_anchor(self._ws, Path(target).name)
        attached: set[str] = set()
        lines = list(self._requests(attached))
        attached |= {one.sha256 for one in self._ws.uploads.open() if one.state is not FileState.ABSENT}
        editions = [{"form": form.id, "edition": form.edition} for form in self._ws.forms()]
        payload = {"requests.jsonl": _lines(lines), "editions.jsonl": _lines(editions)}
        info, present = self._info(sequence, head.line), tuple(sorted(self._ws.attachments.present(attached)))
        withheld = dict(sorted(Counter(key for line in lines for key in line.get("withheld", ())).items()))
        with self._written(target, info, payload, present, files) as manifest, self._ws.transaction():
            count = {"entries": len(lines), "files": len(present), "manifest": manifest}
            if withheld:
                count.update(policy=self.policy.value, withheld=withheld)
            self._ws.set_setting("bag_out", sequence)
            self._ws.bags.keep(SentBag(sequence, "", len(lines), present, manifest, asdict(info)), payload)
            note_anchor(self._ws, head, "bag")
            self._ws.audit.append(self._actor, "pack bag", "courier", Change(str(sequence), None, count))
        if withheld:
            self._log(messages.text("bag_withheld", count=sum("withheld" in line for line in lines)))
        return len(lines)

    def pack_again(self, sequence: int, target: Path) -> str:
        """Write a bag that was lost on its way once more: the same sequence, the same content. Returns its content
        hash."""
        payload = self._ws.bags.payload(sequence)
        kept = next((bag for bag in self._ws.bags.all() if bag.sequence == sequence), None)
        if payload is None or kept is None:
            raise InputError("bag_not_kept", sequence=sequence)
        with self._written(target, BagInfo(**kept.info), payload, kept.files) as manifest:
            reported = {"manifest": manifest}
            self._ws.audit_act(self._actor, "pack bag again", "courier", Change(str(sequence), None, reported))
        return manifest

    @contextmanager
    def _written(
        self, target: Path, info: BagInfo, payload: dict[str, str], attached: Iterable[str], files: Iterable[Path] = ()
    ) -> Iterator[str]:
        """Yield the content hash of a bag that is on the disk under another name; it gets its own when the block ends
        well. A bag that the workspace does not know must not be there to be delivered: its number would be given again.
        """
        part, plain = Path(f"{target}.part"), Path(f"{target}.plain")
        try:
            with BagWriter(plain, info, self._key) as bag:
                for name, text in payload.items():
                    bag.add_blocks(name, [text.encode("utf-8")])
                for digest in attached:
                    bag.add_blocks(f"attachments/{digest}", self._ws.attachments.blocks(digest))
                for number, path in enumerate(files):
                    bag.add_file(f"files/{number:04d}{_ending(path)}", path)
            if self.recipient:
                with open(plain, "rb") as source, open(part, "wb") as sealed:
                    age.encrypt(source, sealed, *self._recipients())
            else:
                put_in_place(plain, part)
            with open(part, "rb+") as file:
                os.fsync(file.fileno())
            yield bag.content_hash
            put_in_place(part, target)
        except OSError as error:
            raise OutputError("output_failed", output=str(target), error=error.strerror or error) from error
        finally:
            remove(part)
            remove(plain)

    def _recipients(self) -> list[str]:
        """Who can read an encrypted bag: the platform, and this county where it has a key of its own."""
        return [self.recipient, *([age.recipient_of(self.identity)] if self.identity else [])]

    def _info(self, sequence: int, head: str) -> BagInfo:
        position = self._pulled.position(PLATFORM)
        epoch, cursor = (position.epoch, str(position.cursor)) if position else ("", "")
        return BagInfo("outgoing", self._ws.county, sequence, PLATFORM, epoch, cursor, head)

    def _requests(self, attached: set[str]) -> Iterator[JsonObject]:
        """Yield the requests of all that waits, a batch at a time; adds to the digests of their attachments."""
        settler = Settler(self._ws, self._actor, Report(self._log, self._actor))
        requests = Requests(self._ws, settler, self.policy)
        keys = [line.key for line in self._ws.outbox.queue() if line.state in WAITING]
        for start in range(0, len(keys), BATCH):
            for entry in requests.freeze(keys[start : start + BATCH]):
                attached.update(digests(requests.shaped(entry).entry))
                yield requests.in_bag(entry)

    def unpack(self, path: Path) -> "Counter[str]":
        """Take in a receipt bag: Counter(done, conflict, rejected, merged, changed, deleted). One taken in before
        changes nothing.

        Raises BagError for a bag that is altered, cut short, of another county, or that comes before the one it
        follows.
        """
        with opened(path, self.identity) as plain, BagReader(plain, self._key, self._ws.county, "receipt") as bag:
            self._demand_own(bag.info.audit)
            last = self._ws.setting("bag_in", 0)
            if bag.info.sequence <= last:
                self._log(messages.text("receipt_known", sequence=bag.info.sequence))
                return Counter()
            if bag.info.sequence != last + 1:
                raise BagError("bag_gap", sequence=bag.info.sequence, expected=last + 1)
            taken = self._take(bag)
            compared = take_back(self._ws, bag.info.audit, "receipt", Path(path).name)
            for line in anchor_lines(compared) if compared.broken else ():
                self._log(line)
            return taken

    def _demand_own(self, head: str) -> None:
        """Two workspaces of one county count their bags alike: the answer to another one's bag is not taken for ours.
        A receipt gives back the head of the audit chain, which names the workspace; one without it is not judged."""
        named = {anchor.workspace for anchor in anchors_of(head)}
        if named and self._ws.identity not in named:
            raise BagError("bag_other_workspace")

    def _take(self, bag: BagReader) -> "Counter[str]":
        report = Report(self._log, self._actor)
        settler, intake = Settler(self._ws, self._actor, report), Intake(self._ws, self._actor, report)
        removals = Removals(self._ws, self._actor, report, intake)
        forms = []
        with self._ws.transaction():
            for answer in bag.lines("answers.jsonl"):
                entry = self._answered(str(answer.get("key")))
                if entry is not None and entry.state in WAITING:
                    self._settle(settler, entry, answer)
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
            self._ws.bags.answered(bag.info.sequence)
            counts = dict(report.counts)
            self._ws.audit.append(self._actor, "unpack bag", "courier", Change(str(bag.info.sequence), None, counts))
            removals.apply()
        install_forms(self._ws.editions, forms, self._log)
        return report.counts

    def _answered(self, key: str) -> Optional[OutboxEntry]:
        """The entry that an answer is about, whether it went complete or without its sensitive values."""
        entry = self._ws.outbox.get(key)
        if entry is None and self._withheld is None:
            self._withheld = {withheld_key(line.key): line.key for line in self._ws.outbox.queue()}
        return entry or self._ws.outbox.get((self._withheld or {}).get(key, ""))

    def _settle(self, settler: Settler, entry: OutboxEntry, line: JsonObject) -> None:
        answer = _answer(entry, line)
        if str(line.get("key")) != entry.key and isinstance(answer, Accepted):  # the platform has the rest only
            base = self._ws.outbox.base(entry.collection, entry.item).row
            entry = acknowledged_part(entry, self._ws.form(entry.collection), base)
        settler.settle(entry, answer)


@contextmanager
def opened(path: Path, identity: str) -> Iterator[Path]:
    """A bag as a zip: itself, or a decrypted copy that is deleted afterwards. BagError where it cannot be decrypted."""
    try:
        sealed = age.sealed(path)
    except OSError as error:
        raise BagError("bag_unreadable", error=error.strerror or error) from error
    if not sealed:
        yield Path(path)
        return
    if not identity:
        raise BagError("bag_identity_missing")
    with Scratch("onemap-bag-") as folder:
        plain = folder / "bag.zip"
        with open(path, "rb") as source, open(plain, "wb") as target:
            age.decrypt(source, target, identity)
        yield plain


def _ending(path: Path) -> str:
    """What a file's name ends with, where every computer takes it for a name; "" for any other (.文档, .pdf (1))."""
    ending = Path(path).suffix
    return ending if _ENDING.fullmatch(ending) else ""


def _lines(rows: Iterable[JsonObject]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)


def _answer(entry: OutboxEntry, line: JsonObject) -> Answer:
    """A line of a receipt as the Settler takes it."""
    status, version = checked_integer(line.get("status") or 0, "answers: status"), line.get("version")
    if 0 < status < 300:
        return Accepted(None if version is None else checked_integer(version, "answers: version"))
    if status in _GONE and entry.op is not Operation.CREATE:  # as on the line
        return Accepted(None) if entry.op is Operation.DELETE else Remote(None)
    if status == 412:
        if "theirs" not in line:  # null would say that the record is gone there
            return Failed(ContractError("sync_contract", what="answers: theirs"))
        remote = line.get("theirs")
        there = None if remote is None else remote_item(entry.collection, feature_of(remote, entry.collection))
        return Remote(there)
    problem = line.get("problem")
    return Failed(PlatformError(status, problem if isinstance(problem, dict) else {}))

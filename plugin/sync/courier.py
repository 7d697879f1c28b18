"""The outbox travels by hand: a bag goes out, a receipt bag comes back with answers, numbers, findings and changes."""

from collections import Counter
from pathlib import Path

from ..core.errors import OutputError
from ..store.pulled import Pulled
from .bag import BagInfo, BagReader, BagWriter
from .errors import BagError, PlatformError
from .form_editions import install_forms
from .pull import Puller
from .push import BATCH, Pusher
from .wire import remote_item

PLATFORM = "courier"  # the name under which a workspace keeps how far receipts brought it


class Courier:
    """Bags of one workspace. `key`: bytes that county and province share (from the authentication manager)."""

    def __init__(self, workspace, key, actor, told=None):
        self._ws, self._key, self._actor, self.log = workspace, key, actor, []
        self._told = told or self.log.append
        self._pulled = Pulled(workspace)

    def pack(self, target, files=()):
        """Write a bag of all that waits, with attachments and further `files`; return the number of entries.

        The entries stay in the outbox until a receipt answers them; a bag packed again before that carries them
        again, under the same keys.
        """
        sequence = self._ws.setting("bag_out", 0) + 1
        pusher = Pusher(self._ws, None, self._actor)
        epoch, cursor = self._pulled.position(PLATFORM)
        info = BagInfo(
            "outgoing", self._ws.county, sequence, PLATFORM, epoch or "", "" if cursor is None else str(cursor)
        )
        attached, count = set(), Counter()
        part = Path(f"{target}.part")
        try:
            with BagWriter(part, info, self._key) as bag:
                bag.add_lines("requests.jsonl", self._requests(pusher, attached, count))
                bag.add_lines(
                    "editions.jsonl", ({"form": form.id, "edition": form.edition} for form in self._ws.forms())
                )
                for digest in sorted(attached):
                    bag.add_blocks(f"attachments/{digest}", self._ws.attachments.blocks(digest))
                for number, path in enumerate(files):
                    bag.add_file(f"files/{number:04d}{Path(path).suffix}", path)
            part.replace(target)
        except OSError as error:
            raise OutputError("output_failed", output=str(target), error=error.strerror or error) from error
        finally:
            part.unlink(missing_ok=True)
        with self._ws.transaction():
            self._ws.set_setting("bag_out", sequence)
            self._ws.audit.append(self._actor, "pack bag", "courier", str(sequence), None, dict(count))
        return count["entries"]

    def _requests(self, pusher, attached, count):
        """Yield the requests of all that waits, a batch at a time.

        Adds to the digests of their attachments and to the count.
        """
        keys = [row[1] for row in self._ws.outbox.queue() if row[5] in ("pending", "sending")]
        for start in range(0, len(keys), BATCH):
            for entry in pusher.freeze(keys[start : start + BATCH]):
                lists = [value for value in (entry["body"] or {}).values() if isinstance(value, list)]
                attached.update(a["sha256"] for value in lists for a in value if isinstance(a, dict) and "sha256" in a)
                count["entries"] += 1
                yield pusher.request_of(entry)

    def unpack(self, path):
        """Take in a receipt bag: Counter(done, conflict, rejected, merged, changed, deleted). One taken in before
        changes nothing.

        Raises BagError for a bag that is altered, cut short, of another county, or that comes before the one it
        follows.
        """
        with BagReader(path, self._key, self._ws.county, "receipt") as bag:
            last = self._ws.setting("bag_in", 0)
            if bag.info.sequence <= last:
                self._told(f"receipt {bag.info.sequence}: known")
                return Counter()
            if bag.info.sequence != last + 1:
                raise BagError("bag_waits", sequence=bag.info.sequence, expected=last + 1)
            return self._take(bag)

    def _take(self, bag):
        pusher, puller = (kind(self._ws, _Nowhere(), self._actor, self._told) for kind in (Pusher, Puller))
        forms = []
        with self._ws.transaction():
            for answer in bag.lines("answers.jsonl"):
                entry = self._ws.outbox.get(answer["key"])
                if entry is not None and entry["state"] in ("pending", "sending"):
                    pusher.settle(entry, _outcome(entry, answer))
            for line in bag.lines("changes.jsonl"):
                if line["op"] == "D":
                    puller.remove_known(line["collection"], line["item"])
                    continue
                item = remote_item(line["collection"], line["feature"])
                puller.take_newer(item)
                forms += [item] if item.collection == "dictionary" else []
            cursor = bag.info.cursor
            self._pulled.set_position(PLATFORM, bag.info.epoch, int(cursor) if cursor.isdigit() else cursor)
            self._ws.set_setting("bag_in", bag.info.sequence)
            self._ws.audit.append(
                self._actor, "unpack bag", "courier", str(bag.info.sequence), None, dict(pusher.counts + puller.counts)
            )
        install_forms(self._ws.editions, forms, self._told)
        return pusher.counts + puller.counts


class _Nowhere:
    """Stands where a transport would: a bag asks nobody."""

    base_url = PLATFORM


def _outcome(entry, answer):
    """An answer of a receipt as the Pusher settles it."""
    if answer["status"] < 300:
        return "done", answer.get("version")
    if answer["status"] == 412 or (entry["op"] == "delete" and answer["status"] == 404):
        theirs = answer.get("theirs")
        return "theirs", remote_item(entry["collection"], theirs) if theirs else None
    return "error", PlatformError(answer["status"], answer.get("problem") or {})

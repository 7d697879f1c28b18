"""The outbox goes out: many records at a time, each exactly once whatever breaks in between."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from ..core import messages
from ..core.errors import Cancelled, OneMapError
from .errors import ContractError, LoginError, PlatformError, UnreachableError
from .merge import merge, same
from .wire import (
    base_of,
    body_of,
    etag,
    feature_bytes,
    remote_item,
    version_of,
)

BATCH = 100  # entries between two commits: what a kill in between leaves open is sent again under the same key
_DOWN = 4  # records in a row that meet a server error: then the platform is down, not the record bad
_METHODS = {"create": "PUT", "replace": "PUT", "update": "PATCH", "delete": "DELETE"}


class Pusher:
    """Sends the outbox of one workspace.

    `told(text)`: a line for the log; `progress(done, total)`; `workers`: requests at a time.
    """

    def __init__(self, workspace, transport, actor, told=None, progress=None, workers=4):
        self._ws, self._http, self._actor = workspace, transport, actor
        self._told, self._progress = told or (lambda text: None), progress or (lambda done, total: None)
        self._workers, self.counts = workers, Counter()
        self._failures, self._trouble, self._fatal = (
            0,
            None,
            None,
        )  # tries that failed in a row, the last of them, what ends the run

    def run(self):
        """Send what can be sent and return Counter(done, conflict, rejected, merged); what is left waits in the outbox.

        Raises Cancelled, LoginError, UnreachableError; what was answered until then is committed.
        """
        with ThreadPoolExecutor(self._workers) as pool:
            while True:
                eligible, before = self._eligible(), Counter(self.counts)
                self._send_all(pool, eligible)
                if self._fatal or isinstance(self._trouble, UnreachableError):
                    raise self._fatal or self._trouble
                if not eligible or self.counts == before:
                    return self.counts

    def _send_all(self, pool, keys):
        """Two batches are under way at a time: while the answers of one are written down, the requests of the
        next go out.
        """
        batches = [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]
        under_way, left = [], len(keys)
        for batch in [*batches, []]:
            following = self._start(pool, batch) if self._fatal is None else []
            if under_way:
                self._finish(under_way)
            left -= len(under_way)
            self._progress(self.counts["done"], self.counts["done"] + left)
            under_way = following

    def _eligible(self):
        """Keys that may go now: the first open entry of each item, unless what it depends on is still open."""
        queue = self._ws.outbox.queue()
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        # a rejected entry stands in nobody's way when the same record was corrected and queued again
        superseded = {(c, i): seq for seq, _, c, i, _, state, _, _ in queue if state in ("pending", "sending")}
        open_items = {i for seq, _, c, i, _, state, _, _ in queue if state != "done"}
        seen, keys = set(), []
        for seq, key, collection, item, _, state, depends, next_try in queue:
            if state == "done" or (state == "rejected" and superseded.get((collection, item), -1) > seq):
                continue
            first = (collection, item) not in seen
            seen.add((collection, item))
            if (
                first
                and state in ("pending", "sending")
                and not (next_try and next_try > now)
                and not (depends and depends in open_items)
            ):
                keys.append(key)
        return keys

    def _start(self, pool, keys):
        return [(entry, pool.submit(self._exchange, entry)) for entry in self.freeze(keys)] if keys else []

    def _finish(self, under_way):
        """Write down the answers of a batch."""
        answers, lost = [], []
        for entry, future in under_way:
            try:
                answers.append((entry, future.result()))
            except (Cancelled, LoginError, UnreachableError) as error:
                self._fatal = self._fatal or error  # the others of the batch may have their answers: those are kept
                lost.append((entry["key"], str(error)))
        with self._ws.transaction():
            for entry, answer in answers:
                self.settle(entry, answer)
            for key, words in lost:
                self._ws.outbox.change(key, state="pending", last_error=words)

    def freeze(self, keys):
        """Mark entries as being sent, before a byte leaves: from here on a repetition is the same request under
        the same key.
        """
        entries = []
        with self._ws.transaction():
            for key in keys:
                entry = self._ws.outbox.get(key)
                if entry is None:
                    continue
                if not entry["attempts"]:
                    version, _ = self._ws.outbox.base(entry["collection"], entry["item"])
                    entry["base_version"] = version
                    if entry["op"] in ("create", "replace"):
                        entry["op"] = "replace" if version else "create"
                entry["attempts"] += 1
                self._ws.outbox.change(
                    key, state="sending", attempts=entry["attempts"], base_version=entry["base_version"], op=entry["op"]
                )
                entries.append(entry)
        return entries

    def _exchange(self, entry):
        """Runs in a worker: the request, and on 412 what the platform has now: ("done", version), ("theirs",
        item) or ("error", error).
        """
        if self._failures >= _DOWN:  # a platform that is down is not asked for every single record
            raise UnreachableError(self._http.base_url, self._trouble)
        try:
            answer = self._http.send(
                _METHODS[entry["op"]],
                self._http.items(entry["collection"], entry["item"]),
                self._headers(entry),
                self._data(entry),
            )
            self._failures, self._trouble = 0, None
            return "done", _version(answer)
        except (PlatformError, UnreachableError) as error:
            self._failures, self._trouble = (self._failures + 1, error) if error.retryable else (0, None)
            status = getattr(error, "status", 0)
            if status in (404, 410) and entry["op"] != "create":  # gone there: a change of it is for somebody to decide
                return ("done", None) if entry["op"] == "delete" else ("theirs", None)
            if status != 412:
                return "error", error
        try:
            feature, headers = self._http.get_json(self._http.items(entry["collection"], entry["item"]))
            return "theirs", remote_item(entry["collection"], feature, headers.get("ETag"))
        except (ContractError, PlatformError) as error:
            return ("theirs", None) if getattr(error, "status", 0) in (404, 410) else ("error", error)

    def request_of(self, entry):
        """The request of an entry as a courier bag carries it."""
        data = self._data(entry)
        told = {
            "key": entry["key"],
            "method": _METHODS[entry["op"]],
            "collection": entry["collection"],
            "item": entry["item"],
        }
        return {**told, "headers": self._headers(entry), "body": data.decode("utf-8") if data else None}

    def _headers(self, entry):
        kind = "application/merge-patch+json" if entry["op"] == "update" else "application/geo+json"
        lock = {"If-None-Match": "*"} if entry["op"] == "create" else {"If-Match": etag(entry["base_version"])}
        return {**lock, "Idempotency-Key": entry["key"], **({} if entry["op"] == "delete" else {"Content-Type": kind})}

    def _data(self, entry):
        if entry["op"] == "delete":
            return None
        if entry["op"] == "update":
            return json.dumps(entry["body"], ensure_ascii=False, sort_keys=True).encode("utf-8")
        return feature_bytes(entry["body"], self._form(entry["collection"]))

    def _form(self, collection):
        return self._ws.form(collection) if collection in self._ws.editions.ids() else None

    # settling answers: inside the batch's transaction

    def settle(self, entry, answer):
        kind, value = answer
        if kind == "done":
            self._done(entry, value)
        elif kind == "theirs":
            self._merge(entry, value)
        elif value.retryable or isinstance(value, ContractError):
            self._ws.outbox.change(entry["key"], state="pending", last_error=str(value))
            self._note(entry, "waits", str(value))
        else:
            self._reject(entry, value)

    def _done(self, entry, version):
        collection, item, outbox = entry["collection"], entry["item"], self._ws.outbox
        body = None if entry["op"] == "delete" else base_of(entry["body"])
        if body is not None and version is None:
            version = (entry["base_version"] or 0) + 1
        outbox.set_base(collection, item, None if body is None else version, body)
        for earlier in outbox.entries(("rejected",), item, collection):
            if earlier["seq"] < entry["seq"]:
                outbox.remove(earlier["key"])
        outbox.remove(entry["key"])
        self._ws.audit.append(
            self._actor,
            "push",
            f"sync:{collection}",
            item,
            None,
            {"op": entry["op"], "version": version, "key": entry["key"]},
        )
        self.counts["done"] += 1

    def _merge(self, entry, theirs):
        """The platform has another version than we knew."""
        collection, item, outbox = entry["collection"], entry["item"], self._ws.outbox
        if entry["op"] == "delete" or theirs is None:
            return self._conflict(entry, theirs, ())
        form = self._form(collection)
        their_row = flat(theirs, form)
        _, base = outbox.base(collection, item)
        result = merge(base, base_of(entry["body"]), their_row)
        if result.conflicts:
            return self._conflict(entry, theirs, result.conflicts)
        outbox.set_base(collection, item, theirs.version, their_row)
        if not _changed(their_row, result.merged):  # our own request of before, or the same thought twice
            return self._done({**entry, "body": body_of(item, entry["body"]["county"], their_row)}, theirs.version)
        outbox.remove(entry["key"])
        outbox.put(
            collection, item, "replace", body_of(item, entry["body"]["county"], result.merged), entry["depends_on"]
        )
        fields = ", ".join(result.from_theirs)
        self._take_over(form, item, theirs.version, their_row, result.merged)
        self._ws.audit.append(
            self._actor, "merge", f"sync:{collection}", item, None, {"version": theirs.version, "from_theirs": fields}
        )
        self._note(entry, "merged", fields)
        self.counts["merged"] += 1

    def _take_over(self, form, item, version, their_row, merged):
        """The record here gets what the merge took from the platform's."""
        if form is not None and self._ws.count(form, {"id": item}):
            row = {
                k: bytes.fromhex(v) if k == "geometry" and v else v
                for k, v in merged.items()
                if k in (*form.keys, "geometry")
            }
            self._ws.apply_server(form, item, version, row, self._actor, "merge")
            self._ws.outbox.set_base(form.id, item, version, their_row)

    def _conflict(self, entry, theirs, fields):
        their_row = flat(theirs, self._form(entry["collection"])) if theirs else None
        told = {"version": theirs.version if theirs else None, "fields": list(fields), "row": their_row}
        self._ws.outbox.change(
            entry["key"],
            state="conflict",
            theirs=told,
            last_error=messages.text("sync_conflict", fields=", ".join(fields)),
        )
        self._ws.audit.append(
            self._actor, "conflict", f"sync:{entry['collection']}", entry["item"], None, {"fields": list(fields)}
        )
        self._note(entry, "conflict", ", ".join(fields))
        self.counts["conflict"] += 1

    def _reject(self, entry, error):
        words = error.words if isinstance(error, PlatformError) else str(error)
        self._ws.outbox.change(entry["key"], state="rejected", last_error=words)
        self._ws.audit.append(
            self._actor, "rejected", f"sync:{entry['collection']}", entry["item"], None, {"words": words}
        )
        self._reopen(entry, words)
        self._note(entry, "rejected", words)
        self.counts["rejected"] += 1

    def _reopen(self, entry, words):
        """A record that the platform does not take goes back to the person who filled it in, with the
        platform's words.
        """
        try:
            self._ws.change_status(entry["collection"], entry["item"], "returned", self._actor, words)
        except OneMapError:  # not a form record, or no longer submitted here: the entry alone tells
            return

    def _note(self, entry, what, words):
        self._told(f"{entry['collection']} {entry['item']}: {what} - {words}")


def _version(answer):
    """The version an answer tells; None where its ETag is missing or opaque: the next pull brings it."""
    try:
        return version_of(answer.headers.get("ETag"))
    except ContractError:
        return None


def flat(item, form):
    """RemoteItem -> merge base: fields of the form, what the server manages, geometry as hexadecimal WKB."""
    row = item.row(form) if form else {**item.properties, "geometry": item.geometry}
    return {k: v.hex() if isinstance(v, bytes) else v for k, v in {"case_no": None, **row}.items()}


def _changed(base, row):
    return any(not same(name, base.get(name), row.get(name)) for name in row)

"""The outbox goes out: many records at a time, each exactly once whatever breaks in between."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from ..core import messages
from ..core.errors import Cancelled, OneMapError
from .errors import LoginError, PlatformError, UnreachableError
from .merge import merge, same
from .wire import base_of, body_of, etag, feature_bytes, remote_item, version_of

BATCH = 100  # entries between two commits: what a kill in between leaves open is sent again under the same key
_DOWN = 4  # records in a row that meet a server error: then the platform is down, not the record bad
_METHODS = {"create": "PUT", "replace": "PUT", "update": "PATCH", "delete": "DELETE"}


class Pusher:
    """Sends the outbox of one workspace. `told(text)`: a line for the log; `progress(done, total)`; `workers`: requests at a time."""

    def __init__(self, workspace, transport, actor, told=None, progress=None, workers=4):
        self._ws, self._http, self._actor = workspace, transport, actor
        self._told, self._progress = told or (lambda text: None), progress or (lambda done, total: None)
        self._workers, self.counts, self._failures, self._last_words = workers, Counter(), 0, ""

    def run(self):
        """Send what can be sent and return Counter(done, conflict, rejected, merged); what is left waits in the outbox.

        Raises Cancelled, LoginError, UnreachableError; what was answered until then is committed.
        """
        with ThreadPoolExecutor(self._workers) as pool:
            while True:
                eligible = self._eligible()
                before = Counter(self.counts)
                for start in range(0, len(eligible), BATCH):
                    self._batch(pool, eligible[start : start + BATCH])
                    left = max(0, len(eligible) - start - BATCH)
                    self._progress(self.counts["done"], self.counts["done"] + left)
                if not eligible or self.counts == before:
                    return self.counts

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
            if first and state in ("pending", "sending") and not (next_try and next_try > now) and not (depends and depends in open_items):
                keys.append(key)
        return keys

    def _batch(self, pool, keys):
        entries = self._freeze(keys)
        answers, fatal, lost = [], None, []
        for entry, future in [(entry, pool.submit(self._exchange, entry)) for entry in entries]:
            try:
                answers.append((entry, future.result()))
            except (Cancelled, LoginError, UnreachableError) as error:
                fatal = fatal or error  # the others of the batch may have their answers: those are kept
                lost.append((entry["key"], str(error)))
        with self._ws.transaction():
            for entry, answer in answers:
                self._settle(entry, answer)
            for key, words in lost:
                self._ws.outbox.change(key, state="pending", last_error=words)
        if fatal:
            raise fatal

    def _freeze(self, keys):
        """Mark entries as being sent, before a byte leaves: from here on a repetition is the same request under the same key."""
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
                self._ws.outbox.change(key, state="sending", attempts=entry["attempts"], base_version=entry["base_version"], op=entry["op"])
                entries.append(entry)
        return entries

    def _exchange(self, entry):
        """Runs in a worker: the request, and on 412 what the platform has now: ("done", version), ("theirs", item) or ("error", error)."""
        if self._failures >= _DOWN:
            raise UnreachableError(self._http.base_url, self._last_words)
        try:
            answer = self._http.send(
                _METHODS[entry["op"]], self._http.items(entry["collection"], entry["item"]), self._headers(entry), self._data(entry)
            )
            self._failures = 0
            tag = answer.headers.get("ETag")
            return "done", version_of(tag) if tag else None
        except PlatformError as error:
            if entry["op"] == "delete" and error.status in (404, 410):
                return "done", None
            if error.retryable:  # a platform that is down is not asked for every single record
                self._failures, self._last_words = self._failures + 1, str(error)
            if error.status in (404, 410) and entry["base_version"]:  # it was there: somebody deleted it, and a person is to decide
                return "theirs", None
            if error.status != 412:
                return "error", error
        try:
            feature, headers = self._http.get_json(self._http.items(entry["collection"], entry["item"]))
            return "theirs", remote_item(entry["collection"], feature, headers.get("ETag"))
        except PlatformError as error:
            return ("theirs", None) if error.status in (404, 410) else ("error", error)

    def request_of(self, entry):
        """The request of an entry as a courier bag carries it."""
        data = self._data(entry)
        told = {"key": entry["key"], "method": _METHODS[entry["op"]], "collection": entry["collection"], "item": entry["item"]}
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

    def _settle(self, entry, answer):
        kind, value = answer
        if kind == "done":
            self._done(entry, value)
        elif kind == "theirs":
            self._merge(entry, value)
        elif value.retryable:
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
        for earlier in outbox.entries(("rejected",), item):
            if earlier["seq"] < entry["seq"]:
                outbox.remove(earlier["key"])
        outbox.remove(entry["key"])
        self._ws.audit.append(
            self._actor, "push", f"sync:{collection}", item, None, {"op": entry["op"], "version": version, "key": entry["key"]}
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
        outbox.put(collection, item, "replace", body_of(item, entry["body"]["county"], result.merged), entry["depends_on"])
        fields = ", ".join(result.from_theirs)
        self._ws.audit.append(self._actor, "merge", f"sync:{collection}", item, None, {"version": theirs.version, "from_theirs": fields})
        self._note(entry, "merged", fields)
        self.counts["merged"] += 1

    def _conflict(self, entry, theirs, fields):
        their_row = flat(theirs, self._form(entry["collection"])) if theirs else None
        told = {"version": theirs.version if theirs else None, "fields": list(fields), "row": their_row}
        self._ws.outbox.change(
            entry["key"], state="conflict", theirs=told, last_error=messages.text("sync_conflict", fields=", ".join(fields))
        )
        self._ws.audit.append(self._actor, "conflict", f"sync:{entry['collection']}", entry["item"], None, {"fields": list(fields)})
        self._note(entry, "conflict", ", ".join(fields))
        self.counts["conflict"] += 1

    def _reject(self, entry, error):
        words = error.words if isinstance(error, PlatformError) else str(error)
        self._ws.outbox.change(entry["key"], state="rejected", last_error=words)
        self._ws.audit.append(self._actor, "rejected", f"sync:{entry['collection']}", entry["item"], None, {"words": words})
        self._reopen(entry, words)
        self._note(entry, "rejected", words)
        self.counts["rejected"] += 1

    def _reopen(self, entry, words):
        """A record that the platform does not take goes back to the person who filled it in, with the platform's words."""
        try:
            self._ws.change_status(entry["collection"], entry["item"], "returned", self._actor, words)
        except OneMapError:  # not a form record, or no longer submitted here: the entry alone tells
            return

    def _note(self, entry, what, words):
        self._told(f"{entry['collection']} {entry['item']}: {what} - {words}")


def flat(item, form):
    """RemoteItem -> merge base: fields of the form, what the server manages, geometry as hexadecimal WKB."""
    row = item.row(form) if form else {**item.properties, "geometry": item.geometry}
    return {k: v.hex() if isinstance(v, bytes) else v for k, v in {"case_no": None, **row}.items()}


def _changed(base, row):
    return any(not same(name, base.get(name), row.get(name)) for name in row)

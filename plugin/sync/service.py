"""Push and pull as one act for whoever calls: window, scheduler or test. Knows no Qt."""

import json
from contextlib import suppress
from dataclasses import dataclass, field

from ..core.errors import InputError, OneMapError
from . import discovery
from .errors import ContractError, PlatformError
from .merge import merge, same
from .meter import Meter
from .pull import Puller
from .push import Pusher
from .wire import base_of, body_of


@dataclass
class SyncResult:
    """Counts of a run.

    `log`: lines for the user; `error`: what ended it early (a OneMapError), None when it went to the end.
    """

    done: int = 0
    conflict: int = 0
    rejected: int = 0
    pending: int = 0
    changed: int = 0
    deleted: int = 0
    merged: int = 0
    returned: list = field(default_factory=list)
    log: list = field(default_factory=list)
    error: object = None

    def as_json(self):
        """The result for a log file or a scheduler."""
        told = {**self.__dict__, "error": str(self.error) if self.error else None}
        return json.dumps(told, ensure_ascii=False)


class SyncService:
    """One workspace and one platform (a Transport). `actor`: who does it, for the audit chain; `progress(done,
    total)`, or a Meter; `only`: read-only collections to pull (default: all that the platform has)."""

    def __init__(self, workspace, transport, actor, progress=None, workers=4, only=None):
        self._ws, self._http, self._actor, self._workers = workspace, transport, actor, workers
        self._progress, self._only = Meter.of(progress), only

    def push(self):
        """Send the outbox: SyncResult. Never raises for what the line or the platform does: see `error`."""
        return self._run(self._push)

    def pull(self):
        """Take in what is new: SyncResult, likewise."""
        return self._run(self._pull)

    def sync(self):
        """Push, then pull."""
        return self._run(self._push, self._pull)

    def _run(self, *steps):
        result = SyncResult()
        try:
            self._find_places()
            for step in steps:
                step(result)
        except OneMapError as error:
            if isinstance(error, (ContractError, PlatformError)):
                self._forget_places()
            result.error = error
            result.log.append(str(error))
        counts = self._ws.outbox.counts()
        result.pending = counts["pending"] + counts["sending"]
        result.conflict, result.rejected = counts["conflict"], counts["rejected"]
        return result

    def _find_places(self):
        """The platform's addresses: kept from an earlier run, else from its links."""
        self._http.places = self._ws.setting("sync_places", {}).get(self._http.base_url)
        if self._http.places is None:
            self._http.places = {}
            self._http.places = discovery.places(self._http)
            kept = self._ws.setting("sync_places", {})
            self._ws.set_setting("sync_places", {**kept, self._http.base_url: self._http.places})

    def _forget_places(self):
        """The platform's addresses may have moved: the next run looks again."""
        kept = self._ws.setting("sync_places", {})
        if kept.pop(self._http.base_url, None) is not None:
            with suppress(OneMapError):
                self._ws.set_setting("sync_places", kept)

    def _push(self, result):
        self._progress.start("push")
        counts = self._ws.outbox.counts()
        if not counts["pending"] + counts["sending"]:
            return
        discovery.demand_locking(self._http)
        pusher = Pusher(self._ws, self._http, self._actor, result.log.append, self._progress, self._workers)
        try:
            pusher.run()
        finally:
            result.done, result.merged = pusher.counts["done"], pusher.counts["merged"]

    def _pull(self, result):
        self._progress.start("pull")
        puller = Puller(self._ws, self._http, self._actor, result.log.append, self._progress, self._workers, self._only)
        try:
            puller.run()
        finally:
            result.changed, result.deleted = puller.counts["changed"], puller.counts["deleted"]
            result.merged += puller.counts["merged"]
            result.returned = puller.returned

    # conflicts

    def conflict(self, key):
        """One conflict by its entry's key: collection, item, op, fields, version and the flat rows base, mine, theirs
        (None: deleted); `taken`, `kept`: fields that only the platform, only we changed, which merge by themselves."""
        entry = self._ws.outbox.get(key)
        if entry is None or entry["state"] != "conflict":
            raise InputError("sync_entry_unknown", key=key)
        told = entry["theirs"] or {}
        _, base = self._ws.outbox.base(entry["collection"], entry["item"])
        mine = base_of(entry["body"]) if entry["body"] else None
        base, theirs = told.get("base", base), told.get("row")
        merged = merge(base, mine, theirs) if mine and theirs else None
        taken = merged.from_theirs if merged else ()
        ours = {name: value for name, value in (mine or {}).items() if merged and name in merged.merged}
        kept = [
            n
            for n in ours
            if n not in merged.conflicts and n not in taken and not same(n, (base or {}).get(n), ours[n])
        ]
        return {**{k: entry[k] for k in ("collection", "item", "op")}, "fields": told.get("fields", []), "version": told.get("version"),
                "base": base, "mine": mine, "theirs": theirs, "taken": list(taken), "kept": kept}  # fmt: skip

    def resolve(self, key, choices):
        """Decide a conflict. `choices`: "mine" or "theirs" for all of it, or {field: "mine" or "theirs"}; fields not
        named stay mine.

        The decision is queued again under a new key (or the entry dropped, where everything is theirs), and written
        to the audit chain.
        """
        told = self.conflict(key)
        collection, item, outbox = told["collection"], told["item"], self._ws.outbox
        with self._ws.transaction():
            outbox.remove(key)
            outbox.set_base(collection, item, told["version"], told["theirs"])
            if choices == "theirs":
                self._take_theirs(told)
            elif told["mine"] is None:
                outbox.put(collection, item, "delete", None)
            else:
                row = told["mine"] if choices == "mine" else self._mixed(told, choices)
                outbox.put(
                    collection, item, "replace" if told["version"] else "create", body_of(item, self._ws.county, row)
                )
                self._save(collection, item, row)
            self._ws.audit.append(self._actor, "resolve", f"sync:{collection}", item, None, {"choices": choices})

    def withdraw(self, key):
        """Give up a change that the platform rejected: the record becomes what the platform has.

        One it never had stays here, unsent.
        """
        entry = self._ws.outbox.get(key)
        if entry is None or entry["state"] != "rejected":
            raise InputError("sync_entry_unknown", key=key)
        collection, item = entry["collection"], entry["item"]
        theirs = Puller(self._ws, self._http, self._actor).fetch(collection, item)
        with self._ws.transaction():
            self._ws.outbox.remove(key)
            form = self._ws.form(collection)
            if theirs is not None:
                self._ws.apply_server(form, item, theirs.version, theirs.row(form), self._actor, "withdraw")
            elif self._ws.outbox.base(collection, item)[0] is not None:
                self._ws.apply_server(form, item, None, None, self._actor, "withdraw")
            self._ws.audit.append(
                self._actor, "withdraw", f"sync:{collection}", item, None, {"words": entry["last_error"]}
            )

    @staticmethod
    def _mixed(told, choices):
        merged = merge(told["base"], told["mine"], told["theirs"] or {}).merged
        return {k: (told["theirs"] or {}).get(k) if choices.get(k) == "theirs" else v for k, v in merged.items()}

    def _take_theirs(self, told):
        form, row = self._ws.form(told["collection"]), told["theirs"]
        if row is not None:
            row = {
                k: bytes.fromhex(v) if k == "geometry" and v else v
                for k, v in row.items()
                if v is not None or k in form.keys
            }
        self._ws.apply_server(form, told["item"], told["version"], row, self._actor, "resolve")

    def _save(self, collection, item, row):
        """The record here follows the decision (a locked one follows when the platform has answered)."""
        form = self._ws.form(collection)
        values = {
            k: bytes.fromhex(v) if k == "geometry" and v else v for k, v in row.items() if k in (*form.keys, "geometry")
        }
        self._ws.save_records(form, [{**values, "id": item}], self._actor, "resolve")

    def login_test(self):
        """None when address and login are good, else the error."""
        try:
            discovery.conformance(self._http)
            discovery.collections(self._http)
        except (OneMapError, PlatformError) as error:
            return error
        return None

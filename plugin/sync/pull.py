"""What changed at the platform comes in: the feed behind a cursor, rows and cursor in one transaction; a first load where there is none."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from ..core import messages
from ..store.pulled import COLLECTIONS, Pulled
from . import discovery, first_load
from .errors import ContractError, PlatformError
from .merge import differs, merge
from .meter import Meter
from .push import flat
from .wire import body_of, remote_item

PAGE = 1000
_STEP = 100  # records written in one act while a page is taken in


class Puller:
    """Pulls into one workspace. `told(text)`: a line for the log; `progress(done, total)`, or a Meter; `workers`: requests at a time;
    `only`: read-only collections to pull (default: all)."""

    def __init__(self, workspace, transport, actor, told=None, progress=None, workers=4, only=None):
        self._ws, self._http, self._actor = workspace, transport, actor
        self._told, self._progress = told or (lambda text: None), Meter.of(progress)
        self._handed_down = frozenset(COLLECTIONS if only is None else only)
        self._workers, self._pulled, self.counts = workers, Pulled(workspace), Counter()
        self.returned = []  # (collection, item, the reviewer's reason) of records that came back

    def run(self):
        """Pull everything new and return Counter(changed, deleted, conflict, merged). Idle: one request."""
        epoch, cursor = self._pulled.position(self._http.base_url)
        if cursor is not None:
            if self._follow(epoch, cursor):
                return self.counts
            self._told(messages.text("sync_reset"))
        self._load_all()
        return self.counts

    # the feed

    def _feed(self, cursor):
        """(epoch, [(collection, item, op, version)], cursor behind them, whether there is more)."""
        page, headers = self._http.get_json(self._http.items("changes"), {"limit": PAGE, "after": cursor})
        epoch = next((value for name, value in headers.items() if "epoch" in name.lower()), "")
        try:
            rows = [(p["collection"], str(p["item"]), p["op"], int(p["version"])) for p in (f["properties"] for f in page["features"])]
            last = page["features"][-1]["id"] if rows else cursor
            return epoch, rows, last, bool(rows) and any(link.get("rel") == "next" for link in page.get("links", ()))
        except (KeyError, TypeError, ValueError) as error:
            raise ContractError("sync_contract", what=f"changes: {error!r}") from error

    def _follow(self, epoch, cursor):
        """Take in the feed to its end; False when its epoch is another one."""
        more = True
        with ThreadPoolExecutor(self._workers) as pool:
            while more:
                told, rows, after, more = self._feed(cursor)
                if told != epoch:
                    return False
                if rows:
                    self._take_page(pool, rows, epoch, after)
                cursor = after
        return True

    def _take_page(self, pool, rows, epoch, after):
        latest = {(collection, item): (op, version) for collection, item, op, version in rows}
        known = {c: self._known(c) for c in {c for c, _ in latest}}
        wanted = [
            (c, i) for (c, i), (op, version) in latest.items() if op != "D" and c in self._names() and not self._has(known[c], i, version)
        ]
        items = list(pool.map(lambda pair: self._get(*pair), wanted))
        gone = [pair for pair, (op, _) in latest.items() if op == "D" and pair[0] in self._names() and pair[1] in known[pair[0]]]
        with self._ws.transaction():
            self._take([item for item in items if item is not None])
            for collection, item in gone:
                self._remove(collection, item)
            self._pulled.set_position(self._http.base_url, epoch, after)
        self._install_forms([item for item in items if item is not None])
        self._progress(self.counts["changed"] + self.counts["deleted"], 0)

    def _names(self):
        return {*self._handed_down, *self._ws.editions.ids()}

    def _known(self, collection):
        """{item: (version, whether all of it is the platform's own words)}."""
        if collection in COLLECTIONS:
            return {item: (version, True) for item, version in self._pulled.versions(collection).items()}
        return self._pulled.base_versions(collection)

    @staticmethod
    def _has(known, item, version):
        have, whole = known.get(item, (0, False))
        return have >= version and whole

    def _get(self, collection, item):
        """The item as it is now; None when it has gone since (the feed will say so)."""
        try:
            feature, headers = self._http.get_json(self._http.items(collection, item))
        except PlatformError as error:
            if error.status in (404, 410):
                return None
            raise
        return remote_item(collection, feature, headers.get("ETag"))

    # first load and resync

    def _load_all(self):
        """Everything anew. The feed's end is noted first: what changes meanwhile is told again behind it."""
        epoch, _, cursor, more = self._feed(0)
        while more:
            epoch, _, cursor, more = self._feed(cursor)
        offered = discovery.collections(self._http)
        if "changes" not in offered:
            raise ContractError("sync_no_feed")
        for collection in sorted(self._names() & set(offered)):
            self._load(collection, offered[collection])
        with self._ws.transaction():
            self._pulled.set_position(self._http.base_url, epoch, cursor)

    def _load(self, collection, described):
        known, seen = self._known(collection), set()
        link = discovery.enclosure(described, self._ws.county) if collection == "control_line" else None
        if link:
            seen = first_load.load(
                self._http, self._http.url(link["href"]), link, self._ws, self._pulled, self._progress.in_bytes, self._progress
            )
            self.counts["changed"] += len(seen)
        else:
            for features in self.pages(collection):
                items = [remote_item(collection, feature) for feature in features]
                seen.update(item.id for item in items)
                self._take_in_steps([item for item in items if not self._has(known, item.id, item.version)])
                self._install_forms(items)
                self._progress(self.counts["changed"], 0)
        with self._ws.transaction():
            for item in known:
                if item not in seen:
                    self._remove(collection, item)

    def pages(self, collection):
        """Yield lists of features, following `next`."""
        page, _ = self._http.get_json(self._http.items(collection), {"limit": PAGE})
        while True:
            yield page.get("features", [])
            following = next((link["href"] for link in page.get("links", ()) if link.get("rel") == "next"), None)
            if not following:
                return
            page, _ = self._http.get_json(following)

    # taking in, inside a transaction

    def take_newer(self, item):
        """Take in one item unless it is here already."""
        if item.collection in self._names() and not self._has(self._known_of(item.collection, item.id), item.id, item.version):
            self._take([item])

    def remove_known(self, collection, item):
        """Remove one item if it is here."""
        if collection in self._names() and item in self._known_of(collection, item):
            self._remove(collection, item)

    def _known_of(self, collection, item):
        if collection in COLLECTIONS:
            version = self._pulled.version(collection, item)
            return {} if version is None else {item: (version, True)}
        version, body = self._ws.outbox.base(collection, item)
        return {} if version is None else {item: (version, "case_no" in (body or {}))}

    def _take_in_steps(self, items):
        """Take in a page by steps, each an act of its own: a window that reads meanwhile waits for one step, not for the page."""
        for start in range(0, len(items), _STEP):
            with self._ws.transaction():
                self._take(items[start : start + _STEP])

    def _take(self, items):
        for collection in COLLECTIONS:
            mine = [i for i in items if i.collection == collection]
            if mine:
                own = {"county", "updated_at"}
                rows = [
                    {**i.properties, "id": i.id, "version": i.version, "geometry": i.geometry, **{k: i.properties.get(k) for k in own}}
                    for i in mine
                ]
                self._pulled.put(collection, rows)
                self.counts["changed"] += len(mine)
        for item in items:
            if item.collection not in COLLECTIONS:
                self._take_record(item)

    def _take_record(self, item):
        form = self._ws.form(item.collection)
        open_ = [e for e in self._ws.outbox.entries(("pending", "sending", "conflict"), item.id) if e["collection"] == item.collection]
        version, base = self._ws.outbox.base(item.collection, item.id)
        theirs = flat(item, form)
        if open_:  # the outbox meets the new version when it is sent, and merges there; what the platform only added comes in now
            if version == item.version:
                self._ws.outbox.set_base(item.collection, item.id, version, theirs)
            return
        mine = self._local(form, item.id)
        if mine is not None and base is not None and differs(base, mine):
            return self._merge_local(form, item, base, mine, theirs)
        self._ws.apply_server(form, item.id, item.version, item.row(form))
        self._count(item)

    def _count(self, item):
        self.counts["changed"] += 1
        if item.properties.get("status") == "returned":
            reason = item.properties.get("return_reason") or ""
            self.returned.append((item.collection, item.id, reason))
            self._told(f"{item.collection} {item.id}: returned - {reason}")

    def _local(self, form, record):
        """The local values of a record as a flat row; None when it is not here."""
        for values in self._ws.records(form, {"id": record}, limit=1):
            row = {key: values.get(key) for key in form.keys}
            geometry = values.get("geometry")
            return {**row, **({"geometry": geometry.hex() if geometry else None} if form.geometry != "none" else {})}
        return None

    def _merge_local(self, form, item, base, mine, theirs):
        """Edited here, not yet queued, and changed there."""
        base, their_fields = ({k: v for k, v in row.items() if k in mine} for row in (base, theirs))
        result = merge(base, mine, their_fields)
        self._ws.apply_server(form, item.id, item.version, item.row(form))
        row = {k: (bytes.fromhex(v) if k == "geometry" and v else v) for k, v in result.merged.items()}
        if not result.conflicts:
            self._ws.save_records(form, [{**row, "id": item.id}], self._actor, "merge")
            self.counts["merged"] += 1
            return self._count(item)
        key = self._ws.outbox.put(item.collection, item.id, "replace", body_of(item.id, self._ws.county, {**theirs, **mine}))
        told = {"version": item.version, "fields": list(result.conflicts), "row": theirs, "base": base}
        words = messages.text("sync_conflict", fields=", ".join(result.conflicts))
        self._ws.outbox.change(key, state="conflict", theirs=told, last_error=words)
        self._told(f"{item.collection} {item.id}: conflict - {', '.join(result.conflicts)}")
        self.counts["conflict"] += 1

    def _remove(self, collection, item):
        if collection in COLLECTIONS:
            self._pulled.delete(collection, [item])
        elif not self._ws.outbox.entries(("pending", "sending", "conflict"), item):  # else the outbox meets the deletion when it is sent
            self._ws.apply_server(collection, item, None, None)
        else:
            return
        self.counts["deleted"] += 1

    def _install_forms(self, items):
        """Form schemas that came with the dictionary take the place of older editions."""
        for item in items:
            if item.collection == "dictionary" and item.properties.get("kind") == "form_schema":
                body = item.properties.get("body")
                try:
                    schema = json.loads(body) if isinstance(body, str) else body
                    self._ws.editions.install(schema, "platform")
                except Exception as error:  # noqa: BLE001 - a schema that this version cannot use must not stop the data
                    self._told(f"dictionary {item.properties.get('key')}: {error}")

"""What changed at the platform comes in: the feed behind a cursor, rows and cursor in one transaction.

A first load where there is none.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import urljoin

from ..core import messages
from ..store.pulled import COLLECTIONS, Pulled
from ..store.record_table import LOCKED
from . import discovery, first_load
from .errors import ContractError, PlatformError
from .feed import PAGE, Feed
from .first_load import demand_county
from .form_editions import install_forms
from .merge import differs, merge, same
from .meter import Meter
from .push import flat
from .wire import body_of, has_version, remote_item

_MANY = 50  # items of one version from which on pages are asked for
_WORTH_IT = 0.2  # share of a page that must be new for the next one to be asked for
_STEP = 100  # records written in one act while a page is taken in


class Puller:
    """Pulls into one workspace. `told(text)`: a line for the log; `progress(done, total)`, or a Meter; `workers`:
    requests at a time; `only`: read-only collections to pull (default: all)."""

    def __init__(self, workspace, transport, actor, told=None, progress=None, workers=4, only=None):
        self._ws, self._http, self._actor = workspace, transport, actor
        self._told, self._progress = told or (lambda text: None), Meter.of(progress)
        self._handed_down = frozenset(COLLECTIONS if only is None else only)
        self._feed = Feed(transport)
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

    def _follow(self, epoch, cursor):
        """Take in the feed to its end; False when its epoch is another one."""
        more = True
        with ThreadPoolExecutor(self._workers) as pool:
            while more:
                told, rows, after, more = self._feed.page(cursor)
                if told != epoch:
                    return False
                if rows:
                    self._take_page(pool, rows, epoch, after)
                cursor = after
        return True

    def _take_page(self, pool, rows, epoch, after):
        names = self._names()
        latest = {(collection, item): (op, version) for collection, item, op, version in rows if collection in names}
        for (collection, version), count in Counter((c, latest[c, i][1]) for c, i in self._wanted(latest)).items():
            if count >= _MANY:
                self._take_in_bulk(collection, version)
        items = [item for item in pool.map(lambda pair: self.fetch(*pair), self._wanted(latest)) if item is not None]
        with self._ws.transaction():
            self._take(items)
            for collection, item in [pair for pair, (op, _) in latest.items() if op == "D"]:
                self.remove_known(collection, item)
            self._pulled.set_position(self._http.base_url, epoch, after)
        install_forms(self._ws.editions, items, self._told)
        self._progress(self.counts["changed"] + self.counts["deleted"], 0)

    def _wanted(self, latest):
        """(collection, item) of what the feed tells of and is not here yet."""
        return [
            (c, i)
            for (c, i), (op, version) in latest.items()
            if op != "D" and not self._has(self._known_of(c, i), i, version)
        ]

    def _take_in_bulk(self, collection, version):
        """Many items that have reached the same version: taken in by the page, as long as the pages bring what
        is new.
        """
        try:
            for features in self.pages(collection, version=version):
                if not features or not has_version(features[0]):
                    return
                found = self._of_page(collection, features)
                items = [i for i in found if not self._has(self._known_of(collection, i.id), i.id, i.version)]
                with self._ws.transaction():
                    self._take(items)
                install_forms(self._ws.editions, items, self._told)
                self._progress(self.counts["changed"] + self.counts["deleted"], 0)
                if len(items) < _WORTH_IT * len(features):
                    return
        except PlatformError as error:  # a platform that cannot be asked so is asked for one item after the other
            if error.retryable:
                raise

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

    def fetch(self, collection, item):
        """The item as it is now; None when it has gone since (the feed will say so)."""
        try:
            feature, headers = self._http.get_json(self._http.items(collection, item))
        except PlatformError as error:
            if error.status in (404, 410):
                return None
            raise
        return remote_item(collection, feature, headers.get("ETag"), 0 if collection in COLLECTIONS else None)

    # first load and resync

    def _load_all(self):
        """Everything anew. The feed's end is noted first: what changes meanwhile is told again behind it."""
        epoch, cursor = self._feed.end()
        offered = discovery.collections(self._http)
        if "changes" not in offered:
            raise ContractError("sync_no_feed")
        for collection in sorted(self._names() & set(offered)):
            self._load(collection, offered[collection])
        with self._ws.transaction():
            self._pulled.set_position(self._http.base_url, epoch, cursor)

    def _load(self, collection, described):
        known = self._known(collection)
        seen = self._load_file(described) if collection == "control_line" else None
        if seen is None:
            seen = set()
            for features in self.pages(collection):
                items = self._of_page(collection, features)
                seen.update(item.id for item in items)
                self._take_in_steps([item for item in items if not self._has(known, item.id, item.version)])
                install_forms(self._ws.editions, items, self._told)
                self._progress(self.counts["changed"], 0)
        with self._ws.transaction():
            for item in known:
                if item not in seen:
                    self._remove(collection, item)

    def _load_file(self, described):
        """The ids of the control lines in our county's file, taken in; None when the platform has no such file."""
        link = self._enclosure(described)
        if link is None:
            return None
        try:
            address, progress = self._http.url(link["href"]), self._progress
            seen = first_load.load(self._http, address, link, self._ws, self._pulled, progress.in_bytes, progress)
        except PlatformError as error:
            if error.retryable:
                raise
            self._told(str(error))
            return None
        self.counts["changed"] += len(seen)
        return seen

    def _enclosure(self, listed):
        """The link of our county's file; the list of collections may leave it to the collection's own description."""
        for described in (listed, discovery.described(self._http, "control_line", listed)):
            link = discovery.enclosure(described, self._ws.county)
            if link:
                return link
        return None

    def _of_page(self, collection, features):
        """RemoteItems of a page; a record that tells no version is asked for by itself: then its ETag does."""
        if collection in COLLECTIONS:
            return [remote_item(collection, feature, unversioned=0) for feature in features]
        found = [
            remote_item(collection, f) if has_version(f) else self.fetch(collection, str(f.get("id"))) for f in features
        ]
        return [item for item in found if item is not None]

    def pages(self, collection, **equal):
        """Yield lists of features, following `next`; `equal`: property = value."""
        following, query = self._http.items(collection), {"limit": PAGE, **equal}
        while following:
            page, _, address = self._http.get_page(following, query)
            yield page.get("features") or []
            href = next((link.get("href") for link in page.get("links") or () if link.get("rel") == "next"), None)
            following, query = href and urljoin(address, href), None

    # taking in, inside a transaction

    def take_newer(self, item):
        """Take in one item unless it is here already."""
        if item.collection in self._names() and not self._has(
            self._known_of(item.collection, item.id), item.id, item.version
        ):
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
        """Take in a page by steps, each an act of its own: a window that reads meanwhile waits for one step,
        not for the page.
        """
        for start in range(0, len(items), _STEP):
            with self._ws.transaction():
                self._take(items[start : start + _STEP])

    def _take(self, items):
        for item in items:
            demand_county(self._ws, item.properties)
        for collection in COLLECTIONS:
            mine = [i for i in items if i.collection == collection]
            if mine:
                own = {"county", "updated_at"}
                rows = [
                    {
                        **i.properties,
                        "id": i.id,
                        "version": i.version,
                        "geometry": i.geometry,
                        **{k: i.properties.get(k) for k in own},
                    }
                    for i in mine
                ]
                self._pulled.put(collection, rows)
                self.counts["changed"] += len(mine)
        for item in items:
            if item.collection not in COLLECTIONS:
                self._take_record(item)

    def _take_record(self, item):
        form = self._ws.form(item.collection)
        open_ = self._ws.outbox.entries(("pending", "sending", "conflict"), item.id, item.collection)
        version, base = self._ws.outbox.base(item.collection, item.id)
        theirs = flat(item, form)
        # the outbox meets the new version when it is sent, and merges there; what the platform only added comes in
        # now
        if open_:
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
        if (
            item.properties.get("status") in LOCKED
        ):  # nobody may write to it now: what was typed here is for somebody to decide
            told = tuple(name for name in sorted(mine) if not same(name, mine[name], their_fields.get(name)))
            result = replace(result, conflicts=told)
        self._ws.apply_server(form, item.id, item.version, item.row(form))
        row = {k: (bytes.fromhex(v) if k == "geometry" and v else v) for k, v in result.merged.items()}
        if not result.conflicts:
            self._ws.save_records(form, [{**row, "id": item.id}], self._actor, "merge")
            self.counts["merged"] += 1
            return self._count(item)
        key = self._ws.outbox.put(
            item.collection, item.id, "replace", body_of(item.id, self._ws.county, {**theirs, **mine})
        )
        told = {"version": item.version, "fields": list(result.conflicts), "row": theirs, "base": base}
        words = messages.text("sync_conflict", fields=", ".join(result.conflicts))
        self._ws.outbox.change(key, state="conflict", theirs=told, last_error=words)
        self._told(f"{item.collection} {item.id}: conflict - {', '.join(result.conflicts)}")
        self.counts["conflict"] += 1

    def _remove(self, collection, item):
        if collection in COLLECTIONS:
            self._pulled.delete(collection, [item])
        elif not self._ws.outbox.entries(
            ("pending", "sending", "conflict"), item, collection
        ):  # else the outbox meets the deletion when it is sent
            self._ws.apply_server(collection, item, None, None)
        else:
            return
        self.counts["deleted"] += 1

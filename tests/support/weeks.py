"""Weeks of a county with three machines and of the province's reviewer, seeded: people edit without a line, bags are
carried late, twice and out of order, the line and the gateway fail in every way. At the end nothing is lost, no edit
went without somebody having decided so, and everybody holds the same.
"""

import gzip
import io
import uuid
from collections import defaultdict

from onemap.plugin.core.errors import OneMapError
from onemap.plugin.sync.courier import Courier
from onemap.tests.support.courier_office import CourierOffice
from onemap.tests.support.seeded_run import FORM, SeededRun

FIELDS = ("note", "applicant", "land_use")
MOST = 6  # records: few, so that everybody meets everybody
KEY = b"county key of the tests"
ACTS = {
    "create": 14, "edit": 22, "submit": 18, "delete": 2, "push": 8, "pull": 8, "sync": 12, "bad_line": 14,
    "review": 14, "province_edits": 4, "province_deletes": 1, "decide": 6, "pack": 5, "carry": 8, "receipt": 8,
}  # fmt: skip
FAULTS = (
    *("lost", "drop", "cut", "html500", "html502", "html200", "foreign", "expired", "busy"),
    *("envelope", "queued", "packed_cut", "too_short", "too_long", "dated"),
)
PAGE = b"<html><head><title>Bad Gateway</title></head><body>nginx</body></html>"


class BadLine:
    """A fault for one of the next requests, as `reply` of a platform."""

    def __init__(self, kind, after):
        self.kind, self.left = kind, after

    def __call__(self, handler, path):
        self.left -= 1
        if self.left or path == "/keys":
            return False
        return getattr(self, "_" + self.kind)(handler)

    @staticmethod
    def _lost(handler):
        """The platform does it, and the answer does not arrive."""
        handler.close_connection, handler.wfile = True, io.BytesIO()
        return False

    @staticmethod
    def _drop(handler):
        handler.close_connection = True
        return True

    @staticmethod
    def _cut(handler):
        """Half of an answer."""
        handler.close_connection = True
        handler.wfile.write(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"features'
        )
        return True

    @staticmethod
    def _html(handler, status):
        handler.answer(status, PAGE, "text/html")
        return True

    def _html500(self, handler):
        return self._html(handler, 500)

    def _html502(self, handler):
        return self._html(handler, 502)

    def _html200(self, handler):
        return self._html(handler, 200)

    @staticmethod
    def _foreign(handler):
        handler.answer(307, None, Location="https://elsewhere.example/" + "x")
        return True

    @staticmethod
    def _expired(handler):
        handler.refuse(401, "The token is over")
        return True

    @staticmethod
    def _busy(handler):
        handler.refuse(503, "Busy", Retry_After="0")
        return True

    @staticmethod
    def _envelope(handler):
        """What many a platform says of its own errors, under HTTP 200."""
        handler.answer(200, {"code": 500, "msg": "内部错误", "data": None})
        return True

    @staticmethod
    def _queued(handler):
        handler.answer(202, {"queued": True})
        return True

    @staticmethod
    def _packed_cut(handler):
        data = gzip.compress(b'{"features": []}')[:-9]
        handler.answer(200, data, Content_Encoding="gzip")
        return True

    @staticmethod
    def _too_short(handler):
        """A Content-Length below what is sent."""
        handler.close_connection = True
        handler.wfile.write(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"features": []}'
        )
        return True

    @staticmethod
    def _too_long(handler):
        handler.close_connection = True
        handler.wfile.write(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"features": []}'
        )
        return True

    @staticmethod
    def _dated(handler):
        """Too many requests, until a moment of a clock that is years behind."""
        now = "Mon, 05 Jan 1998 00:00:00 GMT"
        handler.refuse(429, "Slowly", Retry_After=now, Date=now)
        return True


class Weeks(SeededRun):
    """`make_desk(name)` makes a Desk; all desks are of one county."""

    acts, counts = ACTS, (*SeededRun.counts, "missing")

    def __init__(self, platform, make_desk, folder, seed):
        self.platform, self.folder = platform, folder
        super().__init__(platform, {name: self._desk(make_desk, name) for name in ("a", "b", "c")}, seed)
        self.office = CourierOffice(platform, platform.tokens["county_a"], KEY)
        self.bags, self.receipts, self.acting = [], [], "province"
        self.history = defaultdict(list)  # item -> [(who, values or None for deleted)]
        self.edits, self.written = [], defaultdict(list)  # (desk, item, field, value); (desk, item, field) -> values
        self.decided, self.number = set(), 0
        self._watch()

    def _desk(self, make_desk, name):
        who = f"desk_{name}"
        self.platform.tokens[who], self.platform.counties[who] = f"e.y.{who}", "330110"
        return make_desk(name, who, attempts=2, pause=0.001)

    def _watch(self):
        """Every version of a record at the platform goes into the history, with who made it."""
        store, remove = self.platform.store, self.platform.remove

        def stored(collection, item, properties, *more, **options):
            version = store(collection, item, properties, *more, **options)
            if collection == FORM:
                row = self.platform.rows[FORM][item]["properties"]
                self._saw(item, {name: row.get(name) for name in FIELDS})
            return version

        def removed(collection, item, **options):
            remove(collection, item, **options)
            if collection == FORM:
                self._saw(item, None)

        self.platform.store, self.platform.remove = stored, removed

    def _saw(self, item, values):
        former = next((seen for _, seen in reversed(self.history[item]) if seen), None)
        self.history[item].append((self.acting, values))
        if self.acting == "province" or not values or (self.acting, item) in self.decided:
            return
        for name in FIELDS:
            old, new = (former or {}).get(name), values[name]
            if old != new and former is not None:
                own = self.written[self.acting, item, name]
                before = [seen[name] for _, seen in self.history[item][:-1] if seen]
                assert new in own, f"{self.acting} changed {item}.{name} from {old} to {new}, which nobody typed there"
                assert new is None or new not in before, f"{self.acting} took {item}.{name} back from {old} to {new}"

    def run(self, steps):
        """Take the steps, then let everybody come to rest and compare."""
        self.take(steps)
        self.come_to_rest()
        self._compare()

    def step(self, number, who, act):
        self.acting = who
        super().step(number, who, act)

    # what people do

    def _value(self, who):
        self.number += 1
        return f"{who}{self.number}"

    def _type(self, who, item, name, value):
        self.edits.append((who, item, name, value))
        self.written[who, item, name].append(value)

    def _create(self, who):
        if len(self.made) >= MOST:
            return None
        item, value = str(uuid.UUID(int=self.dice.getrandbits(128), version=4)), self._value(who)
        self.made[item] = f"site {len(self.made) + 1:03d}"
        self._type(who, item, "note", value)
        self.desks[who].fill(FORM, submit=False, id=item, name=self.made[item], note=value)
        return self.made[item]

    def _edit(self, who):
        item = self.pick(who)
        if item:
            name = self.dice.choice(FIELDS)
            value = None if self.dice.random() < 0.15 else self._value(who)
            self._type(who, item, name, value)
            self.desks[who].ws.save_records(FORM, [{"id": item, name: value}], "wang")
            return f"{self.made[item]} {name}={value}"
        return None

    # what the province does

    def _pick_there(self, *statuses):
        rows = self.platform.rows[FORM]
        found = sorted(i for i in rows if not statuses or rows[i]["properties"].get("status") in statuses)
        return self.dice.choice(found) if found else None

    def _review(self, who):
        self.acting, item = "province", self._pick_there("submitted")
        if item:
            status = self.dice.choice(("returned", "returned", "approved"))
            reason = {"return_reason": "备注不清"} if status == "returned" else {}
            self.platform.store(FORM, item, {"status": status, **reason})
            return f"{self.made[item]} {status}"
        return None

    def _province_edits(self, who):
        self.acting, item = "province", self._pick_there()
        if item:
            name, value = self.dice.choice(FIELDS), self._value("p")
            self.platform.store(FORM, item, {name: value})
            return f"{self.made[item]} {name}={value}"
        return None

    def _province_deletes(self, who):
        self.acting, item = "province", self._pick_there()
        if item:
            self.platform.remove(FORM, item)
            self.deleted.add(item)
            return self.made[item]
        return None

    # over the line

    def run_step(self, who, step):
        self.acting = who
        result = getattr(self.desks[who].service, step)()
        if step != "pull" and result.error is None:
            self._demand_told(who, result)
        return self.told_by(result)

    def _demand_told(self, who, result):
        """Of every change that a run left waiting the user is told why: by a line of its own, or by a conflict of its
        record, which is counted and listed."""
        entries = self.desks[who].ws.outbox.entries
        stopped = {entry.item for entry in entries(("conflict",))}
        for entry in entries(("pending", "sending")):
            told = entry.item in stopped or any(entry.item in line for line in result.log)
            assert told, f"{who} was not told why {self.made[entry.item]} ({entry.op.value}) waits: {result}"

    def _sync(self, who):
        return self.run_step(who, "sync")

    def _bad_line(self, who):
        fault = BadLine(self.dice.choice(FAULTS), self.dice.randrange(1, 6))
        self.platform.reply = fault
        try:
            return f"{fault.kind}: {self.run_step(who, 'sync')}"
        finally:
            self.platform.reply = None

    # by hand

    def _courier(self):
        return Courier(self.desks["c"].ws, KEY, "li")

    def _pack(self, who):
        path = self.folder / f"bag{len(self.bags)}.zip"
        count = self._courier().pack(path)
        self.bags.append(path)
        return f"{count} entries"

    def _carry(self, who):
        """Some bag, the latest one or one that was carried before."""
        if not self.bags:
            return None
        self.acting, path = "c", self.dice.choice(self.bags)
        receipt = path.with_name(f"receipt{len(self.receipts)}-{path.name}")
        try:
            self.receipts.append(self.office.take(path, receipt))
        except OneMapError as error:
            return f"{path.name} {error.code}"
        return path.name

    def _receipt(self, who):
        if not self.receipts:
            return None
        path = self.dice.choice(self.receipts)
        try:
            return f"{path.name} {dict(self._courier().unpack(path))}"
        except OneMapError as error:
            return f"{path.name} {error.code}"

    # what a person decides

    def _decide(self, who):
        desk, told = self.desks[who], []
        for entry in desk.ws.outbox.entries(("conflict",)):
            self.decided.add((who, entry.item))
            choice = self.dice.choice(("mine", "theirs"))
            desk.service.resolve(entry.key, choice)
            told.append(f"{self.made[entry.item]} {choice}")
        for entry in desk.ws.outbox.entries(("rejected",)):
            self.decided.add((who, entry.item))
            desk.service.withdraw(entry.key)
            told.append(f"{self.made[entry.item]} withdrawn")
        return ", ".join([*told, *self._decide_missing(who)]) or None

    def _decide_missing(self, who):
        service = self.desks[who].service
        for one in service.missing():
            choice = self.dice.choice(("offer", "remove")) if one.collection == FORM else "remove"
            self.decided.add((who, one.item))
            service.decide_missing([one], choice)
            yield f"{one.collection} {self.made.get(one.item, '')} {one.reason.value} {choice}"

    # the end

    def rest(self, who):
        return [self.run_step(who, "sync"), self._decide(who) or ""]

    def _compare(self):
        there = {item: _shown(row["properties"]) for item, row in self.platform.rows[FORM].items()}
        for who, desk in self.desks.items():
            here = {record["id"]: _shown(record) for record in desk.ws.records(FORM)}
            unequal = [
                (self.made[i], here.get(i), there.get(i)) for i in {*here, *there} if here.get(i) != there.get(i)
            ]
            assert not unequal, f"desk {who} holds something else (here, there): {unequal}"
            assert desk.ws.outbox.entries() == [] and desk.ws.verify_audit().is_intact
        for item, name in self.made.items():
            gone = item in self.deleted or any(decided == item for _, decided in self.decided)
            assert item in there or gone, f"{name} is lost"
        for number, edit in enumerate(self.edits):
            assert self._kept(number, *edit), f"an edit was lost: {edit}"

    def _kept(self, number, who, item, name, value):
        """Whether an edit came to the platform, was typed over where it was made, or somebody decided about it."""
        if item in self.deleted or (who, item) in self.decided:
            return True
        if any((w, i, n) == (who, item, name) for w, i, n, _ in self.edits[number + 1 :]):
            return True
        return any(seen and seen[name] == value for _, seen in self.history[item])


def _shown(values):
    return tuple(values.get(name) or None for name in ("name", *FIELDS, "status", "version", "case_no"))

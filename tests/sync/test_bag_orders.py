"""Two machines of a county and one record: bags and the line in any order. Whatever arrives first, in the end both have
what the platform has, and nothing is left in either outbox."""

import random

import pytest
from onemap.plugin.store.outbox import OutboxState
from onemap.plugin.sync.courier import Courier
from onemap.tests.support.courier_office import CourierOffice
from onemap.tests.support.long_runs import count

KEY, FORM = b"county key of the tests", "project_site"
ACTS = ("edit", "edit", "line", "pack", "carry", "unpack", "return")


class Machine:
    """A desk with its bags on the way there and its receipts on the way back."""

    def __init__(self, desk, folder):
        self.desk, self.folder, self.number = desk, folder, 0
        self.courier, self.bags, self.receipts = Courier(desk.ws, KEY, "li"), [], []
        folder.mkdir()

    def edit(self, item, field, text):
        if self.desk.record(FORM, item)["status"] in ("draft", "returned"):
            self.desk.ws.save_records(FORM, [{"id": item, field: text}], "wang")
            self.desk.submit(FORM, item)

    def pack(self):
        self.number += 1
        self.bags.append(self.folder / f"{self.number}.zip")
        self.courier.pack(self.bags[-1])

    def carry(self, office):
        if self.bags:
            bag = self.bags.pop(0)
            self.receipts.append(office.take(bag, bag.with_suffix(".receipt.zip")))

    def unpack(self):
        if self.receipts:
            self.courier.unpack(self.receipts.pop(0))

    def decide(self, side):
        service = self.desk.service
        for entry in self.desk.ws.outbox.entries((OutboxState.CONFLICT,)):
            service.resolve(entry.key, side)
        for entry in self.desk.ws.outbox.entries((OutboxState.REJECTED,)):
            service.withdraw(entry.key)

    def sync(self, side="mine"):
        result = self.desk.service.sync()
        assert result.error is None, result.error
        self.decide(side)


def act(what, machine, office, pick, item):
    """One step of a walk."""
    if what == "edit":
        machine.edit(item, pick.choice(["name", "note"]), f"{pick.random()}")
    elif what == "line":
        machine.sync(pick.choice(["mine", "theirs"]))
    elif what == "carry":
        machine.carry(office)
    elif what == "return":
        office.platform.store(FORM, item, {"status": "returned", "return_reason": "again"})
    else:
        getattr(machine, what)()
        machine.decide(pick.choice(["mine", "theirs"]))


@pytest.mark.parametrize("seed", range(count(100, 3)))
def test_bags_and_the_line_in_any_order_end_alike(make_desk, platform, tmp_path, seed):
    pick = random.Random(seed)  # noqa: S311 - a test, no secret
    machines = [Machine(make_desk(name), tmp_path / name) for name in ("a", "b")]
    office = CourierOffice(platform, platform.tokens["county_a"], KEY)
    item = machines[0].desk.fill(note="first")
    for machine in machines:
        machine.sync()
    walk = []
    for _ in range(30):
        walk.append((pick.choice(ACTS), pick.randrange(2)))
        act(walk[-1][0], machines[walk[-1][1]], office, pick, item)
    for machine in machines * 4:
        while machine.bags:
            machine.carry(office)
        while machine.receipts:
            machine.unpack()
            machine.decide("mine")
        machine.sync("theirs")
    there = platform.rows[FORM][item]["properties"]
    shown = ("name", "note", "status", "case_no")
    for machine in machines:
        record = machine.desk.record(FORM, item)
        assert [record[key] for key in shown] == [there.get(key) for key in shown], walk
        assert machine.desk.ws.outbox.entries() == [] and machine.desk.ws.verify_audit().is_intact, walk
    assert len(platform.rows[FORM]) == 1

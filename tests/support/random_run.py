"""A seeded run of a county's two desks and the province's reviewer, with faults and kills; at its end all three must hold the same."""

import uuid

from onemap.tests.support.promises import patient
from onemap.tests.support.seeded_run import FORM, SeededRun

WEIGHTS = {
    "create": 18, "edit": 18, "submit": 16, "delete": 3, "push": 10, "pull": 10, "sync_bad_line": 8, "kill": 5,
    "review": 14, "decide": 5, "database_down": 1, "server_killed": 1,
}  # fmt: skip
KILLS = ("push.freeze.after", "push.exchange.before", "push.exchange.after", "push.settle.after", "push._finish.after",
         "pull._take_page.before", "pull._take_page.after", "pull.take.before")  # fmt: skip


class RandomRun(SeededRun):
    """`desks`: {"a": Desk, "b": Desk} of one county; `bad_line`: address of the platform over a bad line; `kill(desk, step, n)`."""

    acts, rests = WEIGHTS, 12

    def __init__(self, platform, desks, reviewer, bad_line, kill, seed):
        super().__init__(platform, desks, seed)
        self.reviewer, self.bad_line, self.kill, self.down = reviewer, bad_line, kill, 0
        for desk in desks.values():
            desk.options = {"attempts": 3}

    def run(self, steps):
        """Take the steps, then let everybody come to rest."""
        self.take(steps)
        self.down = min(self.down, 1)
        self._revive()
        self.come_to_rest()

    def step(self, number, who, act):
        super().step(number, who, act)
        self._revive()

    # what people do

    def _create(self, who):
        name, item = f"site {len(self.made) + 1:03d}", str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        self.made[item] = name
        self.desks[who].fill(FORM, submit=False, id=item, name=name, note="new")
        return name

    def _edit(self, who):
        if item := self.pick(who):
            field, value = self.dice.choice(("note", "applicant", "land_use")), f"{who}{self.dice.randrange(1000)}"
            self.desks[who].ws.save_records(FORM, [{"id": item, field: value}], "wang")
            return f"{self.made[item]} {field}={value}"

    def _review(self, who):
        if self.down:
            return None
        waiting = patient(lambda: self.reviewer.pages(FORM, status="submitted"))
        if waiting:
            found = self.dice.choice(sorted(waiting, key=lambda f: f["properties"]["name"]))
            status = self.dice.choice(("returned", "returned", "approved"))
            body = {"status": status, **({"return_reason": "look again"} if status == "returned" else {})}
            answer = self.reviewer.patch(FORM, found["id"], f'"{found["properties"]["version"]}"', body)
            return f"{found['properties']['name']} {status} ({answer.status_code})"

    def _decide(self, who):
        return self._settle(who, lambda: self.dice.choice(("mine", "theirs")))

    def _settle(self, who, choice):
        """Decide every conflict and give up every rejected change of a desk."""
        desk, told = self.desks[who], []
        for entry in desk.ws.outbox.entries(("conflict",)):
            chosen = choice()
            desk.service.resolve(entry.key, chosen)
            told.append(f"conflict {chosen}")
        for entry in () if self.down else desk.ws.outbox.entries(("rejected",)):
            patient(lambda key=entry.key: desk.service.withdraw(key))
            told.append("withdrawn")
        return ", ".join(told) or None

    # what goes over the line

    def run_step(self, who, step):
        result = getattr(self.desks[who].service, step)()
        assert not result.pending or step == "pull" or result.error or result.log, "the user was not told"
        return self.told_by(result)

    def _sync_bad_line(self, who):
        desk = self.desks[who]
        good, desk.url = desk.url, self.bad_line
        try:
            return self.run_step(who, "sync")
        finally:
            desk.url = good

    def _kill(self, who):
        if self.down:
            return None
        step, count = self.dice.choice(KILLS), self.dice.randrange(1, 4)
        return f"{step} {count}: {'killed' if self.kill(self.desks[who], step, count) else 'ended before'}"

    def _database_down(self, who):
        if not self.down:
            self.platform.database("immediate")
            self.down = 4
            return "pg_ctl -m immediate stop"

    def _server_killed(self, who):
        if not self.down:
            self.platform.kill()
            self.platform.up()
            return "kill -9, started again"

    def _revive(self):
        if self.down:
            self.down -= 1
            if not self.down:
                self.platform.database("start")
                for _ in range(4):  # both workers of the server
                    patient(lambda: self.reviewer.pages("changes", limit=1))
                self.lines.append("     database started")

    # the end

    def rest(self, who):
        return [self.run_step(who, "push"), self.run_step(who, "pull"), self._settle(who, lambda: "theirs") or ""]

    def state(self, who):
        """{name: what a desk holds}, as the platform would tell it."""
        fields = ("name", "note", "applicant", "land_use", "status", "version", "case_no")
        return {r["name"]: tuple(r[f] for f in fields) for r in self.desks[who].ws.records(FORM)}

    def platform_state(self):
        fields = ("name", "note", "applicant", "land_use", "status", "version", "case_no")
        return {
            f["properties"]["name"]: tuple(f["properties"].get(k) for k in fields) for f in self.reviewer.pages(FORM)
        }

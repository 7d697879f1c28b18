"""A seeded run of a county's two desks and the province's reviewer, with faults and kills; at its end all three must hold the same."""

import random
import uuid
from collections import Counter

from onemap.tests.support.promises import patient

FORM = "project_site"
OPEN = ("draft", "ready", "returned")
WEIGHTS = {
    "create": 18, "edit": 18, "submit": 16, "delete": 3, "push": 10, "pull": 10, "sync_bad_line": 8, "kill": 5,
    "review": 14, "decide": 5, "database_down": 1, "server_killed": 1,
}  # fmt: skip
KILLS = ("push.freeze.after", "push.exchange.before", "push.exchange.after", "push.settle.after", "push._finish.after",
         "pull._take_page.before", "pull._take_page.after", "pull.take.before")  # fmt: skip


class RandomRun:
    """`desks`: {"a": Desk, "b": Desk} of one county; `bad_line`: address of the platform over a bad line; `kill(desk, step, n)`."""

    def __init__(self, platform, desks, reviewer, bad_line, kill, seed):
        self.platform, self.desks, self.reviewer, self.bad_line, self.kill = platform, desks, reviewer, bad_line, kill
        self.dice, self.lines, self.names, self.deleted = random.Random(seed), [f"seed {seed}"], {}, set()  # noqa: S311
        self.acts, self.down = Counter(), 0
        for desk in desks.values():
            desk.options = {"attempts": 3}

    def run(self, steps):
        """Take the steps, then let everybody come to rest."""
        for number in range(1, steps + 1):
            who = self.dice.choice(sorted(self.desks))
            act = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            told = getattr(self, "_" + act)(who)
            self.acts[act] += told is not None
            self.lines.append(f"{number:04d} {who} {act}: {told or '-'}")
            self._revive()
        self.down = min(self.down, 1)
        self._revive()
        self._come_to_rest()

    # what people do

    def _pick(self, who, statuses):
        found = sorted(r["name"] for r in self.desks[who].ws.records(FORM) if r["status"] in statuses)
        name = self.dice.choice(found) if found else None
        return name, self.names.get(name)

    def _create(self, who):
        name = f"site {len(self.names) + 1:03d}"
        self.names[name] = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        self.desks[who].fill(FORM, submit=False, id=self.names[name], name=name, note="new")
        return name

    def _edit(self, who):
        name, item = self._pick(who, OPEN)
        if item:
            field, value = self.dice.choice(("note", "applicant", "land_use")), f"{who}{self.dice.randrange(1000)}"
            self.desks[who].ws.save_records(FORM, [{"id": item, field: value}], "wang")
            return f"{name} {field}={value}"

    def _submit(self, who):
        name, item = self._pick(who, OPEN)
        if item:
            self._hand_in(who, item)
            return name

    def _hand_in(self, who, item):
        desk = self.desks[who]
        if desk.record(FORM, item)["status"] != "ready":
            desk.ws.change_status(FORM, item, "ready", "wang")
        desk.ws.change_status(FORM, item, "submitted", "zhao")

    def _delete(self, who):
        name, item = self._pick(who, OPEN)
        if item:
            self.desks[who].ws.delete_record(FORM, item, "wang")
            self.deleted.add(item)
            return name

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

    def _run(self, who, step):
        result = getattr(self.desks[who].service, step)()
        assert not result.pending or step == "pull" or result.error or result.log, "the user was not told"
        counts = ("done", "merged", "conflict", "rejected", "pending", "changed", "deleted")
        told = [f"{name} {getattr(result, name)}" for name in counts if getattr(result, name)]
        return ", ".join([*told, *([f"error {result.error.code}"] if result.error else [])]) or "nothing new"

    def _push(self, who):
        return self._run(who, "push")

    def _pull(self, who):
        return self._run(who, "pull")

    def _sync_bad_line(self, who):
        desk = self.desks[who]
        good, desk.url = desk.url, self.bad_line
        try:
            return self._run(who, "sync")
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

    def _come_to_rest(self):
        """Everything is handed in, sent, fetched and decided until nothing moves any more."""
        for number in range(1, 13):
            moved = []
            for who, desk in sorted(self.desks.items()):
                for record in list(desk.ws.records(FORM)):
                    if record["status"] in OPEN and not desk.ws.outbox.entries(item=record["id"]):
                        self._hand_in(who, record["id"])
                told = [self._run(who, "push"), self._run(who, "pull"), self._settle(who, lambda: "theirs") or ""]
                self.lines.append(f"rest {number} {who}: {' | '.join(told)}")
                moved += [t for t in told if t not in ("nothing new", "")]
            if not moved:
                return
        raise AssertionError("the desks do not come to rest")

    def state(self, who):
        """{name: what a desk holds}, as the platform would tell it."""
        fields = ("name", "note", "applicant", "land_use", "status", "version", "case_no")
        return {r["name"]: tuple(r[f] for f in fields) for r in self.desks[who].ws.records(FORM)}

    def platform_state(self):
        fields = ("name", "note", "applicant", "land_use", "status", "version", "case_no")
        return {
            f["properties"]["name"]: tuple(f["properties"].get(k) for k in fields) for f in self.reviewer.pages(FORM)
        }

"""What every seeded run of a county's desks shares: what people do is drawn, recorded, and comes to rest at the end."""

import random
from collections import Counter

FORM = "project_site"
OPEN = ("draft", "ready", "returned")


class SeededRun:
    """A run draws from `acts`, {name of the act: weight}, and does each by the method of that name with a line in
    front; `made` are {record: name}, `rests` the rounds in which everybody has to come to rest."""

    acts, rests, counts = {}, 15, ("done", "merged", "conflict", "rejected", "pending", "changed", "deleted")

    def __init__(self, platform, desks, seed):
        self.platform, self.desks, self.dice = platform, desks, random.Random(seed)  # noqa: S311
        self.lines, self.done, self.made, self.deleted = [f"seed {seed}"], Counter(), {}, set()

    def take(self, steps):
        for number in range(1, steps + 1):
            who = self.dice.choice(sorted(self.desks))
            act = self.dice.choices(list(self.acts), list(self.acts.values()))[0]
            self.step(number, who, act)

    def step(self, number, who, act):
        told = getattr(self, "_" + act)(who)
        self.done[act] += told is not None
        self.lines.append(f"{number:04d} {who} {act}: {told or '-'}")

    def come_to_rest(self):
        """Everything is handed in, sent, fetched and decided until nothing moves any more."""
        for number in range(1, self.rests + 1):
            moved = []
            for who, desk in sorted(self.desks.items()):
                for record in list(desk.ws.records(FORM)):
                    if record["status"] in OPEN and not desk.ws.outbox.entries(item=record["id"]):
                        self._hand_in(who, record["id"])
                told = self.rest(who)
                self.lines.append(f"rest {number} {who}: {' | '.join(told)}")
                moved += [text for text in told if text not in ("nothing new", "")]
            if not moved:
                return
        raise AssertionError("the desks do not come to rest")

    def pick(self, who, statuses=OPEN):
        """One of the records of a desk, None where no record has such a status."""
        found = [r["id"] for r in self.desks[who].ws.records(FORM) if r["status"] in statuses and r["id"] in self.made]
        return self.dice.choice(sorted(found, key=self.made.get)) if found else None

    def told_by(self, result):
        """What a person reads of a run over the line."""
        told = [f"{name} {getattr(result, name)}" for name in self.counts if getattr(result, name)]
        return ", ".join([*told, *([f"error {result.error.code}"] if result.error else [])]) or "nothing new"

    def _submit(self, who):
        if item := self.pick(who):
            self._hand_in(who, item)
            return self.made[item]
        return None

    def _hand_in(self, who, item):
        desk = self.desks[who]
        if desk.record(FORM, item)["status"] != "ready":
            desk.ws.change_status(FORM, item, "ready", "wang")
        desk.ws.change_status(FORM, item, "submitted", "zhao")

    def _delete(self, who):
        if item := self.pick(who):
            self.desks[who].ws.delete_record(FORM, item, "wang")
            self.deleted.add(item)
            return self.made[item]
        return None

    def _push(self, who):
        return self.run_step(who, "push")

    def _pull(self, who):
        return self.run_step(who, "pull")

"""Roll-up of records: county -> city -> province, counted by stage or class, with sums and means."""

from dataclasses import dataclass, field

from .database import quoted

LEVEL_DIGITS = {"province": 2, "city": 4, "county": 6, "town": 9}


@dataclass
class RollupRow:
    """One division: `counts` {value of the group field: records}, `sums` and `means` {field: number}, `leading`: the
    commonest value, of several the first in the order of the form (for a stage: the one furthest behind)."""

    code: str
    name: str
    total: int = 0
    counts: dict = field(default_factory=dict)
    sums: dict = field(default_factory=dict)
    means: dict = field(default_factory=dict)

    @property
    def leading(self):
        return max(self.counts, key=lambda value: self.counts[value]) if self.counts else ""


def roll_up(database, form, level, period=None, only=None):
    """RollupRows of a form at a level ("province", "city", "county", "town"), in order of codes; `period`: of one
    period only; `only`: {field: value} that records must have.
    """
    spec, digits = form.rollup, LEVEL_DIGITS[level]
    division = quoted(spec.get("division", "county"))
    group = f"ifnull({quoted(spec['group'])}, '')"
    sums, means = spec.get("sum", ()), spec.get("mean", ())
    measures = [f"sum({quoted(n)})" for n in sums] + [f"total({quoted(n)}), count({quoted(n)})" for n in means]
    where, parameters = _condition(form, period, only or {})
    columns = ", ".join([f"substr({division}, 1, ?) AS code", group, "count(*)", *measures])
    source = f"{quoted(form.id)}{where}"
    sql = f"SELECT {columns} FROM {source} GROUP BY code, {group} ORDER BY code"  # noqa: S608 quoted names
    found, weights, codes = {}, {}, [code[0] for code in form.field(spec["group"]).codes]

    def order(value):
        return codes.index(value) if value in codes else len(codes)

    for code, value, count, *measured in database.rows(sql, (digits, *parameters)):
        row = found.setdefault(code or "", RollupRow(code or "", _name(database, code)))
        row.total += count
        row.counts[value] = count
        _add(row, weights.setdefault(code or "", {}), sums, means, measured)
    for code, row in found.items():
        row.counts = {value: row.counts[value] for value in sorted(row.counts, key=order)}
        row.means = {name: total / number for name, (total, number) in weights[code].items() if number}
    return list(found.values())


def _condition(form, period, only):
    pairs = [*([("period", period)] if period else []), *((form.field(key).key, value) for key, value in only.items())]
    return (" WHERE " + " AND ".join(f"{quoted(key)} = ?" for key, _ in pairs) if pairs else ""), [
        value for _, value in pairs
    ]


def _name(database, code):
    return database.value("SELECT name FROM onemap_division WHERE code = ?", (code,)) or ""


def _add(row, weights, sums, means, measured):
    for position, name in enumerate(sums):
        if measured[position] is not None:  # nothing given is not zero
            row.sums[name] = row.sums.get(name, 0) + measured[position]
    for position, name in enumerate(means):
        total, number = measured[len(sums) + 2 * position : len(sums) + 2 * position + 2]
        before = weights.get(name, (0, 0))
        weights[name] = (before[0] + total, before[1] + number)

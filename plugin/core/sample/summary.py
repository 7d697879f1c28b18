"""Made-up tables of 111 counties in eleven cities, 122 indicators, two years, and the faults put into them."""

from dataclasses import dataclass, field

import numpy as np

CITIES, COUNTIES, INDICATORS = 11, 111, 122
_UNITS = ("ha", "km2", "个", "%", "km", "人")


@dataclass(frozen=True)
class Seeded:
    """A fault: where it lies and what it is."""

    division: str
    indicator: str
    kind: str


@dataclass
class MadeSummary:
    """`divisions`, `indicators`: {code: name}; `units` by indicator; `rows`: (division, indicator, year, value or None,
    unit) of counties and cities; `faults`: what was put in, one for each cell or table that has to be asked about."""

    divisions: dict[str, str]
    indicators: dict[str, str]
    units: dict[str, str]
    rows: list[tuple] = field(default_factory=list)
    faults: list[Seeded] = field(default_factory=list)


def make_summary(year: int = 2025, faults: int = 60, seed: int = 77) -> MadeSummary:
    """Two years of values, the later one with faults of every kind in turn."""
    rng = np.random.default_rng(seed)
    names = {f"33{81 + n % CITIES}{n // CITIES + 1:02d}": f"样例县{n + 1:03d}" for n in range(COUNTIES)}
    cities = {f"33{81 + n}00": f"样例市{n + 1:02d}" for n in range(CITIES)}
    indicators = {f"made_{n + 1:03d}": f"样例指标{n + 1:03d}" for n in range(INDICATORS)}
    units = {name: _UNITS[n % len(_UNITS)] for n, name in enumerate(indicators)}
    codes, ids = sorted(names), list(indicators)
    is_share = np.array([units[name] == "%" for name in ids])
    size = np.where(is_share, 40.0, rng.uniform(2.5, 5.5, INDICATORS))
    before = np.where(is_share, rng.uniform(20, 90, (COUNTIES, INDICATORS)),
                      10 ** (size + rng.normal(0, 0.4, (COUNTIES, INDICATORS))))  # fmt: skip
    growth = rng.normal(0.01, 0.004, INDICATORS)
    after = before * np.exp(growth + rng.normal(0, 0.006, before.shape))
    after[:, is_share] = np.minimum(after[:, is_share], 99.0)
    before, after = np.round(before, 4), np.round(after, 4)
    made = MadeSummary({**names, **cities}, indicators, units)
    complete = after.copy()
    blank = _seed_faults(rng, made, (codes, ids, is_share), (before, after), faults)
    sums = _city_sums(codes, complete, is_share)
    _seed_sums(made, sums, ids, is_share, faults)
    for which, values, gone in ((year - 1, before, set()), (year, after, blank)):
        for row, code in enumerate(codes):
            made.rows += [
                (code, name, which, None if (row, column) in gone else float(values[row, column]), units[name])
                for column, name in enumerate(ids)
                if (row, -1) not in gone
            ]
    for city, values in sums.items():
        made.rows += [(f"{city}00", name, year, float(values[n]), units[name]) for n, name in enumerate(ids)]
    return made


def _city_sums(codes: list[str], values: np.ndarray, is_share: np.ndarray) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for row, code in enumerate(codes):
        found[code[:4]] = found.get(code[:4], np.zeros(values.shape[1])) + values[row]
    members = {city: sum(code.startswith(city) for code in codes) for city in found}
    for city, total in found.items():
        total[is_share] /= members[city]
    return found


_CELL_KINDS = ("x10", "x15", "x10000", "/10", "negative", "jump", "missing", "x10", "x15", "x10000")


def _seed_faults(rng, made: MadeSummary, names, values, count: int) -> set[tuple[int, int]]:  # noqa: ANN001
    """Put faults into cells; returns the cells that are blank, (row, -1) for a table that was never sent."""
    (codes, ids, is_share), (before, after) = names, values
    blank: set[tuple[int, int]] = set()
    silent, copier, unchanged = 5, 40, 63
    blank.add((silent, -1))
    made.faults.append(Seeded(codes[silent], "", "no_table"))
    for column in np.flatnonzero(~is_share)[10:17]:
        after[copier, column] = after[copier + 3, column]
        made.faults.append(Seeded(codes[copier], ids[column], "copied"))
    after[unchanged] = before[unchanged]
    made.faults.append(Seeded(codes[unchanged], "", "unchanged"))
    taken = {silent, copier, copier + 3, unchanged}
    rows = [row for row in rng.permutation(COUNTIES).tolist() if row not in taken]
    columns = rng.permutation(np.flatnonzero(~is_share))
    while len(made.faults) < count - 5:
        at = len(made.faults)
        row, column, kind = rows[at], int(columns[at % len(columns)]), _CELL_KINDS[at % len(_CELL_KINDS)]
        value = float(after[row, column])
        if kind == "missing":
            blank.add((row, column))
        elif kind == "negative":
            after[row, column] = -value
        elif kind == "jump":
            after[row, column] = round(value * 1.45, 4)
        else:
            factor = float(kind[1:]) if kind[0] == "x" else 1 / float(kind[1:])
            after[row, column] = value * factor
        made.faults.append(Seeded(codes[row], ids[column], kind))
    return blank


def _seed_sums(
    made: MadeSummary, sums: dict[str, np.ndarray], ids: list[str], is_share: np.ndarray, count: int
) -> None:
    """Five cities whose own number is not the sum of their counties."""
    asked = {(fault.division[:4], fault.indicator) for fault in made.faults}
    silent = {fault.division[:4] for fault in made.faults if fault.kind in ("no_table", "unchanged")}
    for city in sorted(sums):
        if len(made.faults) >= count:
            break
        if city in silent:
            continue
        column = next(n for n in np.flatnonzero(~is_share)[::-1] if (city, ids[n]) not in asked)
        sums[city][column] *= 1.031
        made.faults.append(Seeded(f"{city}00", ids[column], "sum"))

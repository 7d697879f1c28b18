"""Do the tests notice? Seeded faults are put into the code one at a time, and the tests are run against each.

    .venv/bin/python tools/mutation.py --count 60 --seed 1 --tests tests/core plugin/core/land plugin/core/review

A fault ("mutant") is one small change of the syntax tree: a comparison or a condition turned round, a number moved by
one, an "and" made an "or", a sum made a difference, a statement left out. Each is tried in one copy of the checkout by
the tests that reach its lines; which those are is measured once and kept in .mutation/. The result of each is `killed`
(a test failed), `survived` (no test noticed, or none reaches it) or `equivalent` (no test noticed, and it is listed
with the reason why nobody can in tools/mutation_equivalent.txt). The share killed leaves the equivalent ones out.
"""

import argparse
import sys
from pathlib import Path
from typing import Optional

from mutants.faults import chosen, equivalents
from mutants.trial import Trial

FOLDERS = [f"plugin/core/{room}" for room in ("land", "review", "siting", "forms")]
TESTS = ["tests/core"]
_HEAD = "seed    tried   killed  survived  equivalent  killed of those that can be noticed"


def main(arguments: Optional[list[str]] = None) -> int:
    options = _options(arguments)
    tests = [name for names in options.tests or TESTS for name in names.split()]
    folders, known = options.folders or FOLDERS, equivalents()
    counts = {"killed": 0, "survived": 0, "equivalent": 0}
    with Trial(tests, options.seconds) as trial:
        for mutant in chosen(folders, options.count, options.seed):
            killer = trial.killer(mutant)
            reached = "" if trial.reach.of(mutant) else "  (no test reaches it)"
            state = "killed" if killer is not None else "equivalent" if mutant.identity in known else "survived"
            counts[state] += 1
            print(f"{state:10} {mutant.file}:{mutant.line}  {mutant.change}  |  {mutant.text}{reached}", flush=True)
            if options.killers and killer is not None:
                print(f"{'':10} by {killer or 'a run that does not end'}", flush=True)
        if (failed := trial.fail_unharmed()) is not None:
            sys.exit(f"no result: {failed or 'a test'} noticed a mutant, but fails without any, too")
    row = f"{options.seed:<8}{sum(counts.values()):<8}{counts['killed']:<8}{counts['survived']:<10}"
    row += f"{counts['equivalent']:<12}{_share(counts):.0f} %"
    print(f"{_HEAD}\n{row}")
    if options.table:
        _record(options.table, f"{' '.join(folders)}, by {' '.join(tests)}", row)
    return 0


def _options(arguments: Optional[list[str]]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", help="where the faults are made; " + " ".join(FOLDERS))
    parser.add_argument("--tests", action="append", help="where the tests lie, more than once; " + " ".join(TESTS))
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=300, help="how long a run may wait for nothing")
    parser.add_argument("--killers", action="store_true", help="say which test noticed")
    parser.add_argument("--table", type=Path, help="text file whose row of this seed is written anew")
    return parser.parse_args(arguments)


def _share(counts: dict[str, int]) -> float:
    judged = counts["killed"] + counts["survived"]
    return 100 * counts["killed"] / judged if judged else 0


def _record(file: Path, subject: str, row: str) -> None:
    """Put the row of a seed into the table of what was tried, in the order of the seeds."""
    title = f"Seeded faults in {subject}"
    old = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    rows = {line.split()[0]: line for line in (*old, row) if line[:1].isdigit()} if title in old else {}
    rows[row.split()[0]] = row
    ordered = [rows[seed] for seed in sorted(rows, key=int)]
    file.write_text("\n".join([title, "(tools/mutation.py)", "", _HEAD, *ordered]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

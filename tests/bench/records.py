"""The figures of the record store on the villages of a province: 138,389 rows x 20 fields. Run by `make bench`."""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNT = 138_389


def rows(count):
    for n in range(count):
        yield {
            **{
                "xzcdm": f"{990102100000 + n % 14807:012d}",
                "xzcmc": f"第{n % 14807}村",
                "zrc": f"自然村{n}",
                "cls": "集聚提升类",
            },
            **{
                "pop_reg": 320 + n % 90,
                "pop_res": 280,
                "households": 96,
                "built_ha": 3.25,
                "per_capita_m2": 116.07,
                "yn_ha": 12.1,
            },
            **{"hx_ha": 0.0, "hazard_n": 1, "vacant_ha": 0.4, "need_plan": "应编", "score": 71.5, "opinion": "保留"},
        }


def timed(label, act):
    started = time.perf_counter()
    result = act()
    print(f"{label:<44}{time.perf_counter() - started:8.2f} s", flush=True)
    return result


def main():
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)
    from onemap.plugin.core.forms.schema import FormValidator
    from onemap.plugin.store.workspace import NewWorkspace, Workspace

    path = Path(links) / "province.gpkg"
    ws = timed("create a workspace", lambda: Workspace.create(path, "990102", content=NewWorkspace(insist=True)))
    form = ws.form("village_evaluation")
    validator = FormValidator(form, ws.divisions())
    timed(f"validate {COUNT:,} rows", lambda: sum(bool(validator.errors(row)) for row in rows(COUNT)))
    timed("save them in one transaction, with audit", lambda: ws.save_records(form, rows(COUNT), "bench"))
    timed("save them again (nothing changes)", lambda: ws.save_records(form, rows(COUNT), "bench"))
    timed("ids for the list", lambda: ws.record_ids(form.id))
    timed("find as you type (one key)", lambda: ws.record_ids(form.id, search="自然村1383"))
    timed("roll-up by town", lambda: ws.roll_up(form.id, "town"))
    timed("verify the chain and compare all records", lambda: ws.verify_audit())
    ws.close()
    timed("open, with structure check and backup", lambda: Workspace.open(path)).close()
    print(f"{'memory at most':<44}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


if __name__ == "__main__":
    main()

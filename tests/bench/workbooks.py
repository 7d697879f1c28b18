"""make bench: 138,389 natural villages x 20 fields from Excel into a workspace and out again; openpyxl reading the same cells is the floor.

Each case runs in a process of its own; start-up is left out. Wall and processor seconds, peak memory, ratio of processor seconds to
the floor (they do not change with what else the machine is doing).
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = 138_389
EXTRA = {"town": "乡镇名称", "group_n": "村民小组数", "road_km": "村道长度 km", "checked_on": "核查日期"}
LIMITS = {"import": (30, 600), "export": (60, 600)}


def find_package():
    links = tempfile.mkdtemp()
    os.symlink(ROOT, Path(links) / "onemap")
    sys.path.insert(0, links)


def schema():
    """The village form with four more fields: 20 in all."""
    made = json.loads((ROOT / "forms" / "schemas" / "village_evaluation.json").read_text(encoding="utf-8"))
    text = {"type": "string", "maxLength": 200, "x-widget": "line"}
    number = {"type": "number", "minimum": 0, "x-widget": "number"}
    day = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "x-widget": "date"}
    for (key, title), spec in zip(
        EXTRA.items(), (text, {**number, "type": "integer", "x-widget": "integer"}, number, day)
    ):
        made["properties"][key] = {**spec, "title": title}
    made["x-edition"] = "2026.9"
    return made


def record(number, draw):
    """One made-up village as a row of cells in the order of the schema."""
    village = number // 9
    code = f"3301{village // 2000 % 90 + 10:02d}{village // 100 % 20 + 100:03d}{village % 100 + 200:03d}"
    classes = ("集聚提升类", "城郊融合类", "特色保护类", "其他(暂不分类)")
    people, land = draw.randrange(20, 900), round(draw.random() * 20, 4)
    needs = ("应编", "已编可用", "通则管理", "不编")[number % 4]
    day = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    row = [
        code,
        f"第{village}村",
        f"自然村{number}",
        classes[number % 4],
        people,
        people - 15,
        people // 4,
        land,
        98.5,
        round(land * 3, 4),
    ]
    row += [0, number % 3, None if number % 5 else 0.25, needs, 77.5, f"意见第{number % 500}条，保留现状，逐步整治。"]
    return [*row, f"第{village // 100}镇", number % 12, round(draw.random() * 9, 3), day]


def make(folder):
    """The workbook as Excel would leave it (openpyxl alone, with the dimension that Excel writes), and an empty workspace."""
    from onemap.plugin.store.workspace import Workspace
    from openpyxl import Workbook

    draw, book = random.Random(4), Workbook(write_only=True)  # noqa: S311 - made-up data
    sheet = book.create_sheet("村庄评估")
    sheet.append([spec["title"] for spec in schema()["properties"].values()])
    for number in range(ROWS):
        sheet.append(record(number, draw))
    book.save(folder / "plain.xlsx")
    with (
        zipfile.ZipFile(folder / "plain.xlsx") as old,
        zipfile.ZipFile(folder / "in.xlsx", "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            content = old.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b"<sheetViews>", f'<dimension ref="A1:T{ROWS + 1}"/><sheetViews>'.encode(), 1)
            new.writestr(part, content)
    with Workspace.create(folder / "w.gpkg", "330100") as workspace:
        workspace.editions.install(schema(), "bench")
    return 0.0, ROWS


def floor(folder):
    from openpyxl import load_workbook

    started = time.perf_counter()
    book = load_workbook(folder / "in.xlsx", read_only=True, data_only=True)
    count = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    return time.perf_counter() - started, count - 1


def rows_only(folder):
    from onemap.plugin.formats.workbook.read import WorkbookReader

    started = time.perf_counter()
    with WorkbookReader(folder / "in.xlsx") as reader:
        count = sum(1 for _ in reader.rows(reader.sheets[0]))
    return time.perf_counter() - started, count - 1


def take_in(folder, book="in.xlsx"):
    from onemap.plugin.bridge.records.workbooks import import_workbook

    started = time.perf_counter()
    done = import_workbook(folder / book, "village_evaluation", folder / "w.gpkg")
    seconds = time.perf_counter() - started
    assert done.rejected == 0, done.errors[:3]
    assert (done.unchanged if book != "in.xlsx" else done.created) == ROWS, done
    return seconds, done.accepted


def export(folder):
    from onemap.plugin.bridge.records.workbooks import export_workbook

    started = time.perf_counter()
    count = export_workbook(folder / "out.xlsx", "village_evaluation", folder / "w.gpkg")
    return time.perf_counter() - started, count


def take_in_again(folder):
    return take_in(folder, "out.xlsx")


CASES = {"make": make, "floor": floor, "rows": rows_only, "import": take_in, "export": export, "again": take_in_again}


def run(case, folder):
    done = subprocess.run([sys.executable, __file__, case, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run("make", folder)
        print(f"{ROWS:,} records x 20 fields")
        wall, _, lowest, _ = run("floor", folder)
        words = {
            "rows": "our reader alone",
            "import": "import with validation",
            "export": "export",
            "again": "import of the export (nothing new)",
        }
        print(f"{'openpyxl reads the cells (floor)':36s}{wall:8.1f} s {lowest:8.1f} s processor")
        for case, text in words.items():
            wall, count, seconds, memory = run(case, folder)
            limit = " (limit {} s, {} MB)".format(*LIMITS[case]) if case in LIMITS else ""
            figures = f"{wall:8.1f} s {seconds:8.1f} s processor {seconds / lowest:6.2f} x floor {memory:6.0f} MB"
            print(f"{text:36s}{figures} {count:8d} rows{limit}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        find_package()
        started = time.process_time()
        answer = [*CASES[sys.argv[1]](Path(sys.argv[2])), time.process_time() - started]
        print(json.dumps([*answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]), flush=True)
    else:
        main()

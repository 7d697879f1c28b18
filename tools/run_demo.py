"""make demo: draw a made-up county, check its projects through qgis_process, print the verdicts and where the
files are.
"""

import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))
STATUSES = ("conflict", "involved", "clear", "not_checked", "failed")


def main(folder):
    started = time.monotonic()
    from demo.county import make_county
    from demo.lines import control_layers
    from demo.low_land import show as show_low_land
    from demo.monitoring import write_monitoring
    from demo.projects import make_projects
    from demo.siting import show as show_siting
    from demo.town import make_town, terrain
    from demo.write import write_county, write_town

    folder = Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    county = make_county()
    projects = make_projects(county)
    database, project_file, layers = write_county(folder, county, control_layers(county), projects)
    print(
        f"云溪县（虚构）：{len(county.parcels):,} 个地类图斑，{len(layers)} 个控制线图层，{len(projects)} 个项目",
        flush=True,
    )
    reports = [folder / f"report.{kind}" for kind in ("docx", "pdf", "xlsx", "html")]
    check(folder, database, project_file, layers, reports)
    txt(folder)
    town = make_town(county)
    town_file, dem = write_town(folder, town, terrain())
    heights(folder, town_file, dem)
    print_heights(folder / "heights.gpkg", town)
    siting = show_siting(folder, county, dem, process)
    monitored = [folder / f"monitoring.{kind}" for kind in ("docx", "pdf", "xlsx", "html")]
    indicators(folder, write_monitoring(folder / "monitoring", county), monitored)
    print_warnings(folder / "indicators.gpkg")
    low_land = show_low_land(folder, county, process)
    print_verdicts(folder / "findings.gpkg")
    print_summary(folder / "findings.gpkg")
    made = ("findings.gpkg", "heights.gpkg", "heights.docx", "heights.pdf", "skyline.png")
    texts = sorted((folder / "txt").glob("*.txt"))[:2]
    for file in (*(folder / name for name in made), *monitored, *reports, *texts, *siting, *low_land):
        print(f"  {file}  {file.stat().st_size / 1024:,.0f} KB")
    print(f"用时 {time.monotonic() - started:.0f} 秒")


def process(*arguments):
    command = [str(ROOT / "tools" / "process"), "run", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}")


def check(folder, database, projects, layers, reports):
    output = folder / "findings.gpkg"
    process(
        "onemap:checkcontrollines",
        f"--PROJECTS={projects}",
        "--PROJECT_KEY=XMBH",
        *(f"--CONTROL_LINES={database}|layername={layer}" for layer in layers),
        f"--FINDINGS=ogr:dbname='{output}' table=\"findings\" (geom)",
        f"--VERDICTS=ogr:dbname='{output}' table=\"verdicts\"",
        f"--SUMMARY=ogr:dbname='{output}' table=\"summary\"",
        f"--REPORT={';'.join(map(str, reports))}",
        f"--LANDUSE={database}|layername=DLTB",
        f"--DIVISIONS={database}|layername=XZQ",
    )


def txt(folder):
    """Boundary-point TXT of the projects, as offices exchange them (GBK)."""
    (folder / "txt").mkdir()
    process(
        "onemap:exportparceltxt",
        f"--INPUT={folder / 'shapefile_gbk' / 'projects.shp'}",
        "--KEY_FIELD=XMBH",
        "--NAME_FIELD=XMMC",
        f"--OUTPUT={folder / 'txt' / 'projects.txt'}",
    )


def heights(folder, town, dem):
    """A design of three blocks in the county town against zones, views, ridges, the airport and its parcels."""
    output = folder / "heights.gpkg"
    layers = {"EXISTING": "JZW", "ZONES": "ZXCQJZGDFQ", "CORRIDORS": "ZXCQSXTL", "VIEWPOINTS": "SD",
              "TARGETS": "SXMB", "RUNWAYS": "PD", "PARCELS": "YG_XMYDFW"}  # fmt: skip
    process(
        "onemap:checkheights",
        f"--BUILDINGS={town}|layername=FAJZW",
        *(f"--{name}={town}|layername={layer}" for name, layer in layers.items()),
        f"--DEM={dem}",
        "--LEVEL_DATUM=1",
        "--DEM_DATUM=1",
        *(f"--{n}=ogr:dbname='{output}' table=\"{n.lower()}\" (geom)" for n in ("FINDINGS", "LIMITS", "SIGHTS")),
        f"--SUMMARY=ogr:dbname='{output}' table=\"summary\"",
        f"--SKYLINE={folder / 'skyline.png'}",
        f"--REPORT={folder / 'heights.docx'};{folder / 'heights.pdf'}",
    )


def print_heights(file, town):
    """What the design of the town misses, the worst of each kind of rule."""
    with sqlite3.connect(file) as data:
        counts = Counter(row[0] for row in data.execute("SELECT conclusion FROM summary"))
        worst = data.execute(
            "SELECT rule, count(*), building_key, rule_name, max(exceed_value), unit, advice"
            " FROM findings GROUP BY rule"
        ).fetchall()
    message = "，".join(f"{count} 栋{word}" for word, count in counts.most_common())
    print(f"县城建筑 {len(town['JZW']):,} 栋，设计方案 {len(town['FAJZW'])} 栋：{message}")
    for rule, count, key, name, exceed, unit, advice in worst:
        print(f"  {rule:<12}{count:>4} 处，最多 {key or '地块'}（{name}）超出 {exceed:.2f}{unit}：{advice}")


def indicators(folder, inputs, reports):
    """34 indicators of the county and its townships over three years, with warnings and a report."""
    database, statistics, goals = inputs
    output = folder / "indicators.gpkg"
    process(
        "onemap:indicators",
        "--SPEC=td1063_layers",
        f"--LAYERS={database}",
        f"--DIVISIONS={database}|layername=XZQ_XZ",
        f"--STATISTICS={statistics}",
        f"--GOALS={goals}",
        "--YEAR=2025",
        f"--VALUES=ogr:dbname='{output}' table=\"values\"",
        f"--WARNINGS=ogr:dbname='{output}' table=\"warnings\"",
        f"--DIVISION_MAP=ogr:dbname='{output}' table=\"divisions\" (geom)",
        f"--REPORT={';'.join(map(str, reports))}",
    )


def print_warnings(file):
    """What the monitoring warns of."""
    with sqlite3.connect(file) as data:
        counts = Counter(row[0] for row in data.execute('SELECT status FROM "values" WHERE year = 2025'))
        rows = data.execute("SELECT sentence FROM warnings WHERE status IN ('red', 'orange')").fetchall()
    labels = {"red": "红", "orange": "橙", "yellow": "黄", "green": "正常", "blue": "无目标", "grey": "未计算"}
    print("监测指标：" + "，".join(f"{counts[key]} {word}" for key, word in labels.items() if counts[key]))
    for (sentence,) in rows:
        print(f"  {sentence}")


def print_verdicts(file):
    with sqlite3.connect(file) as data:
        rows = data.execute("SELECT line_id, line_name, status, overlap_m2 FROM verdicts").fetchall()
    lines = list(dict.fromkeys((row[0], row[1]) for row in rows))
    heads = f"{'冲突':>6}{'涉及':>6}{'未涉及':>7}{'未检查':>7}{'失败':>6}{'重叠面积 m²':>18}{'公顷':>12}{'亩':>12}"
    print(f"{'控制线':<26}{heads}")
    for line_id, name in lines:
        own = [row for row in rows if row[0] == line_id]
        counts = Counter(row[2] for row in own)
        area = sum(row[3] for row in own if row[2] in ("conflict", "involved"))
        title = f"{line_id} {name}"
        pad = 30 - sum(2 if ord(c) > 255 else 1 for c in title)
        numbers = "".join(f"{counts[s]:>8}" for s in STATUSES)
        print(f"{title}{' ' * pad}{numbers}{area:>20,.2f}{area / 1e4:>14,.4f}{area * 0.0015:>14,.2f}")


def print_summary(file):
    """How many projects have which conclusion, the gravest first."""
    with sqlite3.connect(file) as data:
        counts = Counter(row[0] for row in data.execute("SELECT conclusion FROM summary"))
    order = ("不符合", "有条件", "读取失败", "须征求意见", "提示", "未涉及", "未检查")
    print("项目结论：" + "，".join(f"{counts[word]} {word}" for word in order if counts[word]))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo_out")

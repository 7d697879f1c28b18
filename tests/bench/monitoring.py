"""Low-efficiency land, firms and summaries at the size of a city and a province. Run by `make bench`.

usage: monitoring.py [part ...]      (default: matching summary screen)
10,000 projects on one screen, 50,000 firms on 20,000 parcels, 111 counties x 122 indicators, and their reports.
Processor seconds of each step beside those on the clock. Kept: docs/bench/monitoring.md.
"""

import os
import resource
import sys
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECTS, FIRMS, PARCELS = 10_000, 50_000, 20_000


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(label, act):
    started, used = time.perf_counter(), processor()
    result = act()
    print(f"{label:<62}{processor() - used:7.2f} s CPU {time.perf_counter() - started:7.2f} s", flush=True)
    return result


def begin():
    """A QGIS without a window, the plugin as `onemap`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    links = Path(tempfile.mkdtemp())
    (links / "onemap").symlink_to(ROOT, target_is_directory=True)
    sys.path[:0] = [str(links), str(ROOT / "tools")]
    from qgis.core import QgsApplication

    app = QgsApplication([], True)
    QgsApplication.initQgis()
    return app


def _written(document, path):
    from onemap.plugin.report import write_report

    write_report(document(), path)


def matching(folder):
    """Firms to parcels by every sign, shares, scores, candidates; then the report."""
    import csv

    import numpy as np
    import shapely
    from demo.write import write_layer
    from onemap.plugin.bridge.monitoring.land_firm import LandFirmChoice, LandFirmJob
    from onemap.plugin.bridge.monitoring.land_firm_report import land_firm_report
    from onemap.plugin.bridge.monitoring.land_firm_rows import LandFirmRows
    from onemap.plugin.core.forms.identifiers import uscc_check_character
    from onemap.plugin.core.indicators.land_firm_scores import schemes
    from onemap.plugin.core.sample.land_firm import FIRM_HEAD, LEASE_HEAD, TAX_HEAD, make_land_firms
    from onemap.plugin.report.monitoring.land_firm import land_firm_document
    from qgis.core import QgsVectorLayer

    x, y = np.divmod(np.arange(PARCELS), 142)
    x, y = 480_000 + x * 110.0, 3_340_000 + y * 90.0
    made = make_land_firms(shapely.box(x, y, x + 100, y + 80), FIRMS, (2025,), uscc_check_character)
    write_layer(folder / "parcels.gpkg", "GYDK", made.parcels)
    tables = (("firms", FIRM_HEAD, made.firms), ("taxes", TAX_HEAD, made.taxes), ("leases", LEASE_HEAD, made.leases))
    for name, head, rows in tables:
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows([head, *rows])
    layer = QgsVectorLayer(f"{folder}/parcels.gpkg|layername=GYDK", "GYDK", "ogr")
    files = [str(folder / f"{name}.csv") for name in ("firms", "taxes", "leases")]
    chosen = LandFirmChoice(layer, files[0], files[1], schemes()[0], files[2])
    outcome = timed(f"{FIRMS:,} firms, {PARCELS:,} parcels: read, match, score", LandFirmJob(chosen).run)
    print(f"  {len(outcome.result.ties):,} ties, {len(outcome.result.matching.unmatched):,} firms without land")
    plane, rows = LandFirmJob(chosen).plane, LandFirmRows(outcome, True)
    for kind in ("docx", "xlsx"):
        written = partial(_written, lambda: land_firm_document(land_firm_report(outcome, rows, plane, True)))
        timed(f"report ({kind})", partial(written, folder / f"firms.{kind}"))


def summary(folder):
    """111 x 122 values of two years: checked and added up; then the report."""
    from onemap.plugin.bridge.monitoring.summary import Collected, SummaryRun
    from onemap.plugin.bridge.monitoring.summary_report import summary_report
    from onemap.plugin.core.indicators.summary import summarise
    from onemap.plugin.core.indicators.summary_model import Edition, Reported, load_summary_rules
    from onemap.plugin.core.sample.summary import make_summary
    from onemap.plugin.report.monitoring.summary import summary_document

    made = make_summary()
    rows = [Reported(code, name, year, value, unit) for code, name, year, value, unit in made.rows]
    edition, rules = Edition(2025, made.divisions, made.indicators), load_summary_rules()
    found = timed(
        "111 x 122 values of two years: checked, added up", lambda: summarise(rows, edition, rules, date.today())
    )
    run = SummaryRun(found, Collected(rows), [])
    for kind in ("docx", "xlsx"):
        written = partial(_written, lambda: summary_document(summary_report(run, {}, None)))
        timed(f"report ({kind})", partial(written, folder / f"s.{kind}"))


def screen(folder):
    """10,000 projects of a workspace: read and judged, the screen shown, the weekly report."""
    from demo.workspace import write_workspace
    from onemap.plugin.bridge.monitoring.low_land_board import load_board, write_weekly
    from onemap.plugin.core.sample.county import make_county
    from onemap.plugin.gui.monitoring.low_land_screen import LowLandScreen
    from qgis.PyQt.QtWidgets import QApplication

    today = date.today()
    path, _ = write_workspace(folder / "made", make_county(parcels=PROJECTS + 2_000), today, PROJECTS)
    board = timed(f"{PROJECTS:,} projects: read and judged", lambda: load_board(str(path), today.year, today, "供地"))
    print(f"  {len(board.run.progress.projects):,} projects, {board.run.progress.total.counted:,} counted")

    def shown():
        window = LowLandScreen(lambda one: None)
        window.show_board(board)
        window.show()
        QApplication.processEvents()
        window.grab()
        return window

    window = timed("one screen: made, filled, painted", shown)
    timed("  a project chosen: its card", lambda: (window.show_project(5), QApplication.processEvents(), window.grab()))
    for kind in ("docx", "xlsx"):
        timed(f"weekly report ({kind})", partial(write_weekly, board, str(folder / f"week.{kind}")))


if __name__ == "__main__":
    app = begin()
    with tempfile.TemporaryDirectory() as place:
        for part in sys.argv[1:] or ("matching", "summary", "screen"):
            {"matching": matching, "summary": summary, "screen": screen}[part](Path(place))
    sys.stdout.flush()
    os._exit(0)

"""Rows and checks that the store's tests share."""

import sqlite3

DIVISIONS = "code,name,valid_from,valid_to,successor\n33,浙江省,,,\n3301,杭州市,,,\n330110,余杭区,,,\n330105,拱墅区,,,\n330103,下城区,1949,2021,330105\n"


def progress(**changes):
    row = {
        "xzqdm": "330110",
        "xzqmc": "余杭区",
        "plan_type": "村庄规划",
        "stage": "公示",
        "stage_date": "2026-03-01",
        "reported_at": "2026-03-20",
    }
    return {**row, **changes}


def village(number, **changes):
    return {
        "xzcdm": f"330110105{number % 1000:03d}",
        "xzcmc": "某村",
        "zrc": f"自然村{number}",
        "cls": "集聚提升类",
        "pop_res": 100 + number,
        **changes,
    }


def assert_whole(workspace):
    """The chain is unbroken and the records are what it says."""
    report = workspace.verify_audit()
    assert report.whole, report
    return report


def raw(path, *statements):
    """Run SQL behind the workspace's back; rows of the last statement. A statement is text or (text, parameters)."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for statement in statements:
            sql, parameters = statement if isinstance(statement, tuple) else (statement, ())
            rows = connection.execute(sql, parameters).fetchall()
        return rows
    finally:
        connection.close()

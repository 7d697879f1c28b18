"""Made-up redevelopment of the made-up county: tasks of a year and projects with the days on which they moved on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import shapely

from .county import CENTRE, CODE, County

KINDS = ("旧城镇", "旧厂房(旧厂矿)", "旧村庄")
STAGES = ("入库认定", "方案编制", "方案批准", "收储/协议", "供地", "开工", "竣工", "验收")
CITY = "339900"
DISTRICTS = {CODE: "云溪县", "339902": "竹坞区", "339903": "石桥区", "339904": "古街区"}
_NAMES = ("纺织厂", "农机站", "东门片区", "老粮库", "化肥厂", "西坪自然村", "古街北段", "砖瓦厂", "供销社", "新塘村")


@dataclass
class MadeProject:
    """A made-up project: values of its record and the days on which it came to each stage, in order."""

    values: dict[str, Any]
    geometry: Any
    stages: list[tuple[str, date]] = field(default_factory=list)


def divisions_table() -> list[tuple[str, str]]:
    """(code, name) of the made-up city that the county belongs to, and of its districts."""
    return [("33", "样例省"), ("3399", "样例市"), (CITY, "样例市"), *DISTRICTS.items()]


def make_tasks(year: int, codes: Sequence[str], seed: int = 5) -> list[tuple[int, str, str, float]]:
    """(year, division, kind, mu) of each division and kind."""
    rng = np.random.default_rng(seed)
    return [(year, code, kind, float(rng.integers(16, 64) * 5)) for code in codes for kind in KINDS]


def make_redevelopment(
    county: County, today: date, codes: Sequence[str] = (CODE,), count: int = 120, seed: int = 21
) -> list[MadeProject]:
    """Projects of this year and the year before, most of them in the towns of the county; plane EPSG:4549."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(1, count + 1):
        year = today.year - int(rng.random() < 0.15)
        days = _days(rng, year, today)
        kind = KINDS[int(rng.integers(len(KINDS)))]
        name = f"{_NAMES[int(rng.integers(len(_NAMES)))]}改造{number:03d}号"
        values = {
            "xzq_dm": str(codes[number % len(codes)]), "xm_mc": name, "type": kind, "task_year": year,
            "dk_guid": f"DX{number:05d}", "yd_dw": f"云溪虚构{number % 17 + 1}有限公司",
            "td_zl": f"云溪县样例路{number}号", "xjz_mj": float(rng.integers(500, 9000)),
        }  # fmt: skip
        values.update(_papers(days, number))
        made.append(MadeProject(values, _block(rng, county, number), days))
    return made


def _days(rng: np.random.Generator, year: int, today: date) -> list[tuple[str, date]]:
    """The days on which a project came to its stages, none after today."""
    day = date(year, 1, 3) + timedelta(days=int(rng.integers(0, 60)))
    days, last = [], int(rng.integers(1, len(STAGES) + 1))
    for stage in STAGES[:last]:
        if day > today:
            break
        days.append((stage, day))
        day += timedelta(days=int(rng.integers(12, 75)))
    return days or [(STAGES[0], min(date(year, 1, 3), today))]


def _papers(days: list[tuple[str, date]], number: int) -> dict[str, str]:
    on = dict(days)
    papers: dict[str, str] = {}
    if "方案批准" in on:
        papers |= {"czfa_pzwh": f"云政再〔{on['方案批准'].year}〕{number}号", "czfa_pzjg": "云溪县人民政府"}
        papers["czfa_pzsj"] = on["方案批准"].isoformat()
    if "验收" in on:
        papers |= {"xm_yswh": f"云资验〔{on['验收'].year}〕{number}号", "xm_yssj": on["验收"].isoformat()}
    return papers


def _block(rng: np.random.Generator, county: County, number: int) -> Any:
    """A block near a settlement; every ninth lies half on the one before it."""
    width, depth = rng.uniform(60, 220, 2)
    place = county.towns[int(rng.integers(len(county.towns)))] + rng.normal(0, 400, 2)
    if number % 9 in (0, 8):
        place = CENTRE + np.random.default_rng((number + 1) // 9).normal(0, 700, 2)
        place = place + (width / 2 if number % 9 == 0 else 0.0)
    x, y = place
    return shapely.box(*np.round([x, y, x + width, y + depth], 3))

"""Made-up firms of made-up industrial land, with the truth of who uses what: owners, tenants, addresses, places, and
the traps that real lists hold (one name twice, codes with a wrong digit, spellings of one name).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SYLLABLES = (
    "云",
    "溪",
    "竹",
    "石",
    "东",
    "新",
    "恒",
    "瑞",
    "宏",
    "远",
    "嘉",
    "泰",
    "隆",
    "兴",
    "盛",
    "通",
    "达",
    "源",
    "昌",
    "润",
)
_TRADES = ("机械", "纺织", "塑料", "电子", "食品", "建材", "化工", "包装", "家具", "五金")
_FORMS = ("有限公司", "有限责任公司", "股份有限公司")
_ROADS = ("样例路", "工业大道", "创业街", "振兴路", "科技路", "滨溪路", "竹坞路", "石桥街")
_STATES = (*("在产",) * 14, "停产", "部分空置")
FIRM_HEAD = ("统一社会信用代码", "企业名称", "生产经营地址", "经度", "纬度", "行业", "规模", "不评级原因")
TAX_HEAD = (
    "统一社会信用代码", "企业名称", "年度", "评价税收（万元）", "营业收入（万元）", "工业增加值（万元）",
    "综合能耗", "主要污染物排放量", "年平均职工人数", "研发费用（万元）", "用电量",
)  # fmt: skip
LEASE_HEAD = ("宗地编号", "承租人信用代码", "承租人", "租赁面积（平方米）", "起租日期", "到期日期")


@dataclass
class MadeFirms:
    """`parcels`: [(geometry, values)]; rows of the three tables; `truth`: {firm: parcels it uses, both from 0}."""

    parcels: list[tuple[Any, dict[str, Any]]]
    firms: list[tuple] = field(default_factory=list)
    taxes: list[tuple] = field(default_factory=list)
    leases: list[tuple] = field(default_factory=list)
    truth: dict[int, set[int]] = field(default_factory=dict)


def make_land_firms(
    plots: Sequence[Any], count: int, years: Sequence[int], check: Callable[[str], str], seed: int = 31
) -> MadeFirms:
    """`plots`: polygons on EPSG:4549; `check(first17)`: the check character of a credit code."""
    rng = np.random.default_rng(seed)
    made = MadeFirms([(plot, _values(rng, number)) for number, plot in enumerate(plots)])
    names = _names(rng, count)
    for number in range(count):
        code = _code(number, check)
        name = names[number]
        kind = int(rng.choice(6, p=(0.34, 0.18, 0.18, 0.14, 0.10, 0.06)))
        firm = {"code": code, "name": name, "address": "", "x": None, "y": None}
        made.truth[number] = _placed(rng, made, number, kind, firm)
        if kind in (1, 2) and rng.random() < 0.1:
            firm["code"] = _wrong(code)
        scale = "规上" if rng.random() < 0.4 else "规下"
        exempt = "公用事业" if rng.random() < 0.02 else ""
        trade = next(word for word in _TRADES if word in name)
        made.firms.append((firm["code"], firm["name"], firm["address"], firm["x"], firm["y"], trade, scale, exempt))
        made.taxes += [_year(rng, firm, year) for year in years]
    return made


def _values(rng: np.random.Generator, number: int) -> dict[str, Any]:
    limit = float(rng.choice((1.0, 1.2, 1.5)))
    return {
        "DKBH": f"DK{number:06d}", "QLRMC": "", "QLRDM": "",
        "TDZL": f"样例省样例市云溪县城关街道{_ROADS[number % len(_ROADS)]}{number // len(_ROADS) + 1}号",
        "HTTDYT": "工业用地", "XZRJL": round(limit * float(rng.uniform(0.85, 1.9)), 2), "HTRJL": limit,
        "XZTZQD": round(float(rng.uniform(100, 500)), 1), "HTTZQD": 130.0, "HTMJSS": 0.6,
        "QYZCZK": str(rng.choice(_STATES)),
    }  # fmt: skip


def _names(rng: np.random.Generator, count: int) -> list[str]:
    """Names of which one in two hundred is another firm's as well."""
    names: list[str] = []
    seen: set[str] = set()
    while len(names) < count:
        if names and len(names) % 200 == 199:
            names.append(names[-1])
            continue
        syllables = "".join(rng.choice(_SYLLABLES, 3))
        name = f"云溪{syllables}{_TRADES[int(rng.integers(10))]}{_FORMS[int(rng.integers(3))]}"
        bare = name.replace("有限责任", "有限")
        if bare not in seen:
            seen.add(bare)
            names.append(name)
    return names


def _code(number: int, check: Callable[[str], str]) -> str:
    first = f"91339901MA{number:06d}X"
    return first + check(first)


def _wrong(code: str) -> str:
    """The code with another last character: a slip of the pen."""
    return code[:-1] + _LETTERS[(_LETTERS.index(code[-1]) + 7) % len(_LETTERS)]


def _spelt(rng: np.random.Generator, name: str) -> str:
    """A name as another office writes it."""
    kind = int(rng.integers(4))
    if kind == 0:
        return name.replace("云溪", "云溪 ", 1)
    if kind == 1:
        return name.replace("云溪", "（云溪）", 1)
    if kind == 2 and "有限责任公司" in name:
        return name.replace("有限责任公司", "有限公司")
    return name


def _placed(rng: np.random.Generator, made: MadeFirms, number: int, kind: int, firm: dict[str, Any]) -> set[int]:
    """Put a firm somewhere by one kind of sign; returns the parcels it uses."""
    at = int(rng.integers(len(made.parcels)))
    shape, values = made.parcels[at]
    if kind in (0, 1):  # owner, by code or by name
        if values["QLRMC"]:
            return set()
        values["QLRMC"] = _spelt(rng, firm["name"])
        values["QLRDM"] = firm["code"] if kind == 0 else ""
        return {at}
    if kind == 2:  # tenant
        m2 = round(shapely.area(shape) * float(rng.uniform(0.1, 0.3)), 1)
        row = (values["DKBH"], firm["code"], _spelt(rng, firm["name"]), m2, "2024-01-01", "2028-12-31")
        made.leases.append(row)
        return {at}
    if kind == 3:  # address
        firm["address"] = _address(rng, values["TDZL"])
        return {at}
    if kind == 4:
        point = shapely.point_on_surface(shape)
        firm["x"], firm["y"] = round(point.x, 2), round(point.y, 2)
        return {at}
    firm["address"] = f"云溪县外地路{number}号"
    return set()


def _address(rng: np.random.Generator, address: str) -> str:
    kind = int(rng.integers(3))
    if kind == 0:
        return address.replace("样例省样例市", "") + "3幢201室"
    return address.replace("城关街道", "") if kind == 1 else address.replace("号", " 号")


def _year(rng: np.random.Generator, firm: dict[str, Any], year: int) -> tuple:
    tax = round(float(rng.lognormal(4.2, 1.3)), 2)
    output = round(tax * float(rng.uniform(8, 30)), 2)
    added = round(output * float(rng.uniform(0.15, 0.35)), 2)
    if rng.random() < 0.01:
        tax = -round(tax / 10, 2)  # a refund
    return (firm["code"], firm["name"], year, tax, output, added, round(added / float(rng.uniform(1, 4)), 2),
            round(added / float(rng.uniform(2000, 8000)), 4), int(rng.integers(8, 600)),
            round(output * float(rng.uniform(0, 0.06)), 2), round(tax / float(rng.uniform(0.1, 0.5)), 1))  # fmt: skip

"""Write docs/rules.zh_CN.md: every control line and every rule of the national set, for the legal staff to read."""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.zh_CN.md"
_KINDS = {
    "avoid": "不得重叠",
    "within": "应位于其内",
    "distance": "应保持距离",
    "inform": "涉及时提示",
    "height": "不超过限高",
}
_EFFECTS = {"prohibit": "禁止", "conditional": "有条件", "consult": "征求意见", "notice": "提示"}
_GEOMETRIES = {"polygon": "面", "line": "线、点"}
_FALLBACKS = {"all": "适用于全部要素", "none": "不适用于任何要素", "not_checked": "该规则不检查"}


_LINKS = tempfile.TemporaryDirectory()  # goes when Python ends


def _package():
    os.symlink(ROOT, Path(_LINKS.name) / "onemap")
    sys.path.insert(0, _LINKS.name)


def page(catalogue, rules):
    """The page as text."""
    parts = [
        f"# {rules.name}（版本 {rules.version}）",
        "",
        "本页由规则文件生成，请勿手工修改。标注“待核”的条款凭记忆录入，须由法制人员与正式文本核对。",
        "",
    ]
    for line_id in rules.line_ids():
        line = catalogue.get(line_id)
        parts += [
            f"## {line.name}（{line.id}）",
            "",
            f"- 分组：{line.group}；图层名：{'、'.join(line.aliases) or '—'}；核对情况：{line.confidence}",
            "",
        ]
        for rule in (r for r in rules.rules if r.line_id == line_id and not r.is_doubt):
            parts += _rule(rule)
    return "\n".join(parts).rstrip() + "\n"


def _rule(rule):
    demand = _KINDS[rule.kind] + (f" {rule.distance_m:g} 米" if rule.distance_m else "")
    rows = [
        f"### {rule.id}　{rule.title}",
        "",
        f"- 要求：{demand}；管控效力：{_EFFECTS[rule.effect]}；核对情况：{rule.confidence}",
    ]
    if rule.where:
        rows.append(f"- 适用要素：`{rule.where}`；图层无此字段时：{_FALLBACKS[rule.where_fallback]}")
    if rule.limit:
        fallback = _FALLBACKS[rule.where_fallback]
        rows.append(f"- 限高（米）：`{rule.limit}`；图层无此字段时：{fallback}；项目高度：{rule.height or '常用字段'}")
    if rule.geometry:
        rows.append(f"- 适用图形：{_GEOMETRIES[rule.geometry]}")
    if rule.less_line:
        rows.append(f"- 扣除：{rule.less_line} 范围内的部分")
    if rule.exempt_uses:
        rows.append(f"- 不作要求的项目用地性质：{'、'.join(rule.exempt_uses)}")
    if rule.other_values:
        rows.append(f"- 不受约束的其他取值：{'、'.join(rule.other_values)}")
    if rule.unless:
        rows.append(f"- 例外项目：`{rule.unless}`")
    if rule.tolerance_m2 is not None:
        rows.append(f"- 容差：{rule.tolerance_m2:g} m²")
    if rule.sliver_total_m2 is not None:
        rows.append(f"- 碎图斑合计不小于 {rule.sliver_total_m2:g} m² 时计为占用")
    if rule.valid_from or rule.valid_to:
        rows.append(f"- 有效期：{rule.valid_from or '—'} 至 {rule.valid_to or '—'}")
    rows += [f"- 依据：{law.cite()}；{law.status}；{law.confidence}" for law in rule.laws]
    rows += [f"- 办理要求：{rule.condition}"] if rule.condition else []
    return rows + ([f"- 说明：{rule.note}"] if rule.note else []) + [""]


def current():
    from onemap.plugin.formats.rules.rule_files import load_catalogue, load_rule_set

    return page(load_catalogue(), load_rule_set())


if __name__ == "__main__":
    _package()
    PAGE.write_text(current(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))

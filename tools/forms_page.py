"""Write docs/forms.zh_CN.md: every form with its fields and checks, and the keywords of ours that a schema may
carry.
"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "forms.zh_CN.md"
_TYPES = {"text": "文本", "integer": "整数", "number": "数值", "date": "日期", "files": "附件"}
_GEOMETRIES = {"none": "无图形", "point": "点", "polygon": "面", "multipolygon": "多部件面"}
_PERIODS = {"month": "每月", "year": "每年", None: "不定期"}
_IDENTIFIERS = {
    "uscc": "统一社会信用代码（GB 32100，校验码）",
    "project_code": "项目代码（GB/T 40058，格式）",
    "division6": "6位行政区代码",
    "division9": "9位行政区代码",
    "division12": "12位行政区代码",
    "division6,9,12": "6、9或12位行政区代码",
    "phone": "电话号码",
}
_KEYWORDS = """## 表单结构文件的扩展关键字

表单结构采用 JSON Schema 2020-12，`properties` 的顺序即显示顺序。校验由 jsonschema 完成，另有下列 `x-` 关键字。

| 关键字 | 位置 | 含义 |
|---|---|---|
| `x-form`、`x-edition`、`x-title`、`x-confidence` | 顶层 | 表单标识、版次、中英文名称、核对情况 |
| `x-geometry` | 顶层 | `none`、`point`、`polygon`、`multipolygon` |
| `x-key` | 顶层 | 区分记录的字段，可含填报期 `period`；比较时不计空白、全角半角和不可见字符，库中不得重复 |
| `x-key-else` | 顶层 | 键中某字段为空时由哪个字段代替（规划无名称时以行政区名称识别） |
| `x-duty` | 顶层 | 与应报清单（`report_duty`）对应：本表字段 → 清单字段 |
| `x-period`、`x-period-from`、`x-due` | 顶层 | 填报周期、由哪个字段得出、截止日 |
| `x-stage-date` | 顶层 | 阶段字段与进入该阶段的日期字段（每阶段一列日期的表据此读取） |
| `x-place` | 顶层 | 由哪个代码字段（及名称字段）在图层中查找记录的范围 |
| `x-groups` | 顶层 | 编辑窗口的分页：标题与字段（超过12个字段时） |
| `x-checks` | 顶层 | 跨字段检查，见下表 |
| `x-self-check` | 顶层 | 提交前自检：`resources/selfcheck/` 的文件名或检查项列表（空：不自检） |
| `x-rollup` | 顶层 | 汇总：分组字段、求和、求均值、行政区代码字段 |
| `x-title-en`、`x-help` | 字段 | 英文名称、填写说明 |
| `x-widget`、`x-width` | 字段 | 录入控件、列宽 |
| `x-codes` | 字段 | 与 `enum` 对应的代码及中英文名称 |
| `x-sensitive` | 字段 | `true`：敏感字段，可按汇交包的设置隐去或不装入 |
| `x-unit`、`x-identifier`、`x-reference`、`x-computed` | 字段 | 单位、标识符标准、引用的表单、计算方法 |

| 检查 | 含义 |
|---|---|
| `order` | `fields` 中的日期须依次不倒置 |
| `required_if` | `if` 成立时 `fields` 必填 |
| `unique_open` | 同一键值只能有一条非草稿记录 |
| `stage_forward` | 阶段不得倒退，除非在 `note` 字段说明原因，或属于 `allow` 所列阶段 |
| `plausible_date`、`plausible_share`、`plausible_ratio` | 合理性提醒：日期范围、比例与阶段、两数之比；不阻止提交 |
| `plausible_change` | 合理性提醒：与上期相比的变化；不阻止提交 |
| `division_name` | 代码与名称在区划字典中不一致时提醒 |
| `warn_above` | 超过 `limit` 时提醒，不阻止提交 |

从平台取得的新版次保存在工作空间中，自动取代内置版次，无需升级插件；旧记录仍可按原版次查看。
"""


_LINKS = tempfile.TemporaryDirectory()  # goes when Python ends


def _package():
    os.symlink(ROOT, Path(_LINKS.name) / "onemap")
    sys.path.insert(0, _LINKS.name)


def page(forms):
    """The page as text."""
    parts = [
        "# 填报表单",
        "",
        "本页由表单结构文件生成，请勿手工修改。“proposal”为建议稿，并非官方表式；“memory”须核对。",
        "",
    ]
    for form in forms:
        parts += _form(form)
    return "\n".join(parts) + _KEYWORDS


def _form(form):
    key = "、".join("填报期" if k == "period" else form.field(k).title_zh for k in form.key)
    facts = f"版次 {form.edition}；{_PERIODS[form.period]}；{_GEOMETRIES[form.geometry]}；区分记录：{key}"
    rows = [
        f"## {form.title['zh']}（{form.id}）",
        "",
        f"- {facts}",
        f"- 核对情况：{form.schema.get('x-confidence', '—')}",
        "",
    ]
    rows += ["| 字段 | 名称 | 类型 | 必填 | 要求 |", "|---|---|---|---|---|"]
    for f in form.fields:
        rows.append(
            f"| `{f.key}` | {f.title_zh} | {_TYPES[f.value_type]} | {'是' if f.required else ''} | {_demand(f)} |"
        )
    return [*rows, ""]


def _demand(field):
    terms = []
    if field.codes:
        terms.append("、".join(zh for _, zh, _ in field.codes))
    if field.identifier:
        terms.append(_IDENTIFIERS[field.identifier])
    if field.minimum is not None or field.maximum is not None:
        low, high = ("" if limit is None else f"{limit:g}" for limit in (field.minimum, field.maximum))
        terms.append(f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}")
    if field.computed:
        terms.append("由系统计算，可改")
    return "；".join(terms + ([field.help["zh"]] if field.help else []))


def current():
    from onemap.plugin.core.forms.schema import FORM_IDS, load_form

    return page([load_form(form_id) for form_id in FORM_IDS])


if __name__ == "__main__":
    _package()
    PAGE.write_text(current(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))

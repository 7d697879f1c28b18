"""What contradicts itself within one record: a warning where the fact may be true, an error where it cannot be."""

import pytest
from onemap.plugin.core import messages
from onemap.plugin.core.forms.schema import FORM_IDS, FormValidator, load_form

REDEVELOPMENT = {"xzq_dm": "990102", "xm_mc": "甲", "type": "旧城镇", "stage": "验收", "xm_yssj": "2024-06-01"}
VILLAGE = {"xzcdm": "990102101001", "xzcmc": "甲村", "cls": "集聚提升类"}
PLAN = {
    "plan_type": "详细规划",
    "xzqdm": "990102",
    "xzqmc": "甲县",
    "stage": "启动",
    "stage_date": "2026-01-05",
    "reported_at": "2026-01-09",
}
UNIT = {
    "xzqdm": "990102",
    "xzqmc": "甲县",
    "unit_no": "1",
    "kind": "城镇单元",
    "stage": "批复",
    "approved_at": "2025-01-05",
}
VILLAGE_PLAN = {
    "xzcdm": "990102101001",
    "xzcmc": "甲村",
    "plan_name": "甲",
    "stage": "批复",
    "approved_at": "2025-01-05",
}
SPECIAL = {"xzqdm": "990102", "xzqmc": "甲县", "plan_name": "甲", "stage": "批复", "approved_at": "2025-01-05"}
AMENDED = {"xzqdm": "990102", "xzqmc": "甲县", "plan_name": "甲", "amend_no": "1", "kind": "其他", "reason": "甲"}
DUTY = {"form": "plan_progress", "code": "990102", "name": "甲县", "plan_type": "村庄规划"}
ORG = {"name": "甲", "uscc": "91330110MA2B3C4D5E", "grade": "甲级", "cert_no": "1"}
VALUE = {"division": "990102", "indicator": "1", "year": 2025, "state": "not_computed", "reason": "甲"}

CASES = [  # form, record, what contradicts it, field, level
    ("redevelopment_project", REDEVELOPMENT, {"cjfa_pzsj": "2024-06-02"}, "cjfa_pzsj", "warning"),
    ("redevelopment_project", REDEVELOPMENT, {"czfa_pzsj": "2024-06-02"}, "czfa_pzsj", "warning"),
    ("redevelopment_project", REDEVELOPMENT, {"pz_gbytsj": "2024-06-02"}, "pz_gbytsj", "warning"),
    ("redevelopment_project", REDEVELOPMENT, {"qd_sj": "2024-06-02"}, "qd_sj", "error"),
    ("redevelopment_project", REDEVELOPMENT, {"stage": "入库认定"}, "xm_yssj", "warning"),
    ("redevelopment_project", REDEVELOPMENT, {"xjz_mj": 100, "gbyt_jzmj": 100.5}, "gbyt_jzmj", "warning"),
    (
        "redevelopment_project",
        REDEVELOPMENT,
        {"stage": "方案编制", "xm_yssj": None, "cjfa_pzwh": "1"},
        "cjfa_pzwh",
        "warning",
    ),
    ("redevelopment_project", REDEVELOPMENT, {"xm_yssj": "2199-06-01"}, "xm_yssj", "warning"),
    ("village_evaluation", VILLAGE, {"built_ha": 4, "vacant_ha": 4.1}, "vacant_ha", "warning"),
    ("village_evaluation", VILLAGE, {"pop_reg": 100, "pop_res": 5000}, "pop_res", "warning"),
    ("village_evaluation", VILLAGE, {"built_ha": 4, "pop_res": 400, "per_capita_m2": 10}, "per_capita_m2", "warning"),
    ("village_evaluation", VILLAGE, {"cls": "搬迁撤并类", "opinion": "1", "need_plan": "应编"}, "need_plan", "warning"),
    ("plan_progress", PLAN, {"plan_type": "总体规划-县级", "level": "市级"}, "level", "error"),
    ("plan_progress", PLAN, {"plan_type": "专项规划", "level": "村级"}, "level", "warning"),
    ("plan_progress", PLAN, {"plan_type": "村庄规划"}, "xzqdm", "warning"),
    ("plan_progress", PLAN, {"plan_type": "总体规划-乡镇级"}, "xzqdm", "warning"),
    ("village_plan", VILLAGE_PLAN, {"area_ha": 10, "built_ha": 10.5}, "built_ha", "error"),
    ("village_plan", VILLAGE_PLAN, {"period_to": 2024}, "approved_at", "warning"),
    ("village_plan", VILLAGE_PLAN, {"stage": "编制中"}, "approved_at", "warning"),
    ("village_plan", VILLAGE_PLAN, {"stage": "入库", "approved_at": None}, "approved_at", "warning"),
    ("detail_unit", UNIT, {"area_ha": 10, "built_ha": 10.5}, "built_ha", "error"),
    ("detail_unit", UNIT, {"area_ha": 10, "population": 50000}, "population", "warning"),
    ("detail_unit", UNIT, {"stage": "公示"}, "approved_at", "warning"),
    ("special_plan", SPECIAL, {"approved_at": None}, "approved_at", "warning"),
    ("special_plan", SPECIAL, {"stage": "未启动"}, "approved_at", "warning"),
    ("special_plan", SPECIAL, {"checked": "核对有冲突"}, "checked", "warning"),
    ("plan_amendment", {**AMENDED, "state": "不予批准"}, {"approved_at": "2025-01-05"}, "approved_at", "warning"),
    ("plan_amendment", {**AMENDED, "state": "论证"}, {"approved_no": "1"}, "approved_no", "warning"),
    ("plan_org", ORG, {"grade": "无"}, "cert_no", "warning"),
    ("report_duty", DUTY, {"since": "2026-05", "until": "2026-04"}, "since", "error"),
    ("report_duty", DUTY, {"form": "village_evaluation"}, "plan_type", "warning"),
    ("indicator_value", VALUE, {"value": 3.5}, "value", "warning"),
]


def judged(form_id, record):
    return {(e.field, e.level): e.message for e in FormValidator(load_form(form_id)).judge(record)}


@pytest.mark.parametrize("form_id, record, change, field, level", CASES)
def test_a_record_that_contradicts_itself_is_pointed_at(form_id, record, change, field, level):
    before, after = judged(form_id, record), judged(form_id, {**record, **change})
    assert (field, level) not in before
    assert set(after) - set(before) >= {(field, level)}
    if level == "warning":
        assert (field, "error") not in set(after) - set(before)


@pytest.mark.parametrize("form_id, record, change", [
    ("report_duty", DUTY, {"since": "2026", "until": "2026-03"}),
    ("report_duty", DUTY, {"since": "2026-03", "until": "2026"}),
    ("village_plan", VILLAGE_PLAN, {"period_to": 2025, "area_ha": 10, "built_ha": 10}),
    ("village_evaluation", VILLAGE, {"built_ha": 4, "pop_res": 400, "per_capita_m2": 100, "vacant_ha": 4}),
    ("village_evaluation", VILLAGE, {"pop_reg": 0, "pop_res": 0, "built_ha": 0}),
    ("plan_progress", PLAN, {"plan_type": "总体规划-县级", "level": "县级"}),
    ("redevelopment_project", REDEVELOPMENT, {"qd_sj": "2024-06-01", "cjfa_pzsj": "2024-06-01"}),
])  # fmt: skip
def test_what_goes_together_is_left_alone(form_id, record, change):
    assert set(judged(form_id, {**record, **change})) == set(judged(form_id, record))


@pytest.mark.parametrize("form_id", FORM_IDS)
def test_a_check_names_fields_and_choices_of_its_form(form_id):
    form = load_form(form_id)
    for check in form.checks:
        for name in ("field", "by", "of", "whole", "code", "name"):
            assert check.get(name) is None or check[name] in form.keys, check["id"]
        named = {*check.get("fields", ()), *check.get("parts", ())}
        assert named <= {*form.keys, "period"}, check["id"]
        if "at" in check:
            assert set(check["at"]) <= {code[0] for code in form.field(check["field"]).codes}, check["id"]
        for choice in {**check.get("allowed", {}), **check.get("lengths", {})}:
            assert choice in {code[0] for code in form.field(check["by"]).codes}, check["id"]
        for choices in check.get("allowed", {}).values():
            assert set(choices) <= {code[0] for code in form.field(check["field"]).codes}, check["id"]


def test_the_words_are_those_of_an_office():
    with messages.document_language("zh"):
        found = judged("plan_progress", {**PLAN, "plan_type": "总体规划-县级", "level": "市级"})
    assert "规划类型" in found["level", "error"] and "县级" in found["level", "error"]

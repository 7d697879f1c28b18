"""landfirmtax in QGIS: outputs, masked names, nothing of a firm in the log, sums kept."""

from pathlib import Path

import pytest
from onemap.plugin.core.forms.identifiers import uscc_check_character
from qgis.core import QgsVectorLayer

OUTPUTS = ("PARCEL_RESULTS", "CANDIDATES", "SCORES", "MATCHES", "UNMATCHED")


def code(number):
    first = f"91339901MA{number:06d}X"
    return first + uscc_check_character(first)


@pytest.fixture
def given(h, tmp_path):
    fields = "DKBH:string,QLRMC:string,QLRDM:string,TDZL:string,RJL:double,HTRJL:double,QYZCZK:string"
    rows = [
        (h.box_wkt(0, 0), "K0", "甲乙机械有限公司", code(0), "振兴路1号", 1.3, 1.2, "在产"),
        (h.box_wkt(100, 0), "K1", "丙丁纺织有限公司", "", "振兴路2号", 0.4, 1.2, "停产"),
        (h.box_wkt(200, 0), "K2", None, None, "振兴路3号", None, 1.0, ""),
    ]
    (tmp_path / "firms.csv").write_text(
        "企业名单,,,\n统一社会信用代码,企业名称,地址,规模\n"
        f"{code(0)},甲乙机械有限公司,,规上\n{code(1)},丙丁纺织有限责任公司,,规下\n{code(2)},戊己食品有限公司,远方路9号,规下\n",
        encoding="utf-8",
    )
    (tmp_path / "tax.csv").write_text(
        "统一社会信用代码,企业名称,年度,税收（万元）,用电量\n"
        f"{code(0)},甲乙机械有限公司,2025,300.01,5\n{code(0)},甲乙机械有限公司,2024,150,5\n{code(1)},丙丁纺织,2025,0.99,9\n"
        f"{code(2)},戊己食品,2025,12.5,1\n,无此企业,2025,7.25,1\n{code(0)},甲乙,2025,很多,\n",
        encoding="utf-8",
    )
    files = {"FIRMS": str(tmp_path / "firms.csv"), "TAX": str(tmp_path / "tax.csv")}
    return {"PARCELS": h.layer("GYDK", rows, fields), **files}


def features(result, name):
    layer = result[name]
    return list((layer if isinstance(layer, QgsVectorLayer) else QgsVectorLayer(layer, name, "ogr")).getFeatures())


def test_outputs_and_reports(h, given, tmp_path):
    told = h.Feedback()
    reports = [tmp_path / f"land.{kind}" for kind in ("html", "docx", "xlsx", "pdf")]
    sinks = {name: str(tmp_path / f"{name}.gpkg") for name in OUTPUTS}
    result = h.run("landfirmtax", told, REPORT=";".join(map(str, reports)), MASK=False, **given, **sinks)
    parcels = {f["parcel"]: f for f in features(result, "PARCEL_RESULTS")}
    assert parcels["K0"]["tax_wan"] == pytest.approx(300.01) and parcels["K1"]["tax_wan"] == pytest.approx(0.99)
    assert parcels["K0"]["tax_per_mu_before"] == pytest.approx(150 / parcels["K0"]["mu"], rel=1e-3)
    assert parcels["K2"]["firms"] == 0 and not isinstance(parcels["K2"]["tax_wan"], float)
    listed = features(result, "CANDIDATES")
    assert [(f["parcel"], f["reason_count"]) for f in listed] == [("K1", 3)] and "容积率" in _zh(listed[0]["reasons"])
    assert {(f["what"], f["row"], f["why"], f["tax_wan"]) for f in features(result, "UNMATCHED")} == {
        ("firm", 5, "no_tie", 12.5),
        ("tax", 6, "no_firm", 7.25),
    }
    ties = {f["parcel"]: (f["how"], f["firm"]) for f in features(result, "MATCHES")}
    assert ties == {"K0": ("owner_code", "甲乙机械有限公司"), "K1": ("owner_name", "丙丁纺织有限责任公司")}
    assert result["TAX_GAP"] == 0 and result["MATCHED_COUNT"] == 2 and result["CANDIDATE_COUNT"] == 1
    text = reports[0].read_text(encoding="utf-8")
    assert "税收合计 320.75 万元" in text and "闭合差 0.00 元" in text
    assert all(Path(file).stat().st_size > 1000 for file in reports)


def _zh(text):
    from onemap.plugin.core.messages import language

    return text if language() == "zh" else text.replace("Floor-area ratio", "容积率")


def test_land_without_a_place_land_that_counts_twice_and_ratios_below_0_are_told(h, given):
    fields = "DKBH:string,QLRMC:string,XZRJL:double,HTRJL:double"
    rows = [(h.box_wkt(0, 0), "K0", "甲", -1.0, 1.2), (h.box_wkt(50, 0), "K1", "乙", 1.5, 1.2),
            (None, "K2", "丙", 1.5, 1.2)]  # fmt: skip
    told = h.Feedback()
    sinks = {name: "memory:" for name in OUTPUTS}
    result = h.run("landfirmtax", told, **{**given, "PARCELS": h.layer("land", rows, fields)}, **sinks)
    said = "\n".join(told.lines)
    assert "1 parcel(s) have no usable polygon" in said and "overlap on 7." in said and "1 number(s)" in said
    assert not [f for f in features(result, "CANDIDATES") if f["parcel"] == "K0"]


def test_a_ratio_of_0_is_neither_good_nor_bad(h, given):
    fields = "DKBH:string,XZRJL:double,HTRJL:double,XZTZQD:double,HTTZQD:double"
    rows = [(h.box_wkt(0, 0), "K0", 0.0, 1.2, 0.0, 300.0), (h.box_wkt(200, 0), "K1", 0.1, 1.2, 350.0, 300.0)]
    told = h.Feedback()
    sinks = {name: "memory:" for name in OUTPUTS}
    result = h.run("landfirmtax", told, **{**given, "PARCELS": h.layer("land", rows, fields)}, **sinks)
    assert [f["parcel"] for f in features(result, "CANDIDATES")] == ["K1"]
    assert "2 number(s) of parcels are 0" in "\n".join(told.lines)


def test_the_tax_that_the_layer_states_is_held_against_its_contract_where_no_firm_is_known(h, given):
    fields = "DKBH:string,XZMJSS:double,HTMJSS:double"
    rows = [
        (h.box_wkt(200 * n, 0), f"K{n}", *taxes) for n, taxes in enumerate(((5.0, 20.0), (25.0, 20.0), (0.0, 20.0)))
    ]
    sinks = {name: "memory:" for name in OUTPUTS}
    result = h.run("landfirmtax", None, **{**given, "PARCELS": h.layer("land", rows, fields)}, **sinks)
    (listed,) = features(result, "CANDIDATES")
    assert listed["parcel"] == "K0" and "5.00" in listed["reasons"]
    assert "Stated tax" in listed["reasons"] or "填报" in listed["reasons"]


def test_nothing_of_a_firm_reaches_the_log_or_a_masked_output(h, given, tmp_path):
    told = h.Feedback()
    report = tmp_path / "land.html"
    sinks = {name: str(tmp_path / f"{name}.gpkg") for name in OUTPUTS}
    result = h.run("landfirmtax", told, REPORT=str(report), **given, **sinks)
    written = "\n".join(told.lines) + report.read_text(encoding="utf-8")
    written += str([f.attributes() for name in OUTPUTS for f in features(result, name)])
    for secret in ("甲乙机械有限公司", "丙丁纺织有限", "戊己食品", code(0), code(1), code(2)):
        assert secret not in written.replace("*", ""), secret


def test_a_year_that_is_not_there_is_told(h, given):
    with pytest.raises(Exception, match="2024.*2025"):
        h.run("landfirmtax", None, YEAR=2019, PARCEL_RESULTS="memory:", CANDIDATES="memory:", **given)

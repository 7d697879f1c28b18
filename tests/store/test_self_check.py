"""The self-check before a project is handed in: each rigid item stops it, soft ones warn, and there is no way round."""

import json

import pytest
import shapely
from onemap.plugin.core.errors import CatalogueError, InputError
from onemap.plugin.core.forms.schema import form_from_schema, load_form
from onemap.plugin.core.forms.self_check import items_of, read_items
from onemap.plugin.store.cases_acts import Reason
from onemap.plugin.store.self_check import SelfCheckRefused
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.self_checks import (
    DISTRICT,
    FORM,
    SITE,
    check_round,
    control_layer,
    county,
    good_site,
    hand_in,
    outcomes,
)
from onemap.tests.support.workspaces import assert_intact, raw


@pytest.fixture
def ws(tmp_path):
    with county(tmp_path / "county.gpkg") as made:
        yield made


@pytest.fixture
def layer(tmp_path):
    return control_layer(tmp_path)


def test_four_square_kilometres_on_permanent_farmland_stated_as_a_hectare_do_not_pass(ws, layer):
    record = good_site(ws, area_m2=10_000)
    ws.cases.freeze("A 审查", check_round([SITE], layer, {"YJJBNT": ("conflict", "prohibit")}), "wang")
    ws.change_status(FORM, record, "ready", "wang")
    with pytest.raises(SelfCheckRefused) as refused:
        ws.change_status(FORM, record, "submitted", "zhao")
    assert {one.item.code for one in refused.value.result.items if one.problem} == {"SC-04", "SC-10"}
    assert ws.record(FORM, record)["status"] == "ready" and not ws.outbox.entries()
    assert [row["act"] for row in ws.audit.rows(record) if row["subject"] == "self-check"] == ["self-check refused"]
    assert_intact(ws)


def test_a_project_with_everything_goes_and_the_chain_says_by_which_check(ws, layer):
    record = good_site(ws)
    ws.cases.freeze("A 审查", check_round([SITE], layer), "wang")
    hand_in(ws, record)
    assert [e.item for e in ws.outbox.entries()] == [record]
    reported = ws.audit.state_of("self-check", record)
    assert (
        reported["evidence"] == "A 审查 1"
        and set(reported["items"].values()) == {"passed"}
        and reported["form"] == FORM
    )
    assert_intact(ws)


CASES = {
    "no polygon": ({"geometry": None}, {"SC-01"}),
    "a bow tie": ({"geometry": shapely.to_wkb(shapely.from_wkt(
        "MULTIPOLYGON(((119.1 30.1,119.12 30.12,119.12 30.1,119.1 30.12,119.1 30.1)))"))}, {"SC-02", "SC-04", "SC-07"}),
    "outside the county": ({"geometry": shapely.to_wkb(shapely.MultiPolygon(
        [shapely.box(119.29, 30.1, 119.31, 30.118)]))}, {"SC-03", "SC-07"}),
    "no area": ({"area_m2": None}, {"SC-04"}),
    "an area off by two square metres in ten thousand": ({"area_m2": 3_900_000.0}, {"SC-04"}),
    "a land use of no dictionary": ({"land_use": "随便"}, {"SC-06"}),
    "no material": ({"materials": []}, {"SC-12"}),
    "a material that is not here": ({"materials": [{"name": "a.pdf", "sha256": "0" * 64, "bytes": 1}]}, {"SC-12"}),
    "a polygon moved by a metre since the check": ({"geometry": shapely.to_wkb(
        shapely.transform(SITE, lambda xy: xy + [1e-5, 0]))}, {"SC-07"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_fault_is_found_by_its_item(ws, layer, case):
    changes, expected = CASES[case]
    record = good_site(ws, **changes)
    ws.cases.freeze("A", check_round([SITE], layer), "wang")
    found = outcomes(ws, record)
    assert expected <= set(found) <= expected | {"SC-04"} and set(found.values()) == {"failed"}, found
    with pytest.raises((SelfCheckRefused, InputError)):
        hand_in(ws, record)
    assert not ws.outbox.entries()


def test_the_check_has_to_be_of_these_control_layers(ws, layer, tmp_path):
    record = good_site(ws)
    assert outcomes(ws, record) == {"SC-07": "failed"}  # nobody checked
    ws.cases.freeze("A", check_round([SITE], layer), "wang")
    assert outcomes(ws, record) == {}
    layer.write_text("another year's lines", encoding="utf-8")
    assert outcomes(ws, record) == {"SC-08": "failed"}
    layer.unlink()
    assert outcomes(ws, record) == {
        "SC-08": "warned"
    }  # what cannot be read is not taken for unchanged, nor for changed
    control_layer(tmp_path)
    newer = tmp_path / "next.gpkg"
    newer.write_text("lines of next year", encoding="utf-8")
    other = shapely.MultiPolygon([shapely.box(119.2, 30.1, 119.21, 30.11)])
    ws.cases.freeze("B", check_round([other], newer), "wang")  # the county has newer lines by now
    assert outcomes(ws, record) == {"SC-08": "failed"}
    ws.cases.freeze("A", check_round([SITE], newer), "wang")
    assert outcomes(ws, record) == {}


def test_lines_that_must_be_checked_and_conclusions(ws, layer):
    record = good_site(ws)
    ws.cases.freeze("A", check_round([SITE], layer, {"YJJBNT": ("not_checked", ""), "STBHHX": ("failed", "")}), "wang")
    assert outcomes(ws, record) == {"SC-09": "failed", "SC-10": "failed", "SC-11": "warned"}
    ws.cases.freeze("A", check_round([SITE], layer, {"CZKFBJ": ("conflict", "conditional")}), "wang")
    assert outcomes(ws, record) == {"SC-11": "warned"}
    hand_in(ws, record)  # soft items warn
    assert len(ws.outbox.entries()) == 1


def test_a_finding_accepted_with_a_reason_no_longer_stops(ws, layer):
    record = good_site(ws)
    info = ws.cases.freeze("A", check_round([SITE], layer, {"YJJBNT": ("conflict", "prohibit")}), "wang")
    assert outcomes(ws, record) == {"SC-10": "failed"}
    (override,) = ws.cases.override(info, [0], Reason("approved", "省批准占用", "", ""), "zhao")
    assert outcomes(ws, record) == {}
    ws.cases.withdraw(override, "zhao")
    assert outcomes(ws, record) == {"SC-10": "failed"}


def test_a_county_without_a_boundary_is_told_so(tmp_path, layer):
    with county(tmp_path / "bare.gpkg", None) as ws:
        ws.cases.freeze("A", check_round([SITE], layer), "wang")
        assert outcomes(ws, good_site(ws)) == {"SC-03": "warned"}


def test_a_project_along_the_boundary_may_touch_it(tmp_path, layer):
    edge = shapely.MultiPolygon([shapely.box(119.28, 30.1, 119.3 + 4e-6, 30.118)])  # 0.4 m over the line
    with county(tmp_path / "edge.gpkg", DISTRICT) as ws:
        ws.cases.freeze("A", check_round([edge], layer), "wang")
        assert "SC-03" not in outcomes(ws, good_site(ws, geometry=shapely.to_wkb(edge)))


def test_an_edition_that_says_nothing_keeps_the_check_and_one_that_says_none_has_none():
    silent, none = (json.loads(json.dumps(load_form(FORM).schema)) for _ in range(2))
    del silent["x-self-check"]
    none["x-self-check"] = []
    assert items_of(form_from_schema(silent)) == items_of(load_form(FORM)) != ()
    assert items_of(form_from_schema(none)) == () == items_of(load_form("plan_org"))
    with pytest.raises(CatalogueError):
        read_items([{"code": "X", "kind": "colour", "level": "rigid"}], FORM)


def test_a_workspace_of_before_takes_the_edition_with_the_check_when_it_is_opened(tmp_path):
    file = tmp_path / "old.gpkg"
    county(file).close()
    raw(file, "DELETE FROM onemap_form WHERE form = 'project_site'")
    with Workspace.open(file) as ws:
        assert ws.self_check.applies(ws.form(FORM))


def test_a_project_handed_in_by_a_check_of_a_layer_that_has_a_new_version_is_marked(ws, layer):
    from types import SimpleNamespace

    from onemap.plugin.store.dependants import flag_stale, stale_records, stale_rounds

    record, form = good_site(ws), ws.form(FORM)
    ws.cases.freeze("A 审查", check_round([SITE], layer), "wang")
    hand_in(ws, record)
    assert stale_rounds(ws) == {} and stale_records(ws, form) == {}
    version = SimpleNamespace(layer="YJJBNT", version=2, sha256="0" * 64)
    assert [one.kind for one in flag_stale(ws, layer, [version], "wang")] == ["case", "record"]
    assert list(stale_rounds(ws).values()) == [["YJJBNT"]]
    assert stale_records(ws, form) == {record: ["YJJBNT"]}
    assert all(stale_records(ws, one) == {} for one in ws.forms() if one.id != FORM)
    assert_intact(ws)

"""What is named of projects and control layers beside each other: it contradicts, may be one thing, or is of no use."""


def test_keys_places_and_districts_that_contradict_are_named(h):
    rows = [("A-1", "330110"), ("Ａ-1", "330726"), ("B", "330110")]
    projects = h.layer(
        "projects",
        [(h.box_wkt(0, 0) if key != "B" else h.box_wkt(300, 0), key, code) for key, code in rows],
        "XMBH:string,XZQDM:string",
    )
    county = h.layer("XZQ", [(h.box_wkt(-1000, -1000, 5000), "330110000", "甲县")], "XZQDM:string,XZQMC:string")
    control = h.layer("YJJBNTTB_330110", [(h.box_wkt(0, 50), "1"), (None, "2")], "BSM:string")
    feedback = h.Feedback()
    found = h.verdicts(h.check(projects, [control], feedback, CONTROL_EXTENT=county))
    told = "\n".join(feedback.lines)
    assert found["B", "YJJBNT"]["status"] == "clear" and not found["B", "YJJBNT"]["reason"]
    assert "A-1 = Ａ<U+FF21>-1" in told and "same polygon (A-1 = Ａ-1)" in told
    assert 'another than the one they lie in by "XZQ": Ａ-1.' in told
    assert '1 of 2 features of "YJJBNTTB_330110" have no geometry' in told


def test_a_project_of_another_county_than_the_control_lines_says_so(h):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A", "330726")], "XMBH:string,XZQDM:string")
    control = h.layer("330110YJJBNTTB", [(h.box_wkt(50, 500), "1"), (h.box_wkt(-500, -500), "1")], "BSM:string")
    verdict = h.verdicts(h.check(projects, [control]))["A", "YJJBNT"]
    assert verdict["status"] == "clear" and "330726" in verdict["reason"] and "330110" in verdict["reason"]


def test_the_divisions_of_a_report_tell_of_another_district(h, tmp_path):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A", "330726")], "XMBH:string,XZQDM:string")
    control = h.layer("YJJBNTTB", [(h.box_wkt(50, 0), "1")], "BSM:string")
    towns = h.layer("towns", [(h.box_wkt(-1000, -1000, 5000), "330110003", "竹山镇")], "XZQDM:string,XZQMC:string")
    h.check(projects, [control], DIVISIONS=towns, REPORT=str(tmp_path / "r.html"))
    assert "与图层“towns”中所在的行政区不一致：A" in (tmp_path / "r.html").read_text("utf-8")


def test_layers_of_one_line_that_are_old_empty_or_the_same_are_named(h):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    rows = [(h.box_wkt(50, 500), "1"), (h.box_wkt(-500, -500), "1")]
    old, new = (h.layer(f"YJJBNTTB_{year}", rows, "BSM:string") for year in (2020, 2025))
    empty, feedback = h.layer("YJJBNT", [], "BSM:string"), h.Feedback()
    h.check(projects, [old, new, empty, new], feedback, REVIEW_DATE="2024-06-01")
    told = "\n".join(feedback.lines)
    assert "YJJBNTTB_2020: 2020; YJJBNTTB_2025: 2025" in told and "after the review date 2024-06-01" in told
    assert 'Layer "YJJBNT" of control line YJJBNT holds no features' in told
    assert "YJJBNTTB_2025 was given more than once" in told


def test_a_clear_verdict_of_a_filtered_layer_says_so_itself(h):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    control = h.layer("YJJBNTTB", [(h.box_wkt(50, 0), "1"), (h.box_wkt(50, 500), "2")], "BSM:string")
    other = h.layer("STBHHX", [(h.box_wkt(-500, -500), "1"), (h.box_wkt(500, 500), "1")], "BSM:string")
    control.setSubsetString("\"BSM\" <> '1'")
    found = h.verdicts(h.check(projects, [control, other]))
    assert found["A", "YJJBNT"]["status"] == "clear" and "filter" in found["A", "YJJBNT"]["reason"]
    assert found["A", "STBHHX"]["status"] == "clear" and not found["A", "STBHHX"]["reason"]


def test_land_inside_an_old_boundary_only_says_so(h):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    old, new = (
        h.layer(f"CZKFBJ_{year}", [(h.box_wkt(at, at, 900), "1")], "") for year, at in ((2018, -50), (2023, 500))
    )
    feedback = h.Feedback()
    both = h.verdicts(h.check(projects, [old, new], feedback))["A", "CZKFBJ"]
    assert both["status"] == "clear" and "CZKFBJ_2018: 2018" in both["reason"]
    assert any("older boundary" in line for line in feedback.lines)
    assert not h.verdicts(h.check(projects, [old]))["A", "CZKFBJ"]["reason"]


def test_a_layer_named_much_like_a_line_is_named_first_when_it_was_not_used(h):
    projects = h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string")
    used, other, plain = (
        h.layer(n, [(h.box_wkt(0, 500), "1")], "BSM:string") for n in ("STBHHX", "YJJBNT_east", "roads")
    )
    feedback = h.Feedback()
    h.check(projects, [used, other, plain], feedback)
    told = [line for line in feedback.lines if "not used" in line]
    assert "begins like control line YJJBNT" in told[0] and '"roads" matches no control line' in told[1]

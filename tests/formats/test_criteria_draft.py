"""Criteria while they are edited: what is loaded is what is saved, and a change is what it says."""

import pytest


@pytest.fixture(params=["industrial_15mu", "suitability_s32"])
def example(request):
    from onemap.plugin.formats.rules.criteria_files import FOLDER

    return FOLDER / f"{request.param}.yaml"


def test_a_file_comes_back_as_it_was_with_its_head_comment(example, tmp_path):
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft
    from onemap.plugin.formats.rules.criteria_files import load_criteria

    draft = CriteriaDraft.load(example)
    assert not draft.is_changed
    draft.save(tmp_path / "again.yaml")
    again = CriteriaDraft.load(tmp_path / "again.yaml")
    assert again.document == draft.document
    assert again.text().splitlines()[0] == example.read_text(encoding="utf-8").splitlines()[0]
    first, second = load_criteria(example), load_criteria(tmp_path / "again.yaml")
    assert (first.constraints, first.factors, first.layers) == (second.constraints, second.factors, second.layers)


def test_judgements_follow_their_factors():
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    draft = CriteriaDraft.new("t")
    group = draft.factors
    group.update(children=[{"id": "a"}, {"id": "b"}], matrix=[[1, 3], ["1/3", 1]])
    draft.add_child(group, {"id": draft.free_id("a")})
    assert group["matrix"] == [[1, 3, 1], ["1/3", 1, 1], [1, 1, 1]] and group["children"][2]["id"] == "a1"
    draft.remove_child(group, 1)
    assert group["matrix"] == [[1, 1], [1, 1]]
    draft.remove_child(group, 0)
    assert "matrix" not in group
    assert draft.is_changed and draft.text().startswith("name: t")


def test_mistakes_of_a_draft_are_told_as_those_of_a_file(example):
    from onemap.plugin.core.errors import CatalogueError
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    draft = CriteriaDraft.load(example)
    draft.constraints.append({**draft.constraints[0], "kind": "nonsense"})
    with pytest.raises(CatalogueError) as reported:
        draft.check()
    assert "nonsense" in str(reported.value) and f"constraints.{len(draft.constraints) - 1}" in str(reported.value)


def test_a_place_that_cannot_be_written_is_told(example, tmp_path):
    from onemap.plugin.core.errors import OutputError
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    with pytest.raises(OutputError):
        CriteriaDraft.load(example).save(tmp_path / "no" / "such" / "folder.yaml")


def test_saving_keeps_the_comments_of_a_person(example, tmp_path):
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    file = tmp_path / "c.yaml"
    text = example.read_text(encoding="utf-8").replace("constraints:", "# 张工 3 月改\nconstraints:", 1)
    file.write_text(text, encoding="utf-8")
    draft = CriteriaDraft.load(file)
    draft.document["name"] = "新名"
    draft.save(file)
    assert "# 张工 3 月改" in file.read_text(encoding="utf-8") and CriteriaDraft.load(file).document["name"] == "新名"


def test_an_unchanged_document_is_its_file_and_is_merged_once_after_a_change(tmp_path, monkeypatch):
    from onemap.plugin.formats.rules import criteria_draft
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft

    path = tmp_path / "c.yaml"
    before = "# 导则\nname:   甲 # 名称\nversion: '1'\nsources: {}\nlayers: {}\nconstraints: []\n"
    path.write_text(before, encoding="utf-8")
    calls, merged = [], criteria_draft.merged_text
    monkeypatch.setattr(criteria_draft, "merged_text", lambda *given: calls.append(1) or merged(*given))
    draft = CriteriaDraft.load(path)
    assert draft.text() == before and not calls
    assert draft.factors == {"children": []} and draft.text() == before, "an empty group is no change"
    draft.document["name"] = "乙"
    assert "name: 乙" in draft.text().replace("   ", " ") and "# 导则" in draft.text() and len(calls) == 1
    draft.document["version"] = "2"
    assert draft.text().count("2") == 1 and len(calls) == 2


def test_every_example_offered_on_the_page_is_a_criteria_file():
    from onemap.plugin.formats.rules.criteria_files import examples, read_document

    names = [read_document(path).data["name"] for path in examples()]
    assert len(names) >= 2 and all(names)


def test_a_draft_is_checked_without_text_or_files(example, monkeypatch):
    from onemap.plugin.core.errors import CatalogueError
    from onemap.plugin.formats.rules import criteria_draft
    from onemap.plugin.formats.rules.criteria_draft import CriteriaDraft
    from onemap.plugin.formats.rules.criteria_files import load_criteria

    draft = CriteriaDraft.load(example)
    for name in ("merged_text", "fresh_text"):
        monkeypatch.setattr(criteria_draft, name, lambda *given: pytest.fail("a check needs no text"))
    monkeypatch.setattr("tempfile.TemporaryDirectory", lambda *given: pytest.fail("a check needs no file"))
    made, read = draft.check(), load_criteria(example)
    assert (made.constraints, made.factors, made.layers) == (read.constraints, read.factors, read.layers)
    assert draft.digest() == read.sha256 != made.sha256
    draft.constraints.append({"id": "x", "kind": "nonsense"})
    with pytest.raises(CatalogueError) as caught:
        draft.check()
    place = f"constraints.{len(draft.constraints) - 1}"
    assert place in str(caught.value) and all(line == 0 for _, line, *_ in caught.value.mistakes)
    assert "0" not in str(caught.value).split(place)[0].split("\n")[-1], "what was not read has no line"

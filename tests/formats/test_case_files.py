"""Kinds of cases, reasons, opinions: what ships is whole and marked as a proposal, an edit gone wrong is told."""

import pytest
import yaml
from onemap.plugin.core.errors import CatalogueError
from onemap.plugin.core.review.rounds import RoundSummary
from onemap.plugin.formats.rules import case_files

NAMES = ("case_kinds.yaml", "override_reasons.yaml", "opinion_templates.yaml")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An office's own copy of the files."""
    for name in NAMES:
        (tmp_path / name).write_bytes((case_files._FOLDER / name).read_bytes())
    monkeypatch.setattr(case_files, "_FOLDER", tmp_path)
    yield tmp_path
    monkeypatch.undo()
    case_files.case_kinds.cache_clear()
    case_files.reason_kinds.cache_clear()


def test_what_ships_is_marked_as_a_proposal():
    for name in NAMES:
        assert yaml.safe_load((case_files._FOLDER / name).read_text(encoding="utf-8"))["confidence"] == "proposal"
    assert {kind.id for kind in case_files.case_kinds()} >= {"plan_review", "plan_adjustment", "land_use_compliance"}
    assert all(len(kind.signers) == 2 and kind.zh and kind.en for kind in case_files.case_kinds())
    assert [reason.id for reason in case_files.reason_kinds()] == ["exception", "approval", "measured_error", "other"]


@pytest.mark.parametrize("kind", [k.id for k in case_files.case_kinds()] + [""])
def test_every_kind_has_an_opinion_with_its_numbers(kind):
    text = case_files.opinion(kind, "一期", 3, RoundSummary(projects=24, prohibited=17), 2)
    assert "“一期”第3轮" in text and "24个" in text and "17个" in text and "{" not in text


@pytest.mark.parametrize(
    "file, old, new, ask",
    [
        ("case_kinds.yaml", "signers:", "sigers:", case_files.case_kinds),
        ("override_reasons.yaml", "ask:", "asks:", case_files.reason_kinds),
        ("opinion_templates.yaml", "{projects}", "{project}", lambda: opinion_of("plan_review")),
        ("opinion_templates.yaml", "{projects}", "{", lambda: opinion_of("plan_review")),
    ],
)
def test_an_edit_gone_wrong_names_the_file(folder, file, old, new, ask):
    place = folder / file
    place.write_text(place.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    case_files.case_kinds.cache_clear()
    case_files.reason_kinds.cache_clear()
    with pytest.raises(CatalogueError, match=file):
        ask()


def opinion_of(kind):
    return case_files.opinion(kind, "一期", 1, RoundSummary(), 0)

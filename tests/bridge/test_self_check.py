"""What the check tells of its own second computation."""

from onemap.plugin.bridge.review.preparing import Review
from onemap.plugin.core.land import pair_cuts


def test_the_report_says_that_a_sample_differed(monkeypatch):
    monkeypatch.setattr(Review, "_all", lambda review: [])
    assert "cut_self_check" not in [remark.code for remark in Review().remarks()]
    monkeypatch.setattr(pair_cuts.self_check, "has_failed", True)
    first = Review().remarks()[0]
    assert first.code == "cut_self_check" and "重新运行" in first.text("zh")

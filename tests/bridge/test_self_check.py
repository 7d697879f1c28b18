"""What the check says of its own second computation."""

from onemap.plugin.bridge.review.preparing import Review
from onemap.plugin.bridge.review.running import ReviewResult
from onemap.plugin.core.land import pair_cuts


def test_the_report_says_that_a_sample_differed(monkeypatch):
    result = ReviewResult(Review.of_rules(), None, [])
    assert "cut_self_check" not in [remark.code for remark in result.remarks()]
    monkeypatch.setattr(pair_cuts.self_check, "has_failed", True)
    first = result.remarks()[0]
    assert first.code == "cut_self_check" and "重新运行" in first.text("zh")

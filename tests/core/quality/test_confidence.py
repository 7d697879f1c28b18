"""How sure a fact is, in the reader's language; what its file says after it stays."""

import pytest
from onemap.plugin.core.quality.confidence import confidence_text


@pytest.mark.parametrize("given, zh", [
    ("proposal 示例：虚构", "建议；示例：虚构"), ("memory - verify", "凭记忆，待核"), ("seen", "见公开资料"),
    ("", "—"), ("本单位核对", "本单位核对"),
])  # fmt: skip
def test_the_kind_is_in_chinese(given, zh):
    assert confidence_text(given, "zh") == zh
    assert confidence_text("proposal", "en") == "proposal"

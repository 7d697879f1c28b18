"""Where two texts differ: what a person sees marked when one of the two has to be chosen."""

import pytest
from onemap.plugin.core.forms.text_difference import differing

LONG = "项目位于示例镇东侧，用地面积 12.50 公顷，其中耕地 3.20 公顷，已落实占补平衡。"


def marked(text, spans):
    return [text[span.start : span.start + span.length] for span in spans]


@pytest.mark.parametrize(
    "one, other, mine, theirs",
    [
        (LONG, LONG, [], []),
        (LONG, LONG.replace("12.50", "12.80"), ["12.50"], ["12.80"]),
        (LONG, LONG.replace("东侧", "西侧").replace("3.20", "4"), ["东", "3.20"], ["西", "4"]),
        (LONG, LONG.replace("，其中耕地 3.20 公顷", ""), ["其中耕地 3.20 公顷，"], []),
        (LONG, LONG + "另附图。", [], ["另附图。"]),
        ("另" + LONG, LONG, ["另"], []),
        ("甲方同意", "乙方同意", ["甲"], ["乙"]),
        ("甲乙丙丁戊己庚辛", "子乙丑丁戊己庚辛", ["甲乙丙"], ["子乙丑"]),  # one character in between is no reason
        ("一\n二三四五六七八九", "甲\n乙三四五六七八九", ["一", "二"], ["甲", "乙"]),
        ("同意", "不批准", [], []),  # other texts
        ("", "有", [], []),
        ("", "", [], []),
        ("x" * 9, "x" * 8, [], []),  # one word each
    ],
)
def test_what_differs_is_marked(one, other, mine, theirs):
    seen, seen_there = differing(one, other)
    assert (marked(one, seen), marked(other, seen_there)) == (mine, theirs)
    assert differing(other, one) == (seen_there, seen)


def test_very_long_texts_are_not_compared_word_by_word():
    one, other = ("".join(chr(0x4E00 + (n * step) % 9000) for n in range(4000)) for step in (7, 11))
    same = "此处相同" * 3000
    assert marked(same + one + same, differing(same + one + same, same + other + same)[0]) == [one[1:]]

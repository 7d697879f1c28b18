import re

from onemap.plugin.core.messages import catalogue
from onemap.plugin.core.quality.defects import Defect, Severity, item_of_check, items


def test_every_item_has_its_own_code_check_and_texts():
    assert len(item_of_check()) == len(items()) > 50
    for code, item in items().items():
        assert re.fullmatch(r"Q[1-7]\d\d", code) and int(code[1]) == item.stage
        assert item.confidence and item.reference
        for language in ("en", "zh"):
            assert item.title(language)
            wanted = set(re.findall(r"{(\w+)}", catalogue()[f"defect_{code}"][language]))
            assert wanted <= {"layer", "value", "wanted", "field", "other", "place", "count", "fid"}


def test_a_defect_says_what_was_found_and_what_is_asked_for():
    defect = Defect("Q402", Severity.A, "DLTB", 7, "1", "0199", "DLBM", params={"field": "DLBM"})
    assert defect.text("en") == "Field DLBM: 0199 is not in the code list DLBM"
    assert "0199" in defect.text("zh")

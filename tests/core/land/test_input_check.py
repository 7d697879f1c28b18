"""The entries of an input's check: the worst is never hidden by a better one."""

from onemap.plugin.core import messages
from onemap.plugin.core.land.input_check import CheckEntry, CheckItem, CheckState, InputCheck
from onemap.plugin.core.land.remarks import Repair


def test_a_worse_entry_takes_the_place_of_an_ok_and_never_the_other_way():
    check = InputCheck()
    check.add(CheckItem.FILES)
    check.add(CheckItem.FILES)
    assert check.entries == [CheckEntry(CheckItem.FILES)] and check.state() == CheckState.OK
    check.add(CheckItem.FILES, CheckState.REMARK, "file_missing", file="a.shx")
    check.add(CheckItem.FILES)
    assert [(e.state, e.code, e.params) for e in check.entries] == [
        (CheckState.REMARK, "file_missing", {"file": "a.shx"})
    ]
    assert check.state() == CheckState.REMARK


def test_every_fault_of_an_item_is_kept_once_and_other_items_stay():
    check = InputCheck()
    check.add(CheckItem.INDEX)
    check.add(CheckItem.FILES, CheckState.FAILED, "file_cut_short", file="a.shp", bytes=1, stated=2)
    check.add(CheckItem.FILES, CheckState.REMARK, "file_missing", file="a.shx")
    check.add(CheckItem.FILES, CheckState.FAILED, "file_cut_short", file="a.shp", bytes=1, stated=2)
    assert [e.item for e in check.entries] == [CheckItem.INDEX, CheckItem.FILES, CheckItem.FILES]
    assert [e.code for e in check.entries] == ["", "file_missing", "file_cut_short"]
    assert check.state() == CheckState.FAILED
    check.add(CheckItem.INDEX, CheckState.REMARK, "file_missing", file="x")
    assert [e.state for e in check.entries if e.item == CheckItem.INDEX] == [CheckState.REMARK]


def test_words_are_there_only_where_there_is_something_to_say():
    assert CheckEntry(CheckItem.FILES).text() == ""
    entry = CheckEntry(CheckItem.FILES, CheckState.REMARK, "file_missing", {"file": "a.shx"})
    assert "a.shx" in entry.text() and entry.text("zh") == messages.text("file_missing", language="zh", file="a.shx")
    assert entry.text("zh") != entry.text("en")
    titles = {item.value: CheckEntry(item).title("zh") for item in CheckItem}
    assert len(set(titles.values())) == len(CheckItem)


def test_a_repair_says_what_was_gained_or_lost():
    assert Repair("l", 1, "bow", 10.0, 12.5).change_m2 == 2.5 and Repair("l", 1, "bow", 10.0, 4.0).change_m2 == -6.0

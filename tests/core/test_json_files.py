"""JSON files from outside are read within bounds."""

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.json_files import read_json_object

ODD = {
    "deep": "[" * 100_000,
    "deep object": '{"a":' * 200 + "1" + "}" * 200,
    "many": '{"a": [' + "1," * 500_000 + "1]}",
    "large": '{"a": "' + "x" * 9_000_000 + '"}',
    "number": '{"a": ' + "9" * 6000 + "}",
    "list": "[]",
    "empty": "",
    "binary": "\0\1",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_files_end_in_words(tmp_path, text):
    (tmp_path / "odd.json").write_text(text)
    try:
        found = read_json_object(tmp_path / "odd.json")
    except InputError as error:
        assert "odd.json" in str(error)
        return
    assert text == ODD["number"] and len(found) == 1  # a Python that reads long numbers


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "good.json").write_text('\ufeff{"a": {"b": [1, 2]}}', encoding="utf-8")
    assert read_json_object(tmp_path / "good.json") == {"a": {"b": [1, 2]}}
    with pytest.raises(InputError):
        read_json_object(tmp_path / "none.json")

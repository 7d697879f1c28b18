"""What the system says is told in the language of the message that quotes it, wherever the message is made."""

import errno
import json
import os
import sqlite3
from pathlib import Path

import pytest
from onemap.plugin.core import messages, system_errors
from onemap.plugin.core.errors import OutputError
from onemap.plugin.paths import RESOURCES

ROWS = json.loads((RESOURCES / "system" / "errors.json").read_text(encoding="utf-8"))
NAMES = [name for row in ROWS for name in row["errno"]]


def told(value, language="zh"):
    return messages.text("output_not_writable", language, path="/data/o.xlsx", error=value)


def has_latin(text):
    return any(sign.isascii() and sign.isalpha() for sign in text.replace("/data/o.xlsx", ""))


@pytest.mark.parametrize("name", NAMES)
def test_every_known_error_is_told_in_the_language_of_the_message(name):
    error = OSError(getattr(errno, name), os.strerror(getattr(errno, name)), "/data/o.xlsx")
    for value in (error, str(error), error.strerror, f"{error.strerror}: '/data/o.xlsx'"):
        assert not has_latin(told(value)) and "Errno" not in told(value)
        assert error.strerror in told(value, "en")


@pytest.mark.parametrize(
    "said", [wording for row in ROWS for wording in row["en"]] + ["[WinError 5] Access is denied: '/data/o.xlsx'"]
)
def test_every_wording_is_told_in_chinese(said):
    assert not has_latin(told(said)) and said.split("] ")[-1] in told(said, "en")


def test_what_the_system_really_says(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        open(tmp_path / "none")
    error = OutputError("output_not_writable", path="x", error=caught.value.strerror or caught.value)
    assert "找不到文件" in messages.translated(error.message, "zh") and "No such file" in str(error)
    with pytest.raises(sqlite3.OperationalError) as refused:
        sqlite3.connect(f"file:{tmp_path / 'no' / 'such'}?mode=ro", uri=True)
    assert "无法打开数据库文件" in told(refused.value)


@pytest.mark.parametrize(
    "value", ["Permission deniedness", "The line Permission denied", 5, None, "", "图层 a", Path("File exists")]
)
def test_other_texts_stay_as_they_are(value):
    assert system_errors.in_language(value, "zh") == value


def test_the_numbers_of_the_catalogue_are_numbers_of_some_system():
    windows = {"EDQUOT", "ESTALE", "EHOSTDOWN", "ETXTBSY"}
    assert [name for name in NAMES if not hasattr(errno, name) and name not in windows] == []

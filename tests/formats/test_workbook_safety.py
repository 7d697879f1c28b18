"""What must not be read is refused with a reason: old, encrypted, damaged, hostile files; every real workbook has an answer."""

import shutil
import struct
import zipfile

import pytest
from onemap.plugin.core import messages
from onemap.plugin.core.errors import InputError
from onemap.plugin.core.forms.schema import FORM_IDS, FormValidator, load_form
from onemap.plugin.formats.workbook.intake import WorkbookImport
from onemap.plugin.formats.workbook.safety import survey
from onemap.tests.support.long_runs import LONG
from onemap.tests.support.workbooks import sheet_file, taken


def refusal(path):
    with pytest.raises(InputError) as caught:
        survey(path)
    assert caught.value.params["file"] == path.name
    for language in ("en", "zh"):
        assert path.name in messages.text(caught.value.code, language=language, **caught.value.params)
    return caught.value.code


@pytest.fixture
def good(tmp_path):
    return sheet_file(
        tmp_path / "good.xlsx",
        ("甲", [["行政村代码", "行政村名称", "村庄分类"], ["330110100201", "上塘村", "集聚提升类"]], ["A5:B6"]),
    )


def with_part(source, target, name, content):
    """A copy of a workbook with one part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return target


def test_a_good_workbook_passes_and_tells_its_merges(good):
    assert survey(good).merges == {"xl/worksheets/sheet1.xml": [(5, 1, 6, 2)]}


def test_other_files(tmp_path):
    for name, content, code in (
        ("none.xlsx", None, "workbook_missing"),
        ("empty.xlsx", b"", "workbook_empty_file"),
        ("page.xls", b"<html><table></table></html>", "workbook_not_excel"),
        ("list.xlsx", "村,人口\n".encode("gb18030"), "workbook_not_excel"),
        ("~$open.xlsx", b"\x05staff", "workbook_lock_file"),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 50, "workbook_corrupt"),
    ):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        assert refusal(path) == code, name


def test_a_zip_that_is_no_workbook_and_a_binary_one(tmp_path):
    for name, part, code in (
        ("a.xlsx", "readme.txt", "workbook_not_excel"),
        ("b.xlsx", "xl/workbook.bin", "workbook_xlsb"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(part, "x")
        assert refusal(tmp_path / name) == code


def test_an_encrypted_package_is_told_from_an_old_workbook(tmp_path):
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    (tmp_path / "locked.xlsx").write_bytes(ole + b"\0" * 5000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 400)
    (tmp_path / "old.xlsx").write_bytes(ole + b"\0" * 5000 + "Workbook".encode("utf-16-le"))
    assert refusal(tmp_path / "locked.xlsx") == "workbook_password"
    assert refusal(tmp_path / "old.xlsx") == "workbook_xls"


def test_real_old_workbooks_are_refused_by_name(shared_data):
    for file in (shared_data / "excel_cn" / "LooWooTech").glob("*.xls"):
        assert refusal(file) == "workbook_xls"


def test_damage_anywhere_is_found(good, tmp_path):
    content = bytearray(good.read_bytes())
    (tmp_path / "short.xlsx").write_bytes(content[: len(content) // 2])
    assert refusal(tmp_path / "short.xlsx") == "workbook_corrupt"
    with zipfile.ZipFile(good) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    start = part.header_offset + 30 + len(part.filename) + 20
    content[start] ^= 0xFF
    (tmp_path / "bit.xlsx").write_bytes(content)
    assert refusal(tmp_path / "bit.xlsx") == "workbook_corrupt"


def test_rows_that_break_off_undo_the_import(good, tmp_path):
    sheet = zipfile.ZipFile(good).read("xl/worksheets/sheet1.xml")
    broken = with_part(
        good,
        tmp_path / "broken.xlsx",
        "xl/worksheets/sheet1.xml",
        sheet.replace(b"</sheetData>", b"<row r='3'><c r='A3'>"),
    )
    with pytest.raises(InputError) as caught:
        taken(broken)
    assert caught.value.code == "workbook_row_corrupt" and caught.value.params["sheet"] == "甲"


def test_bombs(good, tmp_path):
    flat = with_part(good, tmp_path / "flat.xlsx", "xl/sharedStrings.xml", b"<sst>" + b" " * (64 << 20) + b"</sst>")
    assert flat.stat().st_size < 200_000
    assert refusal(flat) == "workbook_bomb"
    many = tmp_path / "many.xlsx"
    shutil.copy(good, many)
    with zipfile.ZipFile(many, "a") as archive:
        for number in range(6000):
            archive.writestr(f"xl/{number}.xml", "")
    assert refusal(many) == "workbook_bomb"


def test_a_part_that_lies_about_its_size(good, tmp_path):
    """The directory says 100 bytes, the stream holds 64 MB: what is inflated is cut there, and the checksum betrays it."""
    flat = with_part(good, tmp_path / "flat.xlsx", "xl/media/a.bin", b"\0" * (64 << 20))
    content = bytearray(flat.read_bytes())
    place = content.index(b"PK\x01\x02", content.rindex(b"xl/media/a.bin") - 60)
    struct.pack_into("<I", content, place + 24, 100)
    liar = tmp_path / "liar.xlsx"
    liar.write_bytes(content)
    assert refusal(liar) in ("workbook_corrupt", "workbook_bomb")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_any_parser_sees_them(good, tmp_path, encoding):
    laugh = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    assert (
        refusal(with_part(good, tmp_path / "laugh.xlsx", "xl/sharedStrings.xml", laugh.encode(encoding)))
        == "workbook_doctype"
    )


def test_every_real_workbook_is_imported_or_refused_with_a_reason(shared_data, chinese):
    """Every file and every form; a long run tries each file with each form."""
    forms, reasons = [load_form(form_id) for form_id in FORM_IDS], {}
    files = sorted((shared_data / "excel_cn").rglob("*.xls*"))
    assert len(files) > 30
    for number, file in enumerate(files):
        for form in forms if LONG else [forms[number % len(forms)]]:
            try:
                WorkbookImport(file, form, FormValidator(form))
                reasons[file.name, form.id] = ""
            except InputError as error:
                reasons[file.name, form.id] = error.code
                assert file.name in str(error)
    # none of them is a workbook of our forms: none may be taken by mistake
    assert set(reasons.values()) == {"workbook_xls", "workbook_no_columns", "workbook_no_head"}

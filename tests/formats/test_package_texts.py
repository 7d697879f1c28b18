"""Words of documents of a package."""

import zipfile

import pytest
from onemap.plugin.core.errors import InputError
from onemap.plugin.formats.packages.texts import read_text


def test_paragraphs_and_rows_of_tables_of_a_document_are_lines(tmp_path):
    docx = pytest.importorskip("docx", reason="the document is written with python-docx")
    document = docx.Document()
    document.add_paragraph("规划耕地保有量").add_run("1234.57公顷")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "林地", "5"
    document.save(tmp_path / "a.docx")
    assert read_text(tmp_path / "a.docx").splitlines()[:2] == ["规划耕地保有量1234.57公顷", "林地\t5"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_plain_text_is_read_in_both_encodings(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes("耕地保有量".encode(encoding))
    assert read_text(tmp_path / "a.txt") == "耕地保有量"


def _archive(path, body):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", body)


SWELLING = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize("body", [b"<w", SWELLING.encode(), SWELLING.encode("utf-16"), b""])
def test_a_document_that_is_none_is_refused(tmp_path, body):
    _archive(tmp_path / "a.docx", body)
    (tmp_path / "b.docx").write_bytes(b"PK")
    (tmp_path / "c.pdf").write_bytes(b"%PDF")
    for name, code in (("a.docx", "text_broken"), ("b.docx", "text_broken"), ("c.pdf", "text_kind")):
        with pytest.raises(InputError) as caught:
            read_text(tmp_path / name)
        assert caught.value.code == code

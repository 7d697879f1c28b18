"""The text layer of a PDF is mended or refused in words, never left as it is in silence."""

import re

import pytest
from onemap.plugin.core.errors import OutputError
from onemap.plugin.report.blocks.document import Document
from onemap.plugin.report.blocks.fonts import chinese_family
from onemap.plugin.report.blocks.model import Heading, Paragraph
from onemap.plugin.report.blocks.pdf_text import searchable


def pdf(tmp_path, monkeypatch, mend=lambda data, family: data):
    """A small PDF as Qt writes it, before its text layer is mended."""
    from onemap.plugin.report.blocks import pdf as writer

    monkeypatch.setattr(writer, "searchable", mend)
    blocks = [Heading("土地面积", 0), Paragraph("立方米与土方")]
    writer.write_pdf(Document("土地", "页眉", "软件", lambda: {"正文": blocks}, list), str(tmp_path / "a.pdf"))
    return (tmp_path / "a.pdf").read_bytes()


def test_a_known_file_is_mended_by_an_update_at_its_end(tmp_path, monkeypatch):
    plain = pdf(tmp_path, monkeypatch)
    mended = searchable(plain, chinese_family())
    assert mended.startswith(plain) and mended.count(b"%%EOF") == plain.count(b"%%EOF") + 1
    assert re.search(rb"<571F>", mended[len(plain) :], re.IGNORECASE)  # the character, not the radical U+2F1F
    assert not re.search(rb"<2F1F>[ \]\n]", mended[len(plain) :], re.IGNORECASE)
    start = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", mended).group(1))
    assert mended[start:].startswith(b"xref\n")
    for number, offset in re.findall(rb"(\d+) 1\n(\d{10}) 00000 n", mended[start:]):
        assert mended[int(offset) :].startswith(number + b" 0 obj")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-40],
        lambda data: data.replace(b"/ToUnicode", b"/ToUnicorn"),
        lambda data: re.sub(rb"/ToUnicode \d+ 0 R", b"/ToUnicode 9999 0 R", data),
        lambda data: re.sub(rb"<([0-9A-Fa-f]{4})>(?=[ \]\n\r])", rb"{\1}", data),
    ],
    ids=["cut", "no map", "map absent", "map in another way"],
)
def test_a_file_built_otherwise_is_refused_in_words(tmp_path, monkeypatch, change):
    plain = pdf(tmp_path, monkeypatch)
    with pytest.raises(OutputError, match="searchable"):
        searchable(change(plain), chinese_family())

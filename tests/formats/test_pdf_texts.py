"""The words of PDFs: whole where every page holds words, never more than was read, broken and hostile files refused."""

import sys
import zlib

import pytest
from onemap.plugin.core.errors import Cancelled, InputError
from onemap.plugin.formats.packages.texts import read_document
from onemap.tests.support.pdf import made_pdf

pytest.importorskip("pypdf")


def read(tmp_path, data, feedback=None):
    (tmp_path / "a.pdf").write_bytes(data)
    return read_document(tmp_path / "a.pdf", feedback)


def refused(tmp_path, data):
    with pytest.raises(InputError) as error:
        read(tmp_path, data)
    return error.value.code


def test_words_of_all_pages_and_pages_without_words_are_counted(tmp_path):
    found = read(tmp_path, made_pdf(["云溪县国土空间总体规划"], [], ["耕地保有量 123.45 公顷"]))
    assert "云溪县国土空间总体规划" in found.text and "耕地保有量 123.45 公顷" in found.text
    assert (found.pages, found.unread) == (3, 1)


def test_a_sentence_over_two_lines_is_one_and_cells_stay_apart(tmp_path):
    long = "到二〇三五年全县耕地保有量不低于一个很长的"
    found = read(tmp_path, made_pdf([long, "数字 1234.56 公顷。", "耕地", "900", "林地 5 公顷"]))
    assert f"{long}数字 1234.56 公顷。" in found.text.splitlines()
    assert {"耕地", "900", "林地 5 公顷"} <= set(found.text.splitlines())


def test_scans_and_fonts_without_letters_are_refused_not_guessed(tmp_path):
    assert refused(tmp_path, made_pdf([], [])) == "text_pdf_pictures"
    assert refused(tmp_path, made_pdf(["云溪县"], encoding="Identity-H")) == "text_pdf_pictures"


def test_broken_files_are_refused(tmp_path):
    whole = made_pdf(["云溪县国土空间"])
    for data in (b"%PDF-1.4\n%%EOF\n", b"%PDF-1.4\n" + bytes(400), whole[:200], whole.replace(b"/Kids", b"/Kid5")):
        assert refused(tmp_path, data) in ("text_broken", "text_pdf_pictures")


def test_pages_that_lead_to_themselves_end(tmp_path):
    data = made_pdf(["云溪县"]).replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]")
    assert refused(tmp_path, data) in ("text_broken", "text_pdf_pictures")


def test_a_page_that_swells_is_not_read(tmp_path):
    packed = zlib.compress(b"0 0 m 1 1 l S\n" * 20_000_000, 9)
    plain = made_pdf([])
    stream = b"<< /Length 18 >>\nstream\n0 0 m 100 100 l S\nendstream"
    assert stream in plain
    bomb = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)
    assert refused(tmp_path, plain.replace(stream, bomb)) in ("text_broken", "text_pdf_pictures")


def test_a_password_and_a_missing_library_are_told(tmp_path, monkeypatch):
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")
    assert refused(tmp_path, (tmp_path / "locked.pdf").read_bytes()) == "text_pdf_password"
    monkeypatch.setitem(sys.modules, "pypdf", None)
    assert refused(tmp_path, made_pdf(["云溪县"])) == "text_no_library"


def test_reading_can_be_cancelled(tmp_path):
    class Stopped:
        def isCanceled(self):
            return True

    with pytest.raises(Cancelled):
        read(tmp_path, made_pdf(["云溪县"]), Stopped())

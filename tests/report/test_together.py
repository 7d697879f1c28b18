"""A heading and the form below it stand on one page, wherever on the page they come."""

import docx
from onemap.plugin.report import write_report
from onemap.plugin.report.blocks.document import Document
from onemap.plugin.report.blocks.model import Facts, Heading, Paragraph

FORM = Facts([[f"编号{n}", f"值{n}", f"名称{n}", "名" * 80] for n in range(4)] + [["结论", "占用\n" * 6]])


def document(filled):
    blocks = [Heading("报告", 0), *(Paragraph(f"第{n}段") for n in range(filled)), Heading("项目甲", 2), FORM]
    return Document("报告", "页眉", "", lambda: {"正文": blocks}, list)


def test_pages_keep_a_heading_with_the_whole_form(qgis_app):
    from onemap.plugin.report.blocks.fonts import chinese_family
    from onemap.plugin.report.blocks.pdf_pages import Typesetter
    from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
    from qgis.PyQt.QtGui import QPdfWriter

    buffer = QBuffer(QByteArray())
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    device = QPdfWriter(buffer)
    device.setResolution(300)
    seen = set()
    for filled in range(15, 27):
        setter = Typesetter(device, chinese_family(), "")
        for block in document(filled).blocks:
            setter.add(block)
        pages = list(map(len, setter._pages))
        assert sum(pages) == 1 + filled + 1 + len(FORM.rows)  # each of one line
        assert len(pages) == 1 or pages[1] >= 1 + len(FORM.rows), filled
        seen.add(len(pages))
    assert seen == {1, 2}


def test_word_keeps_a_heading_with_the_whole_form(tmp_path):
    write_report(document(3), tmp_path / "r.docx")
    (form,) = docx.Document(str(tmp_path / "r.docx")).tables
    rows = [all("w:keepNext" in p._p.xml for cell in row.cells for p in cell.paragraphs) for row in form.rows]
    assert rows == [True] * (len(FORM.rows) - 1) + [False]  # what follows may stand on the next page
    assert "w:keepNext" in form._tbl.getprevious().xml

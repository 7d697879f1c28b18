"""The review opinion as an editable Word document: A4, 黑体 headings, 仿宋 text, table heads repeated, pages numbered."""

import io
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from .content import Heading, Paragraph, Picture, Signature, Table, build_content

_TEXT_FONT, _HEAD_FONT = "仿宋", "黑体"
_TEXT_MM = 170.0


def write_docx(report, path):
    """Write a ReviewReport as .docx."""
    document = docx.Document()
    _page(document)
    for block in build_content(report):
        _add(document, block)
    document.save(str(path))


def _page(document):
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm((210 - _TEXT_MM) / 2)
    section.top_margin = section.bottom_margin = Mm(22)
    _fonts(document.styles["Normal"], _TEXT_FONT, 12)
    for name, size in (("Title", 20), ("Heading 1", 15), ("Heading 2", 12.5)):
        _fonts(document.styles[name], _HEAD_FONT, size)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
        _field(footer, text) if text.isupper() else footer.add_run(text)


def _fonts(style, family, size):
    style.font.name, style.font.size = family, Pt(size)
    style.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(kind), family)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _field(paragraph, name):
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _add(document, block):
    if isinstance(block, Heading):
        heading = document.add_heading(block.text, block.level)
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER if block.level == 0 else None
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        paragraph.add_run(block.text).bold = block.bold
        paragraph.paragraph_format.first_line_indent = Pt(24)
        paragraph.paragraph_format.space_after = Pt(3)
    elif isinstance(block, Table):
        _table(document, block)
    elif isinstance(block, Picture):
        document.add_picture(io.BytesIO(block.png), width=Mm(min(block.width_mm, _TEXT_MM)))
        document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        caption = document.add_paragraph(block.caption)
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif isinstance(block, Signature):
        for line in block.lines:
            paragraph = document.add_paragraph(line)
            paragraph.paragraph_format.left_indent = Mm(90)
            paragraph.paragraph_format.space_before = Pt(10)
            paragraph.paragraph_format.keep_with_next = True


def _table(document, table):
    """Tables are written as XML: python-docx takes minutes for some thousand cells, this takes a second."""
    if table.caption:
        caption = document.add_paragraph()
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        caption.add_run(table.caption).bold = True
        caption.paragraph_format.keep_with_next = True
    total = sum(table.widths)
    widths = [round(_TEXT_MM * w / total * 56.7) for w in table.widths]  # twentieths of a point
    rows = [_row(table.header, widths, (), head=True)]
    rows += [_row(row, widths, table.numeric, head=False) for row in table.rows]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="666666"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    element = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
        f'<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    body = document.element.body
    body.insert(len(body) - 1, element)  # before the section properties, which must stay last
    document.add_paragraph()


def _row(cells, widths, numeric, head):
    properties = "<w:trPr><w:cantSplit/>%s</w:trPr>" % ("<w:tblHeader/>" if head else "")
    return f"<w:tr>{properties}{''.join(_cell(c, w, i in numeric, head) for i, (c, w) in enumerate(zip(cells, widths)))}</w:tr>"


def _cell(text, width, right, head):
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8F0E8"/>' if head else ""
    align = "center" if head else "right" if right else "left"
    bold = "<w:b/>" if head else ""
    clean = escape("".join(c for c in text if c >= " " or c in "\t\n"))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr><w:spacing w:before="0" w:after="0"/>'
        f'<w:jc w:val="{align}"/></w:pPr><w:r><w:rPr>{bold}<w:sz w:val="16"/></w:rPr>'
        f'<w:t xml:space="preserve">{clean}</w:t></w:r></w:p></w:tc>'
    )

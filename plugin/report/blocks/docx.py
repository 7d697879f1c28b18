"""The review opinion as an editable Word document: A4, 黑体 headings, 仿宋 text, table heads repeated, pages
numbered.
"""

import io
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from .document import Document
from .model import Heading, Paragraph, Picture, Signature, Table

_TEXT_FONT, _HEAD_FONT, _LATIN_FONT = "仿宋", "黑体", "Times New Roman"
_TEXT_MM, _TALLEST_MM = 170.0, 210.0
_CELL_HALF_POINTS = 15
_ROOM = _TEXT_MM / (
    8.5 / 2 * 25.4 / 72
)  # half-width characters of a table line; reckoned larger, for machines with wider fonts


def write_docx(document: Document, path: str) -> None:
    """Write a Document as .docx."""
    word = docx.Document()
    _page(word, document.head)
    properties = word.core_properties
    properties.title, properties.author, properties.comments = document.title, document.software, ""
    for block in document.blocks:
        _add(word, block)
    word.save(str(path))


def _page(document, head):
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm((210 - _TEXT_MM) / 2)
    section.top_margin = section.bottom_margin = Mm(22)
    _fonts(document.styles["Normal"], _TEXT_FONT, 12, _LATIN_FONT)
    for name, size in (("Title", 20), ("Heading 1", 15), ("Heading 2", 12.5)):
        _fonts(document.styles[name], _HEAD_FONT, size, _HEAD_FONT)
    for border in document.styles["Title"].element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)
    _small(section.header.paragraphs[0], head)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
        _field(footer, text) if text.isupper() else footer.add_run(text)


def _small(paragraph, text):
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).font.size = Pt(9)


def _fonts(style, family, size, latin):
    style.font.name, style.font.size = latin, Pt(size)
    style.font.color.rgb = docx.shared.RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for kind, name in (("w:ascii", latin), ("w:hAnsi", latin), ("w:eastAsia", family), ("w:cs", latin)):
        fonts.set(qn(kind), name)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    language = OxmlElement("w:lang")  # else a machine without these fonts may choose Japanese letter shapes
    language.set(qn("w:val"), "en-US")  # Latin text as Chinese would let programs break numbers anywhere
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def _field(paragraph, name):
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _add(document, block):
    if isinstance(block, Heading):
        heading = document.add_heading(block.text, block.level)
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER if block.level == 0 else None
        heading.paragraph_format.page_break_before = block.new_page or None
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        paragraph.add_run(block.text).bold = block.bold
        paragraph.paragraph_format.first_line_indent = Pt(24)
        paragraph.paragraph_format.space_after = Pt(3)
    elif isinstance(block, Table):
        _table(document, block)
    elif isinstance(block, Picture):
        _picture(document, block)
    elif isinstance(block, Signature):
        _signature(document, block)


def _picture(document, picture):
    shape = document.add_picture(io.BytesIO(picture.png), width=Mm(min(picture.width_mm, _TEXT_MM)))
    shrink = min(Mm(_TALLEST_MM) / shape.height, 1)
    shape.width, shape.height = round(shape.width * shrink), round(shape.height * shrink)
    shape._inline.docPr.set("descr", picture.caption)  # read aloud by screen readers
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _small(document.add_paragraph(), picture.caption)


def _signature(document, signature):
    for number, line in enumerate(signature.lines, 1):
        layout = document.add_paragraph(line).paragraph_format
        layout.left_indent, layout.space_before = Mm(90), Pt(10)
        layout.keep_with_next = number < len(signature.lines)


def _table(document, table):
    """Tables are written as XML: python-docx takes minutes for some thousand cells, this takes a second."""
    if table.caption:
        caption = document.add_paragraph()
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        caption.add_run(table.caption).bold = True
        caption.paragraph_format.keep_with_next = True
    widths = [round(_TEXT_MM * share * 56.7) for share in table.shares(_ROOM)]  # twentieths of a point
    rows = [_row(table.header, widths, (), head=True)]
    rows += [_row(row, widths, table.numeric, head=False) for row in table.rows]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="666666"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    element = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" '
        f'w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/>'
        f'<w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    body = document.element.body
    body.insert(len(body) - 1, element)  # before the section properties, which must stay last
    after = document.add_paragraph().paragraph_format  # keeps two tables apart
    after.line_spacing, after.space_after = Pt(6), Pt(0)


def _row(cells, widths, numeric, head):
    properties = "<w:trPr><w:cantSplit/>%s</w:trPr>" % ("<w:tblHeader/>" if head else "")
    made = "".join(_cell(c, w, i in numeric, head) for i, (c, w) in enumerate(zip(cells, widths)))
    return f"<w:tr>{properties}{made}</w:tr>"


def _cell(text, width, right, head):
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E8F0E8"/>' if head else ""
    align = "center" if head else "right" if right else "left"
    bold = "<w:b/>" if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr><w:spacing w:before="0" '
        'w:after="0"/>'
        f'<w:jc w:val="{align}"/></w:pPr><w:r><w:rPr>{bold}<w:sz w:val="{_CELL_HALF_POINTS}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
    )

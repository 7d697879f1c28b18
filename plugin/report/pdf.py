"""The report as PDF, typeset by Qt: A4, Chinese fonts embedded, table heads repeated, pages numbered."""

from html import escape

from qgis.PyQt.QtCore import QT_VERSION, QMarginsF, QRectF, QSizeF, Qt, QUrl
from qgis.PyQt.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QFontDatabase,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from ..core.errors import OutputError
from .content import Heading, Paragraph, Picture, Signature, Table, build_content
from .wording import say

_IMAGE = QTextDocument.ResourceType.ImageResource.value if QT_VERSION >= 0x060000 else QTextDocument.ImageResource
_DPI = 150
_MM = _DPI / 25.4
_PAGE_MM, _MARGIN_MM, _FOOT_MM = (210.0, 297.0), 18.0, 10.0
_FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "SimSun", "WenQuanYi Zen Hei", "PingFang SC")


def write_pdf(report, path):
    """Write a ReviewReport as PDF; raises OutputError when no Chinese font is installed or the file cannot be written."""
    document = _document(build_content(report))
    writer = QPdfWriter(str(path))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    document.documentLayout().setPaintDevice(writer)
    text_size = QSizeF((_PAGE_MM[0] - 2 * _MARGIN_MM) * _MM, (_PAGE_MM[1] - 2 * _MARGIN_MM - _FOOT_MM) * _MM)
    document.setPageSize(text_size)
    painter = QPainter()
    if not painter.begin(writer):
        raise OutputError("output_not_writable", path=path, error="PDF")
    _paint(document, writer, painter, text_size)
    painter.end()


def _document(blocks):
    document = QTextDocument()
    document.setDocumentMargin(0)
    font = QFont(_chinese_font())
    font.setPointSizeF(9.5)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(
        "h1{font-size:18pt;text-align:center} h2{font-size:13pt;margin-top:14px} h3{font-size:10.5pt;margin-top:8px}"
        "p{line-height:150%;margin-top:3px;margin-bottom:3px}"
        "th{background-color:#e8f0e8;font-weight:bold} td,th{font-size:7.5pt;padding:2px}"
    )
    document.setHtml("".join(_block(block, document, number) for number, block in enumerate(blocks)))
    return document


def _chinese_font():
    installed = set((QFontDatabase() if QT_VERSION < 0x060000 else QFontDatabase).families())  # static since Qt 6
    for family in _FONTS:
        if family in installed:
            return family
    chinese = [f for f in installed if "CJK" in f or "Han" in f]
    if not chinese:
        raise OutputError("no_chinese_font")
    return chinese[0]


def _block(block, document, number):
    if isinstance(block, Heading):
        align = ' align="center"' if block.level == 0 else ""
        return f"<h{block.level + 1}{align}>{escape(block.text)}</h{block.level + 1}>"
    if isinstance(block, Paragraph):
        return f"<p>{'<b>' if block.bold else ''}{escape(block.text)}{'</b>' if block.bold else ''}</p>"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Picture):
        name = f"map{number}"
        image = QImage.fromData(block.png).convertToFormat(QImage.Format.Format_RGB32)  # Qt stores only true colour compactly
        document.addResource(_IMAGE, QUrl(name), image)
        width = round(block.width_mm * _MM)
        height = round(width * image.height() / max(image.width(), 1))
        return f'<p align="center"><img src="{name}" width="{width}" height="{height}"><br>{escape(block.caption)}</p>'
    if isinstance(block, Signature):
        return "<br>" + "".join(f'<p style="margin-left:{90 * _MM:.0f}px;margin-top:14px">{escape(line)}</p>' for line in block.lines)
    raise TypeError(type(block))


def _table(table):
    total = sum(table.widths)
    head = "".join(f'<th width="{100 * w / total:.1f}%">{escape(t)}</th>' for t, w in zip(table.header, table.widths))
    rows = []
    for row in table.rows:
        cells = "".join(f"<td{' align=right' if i in table.numeric else ''}>{escape(cell)}</td>" for i, cell in enumerate(row))
        rows.append(f"<tr>{cells}</tr>")
    caption = f'<p align="center"><b>{escape(table.caption)}</b></p>' if table.caption else ""
    return (
        f'{caption}<table width="100%" border="1" cellspacing="0" cellpadding="2" style="border-collapse:collapse">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table><p></p>"
    )


def _paint(document, writer, painter, size):
    pages = document.pageCount()
    foot = QFont(document.defaultFont())
    foot.setPointSizeF(8)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(_MARGIN_MM * _MM, _MARGIN_MM * _MM - page * size.height())
        clip = QRectF(0, page * size.height(), size.width(), size.height())
        painter.setClipRect(clip)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = clip
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(foot)
        line = QRectF(0, (_PAGE_MM[1] - _MARGIN_MM) * _MM, _PAGE_MM[0] * _MM, _FOOT_MM * _MM)
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, say("page", page=page + 1, pages=pages))

"""The report as PDF: A4, Chinese font embedded, pages numbered."""

from pathlib import Path

from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF
from qgis.PyQt.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from ...core.errors import OutputError
from .document import Document
from .fonts import chinese_family
from .pdf_pages import DPI, Typesetter
from .pdf_text import searchable


def write_pdf(document: Document, path: str) -> None:
    """Write a Document as PDF.

    Raises OutputError when no Chinese font is installed, OSError when the disk refuses.
    """
    family = chinese_family()
    if not family:
        raise OutputError("no_chinese_font")
    data = QByteArray()
    buffer = QBuffer(data)  # Qt would pass over a full disk in silence; Python's own write does not
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setTitle(document.title)
    writer.setCreator(document.software)
    typesetter = Typesetter(writer, family, document.head)
    for block in document.blocks:
        typesetter.add(block)
    painter = QPainter(writer)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # maps are flat colours and small text: no JPEG
    typesetter.paint(painter, writer.newPage)
    painter.end()
    Path(path).write_bytes(searchable(bytes(data), family))

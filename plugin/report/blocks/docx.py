"""A document as an editable Word file, set into a template: the office's own or the plain one."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from docx.shared import Emu, Mm

from ...core.zips import any_clock
from . import docx_xml as xml
from .document import Document
from .docx_template import default_template, fill, heading_styles, open_template
from .model import COLUMN_GAP_MM, Block, Columns, Facts, Heading, Paragraph, Picture, Signature, Table

_TALLEST_MM = 210.0
_LONGEST = 255  # characters of a property


def write_docx(document: Document, path: str) -> None:
    """Write a Document as .docx; raises InputError for a template that cannot be used."""
    word = open_template(document.template) if document.template else default_template(document.parts)
    section = word.sections[0]
    width = Emu(section.page_width - section.left_margin - section.right_margin).mm
    look = xml.Look(heading_styles(word), width)
    for place, blocks in fill(word, document):
        for block in blocks:
            for element in _elements(word, block, look):
                place.addprevious(element)
        place.getparent().remove(place)
    properties = word.core_properties
    properties.title, properties.author = document.title[:_LONGEST], document.software[:_LONGEST]
    properties.comments = ""
    with any_clock():
        word.save(str(path))


def _elements(word: Any, block: Block, look: xml.Look) -> Iterator[Any]:
    if isinstance(block, Heading):
        yield xml.heading(block, look)
    elif isinstance(block, Paragraph):
        yield xml.paragraph(block)
    elif isinstance(block, Table):
        yield from xml.table(block, look)
    elif isinstance(block, Facts):
        yield from xml.facts(block, look)
    elif isinstance(block, Columns):
        sides = []
        for blocks, share in ((block.left, block.share), (block.right, 1 - block.share)):
            own = replace(look, text_mm=(look.text_mm - COLUMN_GAP_MM) * share, is_column=True)
            sides.append(([e for one in blocks for e in _elements(word, one, own)], own.text_mm))
        yield from xml.columns(sides)
    elif isinstance(block, Picture):
        yield _picture(word, block, look)
        yield xml.small(block.caption, look.is_column)
    elif isinstance(block, Signature):
        yield from xml.signature(block)


def _picture(word: Any, picture: Picture, look: xml.Look) -> Any:
    """A paragraph with the picture, as wide as wanted where the page allows."""
    shape = word.part.new_pic_inline(io.BytesIO(picture.png), width=Mm(min(picture.width_mm, look.text_mm)))
    for side in "TBLR":  # left out, LibreOffice takes 3 mm, and cuts a picture as wide as its cell
        shape.set(f"dist{side}", "0")
    shrink = min(Mm(_TALLEST_MM) / shape.extent.cy, 1)
    for extent in (shape.extent, shape.graphic.graphicData.pic.spPr.xfrm.ext):
        extent.cx, extent.cy = round(extent.cx * shrink), round(extent.cy * shrink)
    shape.docPr.set("descr", picture.caption)  # read aloud by screen readers
    holder = xml.centred_holder()
    holder.add_r().add_drawing(shape)
    return holder

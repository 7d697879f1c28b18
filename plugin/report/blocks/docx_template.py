"""Word templates: a .docx with placeholders such as {{标题}} or {{结论}}, the office's own or the plain one of here.

A placeholder that names a value may stand anywhere in a line; one that names a part of the report stands alone in a
paragraph and is replaced by all of that part.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import OpcError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml.etree import LxmlError

from ...core.errors import InputError
from .document import Document
from .wording import say

TITLE, HEAD, ALL_PARTS = say("title_placeholder"), say("head_placeholder"), say("whole_placeholder")
_PLACEHOLDER = re.compile(r"(?:\{\{|｛｛)\s*(.*?)\s*(?:\}\}|｝｝)")
_HALF_OPEN = re.compile(r"\{\{|｛｛|\}\}|｝｝")
# what the libraries raise for files that are no zip, no package, damaged, encrypted, or another kind of document
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, LxmlError, OpcError),
    *(EOFError, RuntimeError, KeyError, ValueError, AttributeError),
)
_LARGEST = 200_000_000  # bytes of a template when unpacked
_TEXT_FONT, _HEAD_FONT, _LATIN_FONT = "仿宋", "黑体", "Times New Roman"
_HEADINGS = (("Title", 20.0), ("Heading 1", 15.0), ("Heading 2", 12.5))


def default_template(parts: Iterable[str]) -> Any:
    """The plain template: A4, 黑体 headings, 仿宋 text, pages numbered, the named parts one below the other."""
    word = docx.Document()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(22)
    _fonts(word.styles["Normal"], _TEXT_FONT, 12, _LATIN_FONT)
    for name, size in _HEADINGS:
        _fonts(word.styles[name], _HEAD_FONT, size, _HEAD_FONT)
    for border in word.styles["Title"].element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)
    head, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.alignment = footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.add_run(_marked(HEAD)).font.size = Pt(9)
    for text in ("第 ", "PAGE", " 页　共 ", "NUMPAGES", " 页"):
        _field(footer, text) if text.isupper() else footer.add_run(text)
    for part in parts:
        word.add_paragraph(_marked(part))
    return word


def open_template(path: str) -> Any:
    """The docx of a path; raises InputError, in words, for anything that is no Word document."""
    try:
        with zipfile.ZipFile(path) as package:
            if sum(entry.file_size for entry in package.infolist()) > _LARGEST:
                raise InputError("template_too_large", path=path, limit=_LARGEST // 1_000_000)
        return docx.Document(path)
    except OSError as error:
        raise InputError("template_unreadable", path=path, error=error.strerror or error) from error
    except _BROKEN as error:
        raise InputError("template_not_word", path=path) from error


def fill(word: Any, document: Document) -> Iterator[tuple[Any, list]]:
    """Put in the values; yield (paragraph element, blocks) for each place of a part.

    Raises InputError for a placeholder that names nothing, one that is not closed, a part that shares its line, and
    a template that calls no part.
    """
    values = {**document.values, TITLE: document.title, HEAD: document.head}
    parts = {**document.parts, ALL_PARTS: document.blocks}
    places = [place for element in _elements(word) for place in _fill(element, values, parts, document.template)]
    if not any(blocks for _, blocks in places) and document.blocks:
        raise InputError("template_empty", path=document.template, parts=_named(parts))
    yield from places


def heading_styles(word: Any) -> tuple[str, ...]:
    """Ids of the styles of title and headings; those that a template lacks are added."""
    return tuple(_style_id(word, name, size) for name, size in _HEADINGS)


def _style_id(word: Any, name: str, size: float) -> str:
    known = {s.name.casefold(): s for s in word.styles if s.name and s.type == WD_STYLE_TYPE.PARAGRAPH}
    style = known.get(name.casefold())
    if style is None:
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.bold = True
        _fonts(style, _HEAD_FONT, size, _HEAD_FONT)
    return style.style_id


def _elements(word: Any) -> Iterator[Any]:
    """The body, then heads and feet of all sections."""
    yield word.element.body
    for section in word.sections:
        for name in ("header", "footer", "first_page_header", "first_page_footer", "even_page_header"):
            story = getattr(section, name)
            if not story.is_linked_to_previous:
                yield story._element


def _fill(element: Any, values: dict, parts: dict, path: str) -> list[tuple[Any, list]]:
    places = []
    for paragraph in list(element.iter(qn("w:p"))):
        texts = [t for t in paragraph.iter(qn("w:t")) if next(t.iterancestors(qn("w:p"))) is paragraph]
        line = "".join(t.text or "" for t in texts)
        found = list(_PLACEHOLDER.finditer(line))
        if _HALF_OPEN.search(_PLACEHOLDER.sub("", line)):
            raise InputError("template_unclosed", path=path, line=line.strip())
        for match in found:
            if match.group(1) not in values and match.group(1) not in parts:
                names = _named([*values, *parts])
                raise InputError("template_unknown", path=path, placeholder=match.group(0), names=names)
        called = [m for m in found if m.group(1) in parts]
        if called and (line.strip() != called[0].group(0) or paragraph.getparent().tag != qn("w:body")):
            raise InputError("template_part_shares", path=path, placeholder=called[0].group(0))
        if called:
            places.append((paragraph, parts[called[0].group(1)]))
        else:
            for match in reversed(found):
                _replace(texts, match.start(), match.end(), values[match.group(1)])
    return places


def _replace(texts: list[Any], start: int, end: int, value: str) -> None:
    """Replace the characters from `start` to `end` of a line that lies in several pieces of text."""
    at = 0
    for text in texts:
        length = len(text.text or "")
        low, high = max(start - at, 0), min(end - at, length)
        at += length
        if low < high:
            text.text = text.text[:low] + value + text.text[high:]
            text.set(qn("xml:space"), "preserve")
            value = ""  # all of it stands where the placeholder began


def _named(names: Iterable[str]) -> str:
    return "、".join(map(_marked, names))


def _marked(name: str) -> str:
    return f"{{{{{name}}}}}"


def _fonts(style: Any, family: str, size: float, latin: str) -> None:
    style.font.name, style.font.size = latin, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
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


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)

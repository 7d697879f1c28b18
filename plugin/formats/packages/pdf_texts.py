"""The words of a PDF, page by page; pages that are pictures, or whose fonts do not say what their glyphs mean, count.

Nothing is guessed: a page that cannot be read in full is unread. Bounded in size, pages and drawing of a page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...core.errors import InputError
from ...core.threads import Feedback, raise_if_cancelled

_MOST_BYTES, _MOST_PAGES = 256 << 20, 3000
_MOST_DRAWING = 8 << 20  # bytes of a page's drawing: a map drawn in lines says nothing and takes minutes
_LEAST = 2  # letters of a page that holds words
_WRAPPED = 0.8  # of the longest line of a page: what is as long goes on in the next line
_NO_LETTERS = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08]")
_WITHOUT_MEANING = ("/Identity-H", "/Identity-V")  # glyph numbers of the font, letters only by a table in the file


@dataclass(frozen=True)
class PagedText:
    """`unread`: pages without words that can be read, of `pages`."""

    text: str
    pages: int
    unread: int


def read_pdf(path: Path, feedback: Optional[Feedback] = None) -> PagedText:
    """The words of a PDF; raises InputError for one that holds none that can be read, Cancelled."""
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise InputError("text_no_library", file=path.name) from error
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("text_pdf_large", file=path.name)
        reader = pypdf.PdfReader(str(path))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("text_pdf_password", file=path.name)
        pages = list(_pages(reader, path, feedback))
    except (
        PyPdfError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        NotImplementedError,
        ImportError,
    ) as error:  # fmt: skip - what pypdf raises of broken files
        raise InputError("text_broken", file=path.name) from error
    texts = [page for page in pages if page]
    if not texts:
        raise InputError("text_pdf_pictures", file=path.name, pages=len(pages))
    return PagedText("\n".join(texts), len(pages), len(pages) - len(texts))


def _pages(reader: Any, path: Path, feedback: Optional[Feedback]) -> Iterator[str]:
    """The words of each page, "" for one that cannot be read."""
    if len(reader.pages) > _MOST_PAGES:
        raise InputError("text_pdf_large", file=path.name)
    for page in reader.pages:
        raise_if_cancelled(feedback)
        yield _page_text(page)


def _page_text(page: Any) -> str:
    drawing = page.get_contents()
    if drawing is None or len(drawing.get_data()) > _MOST_DRAWING or any(map(_is_mute, _fonts(page))):
        return ""
    text = page.extract_text() or ""
    if _NO_LETTERS.search(text) or len("".join(text.split())) < _LEAST:
        return ""
    return "\n".join(_paragraphs(text.splitlines()))


def _fonts(page: Any) -> Iterator[Any]:
    resources = page.get("/Resources")
    fonts = resources.get_object().get("/Font") if resources is not None else None
    for font in fonts.get_object().values() if fonts is not None else ():
        yield font.get_object()


def _is_mute(font: Any) -> bool:
    """Whether the letters of a font are numbers that nothing in the file explains."""
    return str(font.get("/Encoding", "")) in _WITHOUT_MEANING and "/ToUnicode" not in font


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines that are as long as the page is wide go on in the next one."""
    lines = [line.strip() for line in lines if line.strip()]
    wide = max(map(len, lines), default=0) * _WRAPPED
    held = ""
    for line in lines:
        held += line
        if len(line) < wide or line.endswith(("。", "；", ";")):
            yield held
            held = ""
    if held:
        yield held

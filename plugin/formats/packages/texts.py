"""The words of a document: paragraphs as lines, rows of tables as lines whose cells are parted by tabs."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Optional
from xml.etree import ElementTree  # noqa: S405 - entities are refused before anything is read

from ...core.errors import InputError
from ...core.threads import Feedback
from .pdf_texts import PagedText, read_pdf

_MOST_BYTES = 64 << 20
_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
READABLE = (".docx", ".txt", ".pdf")


def read_document(path: Path, feedback: Optional[Feedback] = None) -> PagedText:
    """The words of a .docx, .txt or .pdf, and how many of its pages could not be read; raises InputError, Cancelled."""
    return read_pdf(path, feedback) if path.suffix.lower() == ".pdf" else PagedText(read_text(path), 1, 0)


def read_text(path: Path) -> str:
    """The words of a .docx or .txt; raises InputError for what cannot be read, and for other kinds."""
    suffix = path.suffix.lower()
    if suffix not in (".docx", ".txt"):
        raise InputError("text_kind", file=path.name)
    try:
        return _plain(path) if suffix == ".txt" else "\n".join(_lines(_document(path)))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, SyntaxError) as error:
        raise InputError("text_broken", file=path.name) from error


def _plain(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError(len(data))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _document(path: Path) -> ElementTree.Element:
    with zipfile.ZipFile(path) as archive, archive.open(_BODY) as stream:
        data = stream.read(_MOST_BYTES + 1)
    # no document has entities, which could swell without end; in UTF-16 they could not be seen, and Word writes UTF-8
    if len(data) > _MOST_BYTES or b"<!DOCTYPE" in data or b"\0" in data:
        raise ValueError(len(data))
    return ElementTree.fromstring(data)  # noqa: S314


def _lines(root: ElementTree.Element) -> Iterator[str]:
    """Blocks in their order; a table within a table is part of the cell it lies in."""
    for block in root.iter(f"{_W}body"):
        for child in block:
            yield from _block(child)


def _block(element: ElementTree.Element) -> Iterator[str]:
    if element.tag == f"{_W}p":
        yield _texts(element)
    elif element.tag == f"{_W}tbl":
        for row in element.iter(f"{_W}tr"):
            yield "\t".join(_texts(cell) for cell in row.findall(f"{_W}tc"))
    else:
        for child in element:
            yield from _block(child)


def _texts(element: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_W}t"))

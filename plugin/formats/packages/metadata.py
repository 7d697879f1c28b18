"""What an XML file of metadata says: its texts and attributes with the names of the elements they lie in."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree  # noqa: S405 - entities are refused before anything is read

from ...core.errors import InputError
from ...core.quality.inspection_metadata import Stated

_MOST_BYTES = 8 << 20
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?\?>")
_ABOVE = 3  # elements around a text whose names count: ISO 19139 packs a text into two
_NAMES = ("name", "label", "title", "alias", "名称")  # attributes that name what an element holds


def read_metadata(path: Path) -> list[Stated]:
    """The texts of a file; raises InputError for one that is no XML, or has entities."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES or b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\0" in data:
            raise ValueError(len(data))
        root = ElementTree.fromstring(_decoded(data))  # noqa: S314
    except (OSError, ValueError, SyntaxError) as error:
        raise InputError("metadata_broken", file=path.name) from error
    return list(_texts(root))


def _decoded(data: bytes) -> str:
    """The text behind the declaration, in UTF-8 if it is, else in GBK."""
    body = _DECLARED.sub(b"", data.removeprefix(b"\xef\xbb\xbf"), count=1)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030")


def _texts(root: ElementTree.Element) -> Iterator[Stated]:
    """Every text with its labels, without a stack that a deep file could overflow."""
    waiting: list[tuple[ElementTree.Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, above = waiting.pop()
        own = [value for key, value in element.attrib.items() if _bare(key).lower() in _NAMES]
        labels = (_bare(str(element.tag)), *own, *above)[: _ABOVE + len(own)]
        value = (element.text or "").strip()
        if value or not len(element):
            yield Stated(labels, value)
        yield from (Stated((_bare(key),), said.strip()) for key, said in element.attrib.items() if said not in own)
        waiting += [(child, labels) for child in reversed(element)]


def _bare(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]

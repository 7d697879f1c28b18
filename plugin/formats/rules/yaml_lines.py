"""YAML that remembers where each key stood, so that a mistake can be named by file and line.

Files come from Notepad and WPS: GBK is read, a tab or a full-width colon is named, and what grows without bound when
its aliases are followed is refused before it does.
"""

import re
from pathlib import Path
from typing import Any, Optional

import yaml

from ...core.errors import CatalogueError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times faster; some builds come without it
_LARGEST = 4_000_000  # bytes of a file
_MOST_NODES, _DEEPEST = 100_000, 40  # with every alias followed
_WIDE_COLON = re.compile(r"^\s*(?:-\s+)?[A-Za-z_][\w-]*\s*：")
_TAB = re.compile(r"^ *\t")


class LinedDocument:
    """The content of a YAML file and the line (from 1) of every key path, e.g. ("rules", 3, "kind")."""

    def __init__(self, file: Path, data: Any, lines: dict) -> None:
        self.file, self.data, self.lines = Path(file), data, lines

    def line(self, path: tuple) -> int:
        """Line of a key path, or of its nearest ancestor that stands in the file."""
        path = tuple(path)
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_text(file: Path) -> str:
    """Text of a file in UTF-8, UTF-16 with its mark, or GBK, as editors on Windows write it.

    Raises OSError, CatalogueError for a file that is too large or no text.
    """
    data = Path(file).read_bytes()
    if len(data) > _LARGEST:
        raise CatalogueError("yaml_too_large", file=Path(file).name)
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CatalogueError("yaml_no_text", file=Path(file).name)


def load_yaml(file: Path) -> LinedDocument:
    """Read a YAML file into a LinedDocument.

    Raises CatalogueError with file and line for text that is no YAML and for a key that stands twice in one mapping.
    """
    return parse_yaml(read_text(file), Path(file))


def parse_yaml(text: str, file: Path) -> LinedDocument:
    """As load_yaml, of text; `file` gives the name for messages."""
    name = Path(file).name
    lines: dict = {}
    try:
        _refuse_bombs(text, name)
        loader = _LOADER(text)
        root = loader.get_single_node()
        if root is not None:
            _walk(root, (), lines, name)  # before the mappings that others merge (<<) are written into them
        data = loader.construct_document(root) if root is not None else None
    except (yaml.YAMLError, ValueError) as error:
        raise _slip(text, name) or _unreadable(error, name) from error
    return LinedDocument(file, data, lines)


def _unreadable(error: Exception, name: str) -> CatalogueError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or error
    return CatalogueError("yaml_unreadable", file=name, line=mark.line + 1 if mark else 1, error=problem)


def _slip(text: str, name: str) -> Optional[CatalogueError]:
    """What libyaml reports in a way that nobody understands: a tab before a key, a colon of Chinese input."""
    for number, line in enumerate(text.splitlines(), 1):
        if _TAB.match(line):
            return CatalogueError("yaml_tab", file=name, line=number)
        if _WIDE_COLON.match(line):
            return CatalogueError("yaml_wide_colon", file=name, line=number, text=line.strip()[:40])
    return None


def _refuse_bombs(text: str, name: str) -> None:
    """Count the nodes that the document has when every alias is followed, without following any."""
    open_nodes: list = [(None, 0)]  # (anchor, nodes so far) of the collections that are open
    sizes: dict = {}
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, 1))
            if len(open_nodes) > _DEEPEST:
                raise _too_much(event, name)
            continue
        if isinstance(event, yaml.AliasEvent) and any(event.anchor == anchor for anchor, _ in open_nodes):
            raise _too_much(event, name)  # a collection that holds itself
        anchor, count = _closed(event, open_nodes, sizes)
        if anchor:
            sizes[anchor] = count
        open_nodes[-1] = (open_nodes[-1][0], open_nodes[-1][1] + count)
        if open_nodes[-1][1] > _MOST_NODES:
            raise _too_much(event, name)


def _closed(event: Any, open_nodes: list, sizes: dict) -> "tuple[Optional[str], int]":
    """(anchor, number of nodes) of what an event completes."""
    if isinstance(event, yaml.CollectionEndEvent):
        anchor, count = open_nodes.pop()
        return anchor, count
    if isinstance(event, yaml.AliasEvent):
        return None, sizes.get(event.anchor, 1)
    return (event.anchor, 1) if isinstance(event, yaml.ScalarEvent) else (None, 0)


def _too_much(event: Any, name: str) -> CatalogueError:
    return CatalogueError("yaml_bomb", file=name, line=event.start_mark.line + 1)


def _walk(node: Any, path: tuple, lines: dict, file: str) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value if isinstance(key.value, str) else str(key.value))
            if inner in lines:
                raise CatalogueError("yaml_key_twice", file=file, line=key.start_mark.line + 1, key=key.value)
            lines[inner] = key.start_mark.line + 1
            _walk(value, inner, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines, file)

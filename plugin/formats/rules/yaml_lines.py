"""YAML that remembers where each key stood, so that a mistake can be named by file and line."""

from pathlib import Path

import yaml

from ...core.errors import CatalogueError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is ten times faster; some builds come without it


class LinedDocument:
    """The content of a YAML file and the line (from 1) of every key path, e.g. ("rules", 3, "kind")."""

    def __init__(self, file, data, lines):
        self.file, self.data, self._lines = Path(file), data, lines

    def line(self, path):
        """Line of a key path, or of its nearest ancestor that stands in the file."""
        path = tuple(path)
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


def load_yaml(file):
    """Read a YAML file into a LinedDocument.

    Raises CatalogueError with file and line for text that is no YAML and for a key that stands twice in one mapping.
    """
    text = Path(file).read_text(encoding="utf-8-sig")
    try:
        root = yaml.compose(text, Loader=_LOADER)
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506  (a safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CatalogueError(
            "yaml_unreadable", file=Path(file).name, line=line, error=getattr(error, "problem", error)
        ) from error
    lines = {}
    if root is not None:
        _walk(root, (), lines, Path(file).name)
    return LinedDocument(file, data, lines)


def _walk(node, path, lines, file):
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, key.value)
            if inner in lines:
                raise CatalogueError("yaml_key_twice", file=file, line=key.start_mark.line + 1, key=key.value)
            lines[inner] = key.start_mark.line + 1
            _walk(value, inner, lines, file)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines, file)

"""Documents to YAML files; a file that is there keeps the comments, the order and the spelling of what stays."""

from pathlib import Path
from typing import Any

import yaml

from ...core.errors import OutputError
from ...core.files import write_complete
from .yaml_lines import read_text

_WIDTH = 140


class _Dumper(yaml.SafeDumper):
    """Writes every value out: no anchors where one list stands in two places."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def fresh_text(document: dict) -> str:
    """The document as YAML."""
    nested = any(isinstance(value, (dict, list)) for value in document.values())
    style = None if nested else False  # innermost rows on one line, never the whole document
    return yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH, default_flow_style=style
    )


def merged_text(before: str, document: dict) -> str:
    """`before` changed to hold `document`: comments stay with the keys and rows they belong to.

    Rows of lists are known by the first of "id", "code", "name" and "title" that all have. Without ruamel.yaml only
    the comment at the head stays.
    """
    try:
        from ruamel.yaml import YAML, YAMLError
    except ImportError:
        return _head(before) + fresh_text(document)
    import io

    editor = YAML()
    editor.preserve_quotes, editor.width, editor.allow_unicode = True, _WIDTH, True
    editor.indent(mapping=2, sequence=4, offset=2) if "\n  - " in before else editor.indent(mapping=2, sequence=2)
    try:
        kept = editor.load(before)
    except YAMLError:
        return _head(before) + fresh_text(document)
    if not isinstance(kept, dict):
        return _head(before) + fresh_text(document)
    _merge(kept, document)
    stream = io.StringIO()
    editor.dump(kept, stream)
    return stream.getvalue()


def save_yaml(path: Path, document: dict) -> None:
    """Write a document; a file of that name keeps its comments. Raises OutputError."""
    path = Path(path)
    try:
        before = read_text(path) if path.exists() else ""
    except OSError as error:
        raise OutputError("output_failed", output=str(path), error=error.strerror or error) from error
    save_text(path, merged_text(before, document) if before else fresh_text(document))


def save_text(path: Path, text: str) -> None:
    """Write a file whole or not at all; raises OutputError."""
    try:
        write_complete(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError("output_failed", output=str(path), error=error.strerror or error) from error


def _head(text: str) -> str:
    lines = text.splitlines(keepends=True)
    count = next((n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), len(lines))
    return "".join(lines[:count])


def _merge(kept: Any, wanted: dict[str, Any]) -> None:
    """Change a loaded mapping in place until it equals `wanted`."""
    for key in [key for key in kept if key not in wanted]:
        del kept[key]
    for key, value in wanted.items():
        if key not in kept:
            kept[key] = value
        elif isinstance(value, dict) and isinstance(kept[key], dict):
            _merge(kept[key], value)
        elif isinstance(value, list) and isinstance(kept[key], list):
            _merge_list(kept[key], value)
        elif kept[key] != value and str(kept[key]) != str(value):
            kept[key] = value


_NAMED_BY = ("id", "code", "name", "title")


def _merge_list(kept: Any, wanted: list[Any]) -> None:
    """Rows that have a name are changed where they stand; other lists are replaced where they differ."""
    key = next((name for name in _NAMED_BY if _tells_apart(kept, name) and _tells_apart(wanted, name)), None)
    if key is None:
        if list(kept) != wanted:
            kept[:] = wanted
        return
    names = [row[key] for row in wanted]
    for at in reversed([at for at, row in enumerate(kept) if row[key] not in names]):
        del kept[at]
    places = {row[key]: row for row in kept}
    for row in wanted:
        if row[key] in places:
            _merge(places[row[key]], row)
        else:
            kept.append(row)
    if [row[key] for row in kept] != names:
        order = {row[key]: row for row in kept}
        kept[:] = [order[name] for name in names]


def _tells_apart(rows: Any, key: str) -> bool:
    """Whether every row has the key, each with a text of its own."""
    names = [row.get(key) if isinstance(row, dict) else None for row in rows]
    return all(isinstance(name, str) for name in names) and len(set(names)) == len(names)

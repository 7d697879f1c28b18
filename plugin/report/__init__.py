"""Reports: one document, four kinds of file.

Each is written beside its place and moved there when it is whole.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Callable, Union

from ..core.errors import InputError, OutputError
from ..core.files import put_in_place, refuse_read_only, remove
from ..core.zips import any_clock
from .blocks.document import Document


def write_report(document: Document, path: Union[str, Path]) -> None:
    """Write a Document as .xlsx, .docx, .pdf or .html by the suffix of `path`.

    Raises InputError for another suffix, OutputError when the place cannot be written (the old file, if any, stays
    whole).
    """
    path = Path(path)
    write = _writer(path.suffix.lower())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(suffix=path.suffix, prefix=".onemap-", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise OutputError("output_not_writable", path=path, error=error.strerror or error) from error
    try:
        write(document, temporary)
        os.chmod(temporary, 0o644)  # mkstemp makes it private; a report is for colleagues to read
        put_in_place(temporary, path)
    except OSError as error:
        raise OutputError("output_not_writable", path=path, error=error.strerror or error) from error
    finally:
        remove(temporary)


def check_place(path: Union[str, Path]) -> None:
    """Raise OutputError where a report cannot be written to `path`: before a long run, not after it. A file that
    another program holds open refuses to be opened for writing, where the system has such locks.
    """
    path = Path(path)
    folder = next((place for place in path.parents if place.exists()), path.parent)
    try:
        with tempfile.TemporaryFile(prefix=".onemap-", dir=folder):
            pass
        refuse_read_only(path)
        if path.exists():
            with path.open("r+b"):
                pass
    except OSError as error:
        raise OutputError("output_not_writable", path=path, error=error.strerror or error) from error


def save_default_template(parts: Iterable[str], path: Union[str, Path]) -> None:
    """Write the plain Word template, which calls the named parts, for an office to make its own of; raises
    OutputError.
    """
    try:
        from .blocks.docx_template import default_template
    except ImportError as error:
        raise OutputError("report_library_missing", suffix=".docx", library=error.name) from error
    try:
        refuse_read_only(path)
        with any_clock():
            default_template(parts).save(str(path))
    except OSError as error:
        raise OutputError("output_not_writable", path=path, error=error.strerror or error) from error


def check_template(document: Document) -> None:
    """Raise InputError when the template of a Document cannot be used: before a long run, not after it."""
    try:
        from .blocks.docx_template import fill, open_template
    except ImportError as error:
        raise OutputError("report_library_missing", suffix=".docx", library=error.name) from error
    list(fill(open_template(document.template), document))


def _writer(suffix: str) -> Callable[[Document, str], None]:
    """The writer of a suffix; its libraries are imported only when it is used."""
    try:
        return _load(suffix)
    except ImportError as error:
        raise OutputError("report_library_missing", suffix=suffix, library=error.name) from error


def _load(suffix: str) -> Callable[[Document, str], None]:
    if suffix == ".xlsx":
        from .blocks.xlsx import write_xlsx as write
    elif suffix == ".docx":
        from .blocks.docx import write_docx as write
    elif suffix == ".pdf":
        from .blocks.pdf import write_pdf as write
    elif suffix == ".html":
        from .blocks.html import write_html as write
    else:
        raise InputError("report_suffix", suffix=suffix)
    return write

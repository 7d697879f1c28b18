"""Saving a workbook whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Union

from ...core.errors import LibraryError, OutputError, is_refused_write
from ...core.files import put_in_place, remove
from .openpyxl_names import abandon

if TYPE_CHECKING:
    from openpyxl import Workbook


@contextmanager
def atomic_file(path: Union[str, Path]) -> Iterator[Path]:
    """Yield a name beside `path` to write to; it takes the place of `path` when the block ends well and is removed
    otherwise.

    OutputError when the place or the temporary folder refuses (read-only, full disk, the file open in Excel).
    """
    path = Path(path)
    unfinished = path.with_name(f"~{os.getpid()}-{path.name}")
    try:
        yield unfinished
        put_in_place(unfinished, path)
    except Exception as error:
        if not is_refused_write(error):
            raise
        detail = getattr(error, "strerror", None) or f"{error}, {tempfile.gettempdir()}"
        raise OutputError("workbook_not_saved", file=path.name, detail=detail) from error
    finally:
        remove(unfinished)


@contextmanager
def streamed_workbook() -> Iterator["Workbook"]:
    """Yield a write-only Workbook.

    When the block fails, its half-written sheets are closed and their temporary files removed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise LibraryError(error) from error
    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            abandon(sheet)
        raise

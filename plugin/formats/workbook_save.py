"""Saving a workbook whole or not at all."""

import errno
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import OutputError


@contextmanager
def whole_file(path):
    """Yield a name beside `path` to write to; it takes the place of `path` when the block ends well and is removed otherwise.

    OutputError when the place refuses (read-only, full disk, the file open in Excel).
    """
    path = Path(path)
    unfinished = path.with_name(f"~{os.getpid()}-{path.name}")
    try:
        yield unfinished
        os.replace(unfinished, path)
    except OSError as error:
        raise OutputError("workbook_not_saved", file=path.name, detail=error.strerror or error) from error
    finally:
        unfinished.unlink(missing_ok=True)


def save(book, path):
    """Save an openpyxl workbook; OSError also where the XML library has an error of its own for a disk that refuses."""
    try:
        book.save(path)
    except Exception as error:
        if type(error).__name__ == "SerialisationError":
            raise OSError(errno.EIO, f"{error} ({tempfile.gettempdir()})") from error
        raise

"""The parts of a workbook, inflated once: small ones in memory, large ones in temporary files without a name."""

import io
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

_IN_MEMORY = 96 << 20  # bytes of all parts together; what comes beyond goes to the disk


class Parts:
    """Inflated parts by name, as openpyxl and the row reader ask for them."""

    def __init__(self) -> None:
        self._files: dict = {}
        self._room = _IN_MEMORY

    def keep(self, name: str, chunks: Iterator[bytes]) -> None:
        """Keep a part."""
        file = tempfile.SpooledTemporaryFile(max_size=max(self._room, 1))
        for chunk in chunks:
            file.write(chunk)
        self._room -= file.tell()
        self._files[name] = file

    def namelist(self) -> list:
        return list(self._files)

    def read(self, name: str) -> bytes:
        with self.open(name) as part:
            return part.read()

    def open(self, name: str) -> BinaryIO:
        """A part from its beginning; several readers of one part do not disturb each other. KeyError for none."""
        return io.BufferedReader(_View(self._files[name]), 1 << 16)  # type: ignore[return-value]

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}


class _View(io.RawIOBase):
    """Reads a shared file at a position of its own; closing it leaves the file open."""

    def __init__(self, file):
        self._file, self._position = file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self._file.seek(self._position)
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

"""A plain-text VCT file line by line: its encoding, its sections, and where a fault lies. Bounded in every way."""

import codecs
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ...core.errors import InputError

_MOST_BYTES = 4 << 30
_LONGEST = 1 << 20  # bytes of a line
_CHUNK = 1 << 22
_END_OF_OBJECT = "0"


def encoding_of(path: Path) -> str:
    """The encoding of a whole file: UTF-8 where every byte agrees, else that of Chinese Windows; raises OSError."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as stream:
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


class VctLines:
    """Lines that hold something, without comments; `number` is that of the last one given, `section` where it lies."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("vct_too_large", gb=_MOST_BYTES >> 30)
        self.number, self.section, self.separator = 0, "", ","
        self._encoding = encoding_of(path)
        self._lines = self._read(stream)

    def fault(self, code: str, /, **params: object) -> InputError:
        """The error of the line that was given last."""
        return InputError(code, section=self.section or "-", line=self.number, **params)

    def _read(self, stream: BinaryIO) -> Iterator[str]:
        is_comment = False
        while data := stream.readline(_LONGEST):
            self.number += 1
            if len(data) == _LONGEST:
                raise self.fault("vct_line_long")
            try:
                line = data.decode(self._encoding if self.number == 1 else self._encoding.replace("-sig", "")).strip()
            except UnicodeDecodeError as error:
                raise self.fault("vct_encoding") from error
            mark = line.lower()
            if mark in ("commentbegin", "commentend"):
                is_comment = mark == "commentbegin"
            elif line and not is_comment:
                yield line

    def sections(self) -> Iterator[str]:
        """Names of the sections in small letters, each at its beginning; it must be read or skipped to its end."""
        for line in self._lines:
            self.section = ""
            if not line.lower().endswith("begin"):
                raise self.fault("vct_no_section", value=line[:40])
            self.section = line[: -len("begin")]
            yield self.section.lower()
        self.section = ""

    def rows(self) -> Iterator[str]:
        """Lines up to the end of the section; raises InputError where the file ends before."""
        end, opened = f"{self.section}end".lower(), self.number
        for line in self._lines:
            if line.lower() == end:
                return
            if line.lower().endswith("begin") and line.isalpha() and line.isascii():
                raise self.fault("vct_section_open", value=opened)
            yield line
        raise self.fault("vct_section_open", value=opened)

    def next(self) -> str:
        """The next line of an object; raises InputError where its section or the file ends."""
        line = next(self._lines, None)
        if line is None or line.lower() == f"{self.section}end".lower():
            raise self.fault("vct_object_short")
        return line

    def integer(self, least: int = 0) -> int:
        """The next line as a whole number."""
        line = self.next()
        try:
            number = int(line)
        except ValueError:
            number = least - 1
        if number < least:
            raise self.fault("vct_number", value=line[:40])
        return number

    def points(self, count: int) -> np.ndarray:
        """The next lines as coordinates, count x 2."""
        lines = list(islice(self._lines, count))
        if len(lines) < count:
            raise self.fault("vct_object_short")
        return self._coordinates(lines)

    def _coordinates(self, lines: list[str]) -> np.ndarray:
        try:
            flat = np.array(self.separator.join(lines).split(self.separator), dtype=float)
            table = flat.reshape(len(lines), -1)
            if table.shape[1] in (2, 3) and np.isfinite(table).all():
                return table[:, :2]
        except ValueError:
            pass
        first = self.number - len(lines) + 1
        wrong = next((n for n, line in enumerate(lines) if not self._is_point(line)), 0)
        raise InputError("vct_number", section=self.section, line=first + wrong, value=lines[wrong][:40])

    def _is_point(self, line: str) -> bool:
        try:
            values = [float(part) for part in line.split(self.separator)]
        except ValueError:
            return False
        return len(values) in (2, 3) and bool(np.isfinite(values).all())

    def count_or_point(self) -> "tuple[int, np.ndarray]":
        """(1, the point) where the next line is one, (number, nothing) where it is a number of points."""
        line = self.next()
        if self.separator in line:
            return 1, self._coordinates([line])
        if not line.isdecimal() or int(line) < 1:
            raise self.fault("vct_number", value=line[:40])
        return int(line), np.zeros((0, 2))

    def end_object(self) -> None:
        """The mark that ends an object."""
        line = self.next()
        if line != _END_OF_OBJECT:
            raise self.fault("vct_object_long", value=line[:40])

    def skip_object(self) -> None:
        """Go past the mark that ends an object."""
        while self.next() != _END_OF_OBJECT:
            pass

    def references(self) -> list[list[int]]:
        """Signed ids of other objects, ring by ring: a 0 among them parts two rings. Goes past the object's end."""
        count = self.integer(1)
        found: list[int] = []
        while True:
            line = self.next()
            if line == _END_OF_OBJECT and len(found) >= count:
                break
            for part in line.split(self.separator):
                if part.strip():
                    found.append(self._id(part))
        rings: list[list[int]] = [[]]
        for number in found:
            if number:
                rings[-1].append(number)
            else:
                rings.append([])
        return [ring for ring in rings if ring]

    def _id(self, text: str) -> int:
        try:
            return int(text)
        except ValueError as error:
            raise self.fault("vct_number", value=text[:40]) from error

"""What a workbook must pass before anything reads it: it is an unencrypted .xlsx, whole, and no bomb.

The survey inflates every part once (the only way to see a lying size or a broken checksum), keeps what the reader
will need, and on the way picks up what a streaming reader cannot: the merged ranges, which a sheet names after its
last row. The file is closed again at once: nobody who has it open in Excel is kept from saving it.
"""

import hashlib
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Union

from ...core.errors import InputError
from .parts import Parts

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')
_MOST_PARTS = 5_000
_MOST_BYTES = 2 << 30  # a million rows of 20 columns take 1.7 GB
_MOST_STRINGS = 512 << 20  # the table of shared strings is held in memory
_MOST_RATIO, _RATIO_FROM = 200, 10 << 20  # real sheets stay under 40; deflate ends at 1,032
_CHUNK = 1 << 20
_OVERLAP = 64  # longer than any sign that is looked for


@dataclass
class Survey:
    """`merges`: {part name: [(first row, first column, last row, last column)]}, counted from 1.

    `bytes`: inflated size; `sha256`: of the file; `parts`: the inflated XML parts, to be closed by who reads them.
    """

    merges: dict = field(default_factory=dict)
    bytes: int = 0
    sha256: str = ""
    parts: Parts = field(default_factory=Parts)


def survey(path: Union[str, Path]) -> Survey:
    """Check a workbook file and return its Survey; raises InputError naming what is wrong and what to do about it."""
    path = Path(path)
    if path.name.startswith("~$"):
        raise InputError("workbook_lock_file", file=path.name)
    try:
        with path.open("rb") as file:
            _refuse_other_kinds(path, file)
            digest = file_sha256(file)
            with zipfile.ZipFile(file) as archive:
                return _survey_parts(path, archive, digest)
    except FileNotFoundError as error:
        raise InputError("workbook_missing", file=path.name) from error
    except PermissionError as error:
        raise InputError("workbook_locked", file=path.name) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        # RuntimeError is what zipfile says of a part with a password, NotImplementedError of an unknown packing
        raise InputError("workbook_corrupt", file=path.name, detail=error) from error


def _refuse_other_kinds(path, file) -> None:
    head = file.read(4096)
    if head.startswith(_OLE):
        # an encrypted .xlsx is an OLE container too; its directory names the package
        encrypted = _ENCRYPTED in head or _ENCRYPTED in file.read(64 << 20)
        raise InputError("workbook_password" if encrypted else "workbook_xls", file=path.name)
    if not head.startswith(b"PK"):
        raise InputError("workbook_empty_file" if not head else "workbook_not_excel", file=path.name)
    file.seek(0)


def _survey_parts(path, archive, digest):
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise InputError("workbook_xlsb", file=path.name)
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise InputError("workbook_not_excel", file=path.name)
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise InputError("workbook_bomb", file=path.name)
    result = Survey(sha256=digest)
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        strings = part.filename.lower().endswith("sharedstrings.xml")
        if (part.file_size > _RATIO_FROM and ratio > _MOST_RATIO) or (strings and part.file_size > _MOST_STRINGS):
            raise InputError("workbook_bomb", file=path.name)
        if merges := _inflate(path, archive, part, result.parts):
            result.merges[part.filename] = merges
        result.bytes += part.file_size
    return result


def _inflate(path, archive, part, parts):
    """Read one part to its end (checksum included), keeping it when it is XML.

    Return its merged ranges. A document type is refused: no sheet has one.
    """
    merges: set = set()
    with archive.open(part) as stream:
        if not part.filename.lower().endswith((".xml", ".rels")):
            while stream.read(_CHUNK):
                pass
            return []
        parts.keep(part.filename, _checked(path, stream, "/worksheets/" in part.filename, merges))
    return sorted(
        (int(top), column_number(left), int(bottom), column_number(right)) for left, top, right, bottom in merges
    )


def _checked(path, stream, is_sheet, merges):
    """The chunks of an XML part, each looked at before it is handed on."""
    tail = b""
    while chunk := stream.read(_CHUNK):
        if not tail:  # UTF-16 would hide the sign below
            _refuse_wide_text(path, chunk)
        window = tail + chunk
        if b"!DOCTYPE" in window or b"!ENTITY" in window:  # without "<", which a sheet is full of: ten times faster
            raise InputError("workbook_doctype", file=path.name)
        if is_sheet and b"mergeCell" in window:
            merges.update(_MERGE.findall(window))
        tail = window[-_OVERLAP:]
        yield chunk


def file_sha256(file: BinaryIO) -> str:
    """sha256 of an open file, which is put back to its beginning."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _refuse_wide_text(path, chunk) -> None:
    if chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in chunk[:64]:
        raise InputError("workbook_doctype", file=path.name)


def column_letters(number: int) -> str:
    """1 -> "A", 27 -> "AA"."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: Union[str, bytes]) -> int:
    """ "A" -> 1, "AA" -> 27; takes str or ASCII bytes."""
    number = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode("ascii"):
        number = number * 26 + letter - 64
    return number

"""What a workbook must pass before anything reads it: it is an unencrypted .xlsx, whole, and no bomb.

The survey inflates every part once (the only way to see a lying size or a broken checksum) and on the way picks up
what a streaming reader cannot: the merged ranges, which a sheet names after its last row.
"""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from ...core.errors import InputError

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

    `bytes`: inflated size.
    """

    merges: dict = field(default_factory=dict)
    bytes: int = 0


def survey(path):
    """Check a workbook file and return its Survey; raises InputError naming what is wrong and what to do about it."""
    path = Path(path)
    if path.name.startswith("~$"):
        raise InputError("workbook_lock_file", file=path.name)
    try:
        with path.open("rb") as file:
            _refuse_other_kinds(path, file)
            with zipfile.ZipFile(file) as archive:
                return _survey_parts(path, archive)
    except FileNotFoundError as error:
        raise InputError("workbook_missing", file=path.name) from error
    except PermissionError as error:
        raise InputError("workbook_locked", file=path.name) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        # RuntimeError is what zipfile says of a part with a password, NotImplementedError of an unknown packing
        raise InputError("workbook_corrupt", file=path.name, detail=error) from error


def _refuse_other_kinds(path, file):
    head = file.read(4096)
    if head.startswith(_OLE):
        # an encrypted .xlsx is an OLE container too; its directory names the package
        encrypted = _ENCRYPTED in head or _ENCRYPTED in file.read(64 << 20)
        raise InputError("workbook_password" if encrypted else "workbook_xls", file=path.name)
    if not head.startswith(b"PK"):
        raise InputError("workbook_empty_file" if not head else "workbook_not_excel", file=path.name)
    file.seek(0)


def _survey_parts(path, archive):
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise InputError("workbook_xlsb", file=path.name)
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise InputError("workbook_not_excel", file=path.name)
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise InputError("workbook_bomb", file=path.name)
    result = Survey()
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        strings = part.filename.lower().endswith("sharedstrings.xml")
        if (part.file_size > _RATIO_FROM and ratio > _MOST_RATIO) or (strings and part.file_size > _MOST_STRINGS):
            raise InputError("workbook_bomb", file=path.name)
        if merges := _inflate(path, archive, part):
            result.merges[part.filename] = merges
        result.bytes += part.file_size
    return result


def _inflate(path, archive, part):
    """Read one part to its end (checksum included).

    Return its merged ranges. A document type is refused: no sheet has one.
    """
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    is_sheet = is_xml and "/worksheets/" in part.filename
    merges, tail = set(), b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not is_xml:
                continue
            if not tail:  # UTF-16 would hide the sign below
                _refuse_wide_text(path, chunk)
            window = tail + chunk
            if b"!DOCTYPE" in window or b"!ENTITY" in window:  # without "<", which a sheet is full of: ten times faster
                raise InputError("workbook_doctype", file=path.name)
            if is_sheet and b"mergeCell" in window:
                merges.update(_MERGE.findall(window))
            tail = window[-_OVERLAP:]
    return sorted(
        (int(top), column_number(left), int(bottom), column_number(right)) for left, top, right, bottom in merges
    )


def _refuse_wide_text(path, chunk):
    if chunk[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in chunk[:64]:
        raise InputError("workbook_doctype", file=path.name)


def column_number(letters):
    """ "A" -> 1, "AA" -> 27; takes str or ASCII bytes."""
    number = 0
    for letter in letters if isinstance(letters, bytes) else letters.encode("ascii"):
        number = number * 26 + letter - 64
    return number

"""Courier bags: BagIt 1.0 (RFC 8493) in a zip, signed with HMAC-SHA256, written and read as streams.

<bag>/bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt, signature.txt (over the tag manifest),
data/... Nothing of a bag is used before all of it was checked.
"""

import hashlib
import hmac
import json
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

from ..core.zips import stamp
from .errors import BagError

_BLOCK = 1 << 18
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
FORMAT = 1  # of the payload; a bag of a higher one is for a later program
_VERSION = re.compile(r"BagIt-Version: (\d{1,3})\.\d{1,3}\s")
_TAGS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")
MAX_BYTES = 64 << 30
MAX_FILES = 100_000
MAX_TAG_BYTES = 32 << 20
_RATIO = 200  # more is no record of ours but a bomb; small files may pack better
_RATIO_FROM = 1 << 20


@dataclass(frozen=True)
class BagInfo:
    """Who a bag is from and where it stands: `kind` "outgoing" or "receipt", `sequence` counts from 1 per
    county and kind; `audit`: the head of the county's audit chain as a line (see store/anchors.py), which the receipt
    gives back.
    """

    kind: str
    county: str
    sequence: int
    platform: str = ""
    epoch: str = ""
    cursor: str = ""
    audit: str = ""
    format: int = FORMAT

    def text(self, payload: tuple[int, int]) -> str:
        """bag-info.txt; `payload`: (bytes, files)."""
        lines = {
            "Bagging-Date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
            "Payload-Oxum": f"{payload[0]}.{payload[1]}",
            **{f"OneMap-{name.capitalize()}": str(value) for name, value in self.__dict__.items()},
        }
        return "".join(f"{name}: {value}\n" for name, value in lines.items())


class BagWriter:
    """Writes one bag: `with BagWriter(path, info, key) as bag: bag.add_lines(...)`.

    `key`: bytes shared with the other side.
    """

    def __init__(self, path: Path, info: BagInfo, key: bytes) -> None:
        self._info, self._key, self._bytes = info, key, 0
        self._manifest: dict[str, str] = {}
        self._root = f"onemap-{info.county}-{info.kind}-{info.sequence:06d}"
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def __enter__(self) -> "BagWriter":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._zip.close()

    def add_blocks(self, name: str, blocks: Iterable[bytes]) -> None:
        """Add data/<name> from an iterable of bytes."""
        digest = hashlib.sha256()
        member_info = zipfile.ZipInfo(f"{self._root}/data/{name}", stamp())
        # files are mostly packed already: storing them is ten times as fast
        member_info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".jsonl") else zipfile.ZIP_STORED
        with self._zip.open(member_info, "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                self._bytes += len(block)
                member.write(block)
        self._manifest[f"data/{name}"] = digest.hexdigest()

    def add_lines(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows as JSON lines."""
        self.add_blocks(
            name, (json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8") + b"\n" for row in rows)
        )

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of any size."""
        with open(path, "rb") as file:
            self.add_blocks(name, iter(lambda: file.read(_BLOCK), b""))

    @property
    def content_hash(self) -> str:
        """sha256 of the payload manifest: two bags with the same one hold the same."""
        return hashlib.sha256(self._manifest_text().encode()).hexdigest()

    def _manifest_text(self) -> str:
        return "".join(f"{digest}  {name}\n" for name, digest in sorted(self._manifest.items()))

    def _finish(self) -> None:
        manifest = self._manifest_text()
        texts = dict(zip(_TAGS, (_DECLARATION, self._info.text((self._bytes, len(self._manifest))), manifest)))
        texts["tagmanifest-sha256.txt"] = "".join(
            f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in texts.items()
        )
        texts["signature.txt"] = signature(texts["tagmanifest-sha256.txt"].encode(), self._key) + "\n"
        for name, text in texts.items():
            self._zip.writestr(zipfile.ZipInfo(f"{self._root}/{name}", stamp()), text, self._zip.compression)


def signature(data: bytes, key: bytes) -> str:
    """The signature of a tag manifest."""
    return "HMAC-SHA256 " + hmac.new(key, data, hashlib.sha256).hexdigest()


class BagReader:
    """Reads one bag after checking all of it: `info` (BagInfo), `lines(name)`, `blocks(name)`, `names`.

    Raises BagError.
    """

    def __init__(self, path: Path, key: bytes, county: Optional[str] = None, kind: Optional[str] = None) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise BagError("bag_unreadable", error=getattr(error, "strerror", None) or error) from error
        try:
            self._open(key)
            self._demand(county, kind)
        except (
            zipfile.BadZipFile,
            zipfile.LargeZipFile,
            EOFError,
            OSError,
            ValueError,
            KeyError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            self._zip.close()
            raise BagError("bag_damaged", what=error) from error
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> "BagReader":
        return self

    def __exit__(self, *error: Any) -> None:
        self._zip.close()

    def _open(self, key: bytes) -> None:
        self._members = self._checked_members()
        tag_manifest = self._tag("tagmanifest-sha256.txt")
        if not hmac.compare_digest(self._tag("signature.txt").strip(), signature(tag_manifest, key).encode()):
            raise BagError("bag_signature")
        self.info = _info(self._tag("bag-info.txt"))
        declared = _VERSION.match(self._tag("bagit.txt").decode("utf-8"))
        if not declared or int(declared[1]) > 1 or self.info.format > FORMAT:
            raise BagError("bag_newer")
        self._check_digests(_manifest(tag_manifest), set(_TAGS))
        data = {name for name in self._members if name.startswith("data/")}
        extra = set(self._members) - data - {*_TAGS, "tagmanifest-sha256.txt", "signature.txt"}
        if extra:
            raise BagError("bag_foreign_file", name=min(extra))
        self._check_digests(_manifest(self._tag("manifest-sha256.txt")), data)
        self.names = sorted(name[5:] for name in data)

    def _demand(self, county: Optional[str], kind: Optional[str]) -> None:
        if county is not None and self.info.county != county:
            raise BagError("bag_county", bag_county=self.info.county, county=county)
        if kind is not None and self.info.kind != kind:
            raise BagError("bag_kind", kind=self.info.kind)

    def _checked_members(self) -> dict[str, zipfile.ZipInfo]:
        """{path below the bag's folder: ZipInfo}; refuses names that lead elsewhere, links, doubles and bombs."""
        found: dict[str, zipfile.ZipInfo] = {}
        total, roots = 0, set()
        infos = self._zip.infolist()
        if len(infos) > MAX_FILES:
            raise BagError("bag_too_large")
        for info in infos:
            if (
                not _SAFE.fullmatch(info.filename)
                or ".." in info.filename.split("/")
                or stat.S_ISLNK(info.external_attr >> 16)
            ):
                raise BagError("bag_unsafe_name", name=info.filename[:80])
            root, _, name = info.filename.partition("/")
            roots.add(root)
            if not name or name in found or len(roots) > 1:
                raise BagError("bag_unsafe_name", name=info.filename[:80])
            total += info.file_size
            if total > MAX_BYTES or (
                info.file_size > _RATIO_FROM and info.file_size > _RATIO * max(info.compress_size, 1)
            ):
                raise BagError("bag_too_large")
            found[name] = info
        return found

    def _tag(self, name: str) -> bytes:
        info = self._members[name]
        if info.file_size > MAX_TAG_BYTES:
            raise BagError("bag_too_large")
        return b"".join(self._blocks(info))

    def _blocks(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """The member's bytes; more than it announces is refused while it is being unpacked."""
        left = info.file_size
        with self._zip.open(info) as member:
            while block := member.read(_BLOCK):
                left -= len(block)
                if left < 0:
                    raise BagError("bag_too_large")
                yield block

    def _check_digests(self, expected: dict[str, str], names: set[str]) -> None:
        if set(expected) != names:
            raise BagError("bag_files_differ", name=min(set(expected) ^ names))
        for name, digest in expected.items():
            seen = hashlib.sha256()
            for block in self._blocks(self._members[name]):
                seen.update(block)
            if seen.hexdigest() != digest:
                raise BagError("bag_altered", name=name)

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of data/<name>."""
        yield from self._blocks(self._members[f"data/{name}"])

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the JSON objects of data/<name>, one a line; nothing where the bag has no such file."""
        if name not in self.names:
            return
        rest = b""
        for block in self.blocks(name):
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > MAX_TAG_BYTES:
                raise BagError("bag_damaged", what=name)
            yield from (_object(line, name) for line in lines if line)
        if rest.strip():  # a last line without its newline counts as well
            yield _object(rest, name)


def _object(line: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BagError("bag_damaged", what=f"{name}: {str(error)[:100]}") from error
    if not isinstance(value, dict):
        raise BagError("bag_damaged", what=name)
    return value


def _manifest(data: bytes) -> dict[str, str]:
    found = {}
    for line in data.decode("utf-8").splitlines():
        digest, name = line.split("  ", 1)
        found[name] = digest
    return found


def _info(data: bytes) -> BagInfo:
    values: dict[str, str] = {}
    for line in data.decode("utf-8").splitlines():
        name, _, value = line.partition(":")
        values[name] = value.strip()
    fields = {name: values.get(f"OneMap-{name.capitalize()}", "") for name in BagInfo.__dataclass_fields__}
    sequence, made = int(fields.pop("sequence")), int(fields.pop("format") or FORMAT)
    return BagInfo(sequence=sequence, format=made, **fields)

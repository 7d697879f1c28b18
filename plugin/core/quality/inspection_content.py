"""What was found in a package before any feature was read: files, layers, their fields and reference systems."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Optional

from pyproj import CRS

from ..land.remarks import Remark
from ..land.types import Box
from .inspection_spec import FieldKind, LayerSpec, Shape, Specification


class FileKind(str, Enum):
    """What a file is taken for, by its name."""

    DATABASE = "database"
    SHAPES = "shapes"
    EXCHANGE = "exchange"
    TABLE = "table"
    DOCUMENT = "document"
    IMAGE = "image"
    OTHER = "other"


KINDS = {
    ".gdb": FileKind.DATABASE, ".gpkg": FileKind.DATABASE, ".mdb": FileKind.DATABASE, ".sqlite": FileKind.DATABASE,
    ".shp": FileKind.SHAPES, ".geojson": FileKind.SHAPES, ".fgb": FileKind.SHAPES, ".vct": FileKind.EXCHANGE,
    ".xlsx": FileKind.TABLE, ".xls": FileKind.TABLE, ".csv": FileKind.TABLE, ".dbf": FileKind.TABLE,
    ".pdf": FileKind.DOCUMENT, ".docx": FileKind.DOCUMENT,
    ".jpg": FileKind.IMAGE, ".jpeg": FileKind.IMAGE, ".png": FileKind.IMAGE, ".tif": FileKind.IMAGE,
}  # fmt: skip
_JOINTS, _CODE_AROUND = re.compile(r"[_\-\s()]+"), re.compile(r"^\d{4,12}|\d{4,12}$")  # 990102SD, SD_甲镇
WITH_LAYERS = (FileKind.DATABASE, FileKind.SHAPES, FileKind.EXCHANGE)


@dataclass(frozen=True)
class PackageFile:
    """One file: its `path` in the package with "/", where it lies, and what its bytes say against it.

    `dpi`: how fine an image says it is, None where it says nothing.
    """

    path: str
    place: Path
    size: int
    trouble: Optional[Remark] = None
    dpi: Optional[int] = None

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]

    @property
    def kind(self) -> FileKind:
        return KINDS.get(Path(self.path).suffix.lower(), FileKind.OTHER)

    def with_trouble(self, trouble: Optional[Remark]) -> "PackageFile":
        """The file with what was found out when it was opened."""
        return self if trouble is None else replace(self, trouble=trouble)


@dataclass(frozen=True)
class Copies:
    """Files that are the same as others: path of a file or folder, what it repeats ("" for the top), how many.

    `layers`: names of the layers in a file that hold what those of another file hold, where the bytes differ.
    """

    path: str
    original: str
    count: int
    layers: str = ""


@dataclass(frozen=True)
class FieldFound:
    """A field as its layer has it; `kind` None for one that no specification knows, `length` 0 where none is kept.

    `domain`: the name of its domain of codes, or that of its layer's subtypes, `domain_codes`: {code: name} of it.
    """

    name: str
    kind: Optional[FieldKind]
    type_name: str
    length: int = 0
    decimals: int = 0
    domain: str = ""
    domain_codes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class LayerFound:
    """A layer as its file has it; `source`: what OGR opens and the layer's name in it.

    `shape` None for a mixture or an unknown kind; `crs` None where there is none or one that is refused, `crs_name`
    says which; `trouble`: why it cannot be read.
    """

    name: str
    file: str
    source: tuple[str, str]
    shape: Optional[Shape] = None
    type_name: str = ""
    has_z: bool = False
    has_m: bool = False
    crs: Optional[CRS] = None
    crs_name: str = ""
    fields: list[FieldFound] = field(default_factory=list)
    count: int = 0
    extent: Optional[Box] = None
    trouble: Optional[Remark] = None

    def field(self, name: str) -> Optional[FieldFound]:
        return next((f for f in self.fields if f.name.upper() == name.upper()), None)


@dataclass
class Content:
    """All that a package holds; `has_file_list`: a folder or archive, whose files can be compared with a list.

    `files` has each content once; `copies` says what else lies there.
    """

    name: str
    has_file_list: bool
    files: list[PackageFile] = field(default_factory=list)
    layers: list[LayerFound] = field(default_factory=list)
    troubles: list[tuple[str, Remark]] = field(default_factory=list)
    copies: list[Copies] = field(default_factory=list)

    def of_kind(self, *kinds: FileKind) -> list[PackageFile]:
        return [file for file in self.files if file.kind in kinds]

    def has_unread_database(self) -> bool:
        """Whether layers may lie in a file that was not read."""
        return any(f.trouble is not None and f.kind in WITH_LAYERS for f in self.files) or bool(self.troubles)


@dataclass
class Matched:
    """Layers of the specification with the layers found for them, those found twice and those it does not know."""

    found: dict[str, LayerFound] = field(default_factory=dict)
    twice: dict[str, list[LayerFound]] = field(default_factory=dict)
    unknown: list[LayerFound] = field(default_factory=list)
    like: dict[str, str] = field(default_factory=dict)  # {name of an unknown layer: code of the one it may be}

    @classmethod
    def of(cls, specification: Specification, layers: list[LayerFound]) -> "Matched":
        """Match layers by code, title or alias, whatever their case; of several the one with most features counts."""
        matched, by_name = cls(), _by_name(specification)
        for layer in layers:
            spec = by_name.get(_bare(layer.name))
            if spec is None:
                matched.unknown.append(layer)
            else:
                matched.twice.setdefault(spec.code, []).append(layer)
        for code, same in matched.twice.items():
            matched.found[code] = max(same, key=lambda layer: (layer.trouble is None, layer.count))
        matched.twice = {code: same for code, same in matched.twice.items() if len(same) > 1}
        for layer in matched.unknown:
            codes = {by_name[part].code for part in _parts(layer.name) if part in by_name}
            if len(codes) == 1:
                matched.like[layer.name] = codes.pop()
        return matched


def _by_name(specification: Specification) -> dict[str, LayerSpec]:
    names: dict[str, LayerSpec] = {}
    for layer in specification.layers:
        names.setdefault(layer.code.upper(), layer)
    for layer in specification.layers:
        for name in layer.names:
            names.setdefault(name, layer)
    return names


def _parts(name: str) -> Iterator[str]:
    """What a layer's name may be without full width, a division code and the name of a town or a year around it."""
    plain = _bare(unicodedata.normalize("NFKC", name))
    for part in (plain, *_JOINTS.split(plain)):
        yield part
        yield _CODE_AROUND.sub("", part)


def _bare(name: str) -> str:
    """A layer's name without the name of its schema ("main.XZQ"), in capitals."""
    return name.rsplit(".", 1)[-1].strip().upper()

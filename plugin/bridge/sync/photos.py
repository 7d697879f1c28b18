"""Photos of records are made smaller before they travel, when somebody asks for it."""

from dataclasses import dataclass
from typing import Optional

from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, Qt
from qgis.PyQt.QtGui import QImage, QImageReader

from ...core.errors import InputError
from ...store.workspace import Workspace

_PHOTOS = (".jpg", ".jpeg", ".png")
_OPEN = ("draft", "returned")  # what is found good, sent or approved is left as it was signed
_QUALITY = 85
_MOST_PIXELS = 200_000_000  # a picture that claims more is not unpacked for a preview


@dataclass
class Scaled:
    """`count` photos of `before` bytes became `after` bytes."""

    count: int = 0
    before: int = 0
    after: int = 0


def scaled_photo(content: bytes, longest: int) -> Optional[bytes]:
    """A photo as JPEG whose longer side has `longest` pixels, the right way up; None for one that is no larger, or no
    picture."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) <= longest:
        return None
    image = reader.read()
    if image.isNull():
        return None
    smooth = Qt.TransformationMode.SmoothTransformation
    image = image.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    data = QByteArray()
    target = QBuffer(data)
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    return bytes(data) if image.save(target, "JPG", _QUALITY) else None


def photo_preview(content: bytes, longest: int) -> Optional[QImage]:
    """A small picture of a photo, the right way up; None for what is no picture."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return None
    reader.setScaledSize(size.scaled(longest, longest, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def scale_photos(workspace: Workspace, longest: int, actor: str) -> Scaled:
    """Replace the large photos of drafts and returned records; every record changed has its audit row."""
    found = Scaled()
    for form in workspace.forms():
        keys = [field.key for field in form.fields if field.value_type == "files"]
        for values in list(workspace.records(form)) if keys else ():
            if values["status"] in _OPEN:
                row = {key: _smaller(workspace, values.get(key) or [], longest, found) for key in keys}
                if any(row[key] != (values.get(key) or []) for key in keys):
                    workspace.save_records(form, [{**row, "id": values["id"]}], actor, "scale photos")
    return found


def _smaller(workspace, files: list, longest: int, found: Scaled) -> list:
    result = []
    for one in files:
        smaller = None
        if str(one.get("name", "")).lower().endswith(_PHOTOS):
            try:
                smaller = scaled_photo(workspace.attachments.content(one["sha256"]), longest)
            except InputError:  # not kept here: nothing to make smaller
                smaller = None
        if smaller is None or len(smaller) >= one.get("bytes", 0):
            result.append(one)
            continue
        name = one["name"].rsplit(".", 1)[0] + ".jpg"
        result.append(workspace.attachments.add_content(name, smaller))
        found.count, found.before, found.after = (
            found.count + 1,
            found.before + one["bytes"],
            found.after + len(smaller),
        )
    return result

"""What a database says itself of the values of its fields: domains of codes, and the subtypes of a geodatabase."""

import xml.etree.ElementTree as ElementTree  # noqa: S405 - a document type, which could bring entities, is refused
from collections.abc import Mapping
from typing import Any

from osgeo import ogr

_GEODATABASE = ("OpenFileGDB", "FileGDB")
_LONGEST = 20_000_000  # characters of the description of a layer


class FieldDomains:
    """Those of one layer; a GDAL that knows no domains finds none."""

    def __init__(self, data: Any, layer: str) -> None:
        self._data = data
        self._subtype_field = ""
        self._subtypes: Mapping[str, str] = {}
        if data.GetDriver().ShortName in _GEODATABASE:
            self._read_subtypes(layer)

    def of(self, definition: ogr.FieldDefn) -> tuple[str, Mapping[str, str]]:
        """(name, {code: name}) of a field's domain, or of the subtypes that it tells; ("", {}) for none."""
        name = definition.GetDomainName() if hasattr(definition, "GetDomainName") else ""
        domain = self._data.GetFieldDomain(name) if name else None
        if domain is not None and domain.GetDomainType() == ogr.OFDT_CODED:
            return name, {str(code): title or "" for code, title in domain.GetEnumeration().items()}
        if self._subtype_field and definition.GetName().lower() == self._subtype_field.lower():
            return self._subtype_field, self._subtypes
        return "", {}

    def _read_subtypes(self, layer: str) -> None:
        """From the geodatabase's own description of the layer."""
        try:
            answer = self._data.ExecuteSQL(f"GetLayerDefinition {layer}")
        except RuntimeError:
            return
        feature = answer.GetNextFeature() if answer is not None else None
        description = (feature.GetField(0) or "") if feature is not None else ""
        if answer is not None:
            self._data.ReleaseResultSet(answer)
        self._subtype_field, self._subtypes = subtypes_of(description)


def subtypes_of(description: str) -> tuple[str, dict[str, str]]:
    """(field, {code: name}) of the subtypes in the XML that describes a layer of a geodatabase."""
    if "<Subtype" not in description or "<!DOCTYPE" in description or len(description) > _LONGEST:
        return "", {}
    try:
        root = ElementTree.fromstring(description)  # noqa: S314 - no entities: a document type is refused above
    except ElementTree.ParseError:
        return "", {}
    found = {}
    for one in root.iter("Subtype"):
        found[one.findtext("SubtypeCode", "").strip()] = one.findtext("SubtypeName", "").strip()
    return root.findtext(".//SubtypeFieldName", "").strip(), {code: name for code, name in found.items() if code}

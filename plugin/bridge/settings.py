"""The user's settings; the defaults here are their documentation."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from qgis.core import QgsSettings

_GROUP = "onemap/"


@dataclass
class Settings:
    """`mapping`: {layer name: line id}; `remembered`: {"county|layer": line id chosen on the check page, "" for a
    layer that takes no part}; `layer_days`: {"county|layer": date of its data entered there}; `sliver_m2`: m²;
    `map_limit`: maps in a report at most;
    `report_template`: path of a .docx, "" for the plain one;
    `cache_mb`: megabytes that caches of control lines may take in the user's profile, 0 for none;
    `logins`: {platform address: id of an authentication configuration}; `sync_minutes`: pause between background
    syncs, 0 for none; `platform_hosts`: {platform address: [further origins that its links may lead to]};
    `plain_http`: {platform address: true} where the user agreed to an unencrypted line;
    `platform_certificates`: {platform address: id of an authentication configuration that is a client certificate};
    `platform_mappings`: {platform address: mapping file of an interface other than the contract's};
    `bag_logins`: {county: {"key", "identity": ids of authentication configurations for courier bags}}.
    """

    rule_file: str = ""
    sliver_m2: float = 1.0
    mapping: dict = field(default_factory=dict)
    remembered: dict = field(default_factory=dict)
    layer_days: dict = field(default_factory=dict)
    organisation: str = ""
    reviewer: str = ""
    report_title: str = ""
    document_no: str = ""
    report_template: str = ""
    map_limit: int = 30
    landuse_layer: str = "DLTB"
    division_layer: str = "XZQ"
    place_name_layer: str = "DM"
    dem_layer: str = "DEM"
    road_layer: str = "LRDL"
    cache_mb: int = 2000
    workspace: str = ""
    logins: dict = field(default_factory=dict)
    sync_minutes: int = 0
    platform_hosts: dict = field(default_factory=dict)
    plain_http: dict = field(default_factory=dict)
    bag_logins: dict = field(default_factory=dict)
    platform_mappings: dict = field(default_factory=dict)
    platform_certificates: dict = field(default_factory=dict)

    @classmethod
    def load(cls) -> Any:
        """Read from QGIS's settings; a value of the wrong kind falls back to its default."""
        stored, settings = QgsSettings(), cls()
        for name, default in asdict(settings).items():
            value = stored.value(_GROUP + name)
            if value is not None:
                try:
                    setattr(settings, name, _mapping(value) if isinstance(default, dict) else type(default)(value))
                except (TypeError, ValueError):
                    continue
        return settings

    def save(self) -> None:
        stored = QgsSettings()
        for name, value in asdict(self).items():
            stored.setValue(_GROUP + name, json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value)

    def mapping_json(self) -> Any:
        """The mapping as the MAPPING parameter takes it; None when there is none."""
        return json.dumps(self.mapping, ensure_ascii=False) if self.mapping else None


def _mapping(value: str) -> dict[str, Any]:
    found = json.loads(value)
    if not isinstance(found, dict):
        raise TypeError(value)
    return found

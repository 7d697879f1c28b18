"""What another province's interface differs in is a mapping file: kind of interface, paths, names of collections and
fields, status values, login header. The client itself speaks the contract; a Transport made from the file translates.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional

import requests

from ..core.errors import InputError
from ..core.json_files import read_json_object
from .credentials import Credentials
from .options import USUAL, TransportOptions
from .receipts import NAMES
from .transport import Transport

MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class CollectionMap:
    """One collection: `path` of its service below the platform's address; `fields`: {our name: theirs}."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)

    def outward(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Our properties under their names; what they have no name for is left out."""
        return {self.fields[name]: value for name, value in properties.items() if name in self.fields}

    def inward(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """Their attributes under our names."""
        ours = {remote: name for name, remote in self.fields.items()}
        return {ours[name]: value for name, value in attributes.items() if name in ours}


@dataclass(frozen=True)
class Mapping:
    """A mapping file. `kind`: "arcgis"; `login`: {"header", "prefix"} of the token; `status`: {ours: theirs}; `id`,
    `version`, `lock`, `key`: names of attributes and parameters; `feed`: the table of changes and its columns;
    `receipt`: how a write that is decided later is asked for, see receipts.py; `omits_null`: the platform leaves out
    what is empty."""

    kind: str
    collections: dict[str, CollectionMap]
    login: dict[str, str]
    status: dict[str, str]
    names: dict[str, str]
    feed: dict[str, str]
    receipt: dict[str, str] = field(default_factory=dict)
    omits_null: bool = False

    def status_out(self, value: Any) -> Any:
        """A status of ours as theirs."""
        return self.status.get(value, value)

    def status_in(self, value: Any) -> Any:
        """A status of theirs as ours."""
        return {remote: ours for ours, remote in self.status.items()}.get(str(value), value)


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file. InputError, naming what is wrong, for one that cannot be used."""
    try:
        content = read_json_object(path, MAX_BYTES)
        found = {
            str(name): CollectionMap(_text(one["path"]), _texts(one["fields"]))
            for name, one in content["collections"].items()
        }
        names = {name: _text(content[name]) for name in ("id", "version", "lock", "key")}
        login, status = _texts(content.get("login", {})), _texts(content["status"])
        receipt = {name: _text(content["receipt"][name]) for name in NAMES} if content.get("receipt") else {}
        rest = (login, status, names, _texts(content["feed"]), receipt, _flag(content.get("omits_null", False)))
        mapping = Mapping(_text(content["kind"]), found, *rest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("sync_mapping", file=Path(path).name, error=f"{type(error).__name__}: {error}") from error
    if mapping.kind not in KINDS:
        raise InputError("sync_mapping", file=Path(path).name, error=f"kind: {mapping.kind}")
    return mapping


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) < 300:
        raise ValueError(repr(value)[:60])
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(repr(value)[:60])
    return value


def _texts(value: Any) -> dict[str, str]:
    return {_text(name): str(one) for name, one in value.items() if isinstance(one, (str, int))}


class MappedLogin:
    """Credentials whose token travels in the header that the mapping names."""

    def __init__(self, inner: Credentials, login: dict[str, str]) -> None:
        self._inner, self._login = inner, login

    def headers(self) -> dict[str, str]:
        """Headers that show who we are."""
        headers = self._inner.headers()
        if "header" not in self._login or "Authorization" not in headers:
            return headers
        token = headers.pop("Authorization").removeprefix("Bearer ")
        return {**headers, self._login["header"]: self._login.get("prefix", "") + token}

    def renew(self) -> bool:
        """As the login behind."""
        return self._inner.renew()


def adapted(
    mapping: Optional[Mapping],
    base_url: str,
    credentials: Credentials,
    session: Optional[requests.Session] = None,
    options: TransportOptions = USUAL,
) -> Transport:
    """The Transport of a platform: a plain one, or one that translates by a mapping."""
    if mapping is None:
        return Transport(base_url, credentials, session, options)
    return KINDS[mapping.kind](mapping, base_url, MappedLogin(credentials, mapping.login), session, options)


def _arcgis(mapping: Mapping, base_url: str, credentials: Credentials, *line: Any) -> Transport:
    from .arcgis import ArcgisTransport  # late: it is made of this module's parts

    return ArcgisTransport(mapping, base_url, credentials, *line)


KINDS: dict[str, Callable[..., Transport]] = {"arcgis": _arcgis}

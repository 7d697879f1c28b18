"""The platform as QGIS knows it: a requests.Session with QGIS's proxy, authorities, user agent.

The authentication manager's logins.
"""

import atexit
import functools
import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional
from urllib.parse import quote

import requests
from qgis.core import Qgis, QgsApplication, QgsAuthMethodConfig, QgsSettings
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from ...core.errors import InputError
from ...sync import discovery
from ...sync.adapter import adapted, load_mapping
from ...sync.answers import origin
from ...sync.credentials import ClientCredentials, Credentials, StaticToken
from ...sync.cuttable import CuttableAdapter
from ...sync.options import USUAL, TransportOptions
from ...sync.transport import Transport
from ..settings import Settings
from .certificates import client_context, is_certificate

_NETWORK = "qgis/networkAndProxy/"


@dataclass(frozen=True)
class Given:
    """What a caller wants instead of what is kept for a platform. `mapping`: file of the adapter, "" for the kept
    one; `certificate`: id of an authentication configuration, "" for none, None for the kept one."""

    mapping: str = ""
    certificate: Optional[str] = None


KEPT = Given()


class AuthManagerLogin:
    """Credentials of an authentication configuration, whatever its method.

    Nothing of it is kept here longer than a run.
    """

    def __init__(self, authcfg, url):
        self._authcfg, self._url, self._headers = authcfg, url, None

    def headers(self) -> dict[str, str]:
        if self._headers is None:
            request = QNetworkRequest(QUrl(self._url))
            # PyQt hands the changed request back beside the answer
            done = QgsApplication.authManager().updateNetworkRequest(request, self._authcfg)
            done, request = done if isinstance(done, tuple) else (done, request)
            names = [bytes(name) for name in request.rawHeaderList()]
            self._headers = {name.decode(): bytes(request.rawHeader(name)).decode() for name in names}
            if not done or not self._headers:
                raise InputError("sync_token_missing")
        return self._headers

    def renew(self) -> bool:
        """Let the authentication manager get a new token (OAuth2); False when it hands out the old one."""
        old = self._headers
        QgsApplication.authManager().clearCachedConfig(self._authcfg)
        self._headers = None
        return self.headers() != old


def credentials(authcfg: str, url: str, session: Optional[requests.Session] = None) -> Credentials:
    """Login by authentication configuration, or by the bearer token in the environment variable ONEMAP_TOKEN.

    A configuration of method Basic is taken for OAuth2 client credentials where the platform has a token endpoint;
    without a user name its password is the bearer token (QGIS 3.22 as Debian packs it has no method for plain headers).
    """
    if is_certificate(authcfg):  # who we are is shown when the line is made
        return StaticToken("")
    if authcfg:
        config = QgsAuthMethodConfig()
        QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
        return _basic(authcfg, config, url, session) if config.method() == "Basic" else AuthManagerLogin(authcfg, url)
    token = os.environ.get("ONEMAP_TOKEN", "").strip()
    if not token:
        raise InputError("sync_token_missing")
    return StaticToken(token)


def _basic(authcfg, config, url, session):
    user, password = config.config("username"), config.config("password")
    if not user:
        return StaticToken(password)
    session = session or make_session()
    endpoint = discovery.token_endpoint(Transport(url, StaticToken(""), session, TransportOptions(attempts=2)))
    return ClientCredentials(endpoint, user, password, session) if endpoint else AuthManagerLogin(authcfg, url)


def bag_key(authcfg: str) -> bytes:
    """The county's signing key: the password of an authentication configuration, or ONEMAP_BAG_KEY from the
    environment.
    """
    text = os.environ.get("ONEMAP_BAG_KEY", "") if not authcfg else ""
    if authcfg:
        config = QgsAuthMethodConfig()
        QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
        text = config.config("password")
    if not text.strip():
        raise InputError("bag_key_missing")
    return text.strip().encode("utf-8")


def bag_identity(authcfg: str) -> str:
    """The county's secret key for encrypted receipts: the password of an authentication configuration, or
    ONEMAP_BAG_IDENTITY; "" where there is none.
    """
    if not authcfg:
        return os.environ.get("ONEMAP_BAG_IDENTITY", "").strip()
    config = QgsAuthMethodConfig()
    QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
    return config.config("password").strip()


def make_transport(
    url: str,
    authcfg: str = "",
    login: Optional[Credentials] = None,
    given: Given = KEPT,
    options: TransportOptions = USUAL,
) -> Transport:
    """A Transport to the platform at `url`, set up as QGIS's own network requests are.

    `login`: credentials to use instead of `authcfg`; `given`: instead of what is kept for this platform.
    """
    seconds = int(QgsSettings().value(_NETWORK + "networkTimeout", 60000)) / 1000
    session, timeout = make_session(), (min(seconds, 15), max(seconds, 5))
    kept, address = Settings.load(), url.strip().rstrip("/")
    hosts = options.hosts or kept.platform_hosts.get(address, ())
    certificate = authcfg if is_certificate(authcfg) else kept.platform_certificates.get(address, "")
    certificate = certificate if given.certificate is None else given.certificate
    show_certificate(session, address, certificate)
    if certificate and not authcfg and not os.environ.get("ONEMAP_TOKEN"):
        login = login or StaticToken("")  # the certificate alone says who we are
    file = given.mapping or kept.platform_mappings.get(address, "")
    found, login = load_mapping(Path(file)) if file else None, login or credentials(authcfg, url, session)
    return adapted(
        found, url, login, session, replace(options, timeout=timeout, hosts=hosts, pace=options.pace.beside(timeout[1]))
    )


def show_certificate(session: requests.Session, url: str, authcfg: str) -> None:
    """Let the platform at `url`, and nobody else, see a client certificate; "" for none."""
    if authcfg:
        scheme, host = origin(url)
        session.mount(f"{scheme}://{host}/", CuttableAdapter(client_context(authcfg), pool_maxsize=8))


def make_session() -> requests.Session:
    """A requests.Session with QGIS's proxy, certificate authorities and user agent."""
    session, settings = requests.Session(), QgsSettings()
    agent = settings.value(_NETWORK + "userAgent", "Mozilla/5.0")
    session.headers["User-Agent"] = f"{agent} QGIS/{Qgis.QGIS_VERSION_INT} OneMapDesk"
    session.verify = _authorities() or True
    if str(settings.value("proxy/proxyEnabled", "false")).lower() == "true":
        session.trust_env = False
        session.proxies = _proxies(settings)
        session.rebuild_proxies = (  # type: ignore[method-assign]  # a redirect keeps to the same proxy
            lambda request, proxies: session.proxies
        )
    adapter = CuttableAdapter(pool_maxsize=8)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


def _proxies(settings):
    kind = str(settings.value("proxy/proxyType", "DefaultProxy"))
    host, port = settings.value("proxy/proxyHost", ""), settings.value("proxy/proxyPort", "")
    if not host or kind == "NoProxy":
        return {}
    user, password = settings.value("proxy/proxyUser", ""), settings.value("proxy/proxyPassword", "")
    authcfg = settings.value("proxy/authcfg", "")
    if authcfg:
        config = QgsAuthMethodConfig()
        QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
        user, password = config.config("username"), config.config("password")
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    scheme = "socks5h" if kind == "Socks5Proxy" else "http"
    address = f"{scheme}://{login}{host}:{port}"
    return {"http": address, "https": address}


@functools.lru_cache(maxsize=1)
def _authorities():
    """File with the authorities that QGIS trusts, those the user added among them.

    "" where requests' own list will do.
    """
    try:
        pem = bytes(QgsApplication.authManager().trustedCaCertsPemText())
    except (AttributeError, RuntimeError):
        return ""
    if b"BEGIN CERTIFICATE" not in pem:
        return ""
    with tempfile.NamedTemporaryFile("wb", prefix="onemap-ca-", suffix=".pem", delete=False) as file:
        file.write(pem)
    atexit.register(Path(file.name).unlink, missing_ok=True)
    return file.name

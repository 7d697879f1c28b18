"""Which platform a workspace talks to.

The address is kept in the workspace, the login in QGIS's authentication manager, never here.
"""

from dataclasses import dataclass
from typing import Any, Callable, Union
from urllib.parse import urlsplit

from qgis.core import QgsApplication, QgsAuthMethodConfig

from ...core.errors import InputError, OutputError
from ...store.audit import Change
from ...store.lock import holder_name
from ...store.pulled import COLLECTIONS, Pulled
from ...store.workspace import Workspace
from ...sync.adapter import load_mapping
from ...sync.credentials import StaticToken
from ...sync.examine import examine
from ...sync.identity import identity_of, platform_moved
from ...sync.masking import SETTING, BagPolicy
from ...sync.options import USUAL, TransportOptions
from ...sync.transport import Transport
from ..settings import Settings
from .platform import KEPT, AuthManagerLogin, Given, make_transport


@dataclass
class PlatformSettings:
    """`authcfg`: id of an authentication configuration, "" for the token in ONEMAP_TOKEN; `pull`: read-only
    collections that are wanted; `minutes`: pause between background syncs, 0 for none; `hosts`: further hosts that
    the platform's links may lead to; `known`: whether the user named this platform on this machine; `mapping`:
    file that describes an interface other than the contract's, "" for none; `certificate`: id of the authentication
    configuration that is the client certificate, "" for none."""

    url: str = ""
    authcfg: str = ""
    pull: tuple[str, ...] = COLLECTIONS
    minutes: int = 0
    hosts: tuple[str, ...] = ()
    known: bool = False
    mapping: str = ""
    certificate: str = ""

    @classmethod
    def load(cls, workspace: Workspace) -> "PlatformSettings":
        """Settings of a workspace on this machine; an empty `url` where none were made."""
        kept, settings = workspace.setting("platform", {}), Settings.load()
        url = kept.get("url", "")
        pull = tuple(name for name in kept.get("pull", COLLECTIONS) if name in COLLECTIONS)
        hosts = tuple(str(host) for host in settings.platform_hosts.get(url, ()))
        return cls(
            url,
            settings.logins.get(url, ""),
            pull,
            settings.sync_minutes,
            hosts,
            url in settings.logins,
            settings.platform_mappings.get(url, ""),
            settings.platform_certificates.get(url, ""),
        )

    def save(self, workspace: Workspace, actor: str, moved: bool = False) -> None:
        """Keep them, with an audit row. `moved`: the platform is the former one at a new address.

        A collection newly wanted is loaded by the next pull.
        """
        before, settings = self.load(workspace), Settings.load()
        settings.sync_minutes = self.minutes
        settings.logins = {**settings.logins, self.url: self.authcfg}
        settings.platform_hosts = {**settings.platform_hosts, self.url: list(self.hosts)}
        settings.platform_mappings = {**settings.platform_mappings, self.url: self.mapping}
        settings.platform_certificates = {**settings.platform_certificates, self.url: self.certificate}
        if is_plain(self.url):
            settings.plain_http = {**settings.plain_http, self.url: True}
        values = {"url": self.url, "pull": list(self.pull)}
        if values != {"url": before.url, "pull": list(before.pull)}:
            with workspace.transaction():
                workspace.set_setting("platform", values)
                if moved and before.url:
                    platform_moved(workspace, before.url, self.url, actor)
                if set(self.pull) - set(before.pull):
                    wanted = set(self.pull) - set(before.pull)
                    Pulled(workspace).load_anew(identity_of(workspace, self.url), wanted)
                workspace.audit_act(
                    actor,
                    "set platform",
                    "workspace",
                    Change("", {"url": before.url, "pull": list(before.pull)}, values),
                )
        settings.save()


@dataclass
class BagSettings:
    """How courier bags are signed and encrypted. `key`, `identity`: ids of authentication configurations on this
    machine; `recipient`: the platform's public key ("age1..."), "" for none, and `policy`, what bags carry of sensitive
    fields (BagPolicy), are kept in the workspace."""

    key: str = ""
    identity: str = ""
    recipient: str = ""
    policy: BagPolicy = BagPolicy.COMPLETE

    @classmethod
    def load(cls, workspace: Workspace) -> "BagSettings":
        """Settings of a workspace on this machine."""
        kept = Settings.load().bag_logins.get(workspace.county, {})
        kept = kept if isinstance(kept, dict) else {}
        policy = BagPolicy(workspace.setting(SETTING, BagPolicy.COMPLETE.value))
        return cls(kept.get("key", ""), kept.get("identity", ""), workspace.setting("bag_recipient", ""), policy)

    def save(self, workspace: Workspace) -> None:
        """Keep them; what the workspace keeps with an audit row."""
        settings = Settings.load()
        settings.bag_logins = {**settings.bag_logins, workspace.county: {"key": self.key, "identity": self.identity}}
        settings.save()
        former = self.load(workspace)
        before = {"bag_recipient": former.recipient, SETTING: former.policy.value}
        after = {"bag_recipient": self.recipient, SETTING: self.policy.value}
        if after != before:
            with workspace.transaction():
                for key, value in after.items():
                    workspace.set_setting(key, value)
                workspace.audit_act(holder_name(), "set bags", "workspace", Change("", before, after))


def is_plain(url: str) -> bool:
    """Whether an address is reached unencrypted (http), and not only within this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost")


def agreed_to_plain(url: str) -> bool:
    """Whether the user was asked about an unencrypted line to this platform and agreed."""
    return bool(Settings.load().plain_http.get(url))


def check_mapping(path):
    """InputError for a mapping file that cannot be used."""
    load_mapping(path)


def checked_hosts(text: str) -> tuple:
    """Further hosts, separated by commas or spaces, as they are kept: https://host[:port].

    InputError for anything else.
    """
    addresses = text.replace(",", " ").replace("，", " ").replace("；", " ").replace(";", " ").split()
    return tuple(checked_address(word if "://" in word else f"https://{word}") for word in addresses)


def checked_address(text: str) -> str:
    """The address of a platform as it is kept, without a slash at its end.

    InputError for anything else than http(s).
    """
    text = text.strip()
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    except ValueError:
        good = False
    if not good:
        raise InputError("sync_address", address=text)
    return text.rstrip("/")


def connector(
    url: str, authcfg: str = "", token: str = "", given: Given = KEPT, options: TransportOptions = USUAL
) -> Callable[[], Transport]:
    """A callable for a worker thread that makes the Transport; `token`: one that is not saved yet.

    Made on the main thread: QGIS may ask here for its master password or, by OAuth2, for a login. Whatever asks the
    line is left to the worker. Raises OutputError when the authentication manager stays locked, InputError without a
    login.
    """
    login: Union[StaticToken, AuthManagerLogin, None] = StaticToken(token) if token else None
    manager = QgsApplication.authManager()
    certificate = given.certificate or Settings.load().platform_certificates.get(url, "")
    if ((authcfg and not login) or certificate) and not manager.setMasterPassword(True):
        raise OutputError("sync_login_storage")
    if authcfg and not login:
        if manager.configAuthMethodKey(authcfg) == "OAuth2":
            login = AuthManagerLogin(authcfg, url)
            login.headers()
    return lambda: make_transport(url, authcfg, login, given, options)


def look_at(url: str, authcfg: str = "", token: str = "", certificate: str = "") -> Any:
    """A callable for a worker thread that returns the Examination of a platform; `certificate`: as in Given.

    Made on the main thread, see connector.
    """
    connect = connector(url, authcfg, token, Given(certificate=certificate), TransportOptions(attempts=2))

    def look():
        transport = connect()
        with transport.session:
            return examine(transport)

    return look


def store_token(token: str, name: str) -> str:
    """Put a bearer token into the authentication manager and return the id of its configuration."""
    manager = QgsApplication.authManager()
    if "APIHeader" in manager.authMethodsKeys():
        config = QgsAuthMethodConfig("APIHeader")
        config.setConfig("Authorization", f"Bearer {token.strip()}")
    else:  # QGIS 3.22: see credentials()
        config = QgsAuthMethodConfig("Basic")
        config.setConfig("password", token.strip())
    config.setName(name)
    done = not manager.isDisabled() and manager.storeAuthenticationConfig(config)
    if not (done[0] if isinstance(done, tuple) else done):
        raise OutputError("sync_login_storage")
    return config.id()

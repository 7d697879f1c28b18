"""Client certificates from QGIS's authentication manager, shown to a real TLS server that demands one."""

import pytest

pytest.importorskip("cryptography", reason="client certificates are made with the cryptography package")
from onemap.tests.support.memory_platform import MemoryPlatform
from onemap.tests.support.tls import Authority, demand_certificates

WORD = "of the key"


@pytest.fixture
def manager(qgis_app):
    from qgis.core import QgsApplication

    found = QgsApplication.authManager()
    if found.isDisabled() or not found.setMasterPassword("of the tests", True):
        pytest.skip("no authentication database here")
    return found


@pytest.fixture
def store(manager):
    from qgis.core import QgsAuthMethodConfig

    def made(method, **values):
        if method not in manager.authMethodsKeys():
            pytest.skip(f"this QGIS has no method {method}")
        config = QgsAuthMethodConfig(method)
        config.setName("certificate")
        for name, value in values.items():
            config.setConfig(name, str(value))
        manager.storeAuthenticationConfig(config)
        return config.id()

    return made


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def gate(authority, monkeypatch):
    """A platform that lets nobody in without a certificate of the authority; QGIS trusts its own certificate."""
    from onemap.plugin.bridge.sync import platform as bridge

    monkeypatch.setattr(bridge, "_authorities", lambda: str(authority.file))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with MemoryPlatform() as platform:
        demand_certificates(platform, authority)
        monkeypatch.setenv("ONEMAP_TOKEN", platform.tokens["county_a"])
        yield platform


def asked(platform, authcfg="", certificate=None):
    """Names of the collections that the platform shows."""
    from onemap.plugin.bridge.sync.platform import Given, make_transport
    from onemap.plugin.sync.options import TransportOptions

    options = TransportOptions(attempts=1)
    transport = make_transport(platform.url, authcfg, given=Given(certificate=certificate), options=options)
    with transport.session:
        return {one["id"] for one in transport.get_json("collections")[0]["collections"]}


def kinds(authority, password):
    """Configurations of one certificate in every kind that needs no import."""
    certificate, key, bundle = authority.issue("county", password)
    return {
        "PKI-Paths": {"certpath": certificate, "keypath": key, "keypass": password},
        "PKI-PKCS#12": {"bundlepath": bundle, "bundlepass": password},
    }


@pytest.mark.parametrize("password", ["", WORD])
@pytest.mark.parametrize("method", ["PKI-Paths", "PKI-PKCS#12"])
def test_a_server_that_demands_a_certificate_gets_it(gate, store, authority, tmp_path, method, password):
    chosen = store(method, **kinds(authority, password)[method])
    assert "control_line" in asked(gate, certificate=chosen)
    assert not list(tmp_path.glob("onemap-*"))


def test_a_stored_identity_is_shown(gate, manager, store, authority):
    from cryptography.hazmat.primitives.asymmetric import rsa
    from qgis.core import QgsAuthCertUtils
    from qgis.PyQt.QtNetwork import QSslCertificate

    # QGIS 3.22 keeps RSA keys only
    certificate, key, _ = authority.issue("county", key=rsa.generate_private_key(public_exponent=65537, key_size=2048))
    own, secret = QSslCertificate(certificate.read_bytes()), QgsAuthCertUtils.keyFromFile(str(key), "")
    secret = secret[0] if isinstance(secret, tuple) else secret
    if not manager.storeCertIdentity(own, secret):
        pytest.skip("this QGIS stores no identities")
    chosen = store("Identity-Cert", certid=QgsAuthCertUtils.shaHexForCert(own))
    assert "control_line" in asked(gate, certificate=chosen)


def test_without_one_or_with_a_strangers_nobody_gets_in(gate, store, tmp_path):
    from onemap.plugin.sync.errors import UnreachableError

    with pytest.raises(UnreachableError):
        asked(gate)
    stranger = Authority(tmp_path, "stranger")
    chosen = store("PKI-PKCS#12", **kinds(stranger, WORD)["PKI-PKCS#12"])
    with pytest.raises(UnreachableError):
        asked(gate, certificate=chosen)


def test_the_servers_own_certificate_is_still_checked(gate, store, authority, tmp_path, monkeypatch):
    from onemap.plugin.bridge.sync import platform as bridge
    from onemap.plugin.sync.errors import UnreachableError

    other = Authority(tmp_path, "other")
    monkeypatch.setattr(bridge, "_authorities", lambda: str(other.file))
    with pytest.raises(UnreachableError, match="(?i)certificate"):
        asked(gate, certificate=store("PKI-Paths", **kinds(authority, "")["PKI-Paths"]))


def test_the_certificate_is_shown_to_the_platform_only(gate, store, authority):
    """Another server that demands one does not see it, even where a link or a redirect leads there."""
    from onemap.plugin.bridge.sync.platform import Given, make_transport
    from onemap.plugin.sync.errors import UnreachableError
    from onemap.plugin.sync.options import TransportOptions

    chosen = store("PKI-Paths", **kinds(authority, "")["PKI-Paths"])
    with MemoryPlatform() as other:
        demand_certificates(other, authority)
        options = TransportOptions(attempts=1, hosts=(other.origin,))
        transport = make_transport(gate.url, given=Given(certificate=chosen), options=options)
        with transport.session:
            assert transport.get_json("collections")[0]["collections"]
            with pytest.raises(UnreachableError):
                transport.get_json(other.url + "/collections")


def test_a_certificate_may_be_the_login_itself(gate, store, authority, monkeypatch):
    monkeypatch.delenv("ONEMAP_TOKEN")
    chosen = store("PKI-Paths", **kinds(authority, "")["PKI-Paths"])
    gate.tokens["county_a"] = ""  # who comes with this certificate needs no token
    assert "control_line" in asked(gate, authcfg=chosen)


@pytest.mark.parametrize("wrong", ["password", "missing", "no key", "basic"])
def test_what_cannot_be_used_is_said(gate, store, authority, tmp_path, wrong):
    from onemap.plugin.core.errors import InputError

    certificate, key, bundle = authority.issue("county", WORD)
    chosen = {
        "password": lambda: store("PKI-PKCS#12", bundlepath=bundle, bundlepass="another"),
        "missing": lambda: store("PKI-PKCS#12", bundlepath=tmp_path / "none.p12", bundlepass=""),
        "no key": lambda: store("PKI-Paths", certpath=certificate, keypath=certificate, keypass=""),
        "basic": lambda: store("Basic", username="a"),
    }[wrong]()
    with pytest.raises(InputError) as refused:
        asked(gate, certificate=chosen)
    assert refused.value.code == "sync_certificate"

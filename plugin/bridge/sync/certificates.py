"""Client certificates: a platform that demands one gets it from QGIS's authentication manager (PEM files, a PKCS#12
bundle, or a stored identity). The private key stands in a file for the moment that OpenSSL needs to read it, behind a
passphrase of that moment wherever the key's format has one.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsAuthCertUtils, QgsAuthMethodConfig
from qgis.PyQt.QtNetwork import QSsl
from urllib3.util.ssl_ import create_urllib3_context

from ...core.errors import InputError
from ...core.files import Scratch

METHODS = ("PKI-Paths", "PKI-PKCS#12", "Identity-Cert")


@dataclass(frozen=True)
class Pem:
    """A certificate with those that lead to its authority, and its private key behind `passphrase`, as PEM."""

    chain: bytes
    key: bytes
    passphrase: str


def is_certificate(authcfg: str) -> bool:
    """Whether an authentication configuration is a client certificate."""
    return bool(authcfg) and QgsApplication.authManager().configAuthMethodKey(authcfg) in METHODS


def client_context(authcfg: str) -> Any:
    """The SSLContext that shows a client certificate.

    InputError where the configuration holds none or it cannot be read.
    """
    config = QgsAuthMethodConfig()
    QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
    if config.method() not in _READERS:
        raise InputError("sync_certificate", error=config.method() or authcfg)
    try:
        found, context = _READERS[config.method()](config), create_urllib3_context()
        with Scratch() as folder:
            chain, key = folder / "chain.pem", folder / "key.pem"
            chain.write_bytes(found.chain)
            key.touch(0o600)
            key.write_bytes(found.key)
            context.load_cert_chain(chain, key, found.passphrase)
    except (OSError, ValueError, TypeError) as error:  # ssl.SSLError is an OSError
        raise InputError("sync_certificate", error=getattr(error, "reason", None) or error) from error
    return context


def _from_files(config):
    """Two files, PEM or DER."""
    chain, key = config.config("certpath"), config.config("keypath")
    certificates = QgsAuthCertUtils.certsFromFile(chain)
    found = QgsAuthCertUtils.keyFromFile(key, config.config("keypass"), "")
    return _of_qt(certificates, found[0] if isinstance(found, tuple) else found)


def _of_qt(certificates, key):
    if not certificates or key.isNull():
        raise ValueError("certificate or key")
    passphrase = secrets.token_hex(16)
    return Pem(b"".join(bytes(one.toPem()) for one in certificates), _pem_of(key, passphrase), passphrase)


def _pem_of(key, passphrase):
    text = bytes(key.toPem(passphrase.encode())) if key.algorithm() != QSsl.KeyAlgorithm.Opaque else b""
    if b"PRIVATE KEY" not in text:
        raise ValueError("private key")
    return text


def _from_identity(config):
    """A certificate that the user imported into the authentication manager."""
    return _plain(QgsApplication.authManager().certIdentityBundleToPem(config.config("certid")))


def _from_bundle(config):
    """A PKCS#12 bundle (.p12, .pfx), by the library that comes with QGIS, else by QGIS itself."""
    path, password = config.config("bundlepath"), config.config("bundlepass")
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.serialization import pkcs12
    except Exception:  # noqa: BLE001 - a library that is missing or does not load is the same here
        return _bundle_of_qgis(path, password)
    key, certificate, more = pkcs12.load_key_and_certificates(Path(path).read_bytes(), password.encode() or None)
    if key is None or certificate is None:
        raise ValueError("certificate or key")
    pem, passphrase = serialization.Encoding.PEM, secrets.token_hex(16)
    lock = serialization.BestAvailableEncryption(passphrase.encode())
    chain = b"".join(one.public_bytes(pem) for one in (certificate, *more))
    return Pem(chain, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, lock), passphrase)


def _bundle_of_qgis(path, password):
    return _plain(QgsAuthCertUtils.pkcs12BundleToPem(path, password, False))


def _plain(parts):
    """What QGIS hands out as texts of certificate and key."""
    if len(parts) < 2 or not parts[0] or not parts[1]:
        raise ValueError("certificate or key")
    return Pem(parts[0].encode(), parts[1].encode(), "")


_READERS = dict(zip(METHODS, (_from_files, _from_bundle, _from_identity)))

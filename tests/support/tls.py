"""An authority of the tests' own, certificates of it, and a server that demands one of its callers."""

import datetime
import ipaddress
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM
_NOW = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


class Authority:
    """Issues certificates into a folder."""

    def __init__(self, folder, name="tests"):
        self.folder, self.from_day, self.to_day = folder, -1, 2  # days from now that what it signs is good for
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), _name(name)
        self.certificate = self._sign(self.name, self.key.public_key(), x509.BasicConstraints(True, None))
        self.file = folder / f"{name}-ca.pem"
        self.file.write_bytes(self.certificate.public_bytes(_PEM))

    def _sign(self, name, public, *extensions):
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(public)
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(_day(self.from_day))
        builder = builder.not_valid_after(_day(self.to_day))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, name, password="", key=None):
        """(certificate file, key file, PKCS#12 bundle) of somebody; the key and the bundle behind a password."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        there = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        certificate = self._sign(_name(name), key.public_key(), x509.BasicConstraints(False, None), there)
        lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        files = [self.folder / f"{name}.{ending}" for ending in ("pem", "key", "p12")]
        files[0].write_bytes(certificate.public_bytes(_PEM))
        files[1].write_bytes(key.private_bytes(_PEM, serialization.PrivateFormat.TraditionalOpenSSL, lock))
        files[2].write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, certificate, [self.certificate], lock))
        return files


def demand_certificates(platform, authority):
    """A MemoryPlatform goes on behind TLS and talks only to who shows a certificate of the authority."""
    certificate, key, _ = authority.issue("server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(authority.file)
    context.verify_mode = ssl.CERT_REQUIRED
    platform.http.socket = context.wrap_socket(platform.http.socket, server_side=True, do_handshake_on_connect=False)
    platform.origin = platform.origin.replace("http:", "https:")
    platform.url = platform.origin + platform.root


def _day(number):
    return _NOW + datetime.timedelta(days=number)


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

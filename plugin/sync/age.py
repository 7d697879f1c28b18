"""Encryption to a public key in the age format (age-encryption.org/v1, X25519), so that whoever carries a bag cannot
read it and the other side may use any age program. The primitives are those of the `cryptography` package that comes
with QGIS; where it is missing a bag is signed only, which is reported.
"""

import base64
import hashlib
import hmac
import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..core.errors import InputError
from .errors import BagError

MAGIC = b"age-encryption.org/v1\n"
_CHUNK = 1 << 16
_TAG = 16
_INFO = b"age-encryption.org/v1/X25519"
_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_STANZA = re.compile(rb"-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n")


def sealed(path: Path) -> bool:
    """Whether a file is encrypted so. OSError where it cannot be read."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def available() -> bool:
    """Whether the primitives work here, tried by use."""
    try:
        public = recipient_of(new_identity())
        return public.startswith("age1")
    except InputError:
        return False


def _primitives() -> tuple[Any, Any, Any]:
    try:
        from cryptography.hazmat.primitives.asymmetric import x25519
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
    except Exception as error:  # noqa: BLE001 - a library that is missing or does not load is the same here
        raise InputError("bag_no_encryption") from error
    raw = (Encoding.Raw, PrivateFormat.Raw, NoEncryption(), PublicFormat.Raw)
    return x25519, ChaCha20Poly1305, raw


def new_identity() -> str:
    """A new secret key, as age-keygen writes it."""
    x25519, _, raw = _primitives()
    secret = x25519.X25519PrivateKey.generate().private_bytes(*raw[:3])
    return _bech32("age-secret-key-", secret).upper()


def recipient_of(identity: str) -> str:
    """The public key of a secret one."""
    return _bech32("age", _public(_secret(identity)))


def _public(secret: Any) -> bytes:
    raw = _primitives()[2]
    return bytes(secret.public_key().public_bytes(raw[0], raw[3]))


def _secret(identity: str) -> Any:
    x25519, _, _ = _primitives()
    return x25519.X25519PrivateKey.from_private_bytes(_unbech32("age-secret-key-", identity))


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 of 32 bytes (RFC 5869)."""
    secret = hmac.new(salt or bytes(32), key, hashlib.sha256).digest()
    return hmac.new(secret, info + b"\x01", hashlib.sha256).digest()


def _b64(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def encrypt(source: BinaryIO, target: BinaryIO, *recipients: str) -> None:
    """Encrypt a stream to public keys ("age1..."); each of their owners can read it."""
    aead, file_key = _primitives()[1], os.urandom(16)
    header = MAGIC + b"".join(_stanza(file_key, _unbech32("age", one)) for one in recipients) + b"---"
    mac = hmac.new(_hkdf(file_key, b"", b"header"), header, hashlib.sha256).digest()
    nonce = os.urandom(16)
    target.write(header + b" " + _b64(mac) + b"\n" + nonce)
    cipher = aead(_hkdf(file_key, nonce, b"payload"))
    for number, last, block in _chunks(source, _CHUNK):
        target.write(cipher.encrypt(_nonce(number, last), block, None))


def _stanza(file_key: bytes, point: bytes) -> bytes:
    """The part of the header from which the owner of a key gets the file's key."""
    x25519, aead, _ = _primitives()
    ephemeral = x25519.X25519PrivateKey.generate()
    share = _public(ephemeral)
    secret = ephemeral.exchange(x25519.X25519PublicKey.from_public_bytes(point))
    body = aead(_hkdf(secret, share + point, _INFO)).encrypt(bytes(12), file_key, None)
    return b"-> X25519 " + _b64(share) + b"\n" + _b64(body) + b"\n"


def _nonce(number: int, last: bool) -> bytes:
    return bytes(3) + struct.pack(">Q", number) + (b"\x01" if last else b"\x00")


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[int, bool, bytes]]:
    """(number, whether it is the last, bytes); an empty stream is one empty chunk."""
    block, number = source.read(size), 0
    while True:
        following = source.read(size)
        yield number, not following, block
        if not following:
            return
        block, number = following, number + 1


def decrypt(source: BinaryIO, target: BinaryIO, identity: str) -> None:
    """Decrypt a stream with a secret key. BagError for a stream that is altered, cut short or for somebody else;
    what was written by then must not be used."""
    secret = _secret(identity)
    header, file_key = _opened(source, secret)
    line = source.readline(100)
    mac = hmac.new(_hkdf(file_key, b"", b"header"), header, hashlib.sha256).digest()
    if not hmac.compare_digest(line.strip(), _b64(mac)):
        raise BagError("bag_encryption")
    aead = _primitives()[1]
    cipher = aead(_hkdf(file_key, source.read(16), b"payload"))
    for number, last, block in _chunks(source, _CHUNK + _TAG):
        try:
            target.write(cipher.decrypt(_nonce(number, last), block, None))
        except Exception as error:  # noqa: BLE001 - InvalidTag, whatever the library calls it
            raise BagError("bag_encryption") from error


def _opened(source: BinaryIO, secret: Any) -> tuple[bytes, bytes]:
    """(header up to the MAC, file key): the stanza that is for us."""
    x25519, aead, _ = _primitives()
    point, header = _public(secret), source.read(len(MAGIC))
    if header != MAGIC:
        raise BagError("bag_encryption")
    file_key = b""
    for _ in range(1000):
        mark = source.read(3)
        header += mark
        if mark == b"---":
            source.read(1)
            if not file_key:
                raise BagError("bag_other_recipient")
            return header, file_key
        stanza = mark + source.readline(1000) + source.readline(100)
        header += stanza[3:]
        found = _STANZA.fullmatch(stanza)
        if found and not file_key:
            share, body = (base64.b64decode(part + b"=") for part in found.groups())
            try:
                key = secret.exchange(x25519.X25519PublicKey.from_public_bytes(share))
                file_key = aead(_hkdf(key, share + point, _INFO)).decrypt(bytes(12), body, None)
            except Exception:  # noqa: BLE001, S112 - InvalidTag: for somebody else
                continue
    raise BagError("bag_encryption")


# bech32 (BIP 173), in which age writes its keys


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if (top >> bit) & 1 else 0
    return check


def _spread(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regroup(data: list[int], old: int, new: int, pad: bool) -> list[int]:
    value, bits, result = 0, 0, []
    for one in data:
        value, bits = value << old | one, bits + old
        while bits >= new:
            bits -= new
            result.append(value >> bits & ((1 << new) - 1))
    if pad and bits:
        result.append(value << (new - bits) & ((1 << new) - 1))
    return result


def _bech32(prefix: str, data: bytes) -> str:
    groups = _regroup(list(data), 8, 5, True)
    check = _polymod([*_spread(prefix), *groups, *([0] * 6)]) ^ 1
    return prefix + "1" + "".join(_CHARSET[w] for w in [*groups, *((check >> 5 * (5 - i)) & 31 for i in range(6))])


def _unbech32(prefix: str, text: str) -> bytes:
    text = text.strip().lower()
    head, _, tail = text.rpartition("1")
    terms = [_CHARSET.find(c) for c in tail]
    if head != prefix or -1 in terms or _polymod([*_spread(head), *terms]) != 1:
        raise InputError("bag_key_wrong", prefix=f"{prefix}1")
    data = bytes(_regroup(terms[:-6], 5, 8, False))
    if len(data) != 32:
        raise InputError("bag_key_wrong", prefix=f"{prefix}1")
    return data

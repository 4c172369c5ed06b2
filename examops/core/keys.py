"""Every key is derived from the one secret by HKDF (RFC 5869), its label as ``info``.

Ciphertexts are key id, nonce and AES-GCM bytes."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b32encode
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_VERSION = 1


class Keyring:
    """Derives, seals, opens and hashes. One per application, held in ``app.extensions['keyring']``.

    ``retired`` are public keys (32 bytes) by purpose that signed before the secret was changed: still believed.
    """

    def __init__(self, secret: str, retired: Mapping[str, Sequence[bytes]] | None = None) -> None:
        self._secret = secret.encode()
        self._retired = dict(retired or {})
        self._derived: dict[tuple[str, int], bytes] = {}
        self._signers: dict[str, Ed25519PrivateKey] = {}

    def derive(self, label: str, length: int = 32) -> bytes:
        """The key for one purpose; the same label always gives the same key."""
        if (label, length) not in self._derived:
            self._derived[label, length] = self._expand(label, length)
        return self._derived[label, length]

    def _expand(self, label: str, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, b"examops", label.encode()).derive(self._secret)

    def seal(self, plain: str, bound_to: str) -> bytes:
        """Encrypt a text. ``bound_to`` (``table.column.uid``) is authenticated with it and needed by :meth:`open`."""
        nonce = os.urandom(12)
        box = AESGCM(self.derive("cell")).encrypt(nonce, plain.encode(), bound_to.encode())
        return bytes([KEY_VERSION]) + nonce + box

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Decrypt. Raises :class:`cryptography.exceptions.InvalidTag` when the bytes or ``bound_to`` differ."""
        plain = AESGCM(self.derive("cell")).decrypt(bytes(sealed[1:13]), bytes(sealed[13:]), bound_to.encode())
        return plain.decode()

    def lookup(self, value: str, purpose: str) -> bytes:
        """A keyed hash (32 bytes) to search by. Without the key nobody can find the value by trying all numbers."""
        return hmac.new(self.derive("lookup:" + purpose), value.strip().upper().encode(), hashlib.sha256).digest()

    def password_of(self, role: str) -> str:
        """The database password of the role ``web`` or ``job``."""
        return b32encode(self.derive("role:" + role, 20)).decode().lower()

    def signer(self, purpose: str) -> Ed25519PrivateKey:
        if purpose not in self._signers:
            self._signers[purpose] = Ed25519PrivateKey.from_private_bytes(self.derive("sign:" + purpose))
        return self._signers[purpose]

    def public_keys(self, purpose: str) -> list[bytes]:
        """The keys (32 bytes each) whose signatures count for the purpose: today's first, then the retired ones."""
        return [self.signer(purpose).public_key().public_bytes_raw(), *self._retired.get(purpose, ())]

    def is_signed(self, purpose: str, signature: bytes | None, message: bytes) -> bool:
        """Whether one of our own keys signed the message. Who else may have signed it is not asked."""
        return any(_fits(key, signature, message) for key in self.public_keys(purpose)) if signature else False


def _fits(public_key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(bytes(signature), message)
    except InvalidSignature:
        return False
    return True


class SealedIdNumber(Protocol):
    """A row that keeps an ID number: its lookup hash, and the number sealed for the place of that hash."""

    @property
    def id_hash(self) -> Any: ...
    @property
    def id_sealed(self) -> Any: ...


def id_number_hash(ring: Keyring, number: str) -> bytes:
    """What an ID number is searched by, everywhere."""
    return ring.lookup(number, "id-number")


def seal_id_number(ring: Keyring, number: str) -> tuple[bytes, bytes]:
    """``(id_hash, id_sealed)`` of an ID number. The same person is sealed for the same place in every table."""
    hashed = id_number_hash(ring, number)
    return hashed, ring.seal(number, _place_of(hashed))


def open_id_number(ring: Keyring, row: SealedIdNumber) -> str:
    """The ID number of a row; empty when it has none. Raises what :meth:`Keyring.open` raises."""
    if not row.id_hash or not row.id_sealed:
        return ""
    return ring.open(bytes(row.id_sealed), _place_of(bytes(row.id_hash)))


def _place_of(hashed: bytes) -> str:
    return "person.id_sealed." + hashed.hex()


def digest_of(token: str) -> bytes:
    """The SHA-256 of a random token: the only form in which it is stored. Random tokens need no keyed hash."""
    return hashlib.sha256(token.encode()).digest()

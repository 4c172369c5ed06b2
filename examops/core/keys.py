"""Every key is derived from the one secret by HKDF (RFC 5869), its label as ``info``.

Ciphertexts are key id (a byte), nonce and AES-GCM bytes. While the secret is being changed the keyring holds the one of
before too (``EXAMOPS_OLD_SECRET_KEY``): what it made is still read, everything new is made by the present one, and
``examops rekey`` writes anew what is stored."""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b32encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

UNNAMED = 1  # the key id in what releases up to 0.1.0 sealed: whichever secret there was


class Keyring:
    """Derives, seals, opens and hashes. One per application, held in ``app.extensions['keyring']``.

    ``retired`` are public keys (32 bytes) by purpose that signed before the secret was changed: still believed.
    ``former`` is the keyring of the secret of before, while something of it is left.
    """

    def __init__(
        self, secret: str, retired: Mapping[str, Sequence[bytes]] | None = None, former: Keyring | None = None
    ) -> None:
        self._secret = secret.encode()
        self._retired = dict(retired or {})
        self.former = former
        self._derived: dict[tuple[str, int], bytes] = {}
        self._signers: dict[str, Ed25519PrivateKey] = {}

    def derive(self, label: str, length: int = 32) -> bytes:
        """The key for one purpose; the same label always gives the same key."""
        if (label, length) not in self._derived:
            self._derived[label, length] = self._expand(label, length)
        return self._derived[label, length]

    def _expand(self, label: str, length: int) -> bytes:
        return HKDF(hashes.SHA256(), length, b"examops", label.encode()).derive(self._secret)

    @property
    def all(self) -> tuple[Keyring, ...]:
        """The present keyring, and the one of before while there is one."""
        return (self, self.former) if self.former else (self,)

    @property
    def key_id(self) -> int:
        """Which secret sealed something: 2 to 255, the first byte of every ciphertext."""
        return 2 + int.from_bytes(self.derive("key-id", 8)) % 254

    @property
    def fingerprint(self) -> bytes:
        """32 bytes by which a database recognises the secret; they open nothing."""
        return self.derive("fingerprint")

    def seal(self, plain: str, bound_to: str) -> bytes:
        """Encrypt a text. ``bound_to`` (``table.column.uid``) is authenticated with it and needed by :meth:`open`."""
        nonce = os.urandom(12)
        box = AESGCM(self.derive("cell")).encrypt(nonce, plain.encode(), bound_to.encode())
        return bytes([self.key_id]) + nonce + box

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Decrypt. Raises :class:`cryptography.exceptions.InvalidTag` when the bytes or ``bound_to`` differ."""
        candidates = [ring for ring in self.all if sealed[0] in (ring.key_id, UNNAMED)] or [self]
        for ring in candidates[:-1]:
            with suppress(InvalidTag):
                return ring._open(sealed, bound_to)
        return candidates[-1]._open(sealed, bound_to)

    def _open(self, sealed: bytes, bound_to: str) -> str:
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
        own = [ring.signer(purpose).public_key().public_bytes_raw() for ring in self.all]
        return [*own, *(key for key in self._retired.get(purpose, ()) if key not in own)]

    def is_retired(self, purpose: str, public_key: bytes) -> bool:
        """Whether the settings name this key of before: its signatures count without the secret of before too."""
        return public_key in self._retired.get(purpose, ())

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


def id_number_hashes(ring: Keyring, number: str) -> tuple[bytes, ...]:
    """The hash of :func:`id_number_hash`, and the one of before: a stored row has either while the secret changes."""
    return tuple(id_number_hash(one, number) for one in ring.all)


def hashes_of_row(ring: Keyring, row: SealedIdNumber) -> tuple[bytes, ...]:
    """Every hash under which another row may keep the person of this one; none without an ID number."""
    if not row.id_hash:
        return ()
    if ring.former is None:
        return (bytes(row.id_hash),)
    return id_number_hashes(ring, open_id_number(ring, row))


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

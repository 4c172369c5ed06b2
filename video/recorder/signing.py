"""Signatures (Ed25519, RFC 8032) over sidecars, which are chained by digest within a run."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def canonical(content: Mapping[str, object]) -> bytes:
    """Canonical JSON: sorted keys, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


class Signer:
    """The private key of a recorder. Texts are the raw 32 bytes in base64."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def new(cls) -> Signer:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: str) -> Signer:
        return cls(Ed25519PrivateKey.from_private_bytes(b64decode(text)))

    def private_text(self) -> str:
        return b64encode(self._key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())).decode()

    def public_text(self) -> str:
        return b64encode(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    def seal(self, content: Mapping[str, object]) -> tuple[dict[str, Any], str]:
        """The content with its ``signature``, and the digest (hex SHA-256) that the next sidecar of the run names."""
        signature, digest = self.sign(canonical(content))
        return {**content, "signature": signature}, digest

    def sign(self, signed: bytes) -> tuple[str, str]:
        """Signature (base64) and digest (hex SHA-256) of canonical JSON."""
        return b64encode(self._key.sign(signed)).decode(), hashlib.sha256(signed).hexdigest()

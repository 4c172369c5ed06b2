"""Draws by lot that anybody can recompute: commit to a secret, wait for a public value, reveal, sort.

Whoever runs the server could try secrets until a draw suits. So the secret is committed to, together with the lists
that are drawn, before a value is known that both sides can see later; the order follows from the two together.
Pure; seats and draws of inspections use it alike. Verified by ``verify``, and by any program with SHA-256:

    commitment = SHA-256("examops-draw-1" LF secret-hex LF list, one a line, sorted LF "--" LF list, likewise)
    key        = SHA-256(secret || public)
    order      = objects sorted by SHA-256(key || object as UTF-8)
    result     = subjects sorted by text, the first gets the first object, and so on
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

ALGORITHM = "examops-draw-1"
SECRET_BYTES = 32


@dataclass(frozen=True)
class Draw:
    """Everything a stranger needs. ``objects`` that had become unusable by the draw stand in ``unusable``."""

    commitment: bytes
    secret: bytes
    public: bytes
    subjects: tuple[str, ...]
    objects: tuple[str, ...]
    unusable: tuple[str, ...] = ()


def commit(secret: bytes, subjects: Sequence[str], objects: Sequence[str]) -> bytes:
    """32 bytes that bind the secret and both lists, in whatever order they are given."""
    lines = [ALGORITHM, secret.hex(), *sorted(subjects), "--", *sorted(objects)]
    return hashlib.sha256("\n".join(lines).encode()).digest()


def order(secret: bytes, public: bytes, objects: Sequence[str]) -> list[str]:
    """The objects in the order in which they are drawn."""
    key = hashlib.sha256(secret + public).digest()
    return sorted(objects, key=lambda one: hashlib.sha256(key + one.encode()).digest())


def allot(
    secret: bytes, public: bytes, subjects: Sequence[str], objects: Sequence[str], unusable: Collection[str] = ()
) -> dict[str, str]:
    """Subject → object; an unusable one is passed over for the next drawn, never by choice."""
    drawn = [one for one in order(secret, public, objects) if one not in unusable]
    return dict(zip(sorted(subjects), drawn, strict=False))


def verify(draw: Draw, result: dict[str, str]) -> bool:
    """Whether the commitment binds what was revealed and the result follows from it."""
    is_bound = commit(draw.secret, draw.subjects, draw.objects) == draw.commitment
    return is_bound and allot(draw.secret, draw.public, draw.subjects, draw.objects, draw.unusable) == result

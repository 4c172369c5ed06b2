"""What a client of the embedded object store needs."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Keys:
    """Address and the two pairs of keys: everyday and custody. Secrets stay out of ``repr``."""

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)
    custody_access_key: str
    custody_secret_key: str = field(repr=False)

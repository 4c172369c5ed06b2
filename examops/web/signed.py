"""What is signed and comes back with every request: its signature is checked once a process, its age each time."""

from __future__ import annotations

from functools import lru_cache
from time import time
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

REMEMBERED = 4096  # texts; a process serves fewer browsers


class RememberingSerializer(URLSafeTimedSerializer):
    """As its base: whether a text bears one of our signatures does not change while the keys are the same.

    A text that bears none is checked each time and forgotten. What was signed is decoded anew for each caller."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._opened = lru_cache(maxsize=REMEMBERED)(self._open)

    def loads(self, s: str | bytes, *args: Any, **options: Any) -> Any:
        """Remembered where nothing but ``max_age``, in seconds, is asked. Raises SignatureExpired and BadSignature."""
        if args or options.keys() - {"max_age"}:
            return super().loads(s, *args, **options)
        payload, signed_at = self._opened(s)
        age, most = int(time()) - signed_at, options.get("max_age")
        if most is not None and not 0 <= age <= most:
            raise SignatureExpired(f"Signature age {age} not within {most} seconds", payload=payload)
        return self.load_payload(payload)

    def _open(self, text: str | bytes) -> tuple[bytes, int]:
        """The payload, and when it was signed, in whole seconds since 1970."""
        refusal = BadSignature("no key")
        for signer in self.iter_unsigners():
            try:
                payload, moment = signer.unsign(text, return_timestamp=True)
            except BadSignature as wrong:
                refusal = wrong
            else:
                return payload, int(moment.timestamp())
        raise refusal

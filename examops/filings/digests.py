"""The digest of what a body handed in, so that nobody can say later that it was something else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from examops.filings.gathering import Dossier


def canonical(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of_filing(found: Dossier) -> bytes:
    """SHA-256 over kind, occupations, facts and the digests of the documents, in canonical JSON."""
    content = {
        "number": found.filing.number,
        "kind": found.filing.kind,
        "body": found.body.credit_code,
        "occupations": [[row.occupation_code, sorted(row.levels), row.standard] for row in found.occupations],
        "facts": [
            [subject, key, fact.value["value"], fact.source, fact.as_of.isoformat() if fact.as_of else None]
            for (subject, key), fact in sorted(found.facts.items())
        ],
        "documents": sorted(one.digest.hex() for one in found.documents),
    }
    if found.lists:  # a digest of before there were lists stays what it was
        content["lists"] = sorted([one.kind, one.subject, one.content_digest.hex(), one.counted] for one in found.lists)
    return hashlib.sha256(canonical(content)).digest()

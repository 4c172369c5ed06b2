"""The digest of what a body handed in, so that nobody can say later that it was something else."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from examops.filings.gathering import Dossier, figures_of


def canonical(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of_filing(found: Dossier, day: date) -> bytes:
    """SHA-256 over kind, occupations, facts, what is counted that day, the digests of the documents and the hashes of
    the versions that go with it, in canonical JSON."""
    content: dict[str, Any] = {
        "number": found.filing.number,
        "kind": found.filing.kind,
        "body": found.body.credit_code,
        "occupations": [[row.occupation_code, sorted(row.levels), row.standard] for row in found.occupations],
        "facts": [
            [subject, key, fact.value["value"], fact.source, fact.as_of.isoformat() if fact.as_of else None]
            for (subject, key), fact in sorted(found.facts.items())
        ],
        "counted": [
            [subject, key, figure["value"], figure["digest"]]
            for (subject, key), figure in sorted(figures_of(found, day).items())
        ],
        "documents": sorted(one.digest.hex() for one in found.documents),
    }
    if found.lists:  # a digest of before there were lists stays what it was
        content["lists"] = sorted([one.kind, one.subject, one.content_digest.hex(), one.counted] for one in found.lists)
    if found.versions:  # a filing without any has the digest that it had before there were versions
        content["versions"] = sorted([type(row).__tablename__, str(row.uid), row.hash] for row in found.versions)
    return hashlib.sha256(canonical(content)).digest()

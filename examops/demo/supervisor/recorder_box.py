"""The demo's site recorder, paired with the code that the seed command stored."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from examops.demo.private_file import write_private
from examops.demo.supervisor import environments
from examops.demo.supervisor.children import Child

PAIRING = "demo-pairing.json"


def recorder(var: Path, server: str) -> Child | None:
    """The recorder's process, or None when the seed left no pairing."""
    file = var / PAIRING
    if not file.exists():
        return None
    pairing = json.loads(file.read_text())
    spool = var / "spool"
    spool.mkdir(exist_ok=True, mode=0o700)
    write_private(spool / "cameras.json", json.dumps(pairing["cameras"]))
    words = ["--server", server, "--code", pairing["code"], "--spool", str(spool)]
    line = [sys.executable, "-m", "video", "record", *words]
    return Child("recorder", line, patience=15.0, environ_of=environments.for_devices, is_product=True)


def past_recorder(server: str) -> Child:
    """``record-past`` as a child: ends when the footage of yesterday's session is archived and reviewed."""
    line = [sys.executable, "-m", "examops", "record-past", "--server", server]
    done = "昨天那一场的录像已归档并有了督导结论。"
    return Child("record-past", line, when_done=done, environ_of=environments.for_jobs, is_product=True)

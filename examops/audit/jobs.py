"""Timed work of the log."""

from __future__ import annotations

from examops.audit.anchors import write_anchor
from examops.audit.sealing import seal_entries
from examops.core.extensions import clock, keyring, store
from examops.core.jobs import queue
from examops.core.language import N_, Message, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction


@queue.task(name="audit.seal", queue="timed")
def seal() -> Message | str:
    """Seal entries; returns the number as a message, or nothing without any."""
    with transaction(SYSTEM):
        count = seal_entries(keyring(), clock())
    return message(N_("链封 {count} 条"), count=count) if count else ""


@queue.task(name="audit.anchor", queue="timed")
def anchor() -> str:
    """Write the end of the log to the store; returns the object's name."""
    with transaction(SYSTEM):
        return write_anchor(store(), keyring(), clock())

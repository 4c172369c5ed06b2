"""Entries as plain columns, for a statement that writes many at once with what they are about."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from examops.audit.models import SAID
from examops.audit.record import entry_values
from examops.core.actor import Actor
from examops.core.extensions import keyring
from examops.core.language import Message, to_json, to_line

ENTRY_COLUMNS = SAID


def new_entry(tag: StrEnum, actor: Actor, subject: Any, *, words: Message | str = "", **payload: Any) -> dict[str, Any]:
    """:data:`ENTRY_COLUMNS` of what :func:`~examops.audit.record` would add; the caller adds it."""
    return entry_values(tag, actor, subject, to_line(words), datetime.now(UTC), to_json(payload), keyring())

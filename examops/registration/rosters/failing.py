"""A job on a roster that fails for a reason nobody foresaw: the coordinator gets the roster back, with a word."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager

from examops.core import long_work
from examops.core.clock import Clock
from examops.core.language import Message
from examops.registration.models import Roster


def given_back(
    uid: uuid.UUID, *, working: str, state: str, fault: Message, clock: Clock
) -> AbstractContextManager[None]:
    return long_work.given_back(Roster, uid, working=working, state=state, fault=fault, clock=clock)

"""When a saved session may still be changed."""

from __future__ import annotations

from collections.abc import Sequence

from examops.core.errors import Conflict, DomainError
from examops.core.language import N_, _
from examops.sessions.models import ExamSession
from examops.sessions.planning.draft import Fault
from examops.sessions.states import SessionState

CHANGEABLE = (SessionState.DRAFT, SessionState.RETURNED)


class NotChangeable(Conflict):
    code, message = "session.not_changeable", N_("场次已经报送，不能再改")
    advice = N_("要改，请先由审批的人退回，或取消后另排")


def check_changeable(session: ExamSession) -> None:
    """Raises :class:`NotChangeable` once the session has been declared."""
    if session.state not in CHANGEABLE:
        raise NotChangeable()


def as_refusal(faults: Sequence[Fault]) -> DomainError | None:
    """What became wrong between judging and locking."""
    if not faults:
        return None
    return Conflict("；".join(dict.fromkeys(fault.words for fault in faults)), advice=_("看清现在的安排，改好再保存"))

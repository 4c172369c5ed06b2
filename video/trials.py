"""The trials of the plan, one after the other; cameras that record an exam, or soon will, wait."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from video.camera_session import Recorder
from video.identity import login_of
from video.protocol import PlannedTrial, current_arming, stale_seconds
from video.server import Server, ServerUnavailable
from video.trial import TrialRun

log = logging.getLogger("video.trials")
LOOK_SECONDS = 1.0
SPARE_SECONDS = 60.0  # between the end of a trial and the next exam of its camera
RETRIES, RETRY_SECONDS = 5, 3.0


@dataclass
class Trials:
    """``run`` until cancelled. A trial that this box has reported is left alone until the plan no longer has it; one
    that was cut off, by whatever, is in the plan still, and begins again."""

    recorder: Recorder
    server: Server
    reported: set[str] = field(default_factory=set)
    sleep: Callable[[float], None] = time.sleep

    async def run(self) -> None:
        while True:
            planned = self.recorder.plan.get("trials") or []
            self.reported &= {one["trial_uid"] for one in planned}
            for trial in planned:
                if trial["trial_uid"] not in self.reported and self._is_free(trial):
                    await self._run_one(trial)
            await asyncio.sleep(LOOK_SECONDS)

    def _is_free(self, trial: PlannedTrial) -> bool:
        """Exams come first: cameras serve few viewers at once."""
        now = self.recorder.clocks.wall()
        moments = (now, now + trial["seconds"] + SPARE_SECONDS)
        return not any(current_arming(self.recorder.plan, trial["camera_uid"], at) for at in moments)

    async def _run_one(self, trial: PlannedTrial) -> None:
        """No failure leaves this: it is tried again while the plan has it."""
        run_uid, shared = str(uuid.uuid4()), self.recorder
        login = login_of(shared.spool.root, shared.plan, trial["camera_uid"])
        run = TrialRun(trial, login, shared.clocks, self.send, stale_seconds(shared.plan))
        try:
            path = f"/trials/{trial['trial_uid']}/begin"
            await asyncio.to_thread(self.send, "POST", path, {"run_uid": run_uid})
            await run.run(run_uid)
            self.reported.add(trial["trial_uid"])
        except (ServerUnavailable, PermissionError) as error:
            log.warning("trial of camera %s: %s", trial["camera_uid"], error)
            if isinstance(error, ServerUnavailable) and not error.is_away:
                self.reported.add(trial["trial_uid"])  # another box has it, or it is over
            await asyncio.sleep(RETRY_SECONDS)

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """A call of the protocol; a server that is away is asked again a few times."""
        for left in range(RETRIES, -1, -1):
            try:
                return self.server.call(method, path, body, **options)
            except ServerUnavailable as error:
                if not error.is_away or not left:
                    raise
                self.sleep(RETRY_SECONDS)
        raise AssertionError("the last try returns or raises")

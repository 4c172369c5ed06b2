"""``GET /healthz`` and ``python -m examops healthz``: the state of each part, within three seconds whatever hangs."""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import INCLUDE, Schema, fields, validate

from config.rulebook import rulebook, use_decisions
from config.settings import Settings, load
from examops.accounts import guarded, open_to_machines
from examops.core.clock import Clock, SystemClock
from examops.core.extensions import clock, settings
from examops.core.store import Store
from examops.ops.overdue import overdue_words
from examops.ops.probes import Facts, Probe, database_facts
from examops.web.api import JsonCall, described
from examops.web.assets import bundle_fault

bp = guarded(Blueprint("health", __name__), open_to_machines("监控系统不登录"))
NAME = "examops-health"
DEADLINE_S = 2.5
NEEDED = ("database", "store")
OF_DATABASE = ("queue", "scheduler", "audit", "recorders", "outbox", "clocks")  # what only the database can tell
# From when on a part that answers still wants looking at, in seconds. The clock ticks every 5 s.
QUEUE_LOOK_S, CLOCK_LOOK_S, RECORDER_LOOK_S, AUDIT_LOOK_S, OUTBOX_LOOK_S = 120, 60, 180, 60, 3600


class Health:
    """The looks of one process, kept so that a hanging one is not started over and over."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Probe(database_facts)
        self.store = Probe(lambda: Store.everyday(settings).ping())

    def report(self, clock: Clock) -> dict[str, Any]:
        """``{state, at, parts: {name: {state, needed, …facts}}}``; a state is ``ok``, ``look`` or ``away``."""
        now, until = clock.now(), time.monotonic() + DEADLINE_S
        fresh_since = now - timedelta(seconds=RECORDER_LOOK_S)
        looks = self.database.start(self.settings, now, fresh_since), self.store.start()
        parts = _parts(_answer(looks[0], until), _answer(looks[1], until))
        for name, part in parts.items():
            part["needed"] = name in NEEDED
        away = any(parts[name]["state"] == "away" for name in NEEDED)
        return {"state": "away" if away else _worst(parts), "at": _moment(now), "parts": parts}


def _answer(look: Future[Any], until: float) -> Any:
    """What the look found, or the error it met; a look that hangs is an error too."""
    try:
        return look.result(timeout=max(0.0, until - time.monotonic()))
    except TimeoutError:
        return TimeoutError(f"no answer within {DEADLINE_S} s")
    except Exception as error:  # noqa: BLE001  the report says what went wrong
        return error


def _parts(database: Any, store: Any) -> dict[str, Facts]:
    parts: dict[str, Facts] = {"store": _away(store) if isinstance(store, Exception) else {"state": "ok"}}
    parts["rules"] = {"state": "ok", "decisions": [rule.written_as for rule in rulebook().rules() if rule.is_local]}
    parts["frontend"] = {"state": "look" if bundle_fault() else "ok"}
    if isinstance(database, Exception):
        hidden = {name: {"state": "away", "fault": "database"} for name in OF_DATABASE}
        return {"database": _away(database), **hidden, **parts}
    states = {"database": "ok", "queue": _queue(database["queue"]), "scheduler": _clock(database["scheduler"])}
    states["audit"] = "look" if (database["audit"]["oldest_unsealed_s"] or 0) > AUDIT_LOOK_S else "ok"
    states["recorders"] = _recorders(database["recorders"])
    states["outbox"] = _outbox(database["outbox"])
    states["clocks"] = "look" if database["clocks"]["overdue"] else "ok"
    database["clocks"]["words"] = str(overdue_words(database["clocks"]))
    return {name: {"state": state, **_rounded(database[name])} for name, state in states.items()} | parts


def _away(error: Exception) -> Facts:
    # The class only: everybody may ask, and messages name hosts and roles.
    return {"state": "away", "fault": type(error).__name__}


def _queue(facts: Facts) -> str:
    return "look" if facts["workers"] == 0 or (facts["oldest_s"] or 0) > QUEUE_LOOK_S else "ok"


def _clock(facts: Facts) -> str:
    return "ok" if facts["last_queued_s"] is not None and facts["last_queued_s"] <= CLOCK_LOOK_S else "look"


def _recorders(facts: Facts) -> str:
    return "ok" if facts["heard"] == facts["paired"] else "look"


def _outbox(facts: Facts) -> str:
    """A notice was given up, expired within a day before it went out, or waits for its sender."""
    return "look" if facts["given_up"] or facts["expired"] or (facts["oldest_s"] or 0) > OUTBOX_LOOK_S else "ok"


def _rounded(facts: Facts) -> Facts:
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in facts.items()}


def _worst(parts: dict[str, Facts]) -> str:
    return "ok" if all(part["state"] == "ok" for part in parts.values()) else "look"


def _moment(value: datetime) -> str:
    return value.isoformat(timespec="seconds")


class PartSchema(Schema):
    """Each part has facts of its own beside these."""

    class Meta:
        unknown = INCLUDE

    state = fields.Str(required=True, validate=validate.OneOf(("ok", "look", "away")))
    needed = fields.Bool(required=True, metadata={"description": "Without it nothing works"})


class HealthzSchema(Schema):
    state = fields.Str(
        required=True,
        validate=validate.OneOf(("ok", "look", "away")),
        metadata={"description": "`look`: answers, but look at it"},
    )
    at = fields.AwareDateTime(required=True)
    parts = fields.Dict(keys=fields.Str(), values=fields.Nested(PartSchema), required=True)


@bp.get("/healthz")
@described(JsonCall(HealthzSchema, is_open=True))
def healthz() -> ResponseReturnValue:
    """The state of each part; 503 when a needed one is away"""
    health: Health = current_app.extensions.setdefault(NAME, Health(settings()))
    report = health.report(clock())
    answer = jsonify(report)
    answer.headers["Cache-Control"] = "no-store"
    return answer, 503 if report["state"] == "away" else 200


def main(arguments: list[str] | None = None) -> int:
    """Print the report; 1 when a needed part is away."""
    known = load(os.environ)
    use_decisions(known.decisions)
    report = Health(known).report(SystemClock())
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
    return 1 if report["state"] == "away" else 0

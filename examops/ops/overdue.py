"""Terms that are over and about which nobody has done anything yet: how many, whose, for how long."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, bindparam, column, text

from examops.core.language import N_, Message, join_messages, message
from examops.core.prepared import Prepared

# Every table whose rows have a clock with an owner. A row counts once, whoever was told of it and how often. A body's
# own term to state its case ends by a job, which has until the next midnight.
CLOCKED = ("filing", "exit_case")
OVERDUE = """
    SELECT count(*) AS overdue, max(today - due_on) AS longest_days,
      count(*) FILTER (WHERE clock_owner = 'coordinator') AS bodies,
      count(*) FILTER (WHERE clock_owner = 'district_bureau') AS district_bureau,
      count(*) FILTER (WHERE clock_owner = 'city_bureau') AS city_bureau
    FROM (SELECT (%(now)s AT TIME ZONE 'Asia/Shanghai')::date AS today) AS calendar
    JOIN (
      SELECT clock_owner, due_on, due_on AS last_on FROM filing WHERE due_on IS NOT NULL
      UNION ALL
      SELECT clock_owner, due_on, due_on + (state = 'told')::int FROM exit_case WHERE due_on IS NOT NULL
    ) AS clocks ON last_on < today"""
FACTS = ("overdue", "longest_days", "bodies", "district_bureau", "city_bureau")
_NOW = Prepared(
    text(OVERDUE % {"now": ":now"})
    .bindparams(bindparam("now", type_=DateTime(timezone=True)))
    .columns(*map(column, FACTS))
)
CLOCK_OWNERS = {"district_bureau": N_("区人社局"), "city_bureau": N_("市人社局"), "bodies": N_("机构")}


def overdue_words_now(now: datetime) -> Message:
    """Of what the scope shows."""
    return overdue_words(_NOW.one(now=now)._asdict())


def overdue_words(facts: Mapping[str, Any]) -> Message:
    """How many terms are over and who must act; empty while none is."""
    if not facts["overdue"]:
        return message("")
    owners = [
        message(N_("{office} {count} 件"), office=message(word), count=facts[key])
        for key, word in CLOCK_OWNERS.items()
        if facts[key]
    ]
    words = N_("{count} 件过了办理期限还没有办（{owners}），最久的过了 {days} 天")
    owed = join_messages(N_("、"), owners)
    return message(words, count=facts["overdue"], owners=owed, days=facts["longest_days"])

"""Applicants of the year: registered, judged by the product's rules, applied. Every tenth is not eligible."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bench.dataset.bulk_insert import JsonText, Row, as_json, bulk_insert, new_uid
from bench.dataset.facilities import OFFERS, BodyFacilities
from bench.dataset.timetable import BATCH_DAYS, batch_begins, cut_off_of
from examops.core.clock import SHANGHAI
from examops.core.keys import Keyring
from examops.demo.story.people import SyntheticPerson
from examops.eligibility import register_persons
from examops.eligibility.context import Context, RuleContext
from examops.eligibility.facts import Certificate, Fact, Facts, Source, Spell
from examops.eligibility.models import Candidate, Credential, Employment, StoredVerdict
from examops.eligibility.rules import judge_with
from examops.eligibility.verdicts import Decision
from examops.registration.models import Application, Batch, BatchOccupation
from examops.registration.rosters.verdict_lines import stored_lines
from examops.web.formats import mask_id

LEVEL, STANDARD, PARTS = "4", "2018", ["skill"]
LACKING_EVERY = 10
CHUNK = 2_000
CAREERS = 6  # different ones for each occupation in a batch
NAMELESS = "@name@"  # stands for the name in what is shared


@dataclass(frozen=True)
class OccupationInBatch:
    """An occupation in a batch (index from the oldest): what an application is for."""

    batch: int
    code: str


@dataclass
class ApplicationRow:
    """An inserted application, with what later steps need."""

    id: int
    row: Row
    candidate_uid: Any
    name: str
    id_masked: str

    @property
    def is_accepted(self) -> bool:
        return self.row["state"] == "accepted"


def make_batches(facilities: BodyFacilities, count: int, now: datetime, rng: random.Random) -> list[tuple[int, Row]]:
    """Id and columns of each batch, the oldest first."""
    rows = [_batch(facilities, number, now, rng) for number in range(count)]
    ids = bulk_insert(Batch, rows, rng)
    made = [(ids[row["uid"]], row) for row in rows]
    offers = [
        {
            **facilities.owner,
            "batch_id": id,
            "occupation_code": code,
            "level": LEVEL,
            "standard_version": STANDARD,
            "parts": PARTS,
        }
        for id, _ in made
        for code in OFFERS[facilities.body.kind]
    ]
    bulk_insert(BatchOccupation, offers, rng)
    return made


def _batch(facilities: BodyFacilities, number: int, now: datetime, rng: random.Random) -> Row:
    begins = batch_begins(number, now)
    first, until = begins.date(), begins + timedelta(days=BATCH_DAYS - 5)
    return {
        **facilities.owner,
        "uid": new_uid(rng),
        "number": f"{first.year}-L{facilities.body.id:03d}-{number + 1:02d}",
        "name": f"量测第 {number + 1} 批",
        "cut_off_on": cut_off_of(number, now),
        "applies_from": begins - timedelta(days=60),
        "applies_until": until,
        "held_from": first,
        "held_until": first + timedelta(days=BATCH_DAYS),
        "state": "open" if until > now else "closed",
    }


def apply_all(
    facilities: BodyFacilities,
    requests: Sequence[tuple[OccupationInBatch, SyntheticPerson]],
    batches: Sequence[tuple[int, Row]],
    first: int,
    ring: Keyring,
    rng: random.Random,
) -> dict[OccupationInBatch, list[ApplicationRow]]:
    """One application for each request, numbered from ``first`` on; returns them by what they are for, accepted ones
    first."""
    found: dict[OccupationInBatch, list[ApplicationRow]] = defaultdict(list)
    for start in range(0, len(requests), CHUNK):
        for place, applied in _apply(facilities, requests[start : start + CHUNK], batches, first + start, ring, rng):
            found[place].append(applied)
    for line in found.values():
        line.sort(key=lambda applied: not applied.is_accepted)
    return found


def _apply(
    facilities: BodyFacilities,
    requests: Sequence[tuple[OccupationInBatch, SyntheticPerson]],
    batches: Sequence[tuple[int, Row]],
    first: int,
    ring: Keyring,
    rng: random.Random,
) -> Iterator[tuple[OccupationInBatch, ApplicationRow]]:
    persons = _register([made for _, made in requests], ring, rng)
    judge = _Judge(facilities, batches)
    judged = [(place, made, judge(place, made, n, rng)) for n, (place, made) in enumerate(requests)]
    candidates = [_candidate(facilities, made, one.facts, persons[made.id_number], rng) for _, made, one in judged]
    candidate_ids = bulk_insert(Candidate, candidates, rng)
    verdicts = [
        _verdict(facilities, place, batches, candidate_ids[candidate["uid"]], made, career, rng)
        for (place, made, career), candidate in zip(judged, candidates, strict=True)
    ]
    verdict_ids = bulk_insert(StoredVerdict, verdicts, rng)
    _evidence(facilities, judged, [candidate_ids[candidate["uid"]] for candidate in candidates], batches, rng)
    year = batches[0][1]["cut_off_on"].year
    rows = [
        {
            **facilities.owner,
            "uid": new_uid(rng),
            "number": f"{year}{first + n:08d}",
            "batch_id": batches[place.batch][0],
            "candidate_id": candidate_ids[candidate["uid"]],
            "person_id": candidate["person_id"],
            "occupation_code": place.code,
            "level": LEVEL,
            "standard_version": STANDARD,
            "parts": PARTS,
            "verdict_id": verdict_ids[verdict["uid"]],
            "state": "accepted" if verdict["outcome"] == "ok" else "draft",
        }
        for n, ((place, *_), candidate, verdict) in enumerate(zip(judged, candidates, verdicts, strict=True))
    ]
    ids = bulk_insert(Application, rows, rng)
    for (place, made, *_), candidate, row in zip(judged, candidates, rows, strict=True):
        yield place, ApplicationRow(ids[row["uid"]], row, candidate["uid"], made.name, candidate["id_masked"])


def _register(people: Sequence[SyntheticPerson], ring: Keyring, rng: random.Random) -> dict[str, int]:
    """Person ids by ID number, through the one SQL function that may write the register."""
    return register_persons([made.id_number for made in people], ring, lambda: new_uid(rng))


@dataclass(frozen=True)
class Career:
    """Facts and verdict that several applicants share, the parts of a stored verdict as JSON."""

    facts: Facts
    outcome: str
    lines: JsonText
    inputs: str

    def inputs_of(self, made: SyntheticPerson) -> JsonText:
        return JsonText(self.inputs.replace(NAMELESS, made.name))


class _Judge:
    """Judges applicants: in each occupation of a batch they have one of so many careers, each judged once."""

    def __init__(self, facilities: BodyFacilities, batches: Sequence[tuple[int, Row]]) -> None:
        self.body, self.batches = facilities.body, batches
        self._contexts: dict[OccupationInBatch, RuleContext] = {}
        self._careers: dict[tuple[OccupationInBatch, bool, int], Career] = {}

    def __call__(self, place: OccupationInBatch, made: SyntheticPerson, n: int, rng: random.Random) -> Career:
        key = place, n % LACKING_EVERY == LACKING_EVERY - 1, rng.randrange(CAREERS)
        found = self._careers.get(key)
        if found is None:
            if place not in self._contexts:
                self._contexts[place] = self._context(place)
            found = self._careers[key] = self._career(self._contexts[place], made, rng, is_lacking=key[1])
        return found

    def _career(self, rules: RuleContext, made: SyntheticPerson, rng: random.Random, *, is_lacking: bool) -> Career:
        facts = _facts(made, rules, rng, is_lacking=is_lacking)
        verdict = judge_with(rules, facts)
        inputs = {"facts": {**facts.to_json(), "name": NAMELESS, "id_number": ""}, "context": rules.context.to_json()}
        return Career(facts, str(Decision(verdict.outcome)), as_json(stored_lines(verdict)), as_json(inputs))

    def _context(self, place: OccupationInBatch) -> RuleContext:
        body, cut_off = self.body, self.batches[place.batch][1]["cut_off_on"]
        context = Context(
            body.kind, body.name, place.code, LEVEL, cut_off, body.credit_code, (body.short_name,), offered=True
        )
        return RuleContext(RuleContext(context).pinned())


def _facts(made: SyntheticPerson, rules: RuleContext, rng: random.Random, *, is_lacking: bool) -> Facts:
    cut_off = rules.context.cut_off
    held = cut_off - timedelta(days=rng.randrange(900, 1200) if is_lacking else rng.randrange(1700, 2600))
    since = held - timedelta(days=rng.randrange(30, 900))
    kind = "social" if rules.context.body_kind == "social" else "employee"
    seen: dict[str, Any] = {"source": Source.DOCUMENT, "as_of": cut_off - timedelta(days=5), "seen_by": "量测数据"}

    def fact(value: Any) -> Fact:
        return Fact(value, **seen)

    spell = Spell(
        kind="own", start=since, insured_by=fact(True), insured_in=fact("佛山"), works_in=fact("佛山"), **seen
    )
    number = f"4419{held:%Y}{rng.randrange(10**8):08d}"
    return Facts(
        made.name,
        made.id_number,
        kind=fact(kind),
        spells=(spell,) if kind == "employee" else (),
        certificates=(Certificate("5", number=number, issued_on=held, **seen),),
        work_since=fact(since),
        open_applications=Fact(0, Source.OFFICIAL),
    )


def _candidate(
    facilities: BodyFacilities, made: SyntheticPerson, facts: Facts, person_id: int, rng: random.Random
) -> Row:
    number = made.id_number
    return {
        **facilities.owner,
        "uid": new_uid(rng),
        "person_id": person_id,
        "name": made.name,
        "id_masked": mask_id(number),
        "sex": "男" if int(number[16]) % 2 else "女",
        "born_on": date(int(number[6:10]), int(number[10:12]), int(number[12:14])),
        "telephone": made.telephone,
        "team": f"{rng.randrange(1, 9)} 班",
        "kind": facts.kind.value if facts.kind else "social",
    }


def _verdict(
    facilities: BodyFacilities,
    place: OccupationInBatch,
    batches: Sequence[tuple[int, Row]],
    candidate_id: int,
    made: SyntheticPerson,
    career: Career,
    rng: random.Random,
) -> Row:
    return {
        **facilities.owner,
        "uid": new_uid(rng),
        "candidate_id": candidate_id,
        "occupation_code": place.code,
        "level": LEVEL,
        "cut_off_on": batches[place.batch][1]["cut_off_on"],
        "outcome": career.outcome,
        "lines": career.lines,
        "inputs": career.inputs_of(made),
    }


def _evidence(
    facilities: BodyFacilities,
    judged: Sequence[Any],
    candidates: Sequence[int],
    batches: Sequence[tuple[int, Row]],
    rng: random.Random,
) -> None:
    day = batches[0][1]["applies_from"].astimezone(SHANGHAI).date()
    told = {"source": "document", "as_of": day, "seen_by": "量测数据"}
    pairs = list(zip(candidates, [career.facts for _, _, career in judged], strict=True))
    bulk_insert(
        Employment,
        (
            {
                **facilities.owner,
                **told,
                "candidate_id": id,
                "kind": spell.kind,
                "employer": "",
                "started_on": spell.start,
                "ended_on": None,
                "insured_in": "佛山",
                "works_in": "佛山",
            }
            for id, facts in pairs
            for spell in facts.spells
        ),
        rng,
    )
    bulk_insert(
        Credential,
        (
            {
                **facilities.owner,
                **told,
                "candidate_id": id,
                "kind": "certificate",
                "level": held.level,
                "number": held.number,
                "dated_on": held.issued_on,
            }
            for id, facts in pairs
            for held in facts.certificates
        ),
        rng,
    )

"""A verdict is data: stored, read back, judged again, worded in full."""

import json
import random
import re
from dataclasses import replace
from datetime import date

from config.rulebook import rulebook
from examops.eligibility.facts import Fact, Facts, encode
from examops.eligibility.rules import judge, judge_stored, stored_inputs
from examops.eligibility.verdicts import Decision, Outcome, Verdict
from examops.eligibility.wording import headline, next_step, reason, word
from tests.domains.eligibility.people import anybody, context

KINDS = ("enterprise", "college", "social")


def people(count, seed=5):
    dice = random.Random(seed)
    for _ in range(count):
        where = context(
            body_kind=dice.choice(KINDS),
            level=dice.choice(["5", "4", "3", "2", "1"]),
            occupation_code=dice.choice(["6-31-01-03", "4-10-01-05", "4-10-01-03", "0-00-00-00"]),
            offered=dice.choice([None, True, False]),
            cut_off=date(2026, dice.randint(1, 12), dice.randint(1, 28)),
        )
        yield anybody(dice), where


def test_judging_again_from_what_was_stored_gives_the_same_verdict():
    for facts, where in people(600):
        verdict = judge(facts, where)
        stored = json.loads(json.dumps(stored_inputs(facts, where)))

        assert judge_stored(stored) == verdict
        assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


def test_inputs_and_lines_that_hold_levels_as_numbers_are_judged_and_worded_the_same():
    """As release 0.1.0 stored them; nothing that was stored is rewritten."""
    as_numbers = 0
    for facts, where in people(600, seed=7):
        verdict = judge(facts, where)
        inputs, lines = numbered(stored_inputs(facts, where)), numbered(verdict.to_json())

        assert judge_stored(inputs) == verdict
        read = Verdict.from_json(lines)
        assert [shown(line) for line in read.lines] == [shown(line) for line in verdict.lines]
        as_numbers += any(one["level"] == 5 for one in inputs["facts"]["certificates"])
    assert as_numbers > 20


def shown(line):
    words = word(line)
    return [str(words.clause), str(words.found), str(words.limit), *map(str, words.advice)]


def numbered(stored):
    """The same JSON with each level as a number."""
    return json.loads(re.sub(r'"level": "([1-5])"', r'"level": \1', json.dumps(stored)))


def test_the_outcome_follows_from_the_lines():
    seen = set()
    for facts, where in people(600, seed=8):
        verdict = judge(facts, where)
        outcomes = {line.outcome for line in verdict.lines}
        worst = (
            Decision.NO
            if Outcome.FAIL in outcomes
            else Decision.UNCLEAR
            if Outcome.UNCLEAR in outcomes
            else Decision.OK
        )
        assert verdict.outcome is worst
        seen.add(verdict.outcome)
    assert {Decision.NO, Decision.UNCLEAR} <= seen


def test_every_line_cites_a_rule_that_exists_with_its_hash():
    hashes = set(rulebook().hashes().values())
    for facts, where in people(200, seed=9):
        for line in judge(facts, where).lines:
            assert line.rule_hash in hashes
            assert rulebook()[line.rule_key].on(where.cut_off).content_hash == line.rule_hash
            assert line.clause
            assert line.source


def test_every_line_can_be_worded_without_a_code_showing():
    for facts, where in people(600, seed=10):
        verdict = judge(facts, where)
        for line in verdict.lines:
            words = word(line)
            message = (words.clause, words.found, words.note, words.limit, words.gap, *words.advice, reason(line))
            shown = " ".join(map(str, message))
            assert "{" not in shown
            assert not {"agency", "employee", "None", "typed", "level."} & set(shown.split())
            assert words.advice or line.outcome is Outcome.PASS
        assert headline(verdict)
        assert (next_step(verdict) == "") == (verdict.outcome is Decision.OK)


def test_typed_facts_alone_never_make_anybody_eligible():

    def all_typed(data):
        if isinstance(data, dict):
            return {key: "typed" if key == "source" else all_typed(value) for key, value in data.items()}
        return [all_typed(item) for item in data] if isinstance(data, list) else data

    for facts, where in people(300, seed=12):
        typed = Facts.from_json(all_typed(encode(facts)))
        typed = replace(typed, open_applications=Fact(0))
        if where.body_kind != "social":
            assert judge(typed, where).outcome is not Decision.OK


def test_a_later_catalogue_does_not_change_an_old_verdict():
    where = context(body_kind="social")
    stored = stored_inputs(next(people(1))[0], where)

    assert stored["context"]["standard"] == "2018"
    of_before = {"in_shortage": False, "standard": "none", "rules_known_on": None}
    unlisted = {**stored, "context": {**stored["context"], **of_before}}
    person = {**unlisted["facts"], "kind": {"value": "social"}}
    codes = {line.code for line in judge_stored({**unlisted, "facts": person}).failing}
    assert {"social.shortage", "social.standard"} <= codes

"""Synthetic people for these tests."""

import random
from datetime import date

from examops.eligibility.context import Context
from examops.eligibility.facts import Certificate, Fact, Facts, Schooling, Source, Spell
from examops.eligibility.id_number import check_character

BODY = "佛山市顺德区华岭电器有限公司"
CUT_OFF = date(2026, 11, 25)


def an_id(division="440606", born="19900101", sequence="001"):
    head = f"{division}{born}{sequence}"
    return head + check_character(head)


def context(**changes):
    base = {"body_kind": "enterprise", "body_name": BODY, "occupation_code": "6-31-01-03", "level": "4"}
    return Context(**{**base, "cut_off": CUT_OFF, **changes})


def seen(value):
    return Fact(value, Source.DOCUMENT, date(2026, 11, 1), "李婷")


def spell(start=date(2024, 1, 1), end=None, *, agency="佛山人力", host="", proven=True, insured="佛山", works="顺德"):
    fact = seen if proven else Fact
    return Spell(
        kind="agency",
        employer=agency,
        host=host,
        start=start,
        end=end,
        insured_in=fact(insured) if insured else None,
        works_in=fact(works) if works else None,
        source=Source.DOCUMENT if proven else Source.TYPED,
    )


def own(start=date(2020, 1, 1), end=None, *, by=True, proven=True, employer=""):
    return Spell(
        kind="own",
        employer=employer,
        start=start,
        end=end,
        insured_by=None if by is None else Fact(by, Source.OFFICIAL if proven else Source.TYPED),
        source=Source.DOCUMENT if proven else Source.TYPED,
    )


def facts(*spells, kind="agency", **changes):
    base = {
        "name": "黎志豪",
        "id_number": an_id(),
        "kind": seen(kind),
        "spells": spells,
        "certificates": (Certificate("5", issued_on=date(2020, 1, 1), source=Source.DOCUMENT),),
        "work_since": seen(date(2018, 1, 1)),
        "open_applications": Fact(0, Source.OFFICIAL),
    }
    return Facts(**{**base, **changes})


def student(**changes):
    base = {"institution": "", "school": "technician_college", "is_related": True, "start": date(2024, 9, 1)}
    base |= {"end": date(2027, 6, 30), "is_enrolment": True, "source": Source.OFFICIAL}
    return Schooling(**{**base, **changes})


def line_of(verdict, code):
    found = [line for line in verdict.lines if line.code == code]
    assert found, f"no line {code} among {[line.code for line in verdict.lines]}"
    return found[0]


def anybody(dice: random.Random) -> Facts:
    """A person of random facts, sound or not."""

    def a_day():
        return date(dice.randint(2010, 2027), dice.randint(1, 12), dice.randint(1, 28))

    def maybe(make):
        return make() if dice.random() < 0.6 else None

    def a_fact(value):
        return Fact(value, dice.choice(list(Source)), maybe(a_day), dice.choice(["", "李婷"]))

    spells = tuple(
        Spell(
            kind=dice.choice(["own", "agency"]),
            employer=dice.choice(["", "甲人力公司", BODY]),
            host=dice.choice(["", "注塑一车间", "乙电器有限公司"]),
            start=maybe(a_day),
            end=maybe(a_day),
            insured_by=maybe(lambda: a_fact(dice.choice([True, False, BODY]))),
            insured_in=maybe(lambda: a_fact(dice.choice(["广州", "佛山"]))),
            works_in=maybe(lambda: a_fact(dice.choice(["顺德", "东莞"]))),
            source=dice.choice(list(Source)),
        )
        for _ in range(dice.randint(0, 3))
    )
    certificates = tuple(
        Certificate(dice.choice([None, "5", "4", "3"]), dice.choice(["", "电工", "铣工"]), "", maybe(a_day))
        for _ in range(dice.randint(0, 2))
    )
    schooling = tuple(
        Schooling(
            "",
            dice.choice(["", "college", "technical_school"]),
            "",
            dice.choice([None, True, False]),
            None,
            maybe(a_day),
        )
        for _ in range(dice.randint(0, 1))
    )
    return Facts(
        name="某人",
        id_number=dice.choice([an_id(), an_id(sequence=f"{dice.randint(0, 999):03d}"), "123", "", an_id()[:17] + "X"]),
        id_type=dice.choice(["resident", "resident", "港澳通行证"]),
        sex=dice.choice(["", "male", "female"]),
        kind=maybe(lambda: a_fact(dice.choice(["employee", "agency", "student", "social"]))),
        spells=spells,
        certificates=certificates,
        schooling=schooling,
        apprenticeship_ended_on=maybe(lambda: a_fact(a_day())),
        work_since=maybe(lambda: a_fact(a_day())),
        work_years=maybe(lambda: a_fact(dice.randint(0, 12))),
        open_applications=maybe(lambda: a_fact(dice.randint(0, 2))),
    )

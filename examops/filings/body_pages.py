"""One filing: for the body what it still lacks, for offices what to judge; submitting and withdrawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.filings.acting import Act, act
from examops.filings.answering import changed_since_return
from examops.filings.blueprint import BODY, bp
from examops.filings.clocks import left_until, unsettled_year
from examops.filings.comparing import COMPARED
from examops.filings.copying import may_copy
from examops.filings.counting import COUNTED
from examops.filings.documents import taken_out
from examops.filings.gathering import Dossier, dossier, filing_by_uid
from examops.filings.hands import office_of_clock
from examops.filings.inputs import ActSchema, ContactSchema, comments_of
from examops.filings.judging import Line
from examops.filings.judging.checks import papers
from examops.filings.labels import LIST_KINDS, occupation_name
from examops.filings.letters import letters_of
from examops.filings.lists.intake import lists_of
from examops.filings.lists.models import APPLICANTS, INSURED
from examops.filings.models import HISTORIC, Filing
from examops.filings.receipts import receipts_of
from examops.filings.refusals import OCCUPATION_CLAUSE
from examops.filings.shown import ShownLine, shown
from examops.filings.standing import lacks_occupation, lines_today_or_kept, not_met, unseen
from examops.filings.states import EDITABLE, FILING_TRANSITIONS, FilingState
from examops.filings.steps import (
    DOCUMENTS,
    DOCUMENTS_OF,
    EACH,
    FACTS,
    OF_OCCUPATION,
    OPTIONAL,
    STEPS,
    TOTALS,
    VOLUME_YEARS,
    facts_of,
    step_of,
    subject_of,
)
from examops.filings.telling import contact_of, deliveries_of, recipients_of_body, save_contact
from examops.filings.version_faults import foreign_occupations
from examops.filings.yearly import sums_of
from examops.offices import members_of, represented_by
from examops.specifications import AnyVersion, WorkPlan, drafts_of, faults_of, title
from examops.web.inputs import InvalidInput, read_form

ACTORS = ("coordinator", "district_bureau", "city_bureau")
DONE = {
    "submitted": N_("已提交，区人社局初审"),
    "withdrawn": N_("已撤回"),
    "reviewed": N_("初审通过，已报市人社局"),
    "returned": N_("已退回，意见已附上"),
    "filed": N_("已备案，机构名录和可认定的职业同时生效"),
    "refused": N_("已作不予备案的决定"),
}


@bp.get("/<uuid:filing_uid>")
def show(filing_uid: UUID) -> ResponseReturnValue:
    return filing_page(filing_uid)


@bp.post("/<uuid:filing_uid>/act")
@needs(*ACTORS)
def settle(filing_uid: UUID) -> ResponseReturnValue:
    """Each act has its own roles: see :func:`examops.filings.acting.act`."""
    try:
        given = read_form(ActSchema)
        comments = comments_of(request.form)
        what = Act(given["act"], given["seen"], given["reason"], given["clause"], comments, given["for_officer"])
        with transaction():
            act(filing_by_uid(filing_uid), what, actor=current_actor(), clock=clock())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_(DONE[what.name]))
    return redirect(url_for("filings.show", filing_uid=filing_uid))


@bp.post("/<uuid:filing_uid>/contact")
@needs(*BODY)
def change_contact(filing_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(ContactSchema)
        with transaction():
            save_contact(filing_by_uid(filing_uid), **given, actor=current_actor(), clock=clock())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("联系人已保存，文书和催办也发给他"))
    return redirect(url_for("filings.show", filing_uid=filing_uid, _anchor="contact"))


def filing_page(filing_uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    """What was typed is shown again beside a refusal."""
    db.session.rollback()
    filing = filing_by_uid(filing_uid)
    found, day, is_body = dossier(filing), today(clock()), g.role == "coordinator"
    judged = [] if filing.kind == HISTORIC else lines_today_or_kept(found, day, rulebook())
    lines = _shown(found, judged, is_body)
    also = _also_lacking(found)
    return render_template(
        "filings/show.html" if is_body else "filings/office.html",
        filing=filing,
        body=found.body,
        found=found,
        lines=lines,
        count=_counts(lines, bool(also["no_occupation"]) + len(also["version_faults"])),
        **also,
        steps=steps_of(found),
        step_url=lambda line: _step_url(found, line),
        kinds=kinds_offered(found, [line.line for line in lines]),
        proves=_proves(found, judged) if is_body and filing.state in EDITABLE else {},
        taken_out=taken_out(filing, to_office=not is_body),
        lists=lists_of(filing),
        list_kinds=_list_kinds(found),
        receipts=receipts_of(filing),
        may_copy=is_body and filing.state in EDITABLE and may_copy(found),
        may_compare=filing.kind in COMPARED,
        drafts=drafts_of(filing.body_id) if is_body and filing.state in EDITABLE else [],
        version_title=title,
        version_url=version_url,
        left=left_until(day, filing.due_on),
        unsettled_year=unsettled_year(filing.due_on, calendar()),
        is_editable=filing.state in EDITABLE,
        may_become=FILING_TRANSITIONS.get(FilingState(filing.state), set()),
        letters=letters_of(filing),
        **(_for_body(filing) if is_body else _for_office(filing, found, judged)),
        refused=refused,
        typed=_typed() if refused else [],
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
        form=request.form,
    ), refused.status if refused else 200


def _typed() -> list[str]:
    """Reasons and comments of a refused form, for a page that has no such fields any more."""
    asked = ((key, text.strip()) for key, text in request.form.items())
    return [text for key, text in asked if text and (key == "reason" or key.startswith("comment~"))]


def _shown(found: Dossier, judged: list[Line], is_body: bool) -> list[ShownLine]:
    """An office that has it in hand again reads first what was asked for, and what changed since."""
    if is_body or found.answered is None:
        return shown(judged, to_office=not is_body, asked_for=found.asked_for)
    changed = changed_since_return(found, judged)
    return shown(judged, to_office=True, asked_for=found.asked_before, changed=changed)


def kinds_offered(found: Dossier, lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Kinds of documents to choose from: what a condition asks for and nobody handed in comes first. Kinds that only
    bodies of another kind hand in are not there, unless a condition asks for them."""
    asked = {kind: None for line in lines if line.condition.reads_papers for kind in line.rule.value}
    there = {one.kind for one in found.documents}
    missing = [kind for kind in asked if kind not in there]
    body_kind = found.filing.body_kind
    fitting = (kind for kind in DOCUMENTS if kind in asked or body_kind in DOCUMENTS_OF.get(kind, (body_kind,)))
    words = {kind: _("{kind}（还缺）", kind=_(DOCUMENTS[kind])) for kind in missing}
    return [*words.items(), *((kind, _(DOCUMENTS[kind])) for kind in fitting if kind not in words)]


def _proves(found: Dossier, lines: Sequence[Line]) -> dict[UUID, list[str]]:
    """By document: what is judged by it now, so that whoever takes it out knows what they take away."""
    papers_of = [(_(line.condition.word), line.rule.value) for line in lines if line.condition.reads_papers]
    return {
        one.uid: [
            *(word for word, kinds in papers_of if one.kind in kinds),
            *(_(FACTS[fact.key].word) for fact in found.facts.values() if fact.document_id == one.id),
            *(str(title(row)) for row in found.versions if row.document_id == one.id),
        ]
        for one in found.documents
    }


def _list_kinds(found: Dossier) -> list[tuple[str, str]]:
    """The lists that a body of this kind may hand in: value of the form and its name."""
    if found.filing.body_kind != "enterprise":
        return []
    each = [(f"{APPLICANTS}~{row.occupation_code}", row.occupation_code) for row in found.occupations]
    return [(INSURED, _(LIST_KINDS[INSURED]))] + [
        (about, _("{name}：{how}", name=_(LIST_KINDS[APPLICANTS]), how=occupation_name(code))) for about, code in each
    ]


def version_url(row: AnyVersion) -> str:
    """Its page, or nothing: while the body changes it again, after a return, it is the body's alone."""
    if row.state == "draft" and g.role not in BODY:
        return ""
    if isinstance(row, WorkPlan):
        return url_for("specifications.plan", plan_uid=row.uid)
    return url_for("specifications.show", specification_uid=row.uid)


def _for_body(filing: Filing) -> dict[str, Any]:
    return {"contact": contact_of(filing), "is_reachable": bool(recipients_of_body(filing))}


def _for_office(filing: Filing, found: Dossier, judged: list[Line]) -> dict[str, Any]:
    """Who sits in the office whose turn it is, for whom one may sign, how far letters are, and how many conditions
    stand in the way of accepting."""
    actor, office = current_actor(), office_of_clock(filing)
    is_ours = office is not None and office.role == actor.role
    members = members_of(office) if office is not None and is_ours else []
    in_the_way = unseen(judged) if filing.state == FilingState.SUBMITTED else not_met(judged)
    return {
        "open_count": len(in_the_way),
        "members": members,
        "own": actor.uid,
        "is_head": any(one.is_head for one in members if one.uid == actor.uid),
        "represented": represented_by(actor, clock().now()) if is_ours else [],
        "deliveries": deliveries_of([one.id for one in found.acts]),
        "is_reachable": bool(recipients_of_body(filing)),
        "look_ups": list(_look_ups(found)),
    }


def _look_ups(found: Dossier) -> Iterator[tuple[str, str, Any]]:
    """What an office may look up in a record, with what stands now: stated facts, and the sums of a table by year."""
    for (subject, key), fact in found.facts.items():
        if key != VOLUME_YEARS:
            yield subject, key, fact.value["value"]
            continue
        sums, asked = sums_of(fact.value["value"] or []), ("volume",) if subject else TOTALS
        yield from ((subject, one, sums[one]) for one in asked if (subject, one) not in found.facts)


def _also_lacking(found: Dossier) -> dict[str, Any]:
    """What stands in the way of handing it in beside the conditions: no occupation, versions with faults (by uid)."""
    is_editable = found.filing.state in EDITABLE
    faults = {row.uid: list(faults_of(row)) for row in found.versions if is_editable}
    for row, fault in foreign_occupations(found) if is_editable else ():
        faults[row.uid].append(fault)
    return {
        "no_occupation": OCCUPATION_CLAUSE if is_editable and lacks_occupation(found) else "",
        "version_faults": {uid: words for uid, words in faults.items() if words},
    }


def _counts(lines: list[ShownLine], also_missing: int) -> dict[str, int]:
    count = {mark: sum(line.mark == mark for line in lines) for mark in ("fail", "unclear", "pass")}
    return {**count, "fail": count["fail"] + also_missing}


def steps_of(found: Dossier) -> list[tuple[str, int, int]]:
    """The pages in order: key, facts filled in, facts asked; of the page of occupations how many there are."""
    kind = found.filing.body_kind
    each = [OF_OCCUPATION + row.occupation_code for row in found.occupations] if EACH[kind] else []
    return [(key, *_filled(found, key)) for key in (*STEPS[kind], *each)]


def _filled(found: Dossier, step: str) -> tuple[int, int]:
    asked = facts_of(found.filing.body_kind, step)
    if not asked:
        return len(found.occupations), 0
    needed = [key for key in asked if key not in COUNTED and key not in OPTIONAL]
    known = [found.facts.get((subject_of(step), key)) for key in needed]
    return sum(fact is not None and fact.value["value"] is not None for fact in known), len(needed)


def _step_url(found: Dossier, line: ShownLine) -> str:
    """Where the body does something about it: the page of its facts, the documents, or nowhere."""
    condition, subject = line.line.condition, line.line.subject
    address: dict[str, Any] = {"filing_uid": found.filing.uid}
    if condition.test is papers:
        return url_for("filings.show", **address, _anchor="documents")
    if condition.reads_plan:
        return url_for("filings.show", **address, _anchor="versions")
    if condition.is_counted:
        return url_for("devices.index" if "covered_workstations" in condition.facts else "staff.index")
    if condition.facts:
        return url_for("filings.step", **address, step=step_of(found.filing.body_kind, condition.facts[0], subject))
    return "" if condition.is_ruling else url_for("filings.step", **address, step="occupations")

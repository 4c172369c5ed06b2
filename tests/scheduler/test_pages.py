"""The page of timed work, for operators and regulators."""

from datetime import timedelta

import pytest
from flask_babel import refresh
from sqlalchemy import create_engine, event, select, text, update

from examops.audit.models import AuditEntry
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.jobs import defer
from examops.core.language import N_, message
from examops.core.ledger import JobRun
from examops.core.transaction import transaction
from scheduler.failures import record_failure
from scheduler.pages import PAGE
from tests.factories import Factory
from tests.fixtures.application import NOON


def run(make: Factory, clock, job: str, seconds_ago: int, **columns) -> JobRun:
    at = clock.now() - timedelta(seconds=seconds_ago)
    defaults = {"state": "done", "started_at": at, "finished_at": at, "attempts": 1}
    return make.save(JobRun(job=job, due_at=at, **(defaults | columns)))


def text_of(sign_in, user, path: str = "/timed-work/") -> str:
    response = sign_in(user).get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_an_operator_sees_each_job_with_its_outcome_and_next_time(make: Factory, clock, sign_in) -> None:
    run(make, clock, "seal-audit-log", 5, result="链封 7 条")
    page = text_of(sign_in, make.user("operator"))
    assert "链封 7 条" in page
    assert "09:12:05" in page  # the next run of a job of every five seconds, at 09:12:00


@pytest.mark.parametrize("nth_query", [1, 2])
def test_a_job_that_ends_while_the_page_is_read_does_not_break_it(
    make: Factory, clock, sign_in, settings, nth_query: int
) -> None:
    """The worker commits right before one of the page's queries of the ledger: what was read before it is then old."""
    row = run(make, clock, "seal-audit-log", 5, state="running", finished_at=None)
    worker = create_engine(owner_url(settings))
    seen: list[str] = []

    def end_the_job(conn, cursor, statement: str, *_: object) -> None:
        seen.extend(["query"] * ("job_run" in statement))
        if len(seen) == nth_query and "job_run" in statement:
            with worker.begin() as other:
                done = {"state": "done", "finished_at": clock.now(), "result": "链封 7 条"}
                other.execute(update(JobRun).where(JobRun.id == row.id).values(done))

    client = sign_in(make.user("operator"))
    db.session.expunge_all()
    event.listen(db.engine, "before_cursor_execute", end_the_job)
    try:
        page = client.get("/timed-work/")
    finally:
        event.remove(db.engine, "before_cursor_execute", end_the_job)
        worker.dispose()
    assert page.status_code == 200
    assert len(seen) >= 2
    assert "链封 7 条" in client.get("/timed-work/").text


def test_a_result_is_worded_for_its_reader(make: Factory, clock, sign_in) -> None:
    run(make, clock, "seal-audit-log", 5, result=message(N_("链封 {count} 条"), count=7))
    client = sign_in(make.user("operator"))
    assert "链封 7 条" in client.get("/timed-work/").text
    client.set_cookie("examops_language", "en")
    refresh()  # the requests of a test share one application context, which keeps the language of the first
    assert "Entries sealed: 7" in client.get("/timed-work/").text


def test_a_failed_job_and_a_late_job_are_counted_as_trouble(make: Factory, clock, sign_in) -> None:
    run(make, clock, "seal-audit-log", 5, state="failed", result="OperationalError: gone")
    run(make, clock, "purge-attempts", 2 * 86400)
    page = text_of(sign_in, make.user("city_centre"))
    assert "OperationalError: gone" in page
    assert "没有按时" in page


def test_the_page_says_that_no_worker_runs_and_what_waits(make: Factory, clock, sign_in) -> None:
    with transaction():
        defer("footage.sample", queue_name="media", segment_uid="a")
    page = text_of(sign_in, make.user("operator"))
    assert "没有工作进程" in page
    assert "排队 1 个" in page


def test_failed_jobs_of_every_domain_are_listed(make: Factory, clock, sign_in) -> None:
    assert "失败的任务" not in text_of(sign_in, make.user("operator"))
    with transaction():
        defer("footage.sample", queue_name="media", segment_uid="6f1c")
    db.session.execute(text("UPDATE procrastinate_jobs SET status = 'failed', attempts = 5"))
    db.session.commit()
    page = text_of(sign_in, make.user("operator"))
    assert "segment_uid=6f1c" in page
    assert "5 次" in page


def fail_job(words: str = "", **arguments: str) -> int:
    """A job of the queue that has failed; answers its number."""
    with transaction():
        defer("footage.sample", queue_name="media", **arguments)
        number = int(db.session.execute(text("SELECT max(id) FROM procrastinate_jobs")).scalar_one())
        db.session.execute(text("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = :id"), {"id": number})
        if words:
            record_failure(number, words, NOON)
    return number


def status_of(number: int) -> str:
    query = text("SELECT status::text FROM procrastinate_jobs WHERE id = :id")
    return str(db.session.execute(query, {"id": number}).scalar_one())


def test_a_failed_job_shows_the_first_line_of_its_error(make: Factory, sign_in) -> None:
    fail_job("StoreAway: 对象存储没有应答", segment_uid="6f1c")
    assert "StoreAway: 对象存储没有应答" in text_of(sign_in, make.user("operator"))


def test_an_operator_queues_a_failed_job_again_once(make: Factory, sign_in) -> None:
    number = fail_job("StoreAway", segment_uid="6f1c")
    client = sign_in(make.user("operator"))
    for _ in range(2):
        assert client.post("/timed-work/retry", data={"job": number}).status_code == 302
    assert status_of(number) == "todo"
    tries = db.session.execute(select(AuditEntry.subject_words).where(AuditEntry.tag == "job:retried"))
    assert list(tries.scalars()) == ["footage.sample"]
    assert "没有再排" in client.get("/timed-work/").text


def test_a_job_whose_name_already_waits_is_not_queued_twice(make: Factory, sign_in) -> None:
    number = fail_job("StoreAway", once="sample-6f1c", segment_uid="6f1c")
    with transaction():
        assert defer("footage.sample", queue_name="media", once="sample-6f1c", segment_uid="6f1c")
    assert sign_in(make.user("operator")).post("/timed-work/retry", data={"job": number}).status_code == 302
    assert status_of(number) == "failed"


def test_only_an_operator_may_try_again(make: Factory, sign_in) -> None:
    number = fail_job("StoreAway")
    client = sign_in(make.user("city_centre"))
    assert 'name="job"' not in client.get("/timed-work/").text
    assert client.post("/timed-work/retry", data={"job": number}).status_code == 403
    assert status_of(number) == "failed"


def test_a_job_that_is_gone_or_timed_is_not_found(make: Factory, sign_in) -> None:
    timed = fail_job(timed="seal-audit-log")
    client = sign_in(make.user("operator"))
    for number in (timed, timed + 1000, "x"):
        assert client.post("/timed-work/retry", data={"job": number}).status_code == 404


def test_a_coordinator_may_not_look(make: Factory, sign_in) -> None:
    assert sign_in(make.user("coordinator", body=make.body())).get("/timed-work/").status_code == 403


def test_the_ledger_is_paged_without_gaps(make: Factory, clock, sign_in) -> None:
    for n in range(PAGE + 5):
        run(make, clock, "seal-audit-log", n * 5, result=f"第{n}次。")
    operator = make.user("operator")
    first = text_of(sign_in, operator)
    following = first.split("?before=")[1].split("&")[0]
    second = text_of(sign_in, operator, f"/timed-work/?before={following}")
    ledgers = [page.split("<h2>运行台账")[1] for page in (first, second)]
    seen = [n for n in range(PAGE + 5) for ledger in ledgers if f">第{n}次。<" in ledger]
    assert seen == list(range(PAGE + 5))


def test_runs_that_found_nothing_to_do_are_left_out_until_asked_for(make: Factory, clock, sign_in) -> None:
    run(make, clock, "seal-audit-log", 5)
    operator = make.user("operator")
    assert "这里还没有记录" in text_of(sign_in, operator)
    assert "这里还没有记录" not in text_of(sign_in, operator, "/timed-work/?job=seal-audit-log")

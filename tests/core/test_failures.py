"""A failure in a log says where and what, and nothing that people typed or are called."""

from __future__ import annotations

import logging
import sys

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from examops.core.database import db
from examops.core.failures import MOST, FailureFormatter, failure_text

SECRETS = (
    "陈小明",
    "440604199001010018",
    "hunter2 hunter2",
    "ABCDEFGHIJKLMNOPQRSTUVWX23",
    "13800138000",
    "camera-pass-9",
)


@pytest.mark.parametrize(
    "words",
    [
        "invalid literal for int() with base 10: 'hunter2 hunter2'",
        'no column "hunter2 hunter2"',
        "it is 'hunter2\nhunter2'",
        "nobody like 陈小明 440604199001010018",
        "rtsp://admin:camera-pass-9@10.0.0.9/1 cannot be reached",
        "ticket ABCDEFGHIJKLMNOPQRSTUVWX23, telephone 13800138000",
        "null value\nDETAIL:  Failing row contains (3, hunter2 hunter2,\n camera-pass-9).",
    ],
)
def test_what_was_typed_is_left_out_and_the_rest_stands(words: str) -> None:
    said = failure_text(RuntimeError(words))

    assert said.split(": ", 1)[0].endswith("RuntimeError")
    assert words.split(maxsplit=1)[0] in said or words.startswith("rtsp")
    assert not [secret for secret in (*SECRETS, "hunter2") if secret in said]


def test_a_cause_stands_before_what_it_led_to_and_one_that_was_put_away_does_not() -> None:
    def fails(*, hides: bool) -> None:
        try:
            raise KeyError("hunter2 hunter2")
        except KeyError as error:
            if hides:
                raise ValueError("odd") from None
            raise ValueError("odd") from error

    said = []
    for hides in (False, True):
        with pytest.raises(ValueError, match="odd") as found:
            fails(hides=hides)
        said.append(failure_text(found.value))
    assert said[0].index("KeyError: …") < said[0].index("ValueError: odd")
    assert "in fails" in said[0]
    assert "KeyError" not in said[1]


def test_a_chain_without_end_ends() -> None:
    error = RuntimeError("first")
    for number in range(3 * MOST):
        following = RuntimeError(str(number))
        following.__cause__, error = error, following
    assert failure_text(error).count("RuntimeError") == MOST


@pytest.mark.postgres
def test_a_refusal_of_the_database_is_known_by_its_code_and_constraint_alone(app) -> None:
    twice = text("INSERT INTO number_counter (name, value) VALUES (:name, 1), (:name, 2)")
    with app.app_context(), pytest.raises(IntegrityError) as found:
        db.session.execute(twice, {"name": SECRETS[2]})
    said = failure_text(found.value)

    assert "23505 pk_number_counter" in said
    assert SECRETS[2] not in said


def test_the_lines_of_jobs_are_written_so() -> None:
    try:
        raise RuntimeError(SECRETS[1])
    except RuntimeError:
        record = logging.LogRecord("job", logging.ERROR, "", 0, "failed", None, sys.exc_info())
    said = FailureFormatter("%(message)s").format(record)

    assert said.startswith("failed\nTraceback")
    assert "440604199001010018" not in said

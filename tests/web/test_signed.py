"""What is remembered of a signed text is that it is ours: not how old it is, whose it is, or what was made of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask_wtf import CSRFProtect
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from examops.web.forgery import Protection
from examops.web.signed import RememberingSerializer

FORMER, KEY, STRANGE, SALT, AGE = "former", "key", "strange", "salt", 60


def signed(key: str, value: object) -> str:
    return str(URLSafeTimedSerializer(key, salt=SALT).dumps(value))


def test_a_remembered_text_is_refused_when_it_is_too_old_or_of_the_future(monkeypatch) -> None:
    reader, text = RememberingSerializer([FORMER, KEY], salt=SALT), signed(KEY, {"a": 1})
    assert reader.loads(text, max_age=AGE) == {"a": 1}
    real = URLSafeTimedSerializer(KEY, salt=SALT).loads(text, return_timestamp=True)[1].timestamp()
    for moment, is_good in ((real, True), (real + AGE, True), (real + AGE + 1, False), (real - 1, False)):
        monkeypatch.setattr("examops.web.signed.time", lambda moment=moment: moment)
        if is_good:
            assert reader.loads(text, max_age=AGE) == {"a": 1}
        else:
            with pytest.raises(SignatureExpired):
                reader.loads(text, max_age=AGE)


def test_only_texts_of_our_keys_are_read_and_each_reader_gets_their_own() -> None:
    reader = RememberingSerializer([FORMER, KEY], salt=SALT)
    first = reader.loads(signed(FORMER, {"a": []}), max_age=AGE)
    first["a"].append("changed")
    assert reader.loads(signed(FORMER, {"a": []}), max_age=AGE) == {"a": []}
    good = signed(KEY, {"a": 1})
    reader.loads(good, max_age=AGE)
    # The last character of a signature holds two bits that nobody reads: the one before it is changed.
    changed = good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]
    for wrong in (signed(STRANGE, {"a": 1}), changed, "x" + good, "", "a.b.c"):
        for _ in range(2):
            with pytest.raises(BadSignature):
                reader.loads(wrong, max_age=AGE)


Answer = Callable[..., int]


def asked_of(protection: CSRFProtect) -> Answer:
    """The status of a POST with this token, once the browser has one of its own."""
    app = Flask("small")
    app.config.update(SECRET_KEY=KEY, WTF_CSRF_SECRET_KEY=[FORMER, KEY], TESTING=True)
    protection.init_app(app)
    app.add_url_rule("/", view_func=lambda: "done", methods=["GET", "POST"])

    def ask(token: str | None, own: str | None = "own", base: str = "http://localhost", **headers: str) -> int:
        client = app.test_client()
        if own is not None:
            with client.session_transaction(base_url=base) as session:
                session["csrf_token"] = own
        given = {"X-CSRFToken": token} if token is not None else {}
        return client.post("/", base_url=base, headers=given | headers).status_code

    return ask


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_forged_form_is_refused_as_by_flask_wtf(is_ours) -> None:
    ask = asked_of(Protection() if is_ours else CSRFProtect())

    def token(key: str, value: object) -> str:
        return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(value))

    secure = {"base": "https://localhost"}
    for _ in range(2):  # the second time everything is remembered
        assert ask(token(KEY, "own")) == ask(token(FORMER, "own")) == 200
        assert ask(token(KEY, "own"), **secure, Referer="https://localhost/page") == 200
        for answer in (
            ask(None),
            ask(""),
            ask("nonsense"),
            ask(token(KEY, "another's")),
            ask(token(STRANGE, "own")),
            ask(token(KEY, "own"), own=None),
            ask(token(KEY, "own"), **secure),
            ask(token(KEY, "own"), **secure, Referer="https://elsewhere/"),
        ):
            assert answer == 400

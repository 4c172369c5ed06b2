"""Sign-in, sign-out, the privacy notice, and the door that sends everybody to the page of their work."""

from __future__ import annotations

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts.administration import count_link_try, login_of_link, set_by_link
from examops.accounts.browser_sessions import end_session, end_sessions_of, move_to_epoch, open_session
from examops.accounts.grants import select_grant
from examops.accounts.guard import current_actor, guarded, load_user, open_to_all
from examops.accounts.inputs import (
    GrantSchema,
    LinkSchema,
    NewPasswordSchema,
    NextSchema,
    NoticeSchema,
    PasswordSchema,
    SignInSchema,
)
from examops.accounts.known_devices import COOKIE, LIVES_S, device_of, with_login
from examops.accounts.models import UserAccount
from examops.accounts.password_change import PasswordRules, UnfitPassword, WrongPassword, change_password, count_change
from examops.accounts.roles import Account, scope_of
from examops.accounts.service import WrongCredentials, accept_notice, count_sign_in, newest_notice, sign_in
from examops.accounts.tags import Tag
from examops.audit import record
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, NotSignedIn, TooManyAttempts
from examops.core.extensions import clock, keyring, registry
from examops.core.language import _
from examops.core.transaction import transaction
from examops.web.cookies import is_secure
from examops.web.inputs import read_form, read_valid

bp = guarded(Blueprint("accounts", __name__), open_to_all("人人可以登录"))


def _onwards() -> ResponseReturnValue:
    """To the page that was asked for before, else to the page of the person's work."""
    return redirect(read_valid(NextSchema, request.args)["next"] or url_for("accounts.home"))


@bp.get("/")
def home() -> ResponseReturnValue:
    user = g.user
    if user is None:
        return redirect(url_for("accounts.sign_in"))
    return redirect(url_for(registry().rail(g.role)[0].endpoint))


@bp.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
def sign_in_page() -> ResponseReturnValue:
    if request.method == "GET":
        return redirect("/") if g.user else render_template("sign_in.html", error=None, login="")
    asked, address = read_valid(SignInSchema, request.form), request.remote_addr or ""
    login, known = asked["login"], request.cookies.get(COOKIE)
    device = device_of(known, login, keyring())
    try:
        with transaction():
            count_sign_in(login, address, clock(), device=device)
        token = _sign_in_keeping_refusals(login, asked["password"], address)
    except (WrongCredentials, TooManyAttempts) as error:
        return render_template("sign_in.html", error=error, login=login), error.status
    session.clear()
    session["sid"] = token
    session.permanent = True
    onwards = make_response(_onwards())
    secure = is_secure()
    kept = with_login(known, login, keyring())
    onwards.set_cookie(COOKIE, kept, max_age=LIVES_S, path="/sign-in", httponly=True, samesite="Lax", secure=secure)
    return onwards


def _sign_in_keeping_refusals(login: str, password: str, address: str) -> str:
    """The token of the new browser session."""
    with transaction():
        try:
            user = sign_in(login, password, address=address, clock=clock())
            if "sid" in session:
                end_session(session["sid"], clock())
            return open_session(user, clock())
        except WrongCredentials as error:
            refused = error
    raise refused


@bp.post("/scope")
def choose_scope() -> ResponseReturnValue:
    """Work with one of one's assignments, or (``grant`` empty) with all of them together."""
    if g.user is None:
        raise NotSignedIn()
    with transaction(scope_of(g.held)):
        chosen = select_grant(g.user, g.held, read_form(GrantSchema)["grant"], actor=current_actor())
    session["grant"] = chosen
    return redirect(url_for("accounts.home"))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if g.user:
        with transaction():
            end_session(session["sid"], clock())
            record(Tag.SIGNED_OUT, current_actor(), g.user, words=g.user.name)
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """All browsers of this person, this one too: for a device that was lost, or a cookie that was copied."""
    if g.user:
        with transaction():
            count = end_sessions_of(g.user, clock())
            record(Tag.SIGNED_OUT_EVERYWHERE, current_actor(), g.user, words=g.user.name, count=count)
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@bp.route("/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    """One's own password. Every other browser of this person is signed out, this one goes on."""
    user, rules, error = g.user, PasswordRules.of(rulebook(), today(clock())), None
    if user is None and request.method == "POST":
        raise NotSignedIn()
    if user is None:
        return redirect(url_for("accounts.sign_in", next="/password"))
    if request.method == "POST":
        try:
            _change_keeping_refusals(user, rules)
        except (WrongPassword, UnfitPassword, TooManyAttempts) as refused:
            error = refused
        else:
            flash(_("密码已改，别处的登录都已退出"))
            return _onwards()
    page = render_template("password.html", error=error, rules=rules, must=user.must_change_password)
    return page, error.status if error else 200


def _change_keeping_refusals(user: Account, rules: PasswordRules) -> None:
    typed = read_form(PasswordSchema)
    with transaction():
        count_change(user, request.remote_addr or "", clock())
    with transaction():
        try:
            epoch = change_password(user, **typed, rules=rules, clock=clock())
            move_to_epoch(session["sid"], epoch)
            return
        except WrongPassword as error:
            refused = error
    raise refused


@bp.route("/password/new", methods=["GET", "POST"])
def new_password() -> ResponseReturnValue:
    """By the link of an administrator, once: the code in the address is the key. It stands in the query, which no log
    keeps."""
    rules = PasswordRules.of(rulebook(), today(clock()))
    code = read_valid(LinkSchema, request.values)["code"]
    if not code:
        return redirect(url_for("accounts.sign_in"))
    login, error = "", None
    try:
        with transaction():
            count_link_try(request.remote_addr or "", clock())
        login = login_of_link(code, clock=clock())
        if request.method == "POST":
            typed = read_form(NewPasswordSchema)
            with transaction():
                set_by_link(code, typed["new"], typed["again"], rules=rules, clock=clock())
            session.clear()
            flash(_("密码已改，请用新密码登录"))
            return redirect(url_for("accounts.sign_in"))
    except DomainError as refused:
        error = refused
    page = render_template("accounts/new_password.html", error=error, rules=rules, login=login, code=code)
    return page, error.status if error else 200


@bp.route("/privacy-notice", methods=["GET", "POST"])
def notice() -> ResponseReturnValue:
    user = load_user()
    if user is None:
        return redirect(url_for("accounts.sign_in"))
    with transaction():
        newest = newest_notice()
        if request.method == "GET":
            return render_template("privacy_notice.html", notice=newest)
        row = db.session.get_one(UserAccount, user.id)
        accept_notice(row, read_valid(NoticeSchema, request.form)["version"], clock())
    return _onwards()

"""The check in front of every blueprint: who asks, with which role, in which scope."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from examops.accounts.browser_sessions import has_ended, touch
from examops.accounts.grants import grant_options, selected_grants
from examops.accounts.roles import ROLE_WORDS, main_role, opening_grants, scope_of
from examops.accounts.signed_in import SignedInUser, find_signed_in
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import NotAllowed, NotSignedIn
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.scope import CLOSED, PUBLIC, apply_scope, current_scope, set_scope
from examops.web.errors import wants_json

if TYPE_CHECKING:
    from flask.ctx import _AppCtxGlobals
    from werkzeug.local import LocalProxy


class NoticeIsOpen(NotAllowed):
    code, message, advice = (
        "account.notice_open",
        N_("请先阅读并同意新版隐私告知"),
        N_("在浏览器里登录一次，同意后再试"),
    )


class PasswordIsHandedOut(NotAllowed):
    code, message, advice = (
        "account.password_handed_out",
        N_("密码是别人代设的，须先改成自己的"),
        N_("在浏览器里登录一次，改好密码后再试"),
    )


class OfDistrictOnly(NotAllowed):
    code, message, advice = (
        "account.district_only",
        N_("这一页管全市的事，您的任职只到区"),
        N_("请全市任职的同事办；您也有全市任职的，在页顶换成那一项"),
    )


DESK_PARTS = ("checkin", "duties", "handover")  # blueprints of the desk at the door
RESCUE = "handover"  # a tablet that was taken out of use shows no token there, and what waits on it comes first
_here = cast("LocalProxy[_AppCtxGlobals]", g)._get_current_object  # a proxy looks it up for each name
Guard = Callable[[], ResponseReturnValue | None]


def load_user(roles: Collection[str] = ()) -> SignedInUser | None:
    """The signed-in person, with scope and actor set; None when nobody is signed in.

    With ``roles`` only the grants that open the request count, for its scope and its role; when there are none, the
    role is one of another kind and the caller refuses.
    """
    here = _here()
    set_scope(CLOSED)
    here.user = here.actor = None
    here.held = here.grants = []
    here.notice_waits = False
    token = session.get("sid")
    if not token:
        return None  # a stranger's session stays: it holds the token against forged forms
    found, now = find_signed_in(token), clock().now()
    if found is None or has_ended(found.session, {grant.role for grant in found.grants}, now):
        db.session.rollback()  # with the scope that was set where the session was found
        session.clear()
        return None
    applied = {} if touch(found.session, now) else found.settings
    here.user, here.held, here.notice_waits = found.user, found.grants, found.notice_waits
    selected = selected_grants(here.held, session.get("grant"))
    here.grants = opening_grants(selected, roles) or selected
    here.role = main_role(here.grants)
    here.role_word = _(ROLE_WORDS.get(here.role, ""))
    here.actor = Actor("user", found.user.uid, found.user.name, here.role)
    _enter_own_scope(applied)
    return found.user


def _enter_own_scope(applied: Mapping[str, str]) -> None:
    """The scope of what is chosen. Names of what is not chosen are read before, while they may be seen."""
    everything = scope_of(g.held)
    own = everything if g.grants == g.held else scope_of(g.grants)
    apply_scope(everything, applied)
    g.grant_options = partial(grant_options, g.held)
    if everything != own:
        g.grant_options = partial(list, g.grant_options())
        db.session.rollback()  # nothing that was read in the wider scope goes on in the narrower one
        set_scope(own)


# No page is stored by the browser: the one before is asked for anew, with a token of the new sign-in, and what was
# typed is filled in again.
TYPED_IS_KEPT = N_(
    "登录过期了，刚才的内容还没有保存。在新标签页登录，再用浏览器的“返回”回到刚才那一页：填的还在，重新提交"
)


def roles_only(*roles: str) -> Guard:
    """A guard that lets only these roles through (no roles given: any signed-in person).

    Where the route needs fewer roles than its blueprint, only grants of those open it.
    """

    def check() -> ResponseReturnValue | None:
        needed = _needed(roles)
        wanted = tuple(role for role in roles if role in needed)
        user = load_user(wanted)
        if user is None:
            if request.method == "GET" and not wants_json():
                return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
            raise NotSignedIn() if wants_json() else NotSignedIn(advice=TYPED_IS_KEPT)
        if roles and g.role not in wanted:
            raise NotAllowed(role=g.role)
        if user.must_change_password:
            return _led_to("accounts.password", PasswordIsHandedOut())
        if request.endpoint != "accounts.notice" and not _door_is_open() and g.notice_waits:
            return _led_to("accounts.notice", NoticeIsOpen())
        _note_desk()
        return None

    check.is_guard = True  # type: ignore[attr-defined]
    return check


def whole_city(*roles: str) -> Guard:
    """As :func:`roles_only`, for what belongs to the city as a whole: an assignment narrowed to districts opens none of
    it, whatever its role."""
    by_role = roles_only(*roles)

    @wraps(by_role)
    def check() -> ResponseReturnValue | None:
        answer = by_role()
        if answer is None and not current_scope().everything:
            raise OfDistrictOnly()
        return answer

    check.is_of_city = True  # type: ignore[attr-defined]
    return check


def _needed(otherwise: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The roles that the view asked for needs, see :func:`needs`."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "needs", otherwise)


def _door_is_open() -> bool:
    """Whether people stand in front of this request: a paired tablet, a desk that this browser had open before the
    notice came (its scripts, its forms, the page loaded again), or scans that wait to be handed over.

    A new privacy notice waits there until the person opens another page.
    """
    at_desk = request.blueprint in DESK_PARTS
    is_known = g.get("tablet") is not None or wants_json() or request.blueprint == RESCUE
    return at_desk and (is_known or _was_open())


def _was_open() -> bool:
    desk, asked = session.get("desk"), _desk_asked_for()
    return desk is not None and (asked == desk or (not asked and request.method == "POST"))


def _note_desk() -> None:
    """Keep in the cookie which session's desk this browser has open, while no notice waits.

    Only a page opens a desk: what its scripts ask is answered whatever the cookie holds, and a cookie signed anew for
    each of those answers would cost more than finding out who asks."""
    asked = _desk_asked_for()
    is_opened = asked and request.method == "GET" and not g.notice_waits and not wants_json()
    if is_opened and session.get("desk") != asked:
        session["desk"] = asked


def _desk_asked_for() -> str:
    """The uid of the session whose desk is asked for; empty for other pages, and where none is named."""
    named = (request.view_args or {}).get("session_uid") if request.blueprint in DESK_PARTS else None
    return str(named) if named else ""


def _led_to(endpoint: str, refusal: NotAllowed) -> ResponseReturnValue:
    """A page that comes first, and from there on to what was asked for; programs get the refusal."""
    if wants_json():
        raise refusal
    return redirect(url_for(endpoint, next=request.full_path.rstrip("?")))


def needs_whole_city(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As :func:`needs`, for one route that changes what holds in the whole city, see :func:`whole_city`."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def of_city(*args: Any, **kwargs: Any) -> Any:
            if not current_scope().everything:
                raise OfDistrictOnly()
            return view(*args, **kwargs)

        checked = needs(*roles)(of_city)
        checked.is_of_city = True  # type: ignore[attr-defined]
        return checked

    return wrap


def acts_for_whole_city(*roles: str) -> bool:
    """Whether whoever asks may do what :func:`needs_whole_city` guards: pages show its forms to nobody else."""
    return g.role in roles and current_scope().everything


def open_to_all(reason: str) -> Guard:
    """A guard that lets everybody through, in the closed scope; the reason is read by people."""

    def check() -> ResponseReturnValue | None:
        load_user(_needed())
        return None

    check.is_guard = True  # type: ignore[attr-defined]
    check.reason = reason  # type: ignore[attr-defined]
    return check


def open_to_machines(reason: str) -> Guard:
    """A guard that asks nobody who they are, and no database either: what monitors ask must answer without one."""

    def check() -> ResponseReturnValue | None:
        g.user = g.actor = None
        return None

    check.is_guard = True  # type: ignore[attr-defined]
    check.reason = reason  # type: ignore[attr-defined]
    return check


def open_to_public(reason: str) -> Guard:
    """As :func:`open_to_machines`, in the public scope: the answer is the same whoever asks, signed in or not."""
    nobody = open_to_machines(reason)

    @wraps(nobody)
    def check() -> ResponseReturnValue | None:
        nobody()
        apply_scope(PUBLIC)
        return None

    return check


def guarded(blueprint: Blueprint, guard: Guard) -> Blueprint:
    blueprint.before_request(guard)
    return blueprint


def needs(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Narrow one route further than its blueprint. Stands right below the route, where the guard in front looks."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if g.user is None:
                raise NotSignedIn()
            if g.role not in roles:
                raise NotAllowed(role=g.role)
            return view(*args, **kwargs)

        checked.needs = roles  # type: ignore[attr-defined]
        return checked

    return wrap


def current_actor() -> Actor:
    return g.actor

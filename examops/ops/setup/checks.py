"""Checks across the entries of a file, and between the file and the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar, cast

from examops.ops.setup.known import RecordedSetup
from examops.ops.setup.plan import BodyEntry, Plan, RoomEntry, SetupItem, SiteEntry, StaffEntry
from examops.organisations import doubts_of

E = TypeVar("E", bound=SetupItem)


def faults_of(plan: Plan, known: RecordedSetup) -> list[str]:
    """Every fault, ``path: words``. Entries without a name are skipped: reading has reported them."""
    return [
        *_twice(plan.bodies, "credit_code", "credit_code", lambda entry: cast(BodyEntry, entry).key),
        *_codes(plan, known),
        *_of_one_name(plan),
        *_twice(plan.bodies, "short_name", "short_name"),
        *(fault for body in plan.bodies for fault in _body(body, plan, known)),
        *_cards(plan, known),
        *_twice(plan.accounts, "login", "login", lambda entry: str(entry.get("login")).lower()),
        *_almost_known(plan, known),
        *_grants(plan, known),
        *_notice(plan.notice, known),
    ]


def _twice(
    entries: Iterable[SetupItem], name: str, at: str, key: Callable[[SetupItem], Hashable] | None = None
) -> Iterator[str]:
    seen: dict[Hashable, str] = {}
    for entry in entries:
        value = key(entry) if key else entry.get(name)
        if not value:
            continue
        if value in seen:
            yield (
                f"{entry.path}.{at}: 与 {seen[value]} 重复（{entry.get(name)}）"
                if at
                else (f"{entry.path}: {entry.get(name)} 与 {seen[value]} 重复")
            )
        seen.setdefault(value, entry.path)


def _of_one_name(plan: Plan) -> Iterator[str]:
    """A legal entity has one name, whatever bodies it is."""
    names: dict[str, str] = {}
    for body in plan.bodies:
        code, name = body.get("credit_code"), body.get("name")
        if code and name and names.setdefault(code, name) != name:
            yield f"{body.path}.name: 同一信用代码的另一类机构写的是 {names[code]}，名称要相同"


def _codes(plan: Plan, known: RecordedSetup) -> Iterator[str]:
    """Doubtful credit codes of new entities, as pages ask for a reason; one reason is enough for all their bodies."""
    explained = {body.get("credit_code") for body in plan.bodies if body.code_reason}
    for body in plan.bodies:
        code = body.get("credit_code")
        doubts = doubts_of(code) if code and code not in known.kinds and code not in explained else []
        if doubts:
            told = "、".join(map(str, doubts))
            yield (
                f"{body.path}.credit_code: 统一社会信用代码{told}；对照证照，写错的改正，"
                "证照上就是这样的，加一行 code_reason 写明理由"
            )


def _body(body: BodyEntry, plan: Plan, known: RecordedSetup) -> Iterator[str]:
    key = body.key
    now = known.renamed.get((body.get("credit_code"), body.get("name")))
    if now and now != body.get("name"):
        yield f"{body.path}.name: 这是曾用名，已更名为 {now}；文件里也写新名称"
    kinds = known.kinds.get(body.get("credit_code"), set())
    written = {one.get("kind") for one in plan.bodies if one.get("credit_code") == body.get("credit_code")}
    if body.get("kind") and kinds and body.get("kind") not in kinds and not kinds <= written:
        was = "、".join(sorted(kinds))
        yield f"{body.path}.kind: 已建为 {was}，不能在这里改；同一单位的另一类机构另写一项，原来的那一项也留在文件里"
        return
    others = {short: other for other, short in known.short_names.items() if other not in _keys(plan)}
    if other := others.get(body.get("short_name")):
        yield f"{body.path}.short_name: 已是另一个机构（{other.partition(' ')[0]}）的简称"
    parent = body.standing.get("parent")
    if parent and parent not in known.kinds and parent not in {one.get("credit_code") for one in plan.bodies}:
        yield f"{body.path}.parent: 文件里和系统里都没有信用代码为 {parent} 的单位"
    yield from _filed(body, known)
    yield from _moved(body, (key,), known)
    yield from _twice(body.occupations, "occupation_code", "code")
    yield from _twice(body.sites, "name", "name")
    yield from _twice(body.staff, "name", "name")
    for site in body.sites:
        yield from _site(site, key, known)
    for member in body.staff:
        yield from _member(member, key, plan, known)


def _filed(body: BodyEntry, known: RecordedSetup) -> Iterator[str]:
    """A body that is to file here has no day and no occupations: both come of the city's decision."""
    is_new = body.key not in known.short_names
    if is_new and not body.has_day and body.occupations:
        yield f"{body.path}.occupations: 没有写备案日期（filed_on）的机构还没有备案，职业写 []；登录后在“备案”里申报"
    if is_new and (bar := known.barred.get(body.get("credit_code"))):
        until, number, clause = bar
        yield (
            f"{body.path}.{'filed_on' if body.has_day else 'credit_code'}: 这个单位已取消备案（{number}），"
            f"{until} 以前不能备案，换名称、换机构类别也一样（{clause}）；"
            f"把这一项从文件里去掉，{until} 之后再建；对决定不服的，依法申请行政复议或者提起行政诉讼"
        )
    if body.key in known.unfiled and body.has_day:
        yield f"{body.path}.filed_on: 这个机构建好时没有备案，由它在线申报，或由市人社局在“上线前已备案”里录入"


def _keys(plan: Plan) -> set[str]:
    return {body.key for body in plan.bodies}


def _moved(entry: SetupItem, place: tuple[str, ...], known: RecordedSetup) -> Iterator[str]:
    """Every row below a body or a site carries its district, back to the first session: it cannot be changed here."""
    before = known.districts.get(place)
    if before and entry.get("district") and before != entry.get("district"):
        yield f"{entry.path}.district: 已建为 {before}，以往的记录都带着它，不能在这里改；请写 {before}"


def _site(site: SiteEntry, code: str, known: RecordedSetup) -> Iterator[str]:
    yield from _moved(site, (code, site.get("name")), known)
    yield from _twice(site.rooms, "name", "name")
    cameras = [camera for room in site.rooms for camera in room.cameras]
    yield from _twice(cameras, "label", "source", lambda camera: camera.get("source"))  # an address is never shown
    for room in site.rooms:
        yield from _room(room, known.stations.get((code, site.get("name"), room.get("name")), set()))


def _room(room: RoomEntry, there: set[str]) -> Iterator[str]:
    yield from _twice(room.stations, "code", "")
    yield from _twice(room.cameras, "label", "label")
    for camera in room.cameras:
        unknown = [code for code in camera.covers if code not in there and code not in room.codes]
        if unknown:
            yield f"{camera.path}.covers: 这个考场没有工位 {'、'.join(unknown)}"


def _member(member: StaffEntry, code: str, plan: Plan, known: RecordedSetup) -> Iterator[str]:
    if (code, member.get("name")) in known.namesakes:
        yield f"{member.path}.name: 本机构已有几个同名的人，分不清是哪一个；同名的请在姓名后加注，如 王强（二车间）"
    if member.login and member.login not in known.logins and member.login not in _logins(plan):
        yield f"{member.path}.login: accounts 里和系统里都没有这个账号"


def _logins(plan: Plan) -> set[str]:
    return {account.get("login") for account in plan.accounts}


def _cards(plan: Plan, known: RecordedSetup) -> Iterator[str]:
    """A card may be written once per occupation, but it belongs to one person."""
    people = [(body.key, member) for body in plan.bodies for member in body.staff]
    holders: dict[str, tuple[str, str]] = {}
    for code, member in people:
        yield from _twice(
            member.cards, "card_number", "number", lambda card: (card.get("card_number"), card.get("occupation_code"))
        )
        for card in member.cards:
            number, who = card.get("card_number"), (code, member.get("name"))
            held = known.cards.get(number, set()) | {holders.setdefault(number, who)}
            if number and held != {who}:
                names = "、".join(sorted(name for _, name in held - {who}))
                yield f"{card.path}.number: 证号 {number} 是 {names} 的"


def _almost_known(plan: Plan, known: RecordedSetup) -> Iterator[str]:
    """Tries to sign in are counted without regard to capitals, and people do not tell such accounts apart."""
    plain = {login.lower(): login for login in known.logins}
    for account in plan.accounts:
        login = account.get("login")
        if login not in known.logins and login.lower() in plain:
            yield f"{account.path}.login: 已有账号 {plain[login.lower()]}，只差大小写"


def _short_names_elsewhere(plan: Plan, known: RecordedSetup) -> list[str]:
    return [short for key, short in known.short_names.items() if key not in _keys(plan)]


def _grants(plan: Plan, known: RecordedSetup) -> Iterator[str]:
    shorts = {short: key for key, short in known.short_names.items() if key not in _keys(plan)}
    doubtful = [short for short, count in Counter(_short_names_elsewhere(plan, known)).items() if count > 1]
    shorts |= {body.get("short_name"): body.key for body in plan.bodies}
    sites = known.sites | {(body.key, site.get("name")) for body in plan.bodies for site in body.sites}
    for account in plan.accounts:
        yield from _twice(account.grants, "role", "", lambda one: tuple(sorted(one.facts.items())))
        for grant in account.grants:
            body, site = grant.get("body"), grant.get("site")
            if body and body not in shorts:
                yield f"{grant.path}.body: 没有简称为 {body} 的机构"
            elif body in doubtful:
                yield f"{grant.path}.body: 系统里有几个机构简称为 {body}，请先把它们写进 bodies，各用一个简称"
            elif body and site and (shorts[body], site) not in sites:
                yield f"{grant.path}.site: {body} 没有考点 {site}"


def _notice(notice: SetupItem | None, known: RecordedSetup) -> Iterator[str]:
    if notice is None or not notice.get("version"):
        return
    version, newest = notice.get("version"), max(known.notices, default=0)
    if version in known.notices and known.notices[version] != (notice.get("title"), notice.get("body_text")):
        yield f"{notice.path}.version: 第 {version} 版已发布，有人已同意，不能改；改了文字请写第 {newest + 1} 版"
    elif version not in known.notices and version < newest:
        yield f"{notice.path}.version: 已发布到第 {newest} 版，新的请写第 {newest + 1} 版"

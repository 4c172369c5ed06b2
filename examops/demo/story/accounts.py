"""The demo's accounts, one and more of each role. Their password is made once and kept in ``var``."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from sqlalchemy import select

from examops.accounts import hash_password
from examops.accounts.models import PrivacyNotice, RoleGrant, UserAccount
from examops.core.clock import Clock
from examops.core.database import db
from examops.organisations.models import Body

FILE = "demo-accounts.json"
NOTICE = """我们为考试安排、身份核验和考场监督处理您的姓名、账号和操作记录。
身份证号加密保存，页面上只显示首尾四位；查看录像和个人资料都会留下记录。
录像只用于监督和核查，按保存期保存；有争议的先保留，处理完再按期清理。
您可以向本单位管理员要求查询、更正。"""
# login, name, role, reach: the short name of a body, a district code, or "city"
PEOPLE = (
    ("kaowu", "李婷", "coordinator", "华岭"),
    ("jiankao", "周玲", "proctor", "华岭"),
    ("kaoping", "邓志辉", "examiner", "华岭"),
    ("neidu", "周文萍", "internal_supervisor", "华岭"),
    ("anbao", "何国强", "security", "华岭"),
    ("yuanhang", "钟雅婷", "coordinator", "远航"),
    ("jiangcai", "谢嘉欣", "coordinator", "匠才"),
    ("qiming", "区美仪", "coordinator", "启明"),
    ("hean", "何秀珍", "coordinator", "荷岸"),
    ("dudao", "何晓敏", "supervisor", "city"),
    ("fuhe", "黎嘉明", "supervisor", "city"),
    ("shiju", "郑建国", "city_bureau", "city"),
    ("shiju2", "陈慧敏", "city_bureau", "city"),
    ("zhongxin", "潘丽华", "city_centre", "city"),
    ("qujv", "冯永健", "district_bureau", "440606"),
    ("qujv2", "何志强", "district_bureau", "440606"),
    ("quzhongxin", "叶思琪", "district_centre", "440606"),
    ("nanhaiju", "梁文静", "district_bureau", "440605"),
    ("nanhaizx", "邓丽华", "district_centre", "440605"),
    ("chanchengju", "苏建国", "district_bureau", "440604"),
    ("chanchengzx", "韦美玲", "district_centre", "440604"),
    ("gaomingju", "覃国栋", "district_bureau", "440608"),
    ("gaomingzx", "蔡秋芳", "district_centre", "440608"),
    ("yunwei", "吴浩然", "operator", "city"),
)
HEADS = {"shiju", "qujv"}  # of their offices: enter deputies for others, hand work out


def password_of(var: Path) -> str:
    """The demo's one password, made at the first start."""
    file = var / FILE
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps({"password": f"demo-{secrets.token_hex(3)}"}))
    return str(json.loads(file.read_text())["password"])


def make_accounts(bodies: dict[str, Body], password: str, clock: Clock) -> None:
    """Add what is missing."""
    known = set(db.session.execute(select(UserAccount.login)).scalars())
    missing = [person for person in PEOPLE if person[0] not in known]
    hashed = hash_password(password) if missing else ""  # one hash for all: it is made to be dear
    for login, name, role, reach in missing:
        user = UserAccount(login=login, name=name, password_hash=hashed)
        db.session.add(user)
        db.session.flush()
        grant = _grant(user, role, reach, bodies)
        grant.is_head = login in HEADS
        db.session.add(grant)
    if db.session.execute(select(PrivacyNotice.id)).first() is None:
        db.session.add(PrivacyNotice(version=1, title="个人信息处理告知", body_text=NOTICE, published_at=clock.now()))


def _grant(user: UserAccount, role: str, reach: str, bodies: dict[str, Body]) -> RoleGrant:
    if reach in bodies:
        return RoleGrant(user_id=user.id, role=role, reach="body", body_id=bodies[reach].id)
    if reach == "city":
        return RoleGrant(user_id=user.id, role=role, reach="city")
    return RoleGrant(user_id=user.id, role=role, reach="district", district=reach)

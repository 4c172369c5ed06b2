"""What stands before the exam day begins: a body with its people, a room with cameras, and the running installation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from examops.accounts.models import PrivacyNotice
from examops.core.clock import SHANGHAI
from examops.staff.models import Qualification
from tests.e2e.exam_day.clock import MovedClock
from tests.e2e.exam_day.processes import Processes
from tests.e2e.waiting import next_page
from tests.factories import PASSWORD, Factory
from tests.patience import wait_for

MORNING = timedelta(days=-30)  # planned, booked and declared a month before people come
BODY, ROOM = "佛山市顺德区华岭电器有限公司", "A栋实训室"


@dataclass
class Town:
    """The one story: addresses, logins and times that the steps share."""

    address: str
    clock: MovedClock
    processes: Processes
    open_page: Callable[..., Any]
    logins: dict[str, str]
    camera_uids: list[str]
    starts_at: datetime
    cards: dict[str, str]  # of the examiners, by name
    refused: list[tuple[int, str]] = field(default_factory=list)  # status and path of every answer that said no

    @property
    def cut_off(self) -> date:
        return self.starts_at.astimezone(SHANGHAI).date() + timedelta(days=2)

    def open(self, path: str, width: int, height: int, **options: Any) -> Any:
        """A browser of its own."""
        page = self.open_page(path if "://" in path else self.address + path, width, height, **options)
        page.on("response", self._note)
        return page

    def enter(self, role: str, width: int, height: int, path: str = "/") -> Any:
        """A browser of their own for somebody who signs in for the first time and accepts the notice."""
        page = self.open(f"/sign-in?next={path}", width, height)
        self.sign_in(page, role)
        return page

    def sign_in(self, page: Any, role: str) -> None:
        self.type_login(page, role)
        self.accept_notice(page)

    def accept_notice(self, page: Any) -> None:
        page.get_by_role("heading", name="个人信息处理告知").wait_for()
        with next_page(page):
            page.get_by_role("button", name="已读，同意").click()

    def sign_in_again(self, page: Any, role: str) -> None:
        """Whoever comes back after the end of their browser session; the notice was accepted the first time."""
        page.goto(f"{self.address}/sign-in?next=/sessions/week")
        self.type_login(page, role)
        page.wait_for_url("**/sessions/week")

    def type_login(self, page: Any, role: str) -> None:
        page.get_by_label("账号").fill(self.logins[role])
        page.get_by_label("密码").fill(PASSWORD)
        with next_page(page):
            page.get_by_role("button", name="登录").click()

    def _note(self, response: Any) -> None:
        if response.status >= 400:
            self.refused.append((response.status, response.url.removeprefix(self.address).partition("?")[0]))

    def wait_for(self, found: Callable[[], Any], what: str) -> Any:
        """Ask again until it holds; fails with the last words of every process."""
        return wait_for(found, lambda: f"{what}\n{self.processes.last_words()}", pause_s=0.3)


def furnish(make: Factory, camera_port: int) -> tuple[dict[str, str], list[str], dict[str, str]]:
    """A filed enterprise with accounts, a room of 18 workstations under two cameras, three examiners, two proctors."""
    body = make.body(name=BODY, short_name="华岭")
    make.body_occupation(body)
    room = make.room(make.site(body, name="顺德容桂考点"), stations=18, name=ROOM)
    cameras = [
        make.camera(
            room, label=label, position=position, source=f"rtsp://127.0.0.1:{camera_port}/electric-a-{position}"
        )
        for label, position in (("前", "front"), ("后", "rear"))
    ]
    members = [make.staff(body, name=name, team="设备部") for name in ("邓志辉", "罗晓敏", "苏国强")]
    make.staff(body, "proctor", name="周玲")
    make.save(
        PrivacyNotice(version=1, title="个人信息处理告知", body_text="我们收集什么。", published_at=datetime.now(UTC))
    )
    logins = {
        "coordinator": make.user("coordinator", body, name="李小婷").login,
        "proctor": make.user("proctor", body, name="周玲").login,
        "district": make.user("district_bureau", district="440606", name="冯永健").login,
        "supervisor": make.user("supervisor", district="440606", name="何晓敏").login,
    }
    cards = {
        one.name: make.session.query(Qualification).filter_by(staff_id=one.id).one().card_number for one in members
    }
    uids = [str(camera.uid) for camera in cameras]
    make.session.rollback()  # reading their names began a transaction; nobody waits inside one for a minute
    return logins, uids, cards


def next_minute(moment: datetime) -> datetime:
    """The form of a plan knows whole minutes."""
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)

"""A site lent to another body, and the word of the districts that are asked about it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant
from examops.core.table_access import IN_SCOPE, NO_DELETE, access, across_bodies


class SiteUse(Tenant, Base):
    """A site lent to another body: the guest plans sessions there in that time. ``agreement`` names the paper.

    Of one that was ended before it began ``during`` keeps the first second, and the same days may be lent again.
    """

    __tablename__ = "site_use"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    guest_body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    during: Mapped[Range[datetime]]
    agreement: Mapped[str]
    entered_by: Mapped[UUID | None]
    entered_by_name: Mapped[str]
    entered_at: Mapped[datetime]
    ended_by_name: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("guest_body_id <> body_id", name="another_body"),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="during"),
        ExcludeConstraint(
            (literal_column("int8range(site_id,site_id,'[]')"), "&&"),
            (literal_column("int8range(guest_body_id,guest_body_id,'[]')"), "&&"),
            ("during", "&&"),
            name="one_use_at_a_time",
            using="gist",
            where=text("ended_at IS NULL OR ended_at > lower(during)"),
        ),
        Index(None, "site_id", "id"),
        Index(None, "guest_body_id"),
        access(
            NO_DELETE,
            {
                "scope": f"USING ({IN_SCOPE} OR guest_body_id = ANY ((SELECT scope_bodies())::bigint[]))"
                f" WITH CHECK ({IN_SCOPE})"
            },
        ),
    )

    @property
    def is_void(self) -> bool:
        """Ended before it began."""
        begins = self.during.lower
        return self.ended_at is not None and begins is not None and self.ended_at <= begins

    @property
    def last_moment(self) -> datetime:
        """The last second of it: on the last day, not at the midnight after."""
        assert self.during.upper
        return self.during.upper - timedelta(seconds=1)


OF_SHOWN_USE = "EXISTS (SELECT 1 FROM site_use WHERE site_use.id = site_use_approval.site_use_id)"


class SiteUseApproval(Tenant, Base):
    """A district's word on a use whose guest is of another district: one row for each side that the rules ask.

    ``district`` is the side's own; the names are those of the paper, so that the guest's district reads them too. While
    a row of a use is not ``agreed`` the guest plans nothing there (trigger ``session_at_own_or_lent_site``).
    ``by_city``: the city bureau answered, for a district whose bureau had nobody. ``ended_at``: the use was ended while
    this was still waiting, and nobody answers it any more.
    """

    __tablename__ = "site_use_approval"
    site_use_id: Mapped[int] = mapped_column(
        ForeignKey("site_use.id", info=across_bodies("the use belongs to the host, whose body stands here too"))
    )
    side: Mapped[str]
    site_name: Mapped[str]
    host_name: Mapped[str]
    guest_name: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    agreement: Mapped[str]
    outcome: Mapped[str] = mapped_column(default="waiting")
    reason: Mapped[str] = mapped_column(default="")
    officer: Mapped[UUID | None]
    officer_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    by_city: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("side IN ('host','guest')", name="side"),
        CheckConstraint("outcome IN ('waiting','agreed','refused')", name="outcome"),
        CheckConstraint(
            "(outcome = 'waiting') = (officer IS NULL) AND (officer IS NULL) = (decided_at IS NULL)", name="named"
        ),
        CheckConstraint("outcome <> 'refused' OR reason <> ''", name="refusal"),
        UniqueConstraint("site_use_id", "side"),
        access(
            NO_DELETE,
            {"scope": f"USING ({' OR '.join((IN_SCOPE, OF_SHOWN_USE))}) WITH CHECK ({IN_SCOPE})"},
        ),
    )

"""Whether a site may be used on a day: by what right the body has it, and whether an officer has verified it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from config.rulebook import Rule, Rulebook
from examops.core.clock import months_later
from examops.core.database import among
from examops.core.language import N_, Message, message
from examops.core.queries import rows_of
from examops.sites.models import Site, SiteTenure, SiteVerification


@dataclass(frozen=True)
class SiteFinding:
    """``outcome`` is pass, fail or unclear: what nobody entered or verified is never passed."""

    code: str
    outcome: str
    value: Message
    limit: Message
    rule: Rule
    advice: Message


@dataclass(frozen=True)
class SitePapers:
    """The newest of each; None where there is none."""

    tenure: SiteTenure | None = None
    verification: SiteVerification | None = None

    def findings(self, day: date, rules: Rulebook) -> list[SiteFinding]:
        return [self.tenure_on(day, rules), self.verified_on(day, rules)]

    def tenure_on(self, day: date, rules: Rulebook) -> SiteFinding:
        rule, tenure = rules["site.lease_warning_days"].on(day), self.tenure
        limit = message(N_("考试当日仍在使用期内"))
        if tenure is None:
            words, advice = message(N_("没有登记")), message(N_("在考点页登记自有或租赁，附上材料"))
            return SiteFinding("tenure", "unclear", words, limit, rule, advice)
        if tenure.until_on is None:
            return SiteFinding("tenure", "pass", message(N_("自有")), limit, rule, message(""))
        words = message(N_("租到 {until}"), until=tenure.until_on)
        if tenure.until_on >= day:
            return SiteFinding("tenure", "pass", words, limit, rule, message(""))
        advice = message(N_("续租后在考点页登记新的租期，或把场次改到 {until} 以前"), until=tenure.until_on)
        return SiteFinding("tenure", "fail", words, limit, rule, advice)

    def ends_soon(self, today: date, rules: Rulebook) -> bool:
        """A lease that has ended, or ends within the days of the rule."""
        until = self.tenure.until_on if self.tenure else None
        return until is not None and until < today + timedelta(days=rules.value("site.lease_warning_days", today))

    def verified_on(self, day: date, rules: Rulebook) -> SiteFinding:
        rule, found = rules["site.verification_months"].on(day), self.verification
        limit = message(N_("{months} 个月内核验通过"), months=rule.value)
        ask = message(N_("请区人社局或区鉴定中心到考点核验"))
        if found is None:
            return SiteFinding("verification", "unclear", message(N_("没有核验过")), limit, rule, ask)
        if found.result == "failed":
            words = message(N_("{day} 核验没有通过：{note}"), day=found.verified_on, note=found.note)
            return SiteFinding("verification", "fail", words, limit, rule, message(N_("按说明改好，再请区里核验")))
        if months_later(found.verified_on, rule.value) < day:
            words = message(N_("{day} 核验，到考试当日已过期"), day=found.verified_on)
            return SiteFinding("verification", "unclear", words, limit, rule, ask)
        words = message(N_("{day} 核验通过（{officer}）"), day=found.verified_on, officer=found.officer_name)
        return SiteFinding("verification", "pass", words, limit, rule, message(""))


def papers_of(site_ids: Iterable[int]) -> Mapping[int, SitePapers]:
    """By site; every site asked for has an entry."""
    return {row.id: SitePapers(row.SiteTenure, row.SiteVerification) for row in _papers_of(sorted(set(site_ids)))}


@rows_of
def _papers_of(site_ids: list[int]) -> Select[int, SiteTenure, SiteVerification]:
    return (
        select(Site.id, SiteTenure, SiteVerification)
        .select_from(Site)
        .outerjoin(SiteTenure, SiteTenure.id == newest(SiteTenure, Site.id))
        .outerjoin(SiteVerification, SiteVerification.id == newest(SiteVerification, Site.id))
        .where(among(Site.id, site_ids))
    )


@cache
def newest(table: type[SiteTenure] | type[SiteVerification], site_id: Any) -> Any:
    """The inner number of a site's newest row, which is the one that counts. Made once for each column that names the
    site: another name for a table costs as much as reading it."""
    row = aliased(table)
    return select(func.max(row.id)).where(row.site_id == site_id).scalar_subquery()

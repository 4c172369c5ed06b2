"""Every table of the product, imported in one place for migrations and the app."""

from __future__ import annotations

from examops.accounts import models as accounts
from examops.audit import models as audit
from examops.checkin import models as checkin
from examops.core import idempotency, ledger, numbers
from examops.core.database import Base
from examops.eligibility import models as eligibility
from examops.footage import models as footage
from examops.organisations import models as organisations
from examops.registration import models as registration
from examops.sessions import models as sessions
from examops.sites import models as sites
from examops.staff import models as staff

METADATA = Base.metadata
TENANT_TABLES = sorted(
    table.name
    for table in METADATA.sorted_tables
    if {"body_id", "district"} <= set(table.c.keys()) and table.name not in ("role_grant",)
)

__all__ = [
    "METADATA", "TENANT_TABLES", "accounts", "audit", "checkin", "eligibility", "footage", "idempotency", "ledger", "numbers",
    "organisations", "registration", "sessions", "sites", "staff",
]  # fmt: skip

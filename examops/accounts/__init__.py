"""People, roles, scopes, sign-in, devices."""

from examops.accounts.administration import Admin, link_is_open
from examops.accounts.devices import (
    Identity,
    identify,
    keys_of_site,
    revoke,
)
from examops.accounts.grants import OUTSIDE, ActiveGrant
from examops.accounts.guard import (
    acts_for_whole_city,
    current_actor,
    guarded,
    needs,
    needs_whole_city,
    open_to_all,
    open_to_machines,
    open_to_public,
    roles_only,
    whole_city,
)
from examops.accounts.invitations import (
    INVITATION_STATES,
    CoordinatorLine,
    Invited,
    LoginTaken,
    coordinators_of,
    invite_coordinator,
    may_be_invited,
)
from examops.accounts.listing import ADMINISTRATORS, administered
from examops.accounts.names import is_inside, shown_name
from examops.accounts.once import done_once
from examops.accounts.pairing import (
    CODE_TTL,
    BadPairingCode,
    PairingCodeUsed,
    count_pairing,
    create_pairing_code,
    pair,
)
from examops.accounts.password_change import hand_out_password, random_password
from examops.accounts.passwords import hash_password
from examops.accounts.roles import DESK_ROLES, REGISTRARS, REGULATORS, REVIEWERS, ROLE_WORDS, SESSION_READERS
from examops.accounts.tags import Tag
from examops.accounts.throttle import count_attempt
from examops.core.domain import Domain, JobSpec, MenuEntry
from examops.core.language import N_

__all__ = [
    "ADMINISTRATORS",
    "CODE_TTL",
    "DESK_ROLES",
    "DOMAIN",
    "INVITATION_STATES",
    "OUTSIDE",
    "REGISTRARS",
    "REGULATORS",
    "REVIEWERS",
    "ROLE_WORDS",
    "SESSION_READERS",
    "ActiveGrant",
    "Admin",
    "BadPairingCode",
    "CoordinatorLine",
    "Identity",
    "Invited",
    "LoginTaken",
    "PairingCodeUsed",
    "Tag",
    "acts_for_whole_city",
    "administered",
    "coordinators_of",
    "count_attempt",
    "count_pairing",
    "create_pairing_code",
    "current_actor",
    "done_once",
    "guarded",
    "hand_out_password",
    "hash_password",
    "identify",
    "invite_coordinator",
    "is_inside",
    "keys_of_site",
    "link_is_open",
    "may_be_invited",
    "needs",
    "needs_whole_city",
    "open_to_all",
    "open_to_machines",
    "open_to_public",
    "pair",
    "random_password",
    "revoke",
    "roles_only",
    "shown_name",
    "whole_city",
]

DOMAIN = Domain(
    "examops.accounts",
    models=("models",),
    pages=("routes:bp", "admin_pages:bp"),
    apis=("api:bp",),
    menu=(
        MenuEntry(
            "account_admin.index",
            N_("账号"),
            "users",
            places={"operator": 5},
            pages=("account_admin.show", "account_person.show"),
        ),
    ),
    filters="names:FILTERS",
    tag_labels="tags:TAG_LABELS",
    tasks=("jobs",),
    timed_jobs=(
        JobSpec(
            "purge-attempts",
            "accounts.purge_attempts",
            "20 3 * * *",
            120,
            "once",
            N_("清理一天前的登录尝试计数和接口的重复应答"),
        ),
    ),
)

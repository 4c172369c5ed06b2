"""People, roles, scopes, sign-in, devices."""

from examops.core.domain import Domain, JobSpec
from examops.core.language import N_

DOMAIN = Domain(
    "examops.accounts",
    models=("models",),
    pages=("routes:bp",),
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

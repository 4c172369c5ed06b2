"""A small domain, things that candidates leave behind. Only tests mount it; docs/developing/add-a-domain.md
walks through it."""

from examops.core.domain import Domain, JobSpec, MenuEntry

DOMAIN = Domain(
    "tests.app.throwaway",
    models=("models",),
    pages=("pages:bp",),
    apis=("api:bp",),
    menu=(MenuEntry("lost_items.index", "失物", "list-check", places={"proctor": 2}),),
    filters="labels:FILTERS",
    tag_labels="tags:TAG_LABELS",
    detail_labels="tags:DETAIL_LABELS",
    invariants="invariants:INVARIANTS",
    tasks=("jobs",),
    timed_jobs=(JobSpec("give-up-lost-items", "throwaway.give_up", "30 3 * * *", 120, "once", "无人认领的失物转交"),),
)

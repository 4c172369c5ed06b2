"""Groups of a plan's form, added and taken away on the server: the same form comes back with one more or less."""

from __future__ import annotations

import re

from examops.sessions.planning.forms import FIELDS, MAX_GROUPS, Form, group_count

KEPT_FOR_NEXT = ("room", "starts_at", "turns", "minutes", "pause")
PLACE = re.compile(r"[0-9]{1,2}")


def edited(form: Form, step: str) -> dict[str, str] | None:
    """The form with one group more or less, or None when the wish is another one."""
    if step == "add":
        return with_another_group(form)
    if step.startswith("drop-"):
        return without_group(form, int(step.removeprefix("drop-")))
    return None


def with_another_group(form: Form) -> dict[str, str]:
    """The same form with one more group, begun like the last one."""
    count = group_count(form)
    if count == MAX_GROUPS:
        return dict(form)
    begun = {f"g{count}-{name}": form.get(f"g{count - 1}-{name}", "") for name in KEPT_FOR_NEXT}
    return {**form, **begun, "groups": str(count + 1)}


def without_group(form: Form, gone: int) -> dict[str, str]:
    """The same form without one group; those after it move up, people of it serve nobody in particular."""
    count = group_count(form)
    if count == 1 or not 0 <= gone < count:
        return dict(form)
    kept = {name: value for name, value in form.items() if not re.match(r"g\d+-", name)}
    for new, old in enumerate(place for place in range(count) if place != gone):
        kept |= {f"g{new}-{name}": form.get(f"g{old}-{name}", "") for name in FIELDS}
    for name, value in form.items():
        if name.startswith("serves-") and PLACE.fullmatch(value):
            kept[name] = "" if int(value) == gone else str(int(value) - (int(value) > gone))
    return {**kept, "groups": str(count - 1)}

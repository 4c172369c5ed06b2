"""Draws that anybody can recompute: bound before the public value is known, and by a second program alike."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from examops.core.draws import Draw, allot, commit, order, verify

SECRET, PUBLIC = bytes(range(32)), hashlib.sha256(b"head of the day").digest()
PEOPLE, PLACES = ("b2", "b1", "b3"), tuple(f"A-{n:02d}" for n in range(1, 6))


def by_another_program(secret: bytes, public: bytes, people, places, broken=()) -> dict[str, str]:  # type: ignore[no-untyped-def]
    """The four sentences of the page, written down once more without the product's functions."""
    key = hashlib.sha256(secret + public).digest()
    ranked = sorted((hashlib.sha256(key + place.encode()).hexdigest(), place) for place in places)
    return dict(zip(sorted(people), [place for _, place in ranked if place not in broken], strict=False))


def test_a_second_program_gets_the_same_result() -> None:
    assert allot(SECRET, PUBLIC, PEOPLE, PLACES) == by_another_program(SECRET, PUBLIC, PEOPLE, PLACES)
    lines = "\n".join(["examops-draw-1", SECRET.hex(), "b1", "b2", "b3", "--", *PLACES])
    assert commit(SECRET, PEOPLE, PLACES) == hashlib.sha256(lines.encode()).digest()


def test_the_order_of_the_lists_does_not_matter_and_the_public_value_does() -> None:
    assert allot(SECRET, PUBLIC, PEOPLE[::-1], PLACES[::-1]) == allot(SECRET, PUBLIC, PEOPLE, PLACES)
    orders = {tuple(order(SECRET, bytes([n]), PLACES)) for n in range(50)}
    assert len(orders) > 20  # of 120 there are


def test_what_broke_is_passed_over_for_the_next_drawn() -> None:
    first = order(SECRET, PUBLIC, PLACES)[0]
    found = allot(SECRET, PUBLIC, PEOPLE, PLACES, unusable=(first,))
    assert found == by_another_program(SECRET, PUBLIC, PEOPLE, PLACES, broken=(first,))
    assert first not in found.values()


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": bytes(32)},
        {"public": b"another"},
        {"subjects": ("b1", "b2", "b4")},
        {"objects": PLACES[:4]},
        {"unusable": PLACES[:3]},
        {"commitment": bytes(32)},
    ],
)
def test_whatever_is_changed_afterwards_is_seen(changed) -> None:  # type: ignore[no-untyped-def]
    draw = Draw(commit(SECRET, PEOPLE, PLACES), SECRET, PUBLIC, PEOPLE, PLACES)
    result = allot(SECRET, PUBLIC, PEOPLE, PLACES)
    assert verify(draw, result)
    assert not verify(replace(draw, **changed), result)

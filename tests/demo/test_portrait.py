"""Drawn portraits: the same person for the same seed, and good enough for an ID photo's checks."""

from __future__ import annotations

import pytest

from examops.demo.story.portrait import SIZE, appearance_of, portrait
from examops.eligibility.roster.pictures import PhotoRules, picture_fault, read_picture


def test_a_seed_is_a_person():
    assert portrait(7) == portrait(7)
    assert len({appearance_of(seed, is_female=seed % 2 == 0) for seed in range(40)}) == 40


@pytest.mark.parametrize("seed", range(0, 60, 5))
def test_every_face_passes_the_products_own_checks(seed):
    rules = PhotoRules()
    picture = read_picture(portrait(seed, is_female=seed % 2 == 0), rules)

    assert not isinstance(picture, tuple), picture
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    assert picture_fault(picture, rules) is None

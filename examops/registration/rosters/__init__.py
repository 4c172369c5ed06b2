"""Rosters on their way in: uploaded, columns recognised, examined, corrected, saved as applications."""

from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.intake import choose_columns, receive_roster, roster_by_uid
from examops.registration.rosters.photos import photo_subjects, receive_photos
from examops.registration.rosters.saving import begin_saving, save_roster

__all__ = [
    "begin_saving",
    "choose_columns",
    "examine_roster",
    "photo_subjects",
    "receive_photos",
    "receive_roster",
    "roster_by_uid",
    "save_roster",
]
